"""One rule: the limit of a metric, from the command line or a configuration."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from cecli.columns.numbers import exact_number
from cecli.core.errors import UsageError, shown
from cecli.metrics.registry import definition_of
from cecli.options.config_file import ConfigFile
from cecli.report.parts import Limit
from cecli.report.result import Definition, Direction, Measure

if TYPE_CHECKING:
    from cecli.options.schema import CheckTable, ProfileTable

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
    """

    metric: str
    limit: Limit
    amount: Amount
    by: str | None = None
    confidence: float | None = None
    undecided: Undecided | None = None
    origin: Origin | None = None

    @property
    def subject(self) -> str:
        return self.metric if self.by is None else f"{self.metric}@{self.by}"

    @property
    def words(self) -> str:
        return f"{WORDS[self.limit]} {self.amount.text}"

    @property
    def key(self) -> tuple[str, str | None, Limit]:
        """The identity of a rule: of two rules with the same key, one replaces the other."""
        return self.metric, self.by, self.limit


def exact(x: float) -> Fraction:
    """Return the shortest decimal number of a float64, exactly: the number that people read."""
    return Fraction(repr(x))


def rounded(x: Fraction) -> float:
    """Return the nearest float64; infinite if it is out of range."""
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def number(text: str, what: str, *, percent: bool) -> Amount:
    """Parse a number, or a percentage if that is allowed, of an option or a file.

    Raises
    ------
    UsageError
        If it is not a finite number.
    """
    stripped = text.strip()
    digits = stripped.removesuffix("%").rstrip() if percent else stripped
    value = exact_number(digits)
    if value is None or math.isinf(rounded(value)):
        hint = "write 0.002, or 1% of the baseline" if percent else "write a number such as 0.4"
        raise UsageError(f"{what}: {shown(text)} is not a number", hint=hint)
    return Amount(value, digits != stripped, stripped)


def typed(limit: Limit, text: str) -> Rule:
    """Parse a rule of the form METRIC[@COLUMN]=NUMBER[%].

    Raises
    ------
    UsageError
        If it is not a valid rule, or its metric is unknown.
    """
    subject, equals, amount = text.partition("=")
    if not equals:
        raise UsageError(f"--{limit} {shown(text)} has no =", hint=f"--{limit} cross_entropy=0.4")
    metric, _, by = subject.partition("@")
    if "@" in subject and not by:
        raise UsageError(f"--{limit} {shown(text)} has no column of groups after @")
    of = number(amount, f"--{limit} {metric}", percent=limit.of_change)
    return sensible(Rule(metric, limit, of, by or None))


def sensible(rule: Rule) -> Rule:
    """Return a valid rule, with a worsening replaced by an increase or a decrease.

    Raises
    ------
    UsageError
        If the metric is unknown, a change is negative, or the rule would always pass.
    """
    definition = definition_of(rule.metric)
    if rule.limit.of_change:
        if rule.amount.value < 0:
            raise UsageError(f"{rule.limit} of {rule.metric}: {rule.amount.text} is negative")
        return replace(rule, limit=_worsening(definition, rule.limit))
    _refuse_unreachable(definition, rule)
    return rule


def _worsening(definition: Definition, limit: Limit) -> Limit:
    if limit is not Limit.MAX_WORSENING:
        return limit
    match definition.direction:
        case Direction.LOWER:
            return Limit.MAX_INCREASE
        case Direction.HIGHER:
            return Limit.MAX_DECREASE
        case Direction.NEITHER:
            raise UsageError(
                f"{definition.name} has no better direction, so max-worsening has no meaning",
                hint="use max-increase or max-decrease",
            )


def _refuse_unreachable(definition: Definition, rule: Rule) -> None:
    """Raise a UsageError if a bound is outside the range of its metric, as 95 for an accuracy."""
    high = definition.high if definition.measure is Measure.NUMBER else math.inf
    low = definition.low
    if (rule.limit is Limit.MAX and rule.amount.value > high) or (
        rule.limit is Limit.MIN and rule.amount.value < low
    ):
        end = f"above {high:g}" if rule.limit is Limit.MAX else f"below {low:g}"
        raise UsageError(
            f"{rule.limit} of {rule.metric} is {rule.amount.text}, so the rule would always pass",
            hint=f"{rule.metric} is never {end}",
        )


def contrary(rule: Rule) -> str:
    """Return a remark on a rule that limits an improvement; empty for other rules."""
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
        )


def require_rows(least: int) -> Rule:
    """Return the rule that at least this number of rows was used."""
    return Rule(ROWS, Limit.MIN, Amount(Fraction(least), percent=False, text=str(least)))


def max_skipped(text: str) -> Rule:
    """Return the rule that at most this number or percentage of rows was skipped.

    Raises
    ------
    UsageError
        If the text is not a number of rows or a percentage.
    """
    amount = number(text, "--max-skipped", percent=True)
    if amount.value < 0 or (amount.percent and amount.value > 100):
        raise UsageError(
            f"--max-skipped {text} is not a number of rows or a percentage from 0% to 100%"
        )
    return Rule(SKIPPED, Limit.MAX, amount)


def rules_of(file: ConfigFile, where: Sequence[str], table: "ProfileTable") -> tuple[Rule, ...]:
    """Return the rules of a table, each with the line on which it begins.

    Raises
    ------
    UsageError
        If a rule is invalid, with its line.
    """
    lines = file.lines_of(*where, "check")
    rules: list[Rule] = []
    for place, check in enumerate(table.check):
        # The lines are known only if all rules are written as [[…]].
        line = lines[place] if len(lines) == len(table.check) else None
        origin = Origin(file.path, line)
        try:
            rules += _rules(check, origin)
        except UsageError as error:
            raise UsageError(error.what, str(origin), error.hint) from None
    return tuple(rules)


def _rules(check: "CheckTable", origin: Origin) -> Iterator[Rule]:
    metric, at, column = check.metric.partition("@")
    if at and (check.by is not None or not column):
        raise UsageError(
            f"metric {shown(check.metric)} has no column after @, or by names a column as well"
        )
    found = False
    for limit in Limit:
        given = getattr(check, limit.replace("-", "_"))
        if given is None:
            continue
        found = True
        yield sensible(
            Rule(
                metric,
                limit,
                _amount(given, limit, metric),
                check.by or column or None,
                check.confidence,
                None if check.undecided is None else Undecided(check.undecided),
                origin,
            )
        )
    if not found:
        raise UsageError(
            f"the rule for {metric} has no limit", hint=f"add one of {', '.join(Limit)}"
        )


def _amount(given: float | str, limit: Limit, metric: str) -> Amount:
    if isinstance(given, str):
        return number(given, f"{limit} of {metric}", percent=limit.of_change)
    exactly: Fraction = exact(given)
    return Amount(exactly, percent=False, text=f"{given:.15g}")
