"""Quantiles and extremes of a score that may be negative, over the rows."""

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from itertools import accumulate

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States
from cecli.metrics.metric import Metric
from cecli.numerics import Floats
from cecli.report.result import Answer, Definition
from cecli.statistics.first_rows import Largest
from cecli.statistics.mean import Score
from cecli.statistics.quantiles import RELATIVE_ERROR, Quantiles


@dataclass(frozen=True)
class Negated:
    """The negative of a score."""

    score: Score

    def __call__(self, chunk: Chunk) -> Floats:
        return 0.0 - chunk.once(self.score)


@dataclass(frozen=True)
class PositivePart:
    """A score where it is positive, else 0."""

    score: Score

    def __call__(self, chunk: Chunk) -> Floats:
        found: Floats = np.maximum(chunk.once(self.score), 0.0)
        return found


def largest_metric(definition: Definition, meaning: str, score: Score) -> Metric:
    """Return the largest value of a score, and its place."""
    largest = Largest(score)
    return Metric(
        definition,
        meaning,
        (largest,),
        partial(_largest, largest, 1.0),
        place=partial(_place, largest),
    )


def smallest_metric(definition: Definition, meaning: str, score: Score) -> Metric:
    """Return the smallest value of a score, and its place."""
    largest = Largest(Negated(score))
    return Metric(
        definition,
        meaning,
        (largest,),
        partial(_largest, largest, -1.0),
        place=partial(_place, largest),
    )


def _largest(largest: Largest, sign: float, states: States) -> Answer:
    return sign * states[largest].value + 0.0


def _place(largest: Largest, states: States) -> str:
    position = states[largest].position
    return "" if position is None else position.place


def quantile_metric(definition: Definition, meaning: str, score: Score, level: Fraction) -> Metric:
    """Return a quantile of a score: one of its values, but for the error of bins."""
    above, below = Quantiles(PositivePart(score)), Quantiles(PositivePart(Negated(score)))
    ends = Largest(score), Largest(Negated(score))
    return Metric(
        definition,
        f"{meaning} (within {RELATIVE_ERROR:.2%})",
        (above, below, *ends),
        partial(_quantile, (above, below), ends, level),
    )


def _quantile(
    sides: tuple[Quantiles, Quantiles],
    ends: tuple[Largest, Largest],
    level: Fraction,
    states: States,
) -> Answer:
    above, below = (states[side] for side in sides)
    high, low = (states[end].value for end in ends)
    # From the least on: those below 0, all that are 0, and those above it.
    negative = [(-middle, weight) for middle, weight in reversed(below.middles()) if middle > 0.0]
    positive = [(middle, weight) for middle, weight in above.middles() if middle > 0.0]
    zero = above.total - sum(weight for _, weight in (*negative, *positive))
    middles = [each for each in (*negative, (0.0, zero), *positive) if each[1]]
    reached = accumulate(weight for _, weight in middles)
    wanted = level * above.total
    middle = next(x for (x, _), so_far in zip(middles, reached, strict=True) if so_far >= wanted)
    # The midpoint of a bin may be beyond all of its values.
    return min(max(middle, 0.0 - low), high)


def percent_of(level: Fraction) -> str:
    """Return a level in percent."""
    return f"{float(100 * level):g}"


# The levels of quantiles, by what their names end in.
SIGNED_LEVELS: Mapping[str, Fraction] = {
    "p001": Fraction(1, 1000), "p01": Fraction(1, 100), "p05": Fraction(1, 20),
    "p10": Fraction(1, 10), "p25": Fraction(1, 4), "p50": Fraction(1, 2), "p75": Fraction(3, 4),
    "p90": Fraction(9, 10), "p95": Fraction(19, 20), "p99": Fraction(99, 100),
    "p999": Fraction(999, 1000),
}  # fmt: skip
