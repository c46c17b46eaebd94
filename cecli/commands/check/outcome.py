"""The outcome of a rule, and the sentence that gives the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cecli.commands.check.rule import Rule, Undecided
from cecli.core.contract import plain
from cecli.report.parts import Limit, Severity, Verdict
from cecli.report.report import as_tables
from cecli.report.result import Notice

if TYPE_CHECKING:
    from cecli.report.checks import CheckDocument

WORST_FIRST = (Verdict.FAIL, Verdict.UNDECIDED, Verdict.PASS)


@dataclass(frozen=True)
class Outcome:
    """A rule, the numbers that it compared, and the verdict.

    Attributes
    ----------
    reason : one sentence for people.
    value, baseline, change : None if unknown.
    lower, upper : of the interval of the bounded number; None if the rule has no confidence.
    bounds : certain bounds of the bounded number, if they are all that is known of it.
    p_within : the p-value of the hypothesis that the true number is within the limit; None if it
        was not tested.
    margin : how far the value is beyond its limit, as a share of the limit; negative if it is
        within, infinite if it cannot be compared.
    group : the worst group, for a rule with groups.
    groups, failed_groups : number of groups, and of those that do not pass.
    """

    rule: Rule
    verdict: Verdict
    reason: str
    value: float | None = None
    baseline: float | None = None
    change: float | None = None
    lower: float | None = None
    upper: float | None = None
    bounds: tuple[float, float] | None = None
    p_within: float | None = None
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
        """The worst group in words, as column=value; empty if the rule has no groups."""
        return "" if self.group is None else self.rule.place(self.group)

    @property
    def fails(self) -> bool:
        """Whether the run fails by it."""
        return not self.passed and self.rule.severity is Severity.ERROR

    @property
    def warns(self) -> bool:
        """Whether it did not pass, and only warns."""
        return not self.passed and self.rule.severity is Severity.WARN

    @property
    def word(self) -> str:
        """The verdict in a table, where a warning is no failure."""
        if not self.warns:
            return str(self.verdict)
        return "warn" if self.verdict is Verdict.FAIL else f"warn, {self.verdict}"

    @property
    def sentence(self) -> str:
        """The message about a rule that did not pass, with the file and line of the rule."""
        origin = "" if self.rule.origin is None else f"{self.rule.origin}: "
        word = "failed" if self.verdict is Verdict.FAIL else "undecided"
        return f"{'warning' if self.warns else word}: {origin}{self.reason}"

    def to_document(self) -> "CheckDocument":
        """Return the outcome in the shape of its JSON."""
        from cecli.report.checks import CheckDocument

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
            severity=rule.severity,
        )


def badness(outcome: Outcome) -> tuple[int, float]:
    """Return the sort key of an outcome, which puts the worst first."""
    return WORST_FIRST.index(outcome.verdict), -outcome.margin


@dataclass(frozen=True)
class Checked:
    """A report, and the outcomes of the rules.

    Attributes
    ----------
    report : JSON values as the JSON contract defines them.
    name, baseline : names of the report, and of the baseline.
    notices : about the rules, and about the report beside its baseline.
    configuration : the path of the file that was obeyed; None if there is none.
    """

    document: ClassVar[str] = "verdicts"

    report: Mapping[str, Any]
    name: str
    outcomes: tuple[Outcome, ...]
    baseline: str | None = None
    notices: tuple[Notice, ...] = ()
    configuration: str | None = None

    def __str__(self) -> str:
        """Return the tables that the command prints."""
        return as_tables(self)

    @property
    def passed(self) -> bool:
        return not any(outcome.fails for outcome in self.outcomes)

    @property
    def failures(self) -> list[Outcome]:
        """The outcomes by which the run fails, the worst first."""
        return sorted((outcome for outcome in self.outcomes if outcome.fails), key=badness)

    @property
    def warnings(self) -> list[Outcome]:
        """The outcomes that did not pass and only warn, the worst first."""
        return sorted((outcome for outcome in self.outcomes if outcome.warns), key=badness)

    @property
    def paths(self) -> tuple[str, ...]:
        """The inputs of the report, which must not be written to."""
        return tuple(self.report["input"]["paths"])

    def to_dict(self) -> dict[str, Any]:
        """Return the report with the outcomes of the rules, as the JSON contract defines them."""
        stated = {} if self.configuration is None else {"configuration": self.configuration}
        return {
            **self.report,
            "checks": plain([outcome.to_document() for outcome in self.outcomes]),
            "notices": [*self.report["notices"], *plain(self.notices)],
            "baseline": self.baseline,
            **stated,
            "passed": self.passed,
        }


# Bounds are near to each other.
DIGITS, DIGITS_OF_BOUNDS = 6, 9

OF_VALUE: Mapping[tuple[Limit, Verdict], str] = {
    (Limit.MAX, Verdict.PASS): "at most",
    (Limit.MAX, Verdict.FAIL): "above the maximum of",
    (Limit.MAX, Verdict.UNDECIDED): "possibly above the maximum of",
    (Limit.MIN, Verdict.PASS): "at least",
    (Limit.MIN, Verdict.FAIL): "below the minimum of",
    (Limit.MIN, Verdict.UNDECIDED): "possibly below the minimum of",
}
OF_CHANGE = {
    Verdict.PASS: "within",
    Verdict.FAIL: "more than",
    Verdict.UNDECIDED: "possibly more than",
}
DIRECTIONS = {Limit.MAX_INCREASE: "increase", Limit.MAX_DECREASE: "decrease"}


def reason_of(outcome: Outcome, subject: str) -> str:
    """Return the sentence about a figure that could be compared."""
    rule, verdict = outcome.rule, outcome.verdict
    value = told(outcome.value)
    if verdict is Verdict.UNDECIDED and rule.confidence is not None and outcome.lower is None:
        return f"{subject} is {value}, but has no interval, which the rule's confidence requires"
    interval = interval_of(outcome)
    if not rule.limit.of_change:
        # Show all digits if the rounded value would equal the limit that it violates.
        if verdict is Verdict.FAIL and value == rule.amount.text:
            value = repr(outcome.value)
        return f"{subject} is {value}{interval}, {OF_VALUE[rule.limit, verdict]} {rule.amount.text}"
    change = outcome.change or 0.0
    return (
        f"{subject} is {value}, a change of {change:+.{DIGITS}g}{interval} from "
        f"{told(outcome.baseline)}: {OF_CHANGE[verdict]} the allowed {DIRECTIONS[rule.limit]} of "
        f"{rule.amount.text}"
    )


def told(value: float | None) -> str:
    """Return the text of a number in a sentence."""
    if value is None:
        return "undefined"
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.{DIGITS}g}"


def interval_of(outcome: Outcome) -> str:
    """Return the interval that was compared, after a space; empty if there is none."""
    confidence = outcome.rule.confidence
    if confidence is None and outcome.bounds is not None:
        lower, upper = (f"{bound:.{DIGITS_OF_BOUNDS}g}" for bound in outcome.bounds)
        return f" (for certain in [{lower}, {upper}])"
    if confidence is None or outcome.lower is None or outcome.upper is None:
        return ""
    bounds = f"[{told(outcome.lower)}, {told(outcome.upper)}]"
    return f" ({100 * confidence:g}% interval {bounds})"
