"""Verdicts in words."""

from collections.abc import Mapping

from cecli.checks.outcome import Outcome, Verdict
from cecli.checks.rule import Limit

DIGITS = 6

OF_VALUE: Mapping[tuple[Limit, Verdict], str] = {
    (Limit.MAX, Verdict.PASS): "at most",
    (Limit.MAX, Verdict.FAIL): "above",
    (Limit.MAX, Verdict.UNDECIDED): "perhaps above",
    (Limit.MIN, Verdict.PASS): "at least",
    (Limit.MIN, Verdict.FAIL): "below",
    (Limit.MIN, Verdict.UNDECIDED): "perhaps below",
}
OF_CHANGE = {
    Verdict.PASS: "no more than",
    Verdict.FAIL: "more than",
    Verdict.UNDECIDED: "perhaps more than",
}
DIRECTIONS = {Limit.MAX_INCREASE: "an increase", Limit.MAX_DECREASE: "a decrease"}


def reason_of(outcome: Outcome, subject: str) -> str:
    """Return the sentence about a figure that could be compared."""
    rule, verdict = outcome.rule, outcome.verdict
    value = told(outcome.value)
    if verdict is Verdict.UNDECIDED and outcome.lower is None:
        return f"{subject} is {value} and has no interval, but confidence was asked for"
    interval = interval_of(outcome)
    if not rule.limit.of_change:
        # As many digits as it takes to see on which side of its limit a value is.
        if verdict is Verdict.FAIL and value == rule.amount.text:
            value = repr(outcome.value)
        return f"{subject} is {value}{interval}, {OF_VALUE[rule.limit, verdict]} {rule.amount.text}"
    change = outcome.change or 0.0
    return (
        f"{subject} is {value}, {change:+.{DIGITS}g}{interval} from {told(outcome.baseline)}: "
        f"{OF_CHANGE[verdict]} {DIRECTIONS[rule.limit]} of {rule.amount.text}"
    )


def told(value: float | None) -> str:
    """Return a number for a sentence."""
    if value is None:
        return "undefined"
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.{DIGITS}g}"


def interval_of(outcome: Outcome) -> str:
    """Return the interval that was compared, after a blank; nothing where there is none."""
    if outcome.lower is None or outcome.upper is None:
        return ""
    return f" [{told(outcome.lower)}, {told(outcome.upper)}]"
