"""One rule: which metric, of which rows, must not be beyond what; typed, or in a configuration."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from cecli.core.errors import UsageError, shown
from cecli.metrics.registry import definition_of
from cecli.options.config_file import ConfigFile
from cecli.report.parts import Limit
from cecli.report.result import Definition, Direction, Measure

if TYPE_CHECKING:
    from cecli.options.schema import CheckTable, ProfileTable

# ASCII decimals, as everywhere: no nan, inf or 1_000.
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
# What rules can be about beside metrics, by options of their own.
ROWS, SKIPPED = "rows", "skipped"


class Undecided(StrEnum):
    """What becomes of a rule where the interval straddles its limit."""

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
    """A number as it was written, exact, or a percentage of something."""

    value: Fraction
    percent: bool
    text: str

    def of(self, whole: float) -> Fraction:
        """Return the amount itself, or where it is a percentage, that of the size of a whole."""
        return self.value / 100 * abs(exact(whole)) if self.percent else self.value


@dataclass(frozen=True)
class Origin:
    """Where a rule is written, for those who look for it."""

    file: str
    line: int | None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes
    ----------
    by : a column, where each of its groups must obey.
    confidence : of the interval that must be within the limit; None compares the value itself.
    undecided : whether it may be; None is no.
    origin : in a configuration file.
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
        """What a rule is about: of two with the same key, one replaces the other."""
        return self.metric, self.by, self.limit


def exact(x: float) -> Fraction:
    """Return the decimal number that a float64 is written as, which is what people compare."""
    return Fraction(repr(x))


def rounded(x: Fraction) -> float:
    """Return the nearest float64; infinite where there is none."""
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def number(text: str, what: str, *, percent: bool) -> Amount:
    """Return a number, or where allowed a percentage, as an option or a file has it.

    Raises
    ------
    UsageError
        If it is none, or infinite, or NaN.
    """
    stripped = text.strip()
    digits = stripped.removesuffix("%").rstrip() if percent else stripped
    if not NUMBER.fullmatch(digits) or math.isinf(float(digits)):
        hint = "write 0.002, or 1% of the baseline" if percent else "write a number such as 0.4"
        raise UsageError(f"{what}: {shown(text)} is not a number", hint=hint)
    return Amount(Fraction(digits), digits != stripped, stripped)


def typed(limit: Limit, text: str) -> Rule:
    """Return the rule that a user typed as METRIC[@COLUMN]=NUMBER[%].

    Raises
    ------
    UsageError
        If it is none, or is about no metric.
    """
    subject, equals, amount = text.partition("=")
    if not equals:
        raise UsageError(f"--{limit} {shown(text)} has no =", hint=f"--{limit} cross_entropy=0.4")
    metric, _, by = subject.partition("@")
    if "@" in subject and not by:
        raise UsageError(f"--{limit} {shown(text)}: after @ comes the column of the groups")
    of = number(amount, f"--{limit} {metric}", percent=limit.of_change)
    return sensible(Rule(metric, limit, of, by or None))


def sensible(rule: Rule) -> Rule:
    """Return a rule that can fail, with its limit as an increase, a decrease or a bound.

    Raises
    ------
    UsageError
        If there is no such metric, or the rule would always pass, or never.
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
                f"neither direction of {definition.name} is better",
                hint="say which one is bounded: max-increase or max-decrease",
            )


def _refuse_unreachable(definition: Definition, rule: Rule) -> None:
    """Refuse a bound outside the range of its metric: 95 for an accuracy, say."""
    high = definition.high if definition.measure is Measure.NUMBER else math.inf
    low = definition.low
    if (rule.limit is Limit.MAX and rule.amount.value > high) or (
        rule.limit is Limit.MIN and rule.amount.value < low
    ):
        end = f"above {high:g}" if rule.limit is Limit.MAX else f"below {low:g}"
        raise UsageError(
            f"{rule.limit} of {rule.metric} is {rule.amount.text}, and it is never {end}",
            hint="such a rule would always pass",
        )


def contrary(rule: Rule) -> str:
    """Return what to say of a rule that bounds the better direction; nothing of others."""
    direction = definition_of(rule.metric).direction
    upper = rule.limit in {Limit.MAX, Limit.MAX_INCREASE}
    if direction is not (Direction.HIGHER if upper else Direction.LOWER):
        return ""
    return f"{direction} {rule.metric} is better, and {rule.limit} bounds just that"


def require_rows(least: int) -> Rule:
    """Return the rule that so many rows were used."""
    return Rule(ROWS, Limit.MIN, Amount(Fraction(least), percent=False, text=str(least)))


def max_skipped(text: str) -> Rule:
    """Return the rule that no more rows were left out, given as a number or a share of all.

    Raises
    ------
    UsageError
        If it is neither.
    """
    amount = number(text, "--max-skipped", percent=True)
    if amount.value < 0 or (amount.percent and amount.value > 100):
        raise UsageError(f"--max-skipped {text} is no number of rows, and no share of them")
    return Rule(SKIPPED, Limit.MAX, amount)


def rules_of(file: ConfigFile, where: Sequence[str], table: "ProfileTable") -> tuple[Rule, ...]:
    """Return the rules of a table, each with the line on which it begins.

    Raises
    ------
    UsageError
        If one of them makes no sense, with its line.
    """
    lines = file.lines_of(*where, "check")
    rules: list[Rule] = []
    for place, check in enumerate(table.check):
        # Where rules are written otherwise than as [[…]], their lines are not known.
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
        raise UsageError(f"metric {shown(check.metric)} and by name groups twice, or none")
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
            f"the rule on {metric} has no limit", hint=f"give one of {', '.join(Limit)}"
        )


def _amount(given: float | str, limit: Limit, metric: str) -> Amount:
    if isinstance(given, str):
        return number(given, f"{limit} of {metric}", percent=limit.of_change)
    exactly: Fraction = exact(given)
    return Amount(exactly, percent=False, text=f"{given:.15g}")
