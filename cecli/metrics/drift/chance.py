"""What drift is expected by chance, if both samples are of one distribution.

References
----------
Yurdakul, B., Naranjo, J. (2020), Statistical properties of the population stability index.
doi:10.21314/JRMV.2020.227
Cochran, W. G. (1954), Some methods for strengthening the common χ² tests. doi:10.2307/3001616
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from cecli.metrics.drift.binned import Binned
from cecli.metrics.drift.differences import BinShares
from cecli.numerics import Floats
from cecli.numerics.anytime_counts import anytime_p_value
from cecli.numerics.distributions.logarithm import log
from cecli.numerics.tails import quantile, tail
from cecli.numerics.two_samples import (
    chi_squared_quantile,
    homogeneity,
    largest_difference_tail,
)
from cecli.report.result import Answer, Interval, Undefined

# The least number of rows that is expected in a bin of either sample, for an asymptotic test.
LEAST_EXPECTED = 5.0
LEVEL = 0.95
TOO_FEW = Undefined(
    f"fewer than {LEAST_EXPECTED:g} rows are expected in a bin, which is too few for what is known "
    "of many rows"
)
ONE_BIN = Undefined("there is a single bin")


class Sizes(NamedTuple):
    """For how many equal rows both samples stand, positive: (Σw)²/Σw² of rows with weights."""

    reference: float
    current: float

    @property
    def scale(self) -> float:
        """1/n + 1/m."""
        return 1.0 / self.reference + 1.0 / self.current


class OfPsi(NamedTuple):
    """What psi is by chance; undefined where too few rows are expected in a bin."""

    expected: Answer
    quantile: Answer
    p_value: Answer


def of_psi(binned: Binned, sizes: Sizes, psi: float, smooth: float) -> OfPsi:
    """Return the mean and the 95 % quantile of psi by chance, and its p-value."""
    if smooth:
        reason = Undefined("--smooth adds to each bin what chance does not")
        return OfPsi(reason, reason, reason)
    degrees = len(binned.bins) - 1
    if degrees < 1:
        return OfPsi(ONE_BIN, ONE_BIN, ONE_BIN)
    if _least_expected(binned, sizes) < LEAST_EXPECTED:
        return OfPsi(TOO_FEW, TOO_FEW, TOO_FEW)
    high = chi_squared_quantile(LEVEL, degrees) * sizes.scale
    infinite = Undefined("psi is infinite")
    p_value: Answer = infinite if psi == float("inf") else tail(psi / sizes.scale, degrees)
    return OfPsi(degrees * sizes.scale, high, p_value)


def interval_of_psi(
    binned: Binned, sizes: Sizes, shares: BinShares, psi: float, level: float
) -> Interval | None:
    """Return an interval for the psi of the two distributions that the samples are of.

    Returns
    -------
    Interval or None
        None if psi is infinite, or too few rows are expected in a bin.

    Notes
    -----
    psi is too large by its mean under no drift. Its variance is that of the delta method, to which
    the lower end adds the variance 2 (K − 1) (1/n + 1/m)² of no drift. The upper end is found for
    √psi, a length whose error is about √(1/n + 1/m) however small it is; it takes no bias away.
    Either end misses in 2.6 % of samples at most, at a level of 95 %.
    """
    degrees = len(binned.bins) - 1
    if psi == float("inf") or degrees < 1 or _least_expected(binned, sizes) < LEAST_EXPECTED:
        return None
    p, q, difference = shares
    log_ratio = log(q / p)
    slopes = -log_ratio - difference / p, log_ratio + difference / q
    parts = zip((p, q), slopes, sizes, strict=True)
    variance = sum(_variance(share, slope) / size for share, slope, size in parts)
    z = quantile((1.0 + level) / 2.0, math.inf)
    scale = sizes.scale
    wide = z * math.sqrt(variance + 2.0 * degrees * scale * scale)
    lower = min(psi, max(0.0, psi - degrees * scale - wide))
    of_root = math.sqrt(max(variance / (4.0 * psi) if psi > 0.0 else 0.0, scale))
    upper = (math.sqrt(psi) + z * of_root) ** 2
    # An error for which either end is no farther away.
    return Interval(max(upper - psi, psi - lower) / z, lower, upper, level)


def _variance(shares: Floats, values: Floats) -> float:
    mean = float((shares * values).sum())
    return max(0.0, float((shares * values * values).sum()) - mean * mean)


def _pooled(binned: Binned, sizes: Sizes) -> list[float]:
    """Return the share of each bin in both samples together."""
    n, m = binned.totals
    together = sizes.reference + sizes.current
    return [
        (each.reference / n * sizes.reference + each.current / m * sizes.current) / together
        for each in binned.bins
    ]


def _least_expected(binned: Binned, sizes: Sizes) -> float:
    return min(_pooled(binned, sizes)) * min(sizes)


class DriftTest(NamedTuple):
    """A p-value of "nothing has moved", and how many rare bins were counted as one for it."""

    p_value: Answer
    rare: int = 0


def of_categories(binned: Binned, sizes: Sizes) -> DriftTest:
    """Return the p-value of Pearson's test of homogeneity.

    Notes
    -----
    Bins in which fewer than LEAST_EXPECTED rows are expected are counted as one: which those are
    follows from both samples together, so that it tells nothing of their difference.
    """
    n, m = binned.totals
    pooled = _pooled(binned, sizes)
    is_rare = [share * min(sizes) < LEAST_EXPECTED for share in pooled]
    counts = [
        (each.reference / n * sizes.reference, each.current / m * sizes.current)
        for each in binned.bins
    ]
    common = [pair for pair, rare in zip(counts, is_rare, strict=True) if not rare]
    rare = [pair for pair, rare in zip(counts, is_rare, strict=True) if rare]
    if rare:
        common.append((sum(a for a, _ in rare), sum(b for _, b in rare)))
        common = _with_neighbour(common, sizes)
    if len(binned.bins) == 1:
        return DriftTest(ONE_BIN)
    if len(common) < 2:
        return DriftTest(TOO_FEW, len(rare))
    first, second = zip(*common, strict=True)
    return DriftTest(tail(homogeneity(first, second), len(common) - 1), len(rare))


def _with_neighbour(counts: list[tuple[float, float]], sizes: Sizes) -> list[tuple[float, float]]:
    """Return counts whose last class is large enough, joined with the smallest of the others."""
    *others, last = counts
    share = sum(last) / sum(sizes)
    if share * min(sizes) >= LEAST_EXPECTED or not others:
        return counts
    place = min(range(len(others)), key=lambda i: sum(others[i]))
    joined = tuple(a + b for a, b in zip(others.pop(place), last, strict=True))
    return [*others, joined]  # type: ignore[list-item]


def of_numbers(binned: Binned, sizes: Sizes) -> DriftTest:
    """Return the p-value of the test of Kolmogorov and Smirnov, and of the missing values.

    Notes
    -----
    If values are missing, there are two tests, and twice the smaller p-value counts (Bonferroni).
    Between the bounds of the difference the smallest counts, so that p is too large if anything.
    """
    tests: list[Answer] = []
    n, m = binned.totals
    if binned.ends is not None:
        # Rows without weights are counted, so that their test is exact where they are few.
        of_each = zip(sizes, (n, m), binned.present, strict=True)
        found = [here if size == total else size * here / total for size, total, here in of_each]
        tests.append(largest_difference_tail(binned.ends[0], *found))
    missing = binned.missing
    if missing is not None:
        present = missing._replace(
            is_missing=False, reference=n - missing.reference, current=m - missing.current
        )
        both = tuple(each for each in (present, missing) if each.reference or each.current)
        tests.append(of_categories(Binned(both), sizes).p_value)
    known = [answer for answer in tests if not isinstance(answer, Undefined)]
    if not known:
        return DriftTest(next(iter(tests), ONE_BIN))
    return DriftTest(min(1.0, len(tests) * min(known)))


def at_any_time(counts: Sequence[tuple[int, int]]) -> DriftTest:
    """Return the p-value that holds at any number of looks at more and more rows of now."""
    first, second = zip(*counts, strict=True)
    return DriftTest(anytime_p_value(first, second))
