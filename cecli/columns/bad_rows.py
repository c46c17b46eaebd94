"""Rows that cannot be used: why, and what is to be done with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from operator import methodcaller

from cecli.columns.numbers import BLANKS, is_number, number
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

    @property
    def remark(self) -> str:
        """Under which code skipped lines are remarked."""
        return f"skipped-{self}"


class OnBadRow(StrEnum):
    """What `--on-bad-row` takes."""

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
        """Return the limit that `--max-bad` states: N, or N%.

        Raises
        ------
        UsageError
            If it is no such thing.
        """
        number = text.removesuffix("%")
        if not is_number(number) or Fraction(number) < 0:
            raise UsageError(
                f"--max-bad {shown(text)} is no number of rows", hint="such as 10, or 0.1%"
            )
        is_share = number != text
        most = Fraction(number) / 100 if is_share else Fraction(number)
        return cls(most, is_share, text)

    def is_exceeded(self, skipped: int, rows: int) -> bool:
        return skipped > self.most * (rows if self.is_share else 1)


@dataclass(frozen=True)
class BadRows:
    """What is to be done with rows that cannot be used.

    Attributes
    ----------
    skips : for which reasons they are left out, and counted; for all others reading ends.
    missing : cells that stand for no value, beside empty ones and, among numbers, nan.
    limit : how many may be left out.
    """

    skips: frozenset[Reason] = frozenset()
    missing: frozenset[str] = frozenset()
    limit: SkipLimit | None = None

    def is_missing(self, text: str) -> bool:
        """Return whether a cell stands for no value, whatever its column."""
        stripped = text.strip(BLANKS)
        return not stripped or stripped in self.missing

    def any_missing(self, texts: Iterable[str]) -> bool:
        """Return whether a cell among these stands for no value; it is quick to say no."""
        return not (self.missing | {""}).isdisjoint(map(_stripped, texts))

    def is_missing_number(self, text: str) -> bool:
        """Return whether a cell of a column of numbers does; numbers are compared as such."""
        return (
            self.is_missing(text)
            or text.strip(BLANKS).lower() == "nan"
            or number(text) in self.missing_numbers
        )

    @cached_property
    def missing_numbers(self) -> frozenset[float]:
        """The numbers that stand for no value, such as -999."""
        return frozenset(x for x in map(number, self.missing) if x is not None)


STRICT = BadRows()


def bad_rows(on_bad_row: OnBadRow, missing: Iterable[str], max_bad: str | None) -> BadRows:
    """Return what three options say: among the missing values, skip and error say what to do.

    Raises
    ------
    UsageError
        If they contradict each other.
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
        raise UsageError("--max-bad goes with --on-bad-row skip, or with --missing skip")
    return BadRows(frozenset(skips), tokens, None if max_bad is None else SkipLimit.of(max_bad))


class OnUnmatched(StrEnum):
    """What `--on-unmatched` takes."""

    ERROR = "error"
    SKIP = "skip"
