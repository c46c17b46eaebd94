"""The JSON of a receipt, and of its verification.

A receipt is a Statement of in-toto, version 1, with the predicate test-result, version 0.1. What is
cecli's own is under a key of its own in the predicate, as these formats allow.

References
----------
https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from cecli.core.contract import (
    Bounds,
    Count,
    InJson,
    Key,
    Many,
    Number,
    Says,
    SchemaVersion,
    Writer,
    stated,
)
from cecli.core.dataclasses import dataclass
from cecli.report.parts import Skipped, Verdict
from cecli.report.result import Units

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
METHOD = "muhash3072-blake2b"
PASSED, WARNED, FAILED = "PASSED", "WARNED", "FAILED"

# JSON has the value of an enumeration's member as a string.
ByText = Bounds(strict=False)
Sha256 = Annotated[str, Bounds(pattern="^[0-9a-f]{64}$")]
Digest = Mapping[str, str]
InReceipt = Annotated[str | float | None, Says("null for nothing")]


@stated
@dataclass(frozen=True)
class SubjectDocument:
    """A file of the rows, or the rows if they are in no file."""

    name: str
    digest: Annotated[Digest, Says("by algorithm; that of rows is cecliRows")]


@stated
@dataclass(frozen=True)
class ConfiguredDocument:
    """What the evaluation was asked: the digest of its canonical JSON."""

    name: str
    digest: Digest
    media_type: Annotated[str, Key("mediaType")]


@stated
@dataclass(frozen=True)
class RowsDocument:
    """The rows that count."""

    digest: Annotated[Sha256, Says("the same for the same rows, in any order, file and cut")]
    method: Annotated[str, InJson(Literal["muhash3072-blake2b"])]
    number: Annotated[Count, Says("usable rows, those of weight 0 included")]
    weight: float
    skipped: Skipped


@stated
@dataclass(frozen=True)
class StateDocument:
    """The saved state of the rows."""

    sums: Annotated[Sha256, Says("the SHA-256 of its sums, without names and places")]


@stated
@dataclass(frozen=True)
class GroupsDocument:
    """The results of groups and classes, none of which is told."""

    number: Count
    digest: Annotated[Sha256, Says("the SHA-256 of their canonical JSON, in the order of keys")]


@stated
@dataclass(frozen=True)
class RuleDocument:
    """A rule, and what came of it."""

    rule: str
    confidence: float | None
    undecided: str | None
    verdict: Annotated[Verdict, ByText]
    passed: bool
    value: Annotated[Number, Says("of the metric; of the worst group, if the rule has groups")]


@stated
@dataclass(frozen=True)
class VersionsDocument:
    """What made the receipt; it is not compared."""

    cecli: Writer
    numpy: str
    python: str


@stated
@dataclass(frozen=True)
class EvaluatedDocument:
    """What cecli was asked, and what it found."""

    schema_version: SchemaVersion
    command: Annotated[str, InJson(Literal["score"])]
    options: Annotated[
        Mapping[str, float | str | bool | Many[str]],
        Says("by their names in Python: those that differ from the defaults, or were guessed"),
    ]
    columns: Annotated[Mapping[str, str | Many[str]], Says("the names of columns by role")]
    task: str
    classes: Many[str]
    positive: str | None
    units: Annotated[Units, ByText]
    rows: RowsDocument
    state: StateDocument | None
    metrics: Mapping[str, Number]
    groups: GroupsDocument | None
    rules: Many[RuleDocument]
    made_with: VersionsDocument


@stated
@dataclass(frozen=True)
class PredicateDocument:
    """A test-result of in-toto, with what is cecli's own."""

    result: Annotated[str, InJson(Literal["PASSED", "WARNED", "FAILED"])]
    configuration: Many[ConfiguredDocument]
    passed_tests: Annotated[Many[str], Key("passedTests")]
    warned_tests: Annotated[Many[str], Key("warnedTests")]
    failed_tests: Annotated[Many[str], Key("failedTests")]
    cecli: EvaluatedDocument


@stated
@dataclass(frozen=True)
class ReceiptDocument:
    """A receipt."""

    type: Annotated[str, Key("_type"), InJson(Literal["https://in-toto.io/Statement/v1"])]
    subject: Many[SubjectDocument]
    predicate_type: Annotated[
        str,
        Key("predicateType"),
        InJson(Literal["https://in-toto.io/attestation/test-result/v0.1"]),
    ]
    predicate: PredicateDocument


@stated
@dataclass(frozen=True)
class VerifiedPart:
    """A part of a receipt, as the receipt states it and as it is found."""

    part: Annotated[str, Says("options, rows, state, classes, metrics, groups, rules or result")]
    name: Annotated[str, Says("of what is in the part")]
    stated: InReceipt
    found: InReceipt
    same: bool


@stated
@dataclass(frozen=True)
class VerifiedFile:
    """A file that was given."""

    name: str
    same_bytes: Annotated[
        bool | None, Says("whether its bytes are a subject of the receipt; null for no file")
    ]


@stated
@dataclass(frozen=True)
class VerificationDocument:
    """A receipt beside what is found of rows."""

    schema_version: SchemaVersion
    cecli: Writer
    command: Annotated[str, InJson(Literal["verify"])]
    receipt: str
    same: bool
    files: Many[VerifiedFile]
    parts: Many[VerifiedPart]
    made_with: VersionsDocument
    verified_with: VersionsDocument
