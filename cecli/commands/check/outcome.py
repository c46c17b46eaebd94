"""What became of a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cecli.commands.check.rule import Rule, Undecided
from cecli.core.contract import plain
from cecli.report.parts import Limit, Verdict

if TYPE_CHECKING:
    from cecli.report.document import CheckDocument

WORST_FIRST = (Verdict.FAIL, Verdict.UNDECIDED, Verdict.PASS)


@dataclass(frozen=True)
class Outcome:
    """A rule, what it looked at, and the verdict.

    Attributes
    ----------
    reason : one sentence for people.
    value, baseline, change : as far as they are known.
    lower, upper : of the interval of what the rule bounds, where confidence was asked for.
    margin : how far beyond its limit the value is, as a share of it; negative where it is within,
        infinite where there is nothing to compare.
    group : the worst group, of a rule with groups.
    groups, failed_groups : how many there are, and how many of them fail.
    """

    rule: Rule
    verdict: Verdict
    reason: str
    value: float | None = None
    baseline: float | None = None
    change: float | None = None
    lower: float | None = None
    upper: float | None = None
    margin: float = float("inf")
    group: str | None = None
    groups: int | None = None
    failed_groups: int | None = None

    @property
    def passed(self) -> bool:
        if self.verdict is Verdict.UNDECIDED:
            return self.rule.undecided is Undecided.PASS
        return self.verdict is Verdict.PASS

    @property
    def subject(self) -> str:
        return self.rule.metric if self.group is None else f"{self.rule.metric} of {self.place}"

    @property
    def place(self) -> str:
        """The worst group as column=value; empty where there are no groups."""
        return "" if self.group is None else f"{self.rule.by}={self.group}"

    @property
    def sentence(self) -> str:
        """What to say of a rule that failed, with the place where it is written."""
        origin = "" if self.rule.origin is None else f"{self.rule.origin}: "
        word = "failed" if self.verdict is Verdict.FAIL else "undecided"
        return f"{word}: {origin}{self.reason}"

    def to_document(self) -> "CheckDocument":
        """Return the outcome in the shape of its JSON."""
        from cecli.report.document import CheckDocument

        rule, origin = self.rule, self.rule.origin
        return CheckDocument(
            metric=rule.metric,
            by=rule.by,
            limit=rule.limit,
            amount=float(rule.amount.value),
            percent=rule.amount.percent,
            confidence=rule.confidence,
            verdict=self.verdict,
            passed=self.passed,
            reason=self.reason,
            value=self.value,
            baseline=self.baseline,
            change=self.change,
            lower=self.lower,
            upper=self.upper,
            group=self.group,
            groups=self.groups,
            failed_groups=self.failed_groups,
            file=None if origin is None else origin.file,
            line=None if origin is None else origin.line,
        )


def badness(outcome: Outcome) -> tuple[int, float]:
    """Return what sorts outcomes: the worst first."""
    return WORST_FIRST.index(outcome.verdict), -outcome.margin


def worst_first(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the outcomes that did not pass, the worst first."""
    return sorted((outcome for outcome in outcomes if not outcome.passed), key=badness)


@dataclass(frozen=True)
class Checked:
    """A report, and what became of the rules.

    Attributes
    ----------
    report : as the JSON contract has it.
    name, baseline : what was checked, and against what.
    """

    document: ClassVar[str] = "verdicts"

    report: Mapping[str, Any]
    name: str
    outcomes: tuple[Outcome, ...]
    baseline: str | None = None

    @property
    def passed(self) -> bool:
        return all(outcome.passed for outcome in self.outcomes)

    @property
    def failures(self) -> list[Outcome]:
        """The outcomes that did not pass, the worst first."""
        return worst_first(self.outcomes)

    @property
    def paths(self) -> tuple[str, ...]:
        """The inputs of the report, which must not be written to."""
        return tuple(self.report["input"]["paths"])

    def to_dict(self) -> dict[str, Any]:
        """Return the report with what became of the rules, as the JSON contract has it."""
        checks = plain([outcome.to_document() for outcome in self.outcomes])
        return {**self.report, "checks": checks, "baseline": self.baseline, "passed": self.passed}


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
