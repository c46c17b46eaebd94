"""Rules as people write them: on the command line, in Python, and in a configuration."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from cecli.commands.check.rule import ROWS, SKIPPED, Amount, Origin, Rule, Undecided, exact
from cecli.core.errors import UsageError, shown
from cecli.metrics.registry import definition_of, known, own_name
from cecli.options.config_file import ConfigFile
from cecli.report.parts import Limit, Severity
from cecli.report.result import Definition, Direction, Measure

if TYPE_CHECKING:
    from cecli.options.schema import CheckTable, ProfileTable

# ASCII decimals, as in all input: no nan, inf or 1_000.
MOST_DIGITS = 1000
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


def number(text: str, what: str, *, percent: bool) -> Amount:
    """Parse a number, or a percentage if that is allowed, of an option or a file.

    Raises
    ------
    UsageError
        If it is not a finite number.
    """
    stripped = text.strip()
    digits = stripped.removesuffix("%").rstrip() if percent else stripped
    if len(digits) > MOST_DIGITS or not NUMBER.fullmatch(digits) or math.isinf(float(digits)):
        hint = "write 0.002, or 1% of the baseline" if percent else "write a number such as 0.4"
        raise UsageError(f"{what}: {shown(text)} is not a number", hint=hint)
    return Amount(Fraction(digits), digits != stripped, stripped)


def graded(text: str, what: str) -> tuple[str, Severity]:
    """Return the amount of a rule, and its severity, which may follow after a colon.

    Raises
    ------
    UsageError
        If it is not a severity.

    Examples
    --------
    >>> graded("0.4", "--max"), graded("1%:warn", "--max-increase")
    (('0.4', <Severity.ERROR: 'error'>), ('1%', <Severity.WARN: 'warn'>))
    """
    amount, colon, word = text.partition(":")
    if not colon:
        return text, Severity.ERROR
    if word not in list(Severity):
        raise UsageError(f"{what}: {shown(word)} is not {' or '.join(Severity)}")
    return amount, Severity(word)


def typed(limit: Limit, text: str) -> Rule:
    """Parse a rule of the form METRIC[@COLUMN]=NUMBER[%][:warn].

    Raises
    ------
    UsageError
        If it is not a valid rule, or its metric is unknown.
    """
    subject, equals, amount = text.partition("=")
    if not equals:
        what, metric = f"--{limit} {shown(text)} has no =", text if known(text) else "cross_entropy"
        hint = f"--{limit} {metric}=0.4"
        raise UsageError(what, hint=hint, reason="rule-without-equals", value=text)
    metric, _, by = subject.partition("@")
    if "@" in subject and not by:
        raise UsageError(f"--{limit} {shown(text)} has no column of groups after @")
    what = f"--{limit} {metric}"
    amount, severity = graded(amount, what)
    of = number(amount, what, percent=limit.of_change)
    return sensible(Rule(metric, limit, of, by or None, severity=severity))


def sensible(rule: Rule) -> Rule:
    """Return a valid rule by the metric's own name, a worsening as an increase or a decrease.

    Raises
    ------
    UsageError
        If the metric is unknown, a change is negative, or the rule would always pass.
    """
    rule = replace(rule, metric=own_name(rule.metric))
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
    amount, severity = graded(text, "--max-skipped")
    most = number(amount, "--max-skipped", percent=True)
    if most.value < 0 or (most.percent and most.value > 100):
        raise UsageError(
            f"--max-skipped {text} is not a number of rows or a percentage from 0% to 100%"
        )
    return Rule(SKIPPED, Limit.MAX, most, severity=severity)


def rows_within(text: str) -> tuple[Rule, Rule]:
    """Return the rules that the number of rows is that of the baseline, give or take an amount.

    Raises
    ------
    UsageError
        If the text is not a number of rows or a percentage.
    """
    amount, severity = graded(text, "--rows-within")
    most = number(amount, "--rows-within", percent=True)
    if most.value < 0:
        raise UsageError(f"--rows-within {text} is negative")
    return (
        Rule(ROWS, Limit.MAX_INCREASE, most, severity=severity),
        Rule(ROWS, Limit.MAX_DECREASE, most, severity=severity),
    )


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
                Severity(check.severity),
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
