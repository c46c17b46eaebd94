"""One rule: the limit of a metric."""

import math
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.metrics.registry import definition_of
from cecli.report.parts import Limit, Severity
from cecli.report.result import Direction

if TYPE_CHECKING:
    pass

# The subjects of rules that are not about a metric; they have options of their own.
ROWS, SKIPPED = "rows", "skipped"


class Undecided(StrEnum):
    """The result of a rule if the interval contains its limit."""

    FAIL = "fail"
    PASS = "pass"


WORDS = {
    Limit.MAX: "at most",
    Limit.MIN: "at least",
    Limit.MAX_INCREASE: "increase at most",
    Limit.MAX_DECREASE: "decrease at most",
}


@dataclass(frozen=True)
class Amount:
    """An exact number as it was written, or a percentage."""

    value: Fraction
    percent: bool
    text: str

    def of(self, whole: float) -> Fraction:
        """Return the amount, or for a percentage its share of the absolute value of `whole`."""
        return self.value / 100 * abs(exact(whole)) if self.percent else self.value


@dataclass(frozen=True)
class Origin:
    """The file and line in which a rule is written."""

    file: str
    line: int | None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes
    ----------
    by : the column whose groups must each obey the rule; None for all rows together.
    confidence : level of the interval that must be within the limit; None compares the value.
    undecided : the result if the rule is undecided; None means that it fails.
    origin : the place in a configuration file; None for a rule of the command line.
    severity : whether the run fails where the rule does not hold, or only warns.
    of_columns : whether its groups are columns, as those of a report on drift.
    """

    metric: str
    limit: Limit
    amount: Amount
    by: str | None = None
    confidence: float | None = None
    undecided: Undecided | None = None
    origin: Origin | None = None
    severity: Severity = Severity.ERROR
    of_columns: bool = False

    @property
    def subject(self) -> str:
        return self.metric if self.by is None else f"{self.metric}@{self.by}"

    def place(self, group: str) -> str:
        """Return one of its groups in words."""
        return group if self.of_columns else f"{self.by}={group}"

    @property
    def words(self) -> str:
        warns = " (warn)" if self.severity is Severity.WARN else ""
        return f"{WORDS[self.limit]} {self.amount.text}{warns}"

    @property
    def key(self) -> tuple[str, str | None, Limit, Severity]:
        """The identity of a rule: of two rules with the same key, one replaces the other."""
        return self.metric, self.by, self.limit, self.severity


def exact(x: float) -> Fraction:
    """Return the shortest decimal number of a float64, exactly: the number that people read."""
    return Fraction(repr(x))


def rounded(x: Fraction) -> float:
    """Return the nearest float64; infinite if it is out of range."""
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def contrary(rule: Rule) -> str:
    """Return a remark on a rule that limits an improvement; empty for other rules."""
    if rule.metric in {ROWS, SKIPPED}:
        return ""
    direction = definition_of(rule.metric).direction
    upper = rule.limit in {Limit.MAX, Limit.MAX_INCREASE}
    if direction is not (Direction.HIGHER if upper else Direction.LOWER):
        return ""
    return f"{rule.limit} of {rule.metric} limits an improvement: {direction} is better"


def refuse_none(rules: Sequence[Rule]) -> None:
    """Raise a UsageError if there are no rules."""
    if not rules:
        raise UsageError(
            "there are no rules to check",
            hint="add a rule: --max cross_entropy=0.4, or [[tool.cecli.check]] in pyproject.toml",
            reason="no-rules",
        )
