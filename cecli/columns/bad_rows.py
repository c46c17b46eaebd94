"""Rows that cannot be used: why, and what to do with them."""

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from operator import methodcaller

from cecli.columns.numbers import BLANKS, exact_number, extended_number
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError, shown

_stripped = methodcaller("strip", BLANKS)


class Reason(StrEnum):
    """Why a row cannot be used."""

    MISSING = "missing"
    VALUE = "bad-value"
    FIELDS = "field-count"
    QUOTING = "quoting"
    LINE_END = "line-end"
    NUL = "nul"
    ENCODING = "encoding"
    CLASS = "unknown-class"
    SUM = "sum"
    JSON = "json"
    WINNER = "winner"

    @property
    def remark(self) -> str:
        """The code of the remarks on lines skipped for this reason."""
        return f"skipped-{self}"


class OnBadRow(StrEnum):
    """The values of `--on-bad-row`."""

    ERROR = "error"
    SKIP = "skip"


@dataclass(frozen=True)
class SkipLimit:
    """How many rows may be skipped: a number, or a share of all rows."""

    most: Fraction
    is_share: bool
    text: str

    @classmethod
    def of(cls, text: str) -> "SkipLimit":
        """Return the limit given by `--max-bad`: N, or N%.

        Raises
        ------
        UsageError
            If the text is neither.
        """
        number = text.removesuffix("%")
        value = exact_number(number)
        if value is None or value < 0:
            raise UsageError(
                f"--max-bad {shown(text)} is not a number or a percentage of rows",
                hint="give a value such as 10 or 0.1%",
            )
        is_share = number != text
        return cls(value / 100 if is_share else value, is_share, text)

    def is_exceeded(self, skipped: int, rows: int) -> bool:
        return skipped > self.most * (rows if self.is_share else 1)


@dataclass(frozen=True)
class BadRows:
    """What to do with rows that cannot be used.

    Attributes
    ----------
    skips : the reasons for which rows are left out and counted; any other reason ends the reading.
    missing : texts of missing values, besides empty cells and, in columns of numbers, nan.
    limit : how many rows may be left out.
    """

    skips: frozenset[Reason] = frozenset()
    missing: frozenset[str] = frozenset()
    limit: SkipLimit | None = None

    def is_missing(self, text: str) -> bool:
        """Return whether a cell of any column is a missing value."""
        stripped = text.strip(BLANKS)
        return not stripped or stripped in self.missing

    def any_missing(self, texts: Iterable[str]) -> bool:
        """Return whether any of these cells is a missing value; fast if none is."""
        return not (self.missing | {""}).isdisjoint(map(_stripped, texts))

    def is_missing_number(self, text: str) -> bool:
        """Return whether a cell of a number column is a missing value, comparing by value."""
        return (
            self.is_missing(text)
            or text.strip(BLANKS).lower() == "nan"
            or extended_number(text) in self.missing_numbers
        )

    @cached_property
    def missing_numbers(self) -> frozenset[float]:
        """The numbers that stand for a missing value, such as -999."""
        return frozenset(x for x in map(extended_number, self.missing) if x is not None)


STRICT = BadRows()


def bad_rows(on_bad_row: OnBadRow, missing: Iterable[str], max_bad: str | None) -> BadRows:
    """Return the treatment of bad rows given by three options.

    Among the missing values, "skip" and "error" are not values but say what to do.

    Raises
    ------
    UsageError
        If the options contradict each other.
    """
    given = list(missing)
    tokens = frozenset(given) - set(OnBadRow)
    if OnBadRow.SKIP in given and OnBadRow.ERROR in given:
        raise UsageError("--missing skip and --missing error exclude each other")
    skips = set(Reason) if on_bad_row is OnBadRow.SKIP else set()
    if OnBadRow.SKIP in given:
        skips.add(Reason.MISSING)
    if OnBadRow.ERROR in given:
        skips.discard(Reason.MISSING)
    if max_bad is not None and not skips:
        raise UsageError("--max-bad needs --on-bad-row skip or --missing skip")
    return BadRows(frozenset(skips), tokens, None if max_bad is None else SkipLimit.of(max_bad))


class OnUnmatched(StrEnum):
    """The values of `--on-unmatched`."""

    ERROR = "error"
    SKIP = "skip"
