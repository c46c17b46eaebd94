"""A receipt beside what is found: equal, or what differs."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from cecli import __version__
from cecli.core.contract import SCHEMA_VERSION, written
from cecli.core.dataclasses import dataclass
from cecli.core.errors import CecliError
from cecli.core.pipes import opened
from cecli.options.keywords import in_keywords
from cecli.receipts.attesting import attested
from cecli.receipts.document import (
    VerificationDocument,
    VerifiedFile,
    VerifiedPart,
    VersionsDocument,
)
from cecli.receipts.reading import options_in, read_receipt, receipt_in, rules_in
from cecli.receipts.receipt import Receipt, versions
from cecli.receipts.subjects import SHA256
from cecli.report.reading import name_of
from cecli.report.report import as_tables

Json = Mapping[str, Any]
# The name of a receipt that is in no file.
NAMELESS = "<receipt>"


@dataclass(frozen=True)
class Verification:
    """A receipt beside what is found of rows. Numbers are compared for equality.

    Attributes
    ----------
    receipt : its name.
    parts : each part of it that is compared.
    files : the files that were given.
    made_with, verified_with : the versions on both sides, which are not compared.
    """

    document: ClassVar[str] = "verification"

    receipt: str
    parts: tuple[VerifiedPart, ...]
    files: tuple[VerifiedFile, ...]
    made_with: VersionsDocument
    verified_with: VersionsDocument

    @property
    def same(self) -> bool:
        """Whether all parts are as the receipt states."""
        return all(part.same for part in self.parts)

    @property
    def differences(self) -> tuple[VerifiedPart, ...]:
        """The parts that are not as the receipt states."""
        return tuple(part for part in self.parts if not part.same)

    def __str__(self) -> str:
        """Return the tables that the command prints."""
        return as_tables(self)

    def to_document(self) -> VerificationDocument:
        """Return the verification in the shape of its JSON."""
        return VerificationDocument(
            SCHEMA_VERSION,
            __version__,
            "verify",
            self.receipt,
            self.same,
            self.files,
            self.parts,
            self.made_with,
            self.verified_with,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the verification as plain JSON values."""
        return written(self.to_document())


def verification_of(stated: Receipt, found: Receipt, name: str) -> Verification:
    """Return a receipt beside the one that is made of the rows at hand, with its options."""
    theirs, ours = stated.values["predicate"], found.values["predicate"]
    parts = tuple(_parts(theirs, ours))
    known = {_hash(subject) for subject in stated.values["subject"]}
    files = tuple(
        VerifiedFile(subject["name"], None if _hash(subject) is None else _hash(subject) in known)
        for subject in found.values["subject"]
    )
    made_with = VersionsDocument(**_versions(theirs))
    return Verification(name, parts, files, made_with, versions())


def _hash(subject: Json) -> str | None:
    found: str | None = subject["digest"].get(SHA256)
    return found


def _versions(predicate: Json) -> dict[str, str]:
    known = VersionsDocument.__dataclass_fields__
    return {name: x for name, x in predicate["cecli"]["made_with"].items() if name in known}


def _parts(theirs: Json, ours: Json) -> Iterator[VerifiedPart]:
    """Yield the parts of two predicates side by side."""
    stated, found = theirs["cecli"], ours["cecli"]
    asked = ("command", "columns", "task", "units")
    yield from _each("options", {n: stated[n] for n in asked}, {n: found[n] for n in asked})
    yield from _each("options", stated["options"], found["options"])
    digests = [_digest_of_asked(predicate) for predicate in (theirs, ours)]
    yield _part("options", "digest", *digests)
    yield from _of_rows(stated["rows"], found["rows"])
    yield _part("state", "sums", *((of["state"] or {}).get("sums") for of in (stated, found)))
    for name in ("classes", "positive"):
        yield _part("classes", name, stated[name], found[name])
    yield from _each("metrics", stated["metrics"], found["metrics"])
    groups = [of["groups"] or {"number": 0, "digest": None} for of in (stated, found)]
    for name in ("number", "digest"):
        yield _part("groups", name, groups[0][name], groups[1][name])
    for name in ("verdict", "value"):
        yield from _each("rules", *(_of_rules(of["rules"], name) for of in (stated, found)))
    for name in ("result", "passedTests", "warnedTests", "failedTests"):
        yield _part("result", name, theirs[name], ours[name])


def _digest_of_asked(predicate: Json) -> str | None:
    """Return the only digest in the configuration of a predicate."""
    digests = [each["digest"].get(SHA256) for each in predicate["configuration"]]
    return digests[0] if len(digests) == 1 else None


def _of_rows(stated: Json, found: Json) -> Iterator[VerifiedPart]:
    for name in ("digest", "number", "weight"):
        yield _part("rows", name, stated[name], found[name])
    skipped = [
        {"skipped": of["skipped"]["rows"], **of["skipped"]["reasons"]} for of in (stated, found)
    ]
    yield from _each("rows", *skipped)


def _of_rules(rules: Sequence[Json], name: str) -> Json:
    return {f"{rule['rule']} {name}": rule[name] for rule in rules}


def _each(part: str, stated: Json, found: Json) -> Iterator[VerifiedPart]:
    """Yield what either side has under a name."""
    for name in dict.fromkeys([*stated, *found]):
        yield _part(part, name, stated.get(name), found.get(name))


def _part(part: str, name: str, stated: Any, found: Any) -> VerifiedPart:
    """Return a part; JSON tells true from 1, and an integer is not told from its float64."""
    is_same = stated == found and isinstance(stated, bool) is isinstance(found, bool)
    return VerifiedPart(part, name, _said(stated), _said(found), is_same)


def _said(value: Any) -> str | float | None:
    """Return a value as a number or a text."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_said(x)}" for name, x in value.items())
    if isinstance(value, list):
        return ", ".join(str(_said(x)) for x in value)
    return str(value).lower() if isinstance(value, bool) else value


def verified(receipt: Any, data: Any, options: Mapping[str, Any]) -> Verification:
    """Return a receipt beside the one of rows at hand, evaluated as the receipt says.

    Parameters
    ----------
    receipt : of `cecli.attest`, its JSON values, or its path.
    options : how the rows are read, as keywords of `attested`.

    Raises
    ------
    CecliError
        If the receipt is none, or the rows cannot be evaluated. It proposes no other commands, as
        the receipt says what is asked.
    """
    stated, name = _receipt(receipt)
    asked = {**options_in(stated, name), **options}
    try:
        found = in_keywords(attested)(data, rules_in(stated, name), **asked)
    except CecliError as error:
        raise error.trying(()) from None
    return verification_of(stated, found.receipt, name)


def _receipt(given: Any) -> tuple[Receipt, str]:
    """Return a receipt, and its name."""
    if isinstance(given, Receipt):
        return given, NAMELESS
    if isinstance(given, Mapping):
        return receipt_in(dict(given), NAMELESS), NAMELESS
    path = opened(os.fspath(given))
    return read_receipt(path), name_of(path)
