"""The interval between percentiles of a bootstrap's replicates.

References
----------
Efron, B. (1979), Bootstrap methods: another look at the jackknife. doi:10.1214/aos/1176344552
Davison, A. C., Hinkley, D. V. (1997), Bootstrap methods and their application, section 5.3.
"""

import math
import statistics
from collections.abc import Sequence
from fractions import Fraction

from cecli.report.result import Interval

# So many replicates are to be beyond the two ends of an interval, taken together.
LEAST_BEYOND = 5


def least_replicates(level: float) -> int:
    """Return how many replicates an interval of this level needs.

    Examples
    --------
    >>> least_replicates(0.95), least_replicates(0.99)
    (100, 500)
    """
    return math.ceil(LEAST_BEYOND / (1 - _exact(level)))


def percentile_interval(values: Sequence[float], level: float) -> Interval:
    """Return the interval between two percentiles of some values, and their standard deviation.

    Parameters
    ----------
    values : a metric's in each replicate; infinite ones are beyond all others.

    Notes
    -----
    Of R values in order, the ends are the k-th from below and the k-th from above, with k the whole
    part of (R + 1)(1 − level)/2. Nothing is interpolated, so that the interval of a rising function
    of a metric is that function of its ends. Fewer than `least_replicates` have no interval.

    Examples
    --------
    >>> interval = percentile_interval([float(x) for x in range(1, 1000)], 0.95)
    >>> interval.lower, interval.upper
    (25.0, 975.0)
    """
    if len(values) < least_replicates(level):
        return Interval(None, None, None, level, "bootstrap")
    ordered = sorted(values)
    place = int((len(ordered) + 1) * (1 - _exact(level)) / 2)
    se = math.inf if any(map(math.isinf, ordered)) else statistics.stdev(ordered)
    return Interval(se, ordered[place - 1], ordered[-place], level, "bootstrap")


def _exact(level: float) -> Fraction:
    """Return the decimal number that was meant: 0.9 is nine tenths."""
    return Fraction(repr(level))
