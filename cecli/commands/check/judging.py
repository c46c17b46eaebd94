"""The verdict on one number against its limit, with or without its interval."""

import math
import sys
from fractions import Fraction

from cecli.commands.check.figures import Figure
from cecli.commands.check.outcome import Outcome, reason_of
from cecli.commands.check.pairs import Change
from cecli.commands.check.rule import Rule, exact, rounded
from cecli.core.dataclasses import dataclass, replace
from cecli.intervals.scales import Ends, ends, estimate, size_of
from cecli.numerics.tails import quantile as of_student
from cecli.numerics.tails import upper_tail
from cecli.report.parts import Limit, Verdict
from cecli.report.result import IntervalScale

UPPER = (Limit.MAX, Limit.MAX_INCREASE)
# Values that differ by less of their size differ by rounding alone, which tells nothing of noise.
ROUNDING = 2.0**-40


@dataclass(frozen=True)
class Bounded:
    """The number that a rule bounds: a value, or its change from the baseline.

    Attributes
    ----------
    value, limit : exact decimal numbers, as they are written.
    sign : 1 for an upper limit, -1 for a lower one.
    lower, upper : of the interval; None if there is none.
    least, most : how far the value may be from what is known of it for certain: 0, or less; and 0,
        or more.
    """

    value: Fraction
    limit: Fraction
    sign: int
    lower: float | None = None
    upper: float | None = None
    least: Fraction = Fraction(0)
    most: Fraction = Fraction(0)

    @property
    def excess(self) -> Fraction:
        """How far the value is beyond the limit; negative if it is within."""
        return self.sign * (self.value - self.limit)

    @property
    def margin(self) -> float:
        """The excess as a share of the limit, so that different metrics can be compared."""
        share = rounded(self.excess / abs(self.limit) if self.limit else self.excess)
        # Finite, as infinity is the margin of a value that cannot be compared.
        return min(share, sys.float_info.max)

    @property
    def bounds(self) -> Ends | None:
        """The certain bounds of the value; None if it is exact."""
        if self.least == self.most == 0:
            return None
        return rounded(self.value + self.least), rounded(self.value + self.most)

    def verdict(self, confidence: float | None) -> Verdict:
        """Return the verdict: on the value itself, or on the value and its whole interval.

        Where only bounds of the value are known, the rule holds if it holds at both.
        """
        if confidence is None:
            known = [self.excess + self.sign * off for off in (self.least, self.most)]
            if max(known) <= 0:
                return Verdict.PASS
            return Verdict.FAIL if min(known) > 0 else Verdict.UNDECIDED
        if self.lower is None or self.upper is None:
            return Verdict.UNDECIDED
        if not (math.isfinite(self.lower) and math.isfinite(self.upper)):
            return Verdict.UNDECIDED
        # An interval that does not hold its value decides nothing that the value contradicts.
        ends = [self.excess]
        ends += [self.sign * (exact(end) - self.limit) for end in (self.lower, self.upper)]
        if max(ends) <= 0:
            return Verdict.PASS
        return Verdict.FAIL if min(ends) > 0 else Verdict.UNDECIDED

    def p_within(self, confidence: float | None) -> float | None:
        """Return the p-value of the hypothesis that the true value is within the limit.

        Returns
        -------
        float or None
            None if there is no interval, and so no test.

        Notes
        -----
        The distance from the value to its interval's nearer end, towards the limit, is taken for
        that of a normal quantile. So p is (1 − confidence)/2 where the limit is that end, whatever
        the interval is made from.
        """
        if confidence is None or self.lower is None or self.upper is None:
            return None
        if self.lower == self.upper:
            return None
        end = self.lower if self.sign > 0 else self.upper
        if not math.isfinite(end):
            return 1.0
        half = self.sign * (self.value - exact(end))
        if half <= 0:
            return 1.0
        return upper_tail(quantile(confidence) * rounded(self.excess / half), math.inf)


def quantile(confidence: float) -> float:
    """Return the quantile of the normal distribution that bounds an interval of a confidence."""
    return of_student((1.0 + confidence) / 2.0, math.inf)


def judge(
    rule: Rule,
    figure: Figure | None,
    base: Figure | None,
    subject: str,
    whole: float = 0.0,
    paired: Change | None = None,
) -> Outcome:
    """Return the outcome for one figure.

    Parameters
    ----------
    base : the figure of the baseline; None if there is none.
    whole : the whole of a percentage, unless that is the baseline's figure.
    paired : the change itself, if it was computed row by row.

    Notes
    -----
    A figure that is missing, undefined or infinite cannot be compared, and fails.
    """
    value = None if figure is None else figure.value
    before = None if base is None else base.value
    change = _change(value, before) if paired is None else paired.figure.value
    seen = Outcome(rule, Verdict.FAIL, "", value, before, change)
    if reason := _unusable(figure, subject, "the report"):
        return replace(seen, reason=reason)
    if rule.limit.of_change and (reason := _unusable(base, subject, "the baseline")):
        return replace(seen, reason=reason)
    of_rows = Figure(0.0) if paired is None else paired.figure
    pairs = "the comparison of rows"
    if rule.limit.of_change and (reason := _unusable(of_rows, subject, pairs)):
        return replace(seen, reason=reason)
    bounded = bounded_of(rule, figure or Figure(0.0), base, whole, paired)
    seen = replace(
        seen,
        verdict=bounded.verdict(rule.confidence),
        lower=bounded.lower,
        upper=bounded.upper,
        p_within=bounded.p_within(rule.confidence),
        margin=bounded.margin,
        bounds=bounded.bounds,
    )
    return replace(seen, reason=reason_of(seen, subject))


def _unusable(figure: Figure | None, subject: str, of: str) -> str:
    """Return why a figure cannot be compared; empty if it can."""
    if figure is None:
        return f"{subject} is not in {of}"
    if figure.value is None:
        return f"{subject} is undefined in {of}"
    if math.isinf(figure.value):
        return f"{subject} is infinite in {of}"
    return "" if math.isfinite(figure.value) else f"{subject} is not a number in {of}"


def _change(value: float | None, before: float | None) -> float | None:
    if value is None or before is None or not math.isfinite(value) or not math.isfinite(before):
        return None
    return rounded(exact(value) - exact(before))


def bounded_of(
    rule: Rule, figure: Figure, base: Figure | None, whole: float, paired: Change | None = None
) -> Bounded:
    """Return the number that a rule bounds, from finite figures.

    Notes
    -----
    A change has the standard error of a difference of independent reports, which is too large if
    both reports are of the same rows. If the limit is a share r of the baseline b, the rule bounds
    value − (1 + r) b, so the limit has a standard error too. A paired change has its own standard
    error; a limit of a share adds at most r times the standard error of the baseline.
    """
    value, sign = exact(figure.value or 0.0), 1 if rule.limit in UPPER else -1
    if not rule.limit.of_change or base is None:
        least, most = (exact(end) - value for end in figure.ends)
        bounded = Bounded(value, rule.amount.of(whole), sign, least=least, most=most)
        return _with_interval(bounded, rule.confidence, figure)
    before = base.value or 0.0
    limit = sign * rule.amount.of(before)
    share = float(rule.amount.value / 100) if rule.amount.percent else 0.0
    if paired is not None:
        return _of_pairs(rule, paired, limit, sign, abs(share) * (base.se or 0.0))
    se = None
    if figure.se is not None and base.se is not None:
        se = math.hypot(figure.se, base.se * (1.0 + sign * math.copysign(share, before)))
    # The noise is judged by the size of the values: their difference may be far smaller.
    size = max(abs(figure.value or 0.0), abs(before))
    # The bounds of the baseline move the change, and a limit that is a share of it.
    moves = [
        exact(end) - value - (exact(start) - exact(before))
        - (sign * rule.amount.of(start) - limit)
        for end in figure.ends
        for start in base.ends
    ]  # fmt: skip
    bounded = Bounded(value - exact(before), limit, sign, least=min(moves), most=max(moves))
    return _with_interval(bounded, rule.confidence, Figure(None, se), size)


def _of_pairs(
    rule: Rule, paired: Change, limit: Fraction, sign: int, noise_of_limit: float
) -> Bounded:
    """Return the number that a rule bounds, for a change that was computed row by row."""
    figure, change = paired.figure, paired.figure.value or 0.0
    bounded = Bounded(exact(change), limit, sign)
    if paired.is_none:
        # No row has changed, so there is no uncertainty, even with few rows.
        sure = None if rule.confidence is None else change
        return replace(bounded, lower=sure, upper=sure)
    if not figure.se or figure.lower is None or figure.upper is None:
        return bounded
    # The interval of the comparison (Student's t for few rows), widened by the noise of the limit.
    wider = noise_of_limit / figure.se
    widened = replace(
        figure,
        se=figure.se + noise_of_limit,
        lower=figure.lower + wider * (figure.lower - change),
        upper=figure.upper + wider * (figure.upper - change),
    )
    return _with_interval(bounded, rule.confidence, widened, paired.size)


def _with_interval(
    bounded: Bounded, confidence: float | None, figure: Figure, size: float | None = None
) -> Bounded:
    """Return the number with its interval at the level of a confidence, if one is given.

    Parameters
    ----------
    size : of the numbers that the value is made from; by default its own.
    """
    if confidence is None:
        return bounded
    lower, upper = figure.lower, figure.upper
    if figure.level != confidence or lower is None or upper is None:
        found = ends_at(figure, rounded(bounded.value), confidence)
        if found is None:
            return bounded
        lower, upper = found
        if not (math.isfinite(lower) and math.isfinite(upper)):
            return replace(bounded, lower=-math.inf, upper=math.inf)
    size = abs(rounded(bounded.value)) if size is None else size
    if (upper - lower) / (2.0 * quantile(confidence)) <= ROUNDING * size:
        # If all values are alike, perhaps in a few rows only, their noise is unknown.
        return bounded
    # An interval is around a value; it is as far from that which is not known exactly.
    lower, upper = lower + rounded(bounded.least), upper + rounded(bounded.most)
    return replace(bounded, lower=lower, upper=upper)


def ends_at(figure: Figure, value: float, confidence: float) -> Ends | None:
    """Return the ends of a figure's interval at another level; None if it has no interval."""
    if figure.se is None or not (math.isfinite(value) and math.isfinite(figure.se)):
        return None if figure.se is None else (-math.inf, math.inf)
    degrees, size = math.inf if figure.degrees is None else figure.degrees, 0.0
    if figure.se == 0.0 and None not in (figure.lower, figure.upper, figure.level):
        given = (figure.lower or 0.0, figure.upper or 0.0)
        margin = of_student((1.0 + (figure.level or 0.0)) / 2.0, degrees)
        size = size_of(figure.scale, value, given, margin)
    found = estimate(figure.scale, value, figure.se, size)
    if not (found.se or found.size):
        return None
    scale = figure.scale if 0.0 < found.size < math.inf else IntervalScale.LINEAR
    return ends(scale, found, of_student((1.0 + confidence) / 2.0, degrees))
