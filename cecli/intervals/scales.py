"""The ends of an interval, where a test of the value would just not reject.

A mean of skewed losses varies in proportion to itself, as a count of events does: with a rate k,
its variance is mean/k. A share varies as p(1 − p)/n. So the variance at an end differs from that at
the value, and the ends solve (value − end)² = margin² · variance(end).

References
----------
Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference.
doi:10.1080/01621459.1927.10502953
Korn, E. L., Graubard, B. I. (1998), Confidence intervals for proportions with small expected number
of positive counts estimated from survey data. Survey Methodology 24, 193-201.
"""

import math
from typing import NamedTuple

from cecli.numerics import scalars
from cecli.report.result import IntervalScale

Ends = tuple[float, float]
# The scales of values between 0 and 1, whose size is p(1 − p) over their variance.
OF_SHARES = frozenset({IntervalScale.SHARE, IntervalScale.LOGIT})


class Estimate(NamedTuple):
    """A value and how precisely it is known.

    Attributes
    ----------
    se : its standard error.
    size : of a value between 0 and 1, the number of equal rows whose share is as precise; of a mean
        whose variance is in proportion to itself, their quotient. It is known even where the
        standard error is 0.
    """

    value: float
    se: float
    size: float


def estimate(scale: IntervalScale, value: float, se: float, size: float = 0.0) -> Estimate:
    """Return an estimate, with the size that follows from its standard error.

    Parameters
    ----------
    size : the size if it does not follow, because the standard error is 0.
    """
    mean = _mean(scale, value)
    error = _error(scale, value, se)
    variance = mean * (1.0 - mean) if scale in OF_SHARES else mean
    # Not by the square of the error, which may underflow.
    return Estimate(value, se, variance / error / error if error and variance > 0.0 else size)


def at_size(scale: IntervalScale, value: float, size: float) -> Estimate:
    """Return the estimate of a mean whose quotient by its variance is known."""
    mean = _mean(scale, value)
    error = math.sqrt(mean) / math.sqrt(size)
    return Estimate(value, error / (_error(scale, value, 1.0) or 1.0), size)


def _mean(scale: IntervalScale, value: float) -> float:
    """Return the mean of which a value is a function."""
    match scale:
        case IntervalScale.COMPLEMENT:
            return 1.0 - value
        case IntervalScale.EXPONENTIAL:
            return scalars.log(value) if value > 0.0 else -math.inf
        case _:
            return abs(value)


def _error(scale: IntervalScale, value: float, se: float) -> float:
    """Return the standard error of the mean of which a value is a function."""
    return se / value if scale is IntervalScale.EXPONENTIAL else se


def ends(scale: IntervalScale, of: Estimate, margin: float) -> Ends:
    """Return the ends of an interval.

    Parameters
    ----------
    margin : the quantile of the distribution, in standard errors.

    Examples
    --------
    >>> ends(IntervalScale.LINEAR, Estimate(3.0, 1.0, 0.0), 2.0)
    (1.0, 5.0)
    >>> [round(end, 4) for end in ends(IntervalScale.SHARE, Estimate(1.0, 0.0, 40.0), 1.959964)]
    [0.9124, 1.0]
    >>> [round(end, 4) for end in ends(IntervalScale.LOGIT, Estimate(0.8, 0.08, 25.0), 2.0)]
    [0.5954, 0.9158]
    >>> [round(end, 4) for end in ends(IntervalScale.LOG, Estimate(2.0, 0.1, 200.0), 2.0)]
    [1.8097, 2.2103]
    >>> [round(end, 4) for end in ends(IntervalScale.PROPORTIONAL, Estimate(0.0, 0.0, 1.0), 2.0)]
    [0.0, 4.0]
    """
    value = of.value
    if scale is IntervalScale.LINEAR:
        return value - margin * of.se, value + margin * of.se
    if scale is IntervalScale.SHARE:
        return _of_share(value, of.size, margin)
    if scale is IntervalScale.LOG:
        # By roots, whose product does not underflow.
        reach = margin * (1.0 / (math.sqrt(of.size) * math.sqrt(value)))
        return min(value, value * _exp(-reach)), max(value, value * _exp(reach))
    if scale is IntervalScale.LOGIT:
        reach = margin * _error_of_logit(of)
        # Rounding must not move an end beyond the value.
        return min(value, _moved(value, -reach)), max(value, _moved(value, reach))
    low, high = _in_proportion(_mean(scale, value), of.size, margin)
    match scale:
        case IntervalScale.COMPLEMENT:
            return 1.0 - high, 1.0 - low
        case IntervalScale.EXPONENTIAL:
            return _exp(low), _exp(high)
        case _:
            return (-high, -low) if value < 0.0 else (low, high)


def size_of(scale: IntervalScale, value: float, ends: Ends, margin: float) -> float:
    """Return the size of an estimate from the ends of its interval, for a standard error of 0."""
    low, high = sorted(_mean(scale, end) for end in ends)
    mean = _mean(scale, value)
    if scale is IntervalScale.LOG:
        if not 0.0 < mean < high < math.inf:
            return 0.0
        return (margin / (scalars.log(high) - scalars.log(mean))) ** 2 / mean
    if scale is IntervalScale.LOGIT:
        if not 0.0 < mean < high < 1.0:
            return 0.0
        return (margin / (_logit(high) - _logit(mean))) ** 2 / (mean * (1.0 - mean))
    end = low if mean - low > high - mean else high
    variance = end * (1.0 - end) if scale is IntervalScale.SHARE else end
    return margin * margin * variance / ((end - mean) * (end - mean)) if end != mean else 0.0


def mirrored(scale: IntervalScale, value: float, end: float) -> float:
    """Return the mirror image of an end at the value, where the variance is the same everywhere.

    That is on the scale of the value, its root, or the angle arcsin √p; beyond a bound of the
    scale, it is the bound.
    """
    if scale is IntervalScale.LINEAR or math.isinf(end):
        return 2.0 * value - end
    at_value, at_end = _mean(scale, value), _mean(scale, end)
    if scale is IntervalScale.LOGIT:
        if not (0.0 < value < 1.0 and 0.0 < end < 1.0):
            return min(max(2.0 * value - end, 0.0), 1.0)
        return _moved(value, _logit(value) - _logit(end))
    if scale is IntervalScale.LOG:
        return value * (value / end) if end > 0.0 else math.inf
    if scale is IntervalScale.SHARE:
        return _mirrored_share(at_value, at_end)
    root = max(2.0 * math.sqrt(at_value) - math.sqrt(at_end), 0.0)
    match scale:
        case IntervalScale.COMPLEMENT:
            return 1.0 - root * root
        case IntervalScale.EXPONENTIAL:
            return _exp(root * root)
        case _:
            return math.copysign(root * root, value)


def _mirrored_share(share: float, end: float) -> float:
    """Return sin²(2a − b), with sin²a the share and sin²b the end; 0 or 1 if 2a − b is beyond."""
    double_sine, double_cosine = 2.0 * math.sqrt(share * (1.0 - share)), 1.0 - 2.0 * share
    sine = double_sine * math.sqrt(1.0 - end) - double_cosine * math.sqrt(end)
    cosine = double_cosine * math.sqrt(1.0 - end) + double_sine * math.sqrt(end)
    if cosine < 0.0:
        return 1.0
    return min(1.0, max(0.0, sine) ** 2)


def _of_share(share: float, rows: float, margin: float) -> Ends:
    extra = margin * margin / rows
    # By roots, as the square of a small share over many rows underflows.
    root = math.sqrt(share) * math.sqrt(1.0 - share) / math.sqrt(rows)
    high = share + extra / 2.0 + margin * math.hypot(root, margin / rows / 2.0)
    # The ends have the product share²/(1 + extra): no difference, which would cancel. Rounding must
    # not move an end beyond the share.
    return share * (share / high) if share else 0.0, max(share, min(1.0, high / (1.0 + extra)))


def _logit(share: float) -> float:
    return scalars.log(share) - scalars.log1p(-share)


def _error_of_logit(of: Estimate) -> float:
    """Return the standard error of the logit of a share: infinite if the share is 0 or 1."""
    if not 0.0 < of.value < 1.0:
        return math.inf
    return 1.0 / (math.sqrt(of.size) * math.sqrt(of.value) * math.sqrt(1.0 - of.value))


def _moved(share: float, reach: float) -> float:
    """Return the value whose logit is so far above that of a share, or below it."""
    if math.isinf(reach):
        return 1.0 if reach > 0.0 else 0.0
    odds, far = share / (1.0 - share), _exp(-reach)
    return odds / (odds + far)


def _in_proportion(mean: float, rate: float, margin: float) -> Ends:
    extra = margin * margin / (2.0 * rate)
    high = (
        mean + extra + margin * math.hypot(math.sqrt(mean) / math.sqrt(rate), margin / rate / 2.0)
    )
    # The product of the ends is mean²: no difference, which would cancel.
    return mean * (mean / high), high


def _exp(x: float) -> float:
    try:
        return scalars.exp(x)
    except OverflowError:
        return math.inf
