"""Intervals by formula of many groups at once, with the bits of `formula` and `scales`.

Arrays have one element for each group, and NaN where a group is no usual case: one row, values that
are all alike, an infinite loss, or a number next to the middle between two floats. Such groups are
computed one by one. So what is written here is the usual case alone.
"""

import math
from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass
from cecli.intervals.delta import (
    FEW_ROWS,
    ROUNDING,
)
from cecli.intervals.formula import IN_PROPORTION, SEEN, ManyLeast, ManySlopes
from cecli.intervals.weighted import SURE, tau_and_below
from cecli.numerics import Floats
from cecli.numerics.distributions.exponential import exp
from cecli.numerics.distributions.logarithm import log
from cecli.numerics.sums.pairs import FloatPairs
from cecli.numerics.tails import quantile
from cecli.report.grouped.table import IntervalColumns
from cecli.report.result import Definition, IntervalScale
from cecli.statistics.group_columns import GroupColumns, ProductColumns
from cecli.statistics.mean import FIFTH_POWER, POWERS, WEIGHT, Mean, Product

try:
    # Sums and squares as Python rounds them, compiled.
    from cecli.numerics import scalar_loops
except ImportError:
    scalar_loops = None  # type: ignore[assignment]

ManyEnds = tuple[Floats, Floats]
# Fifth powers of weights whose mean is between these are far from the ends of the range of a
# float64.
LEAST_MEAN, LARGEST_MEAN = 2.0**-199, 2.0**199


class Estimates(NamedTuple):
    """`scales.Estimate` of each group."""

    value: Floats
    se: Floats
    size: Floats


def error_of_many(
    slopes: ManySlopes,
    error: Callable[[Mean], Floats],
    correlation: Callable[[Mean, Mean], Floats],
) -> Floats:
    """Return √(gᵀΣg) as `delta.error_of`."""
    terms = [(mean, slope * error(mean)) for mean, slope in slopes.items()]
    largest: Floats = np.maximum.reduce([np.abs(term) for _, term in terms])
    if len(terms) == 1:
        return largest
    total = [_square(term / largest) for _, term in terms]
    for (x, first), (y, second) in combinations(terms, 2):
        total.append(2.0 * correlation(x, y) * (first / largest) * (second / largest))
    return largest * np.sqrt(np.maximum(_sum(total), 0.0))


def _square(x: Floats) -> Floats:
    """Return the squares as Python rounds them."""
    if scalar_loops is not None:
        return scalar_loops.squares(x)
    return np.array([value**2 for value in x.tolist()])


def _sum(terms: list[Floats]) -> Floats:
    """Return the sums of some terms, correctly rounded."""
    if scalar_loops is not None:
        return scalar_loops.sums(terms)
    return np.array(list(map(math.fsum, zip(*(term.tolist() for term in terms), strict=True))))


@dataclass(frozen=True)
class CorrelationsOfMeans:
    """`delta.CorrelationOfMeans` of each group."""

    x: Mean
    y: Mean

    def __call__(self, columns: GroupColumns) -> Floats:
        product: ProductColumns = columns[Product(self.x.score, self.y.score)]
        return product.correlation_of_means(columns[self.x], columns[self.y])


class Corrections(NamedTuple):
    """What draws make of the standard errors of means: `Draws.corrected` of each group.

    Attributes
    ----------
    factor : of the standard error with the factor √(rows/(rows − 1)).
    degrees : of freedom.
    """

    factor: Floats | float
    degrees: Floats


class ManySpread(NamedTuple):
    """`delta.Spread` of each group."""

    se: Floats
    degrees: Floats


def of_equal_rows(columns: GroupColumns) -> Corrections:
    """Return the corrections as `IndependentRows`."""
    rows: Floats = columns[WEIGHT].rows
    return Corrections(1.0, np.where(rows <= FEW_ROWS, rows - 1.0, math.inf))


def of_weighted_rows(columns: GroupColumns) -> Corrections:
    """Return the corrections as `WeightedRows`."""
    weights, powers = columns[WEIGHT], columns[POWERS]
    total, rows = weights.total, FloatPairs.exactly(weights.rows)
    sums = (powers.total, powers.twice_weighted, powers.squares, columns[FIFTH_POWER].total)
    second, third, fourth, fifth = (part / total**k for k, part in enumerate(sums, start=2))
    tau, below = tau_and_below(second, third, fourth, fifth)
    degrees = _square(np.sqrt((tau * tau / below).rounded()))
    factor = np.sqrt(((rows - 1) / rows * second / tau).rounded())
    mean = weights.rounded / weights.rows
    is_usual = (mean > LEAST_MEAN) & (mean < LARGEST_MEAN)
    is_usual &= (degrees > 1.0) & (below.high > 2.0 * SURE * fifth.high)
    return Corrections(
        np.where(is_usual, factor, np.nan),
        np.where(is_usual, np.where(degrees <= FEW_ROWS, degrees, math.inf), np.nan),
    )


def spread_of_many(
    slopes: ManySlopes, columns: GroupColumns, corrections: Callable[[GroupColumns], Corrections]
) -> ManySpread:
    """Return the spreads as `IndependentRows.spread`."""
    se = error_of_many(
        slopes,
        lambda mean: columns[mean].error_of_mean,
        lambda x, y: columns.once(CorrelationsOfMeans(x, y)),
    )
    size = _sum([np.abs(slope) * np.abs(columns[mean].rounded) for mean, slope in slopes.items()])
    is_rounding = se * np.sqrt(columns[WEIGHT].rows) <= ROUNDING * size
    found = columns.once(corrections)
    return ManySpread(np.where(is_rounding, 0.0, se) * found.factor, found.degrees)


def margins(level: float, degrees: Floats) -> Floats:
    """Return the quantile of Student's t distribution of each group; NaN for a single row."""
    distinct, places = np.unique(degrees, return_inverse=True)
    found = [
        quantile((1.0 + level) / 2.0, freedom) if freedom > 0.0 else math.nan
        for freedom in distinct.tolist()
    ]
    return np.array(found)[places]


def around_many(
    definition: Definition,
    value: Floats,
    spread: ManySpread,
    least: ManyLeast | None,
    columns: GroupColumns,
    level: float,
) -> IntervalColumns:
    """Return the intervals around some values as `Formula.around`."""
    scale, (se, degrees) = definition.scale, spread
    size = np.full(len(value), np.nan)
    if scale is IntervalScale.SHARE:
        size = np.where(
            ((value == 0.0) | (value == 1.0)) & (se == 0.0), columns.once(_effective), size
        )
    found = _estimate(scale, value, se, size)
    is_floored = np.zeros(len(value), dtype=np.bool_)
    if scale in IN_PROPORTION and least is not None:
        found, is_floored = _at_least(scale, found, least)
    lower, upper = _ends(scale, found, margins(level, degrees))
    return IntervalColumns(
        found.se,
        np.maximum(lower, definition.low),
        np.minimum(upper, definition.high),
        level,
        degrees,
        is_floored,
        scale,
    )


def _effective(columns: GroupColumns) -> Floats:
    found: Floats = columns[WEIGHT].effective_rows.rounded()
    return found


def _mean(scale: IntervalScale, value: Floats) -> Floats:
    match scale:
        case IntervalScale.COMPLEMENT:
            return 1.0 - value
        case IntervalScale.EXPONENTIAL:
            return log(value)
        case _:
            return np.abs(value)


def _error(scale: IntervalScale, value: Floats, se: Floats) -> Floats:
    return se / value if scale is IntervalScale.EXPONENTIAL else se


def _estimate(scale: IntervalScale, value: Floats, se: Floats, size: Floats) -> Estimates:
    """Return estimates; NaN where the error is 0, but for the sizes that are given."""
    mean, error = _mean(scale, value), _error(scale, value, se)
    variance = mean * (1.0 - mean) if scale is IntervalScale.SHARE else mean
    found = variance / error / error
    is_usual = (error > 0.0) & (variance > 0.0) & (found > 0.0) & (found < math.inf)
    size = np.where(is_usual, found, size)
    return Estimates(value, np.where(np.isnan(size), np.nan, se), size)


def _at_least(
    scale: IntervalScale, found: Estimates, least: ManyLeast
) -> tuple[Estimates, NDArray[np.bool_]]:
    derivative = found.value if scale is IntervalScale.EXPONENTIAL else 1.0
    mean, error = np.abs(least.value / derivative), least.se / derivative
    size = mean / error / error
    fade = np.maximum(1.0, mean * size / SEEN)
    size = size * (fade * fade)
    is_floored = found.size > size
    at_size = np.sqrt(_mean(scale, found.value)) / np.sqrt(size)
    se = np.where(is_floored, at_size / _error(scale, found.value, np.ones(len(size))), found.se)
    known = (size > 0.0) & (size < math.inf) & (least.se > 0.0)
    return (
        Estimates(
            found.value,
            np.where(known, se, np.nan),
            np.where(known, np.where(is_floored, size, found.size), np.nan),
        ),
        is_floored,
    )


def _ends(scale: IntervalScale, of: Estimates, margin: Floats) -> ManyEnds:
    if scale is IntervalScale.LINEAR:
        return of.value - margin * of.se, of.value + margin * of.se
    if scale is IntervalScale.SHARE:
        return _of_share(of.value, of.size, margin)
    if scale is IntervalScale.LOG:
        reach = margin * (1.0 / (np.sqrt(of.size) * np.sqrt(of.value)))
        low, high = (of.value * exp(sign * reach) for sign in (-1.0, 1.0))
        return np.minimum(of.value, low), np.maximum(of.value, high)
    low, high = _in_proportion(_mean(scale, of.value), of.size, margin)
    match scale:
        case IntervalScale.COMPLEMENT:
            return 1.0 - high, 1.0 - low
        case IntervalScale.EXPONENTIAL:
            return exp(low), exp(high)
        case _:
            is_below = of.value < 0.0
            return np.where(is_below, -high, low), np.where(is_below, -low, high)


def _of_share(share: Floats, rows: Floats, margin: Floats) -> ManyEnds:
    extra = margin * margin / rows
    root = np.sqrt(share) * np.sqrt(1.0 - share) / np.sqrt(rows)
    high = share + extra / 2.0 + margin * _hypot(root, margin / rows / 2.0)
    low = share * np.divide(share, high, out=np.zeros_like(share), where=share != 0.0)
    return low, np.maximum(share, np.minimum(1.0, high / (1.0 + extra)))


def _in_proportion(mean: Floats, rate: Floats, margin: Floats) -> ManyEnds:
    extra = margin * margin / (2.0 * rate)
    high = mean + extra + margin * _hypot(np.sqrt(mean) / np.sqrt(rate), margin / rate / 2.0)
    return mean * (mean / high), high


def _hypot(x: Floats, y: Floats) -> Floats:
    """Return √(x² + y²): numpy's is that of the C library, and Python has its own."""
    return np.array(list(map(math.hypot, x.tolist(), y.tolist())))
