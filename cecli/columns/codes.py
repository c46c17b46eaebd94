"""Classes that have codes, such as grades 0, 1 and 2 for low, mid and high."""

import re
from collections.abc import Sequence
from functools import cached_property

from cecli.columns.column import LEAST_CLASSES, bare, listed
from cecli.columns.labels import canonical
from cecli.core.dataclasses import dataclass
from cecli.core.errors import ColumnError, UsageError, shown

CODED = r"\s*(?P<code>[+-]?[0-9]+)\s*=\s*(?P<name>.*\S)\s*"
HINT = "--classes low,mid,high for codes 0, 1 and 2; --classes 1=low,2=mid,3=high for others"


@dataclass(frozen=True)
class CodedClasses:
    """The names of classes in order, and the code of each.

    Labels, and the columns of predictions, are called by either.

    Attributes
    ----------
    are_counted : whether the codes are not given, and so count from 0.
    """

    names: tuple[str, ...]
    codes: tuple[str, ...]
    are_counted: bool

    @cached_property
    def known(self) -> dict[str, str]:
        """The class that each name and each code stands for."""
        return dict(zip(self.codes, self.names, strict=True)) | {n: n for n in self.names}

    def name_of(self, text: str) -> str | None:
        """Return the class that a text names, or is the code of; None if there is none."""
        return self.known.get(text) or self.known.get(canonical(text))

    def is_one_beyond(self, text: str) -> bool:
        """Return whether a label shows that codes count from 1, and not from 0."""
        return self.are_counted and canonical(text) == str(len(self.names))

    @property
    def from_one(self) -> str:
        """The option for codes that count from 1."""
        counted = enumerate(self.names, start=1)
        # Classes that have no names are called by their codes.
        pairs = (f"{k}={k if self.names == self.codes else name}" for k, name in counted)
        return f"--classes {shown(','.join(pairs))}"

    def columns(self, named: Sequence[tuple[str, str]], source: str) -> list[tuple[str, str]]:
        """Return (class, column) names in the order of the classes, with the names of these.

        Columns of a text without a header are called by their numbers. If these are not the
        classes, and the classes are numbers, too, then the columns are in the order of the classes.

        Raises
        ------
        ColumnError
            If they are neither those of the classes nor their codes.
        """
        if len(named) < LEAST_CLASSES:
            raise UsageError(
                f"--classes needs the predictions of each class, but column {shown(named[0][1])} "
                "has a single one",
                hint="one column a class: --prob 'p_*'",
            )
        found = {self.name_of(name): column for name, column in named}
        if len(found) != len(named) or set(found) != set(self.names):
            columns = [column for _, column in named]
            if len(columns) == len(self.names) and all(map(are_numbered, (columns, self.names))):
                return list(zip(self.names, columns, strict=True))
            ours = [name for name, _ in named]
            counted = [str(place + 1) for place in range(len(self.names))]
            raise ColumnError(
                f"the classes of --prob are {listed(ours)}, but those of --classes are "
                f"{listed(self.names)}",
                source,
                self.from_one
                if sorted(ours) == sorted(counted)
                else "the class of a column is what the star of a pattern matches: --prob 'p_*'",
            )
        return [(name, found[name]) for name in self.names]


def are_numbered(names: Sequence[str]) -> bool:
    """Return whether names are consecutive numbers, as those of columns without a header.

    Examples
    --------
    >>> are_numbered(["2", "3", "4"]), are_numbered(["1", "3"]), are_numbered(["p_1", "p_2"])
    (True, False, False)
    """
    found = list(map(bare, names))
    if not re.fullmatch("[0-9]{1,9}", found[0]):
        return False
    return [str(int(found[0]) + place) for place in range(len(found))] == found


def coded_classes(given: Sequence[object]) -> CodedClasses:
    """Return the classes that --classes names: once with commas, or one by one.

    Raises
    ------
    UsageError
        If they are fewer than two, occur twice, or cannot be told from their codes.

    Examples
    --------
    >>> coded_classes(["low,mid,high"]).name_of("2.0"), coded_classes(["1=no,2=yes"]).name_of("1")
    ('high', 'no')
    """
    texts = [str(one) for one in given]
    parts = [part.strip() for part in (texts[0].split(",") if len(texts) == 1 else texts)]
    option = f"--classes {shown(','.join(texts))}"
    found = [re.fullmatch(CODED, part) for part in parts]
    names, codes = tuple(parts), tuple(map(str, range(len(parts))))
    coded = [match for match in found if match is not None]
    if coded and len(coded) < len(parts):
        raise UsageError(f"{option}: some classes have a code, and others have none", hint=HINT)
    if coded:
        names = tuple(match["name"] for match in coded)
        codes = tuple(canonical(match["code"]) for match in coded)
    if len(names) < LEAST_CLASSES or not all(names):
        raise UsageError(f"{option} does not name two classes or more", hint=HINT)
    for these, what in ((names, "class"), (codes, "code")):
        if twice := [one for one in these if these.count(one) > 1]:
            raise UsageError(f"{option}: {what} {shown(twice[0])} occurs twice")
    for name in names:
        other = dict(zip(codes, names, strict=True)).get(canonical(name), name)
        if other != name:
            raise UsageError(
                f"{option}: {shown(name)} is a class, and the code of {shown(other)}",
                hint="labels that are the names of the columns need no --classes",
            )
    return CodedClasses(names, codes, not coded)
