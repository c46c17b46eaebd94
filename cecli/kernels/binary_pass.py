"""The statistics of a report on binary predictions, from one compiled pass over a chunk.

Each statistic can also summarize a chunk by itself, with the same bits, and does so if this pass
was not built or does not apply. The pass is the faster way for usual rows.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from operator import add
from typing import Any, NamedTuple, Self

from cecli.columns.numbers import AnyScale, Scale
from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import Joint, Statistic
from cecli.kernels.moments import Moments, added, mean_of, share_of, weights_of
from cecli.metrics.accuracy import hit
from cecli.metrics.balanced import POSITIVE_COST, positive_cost
from cecli.metrics.base_rate import BASE_RATE, MEAN_PREDICTION, prediction_entropy, prob, target
from cecli.metrics.brier import brier
from cecli.metrics.calibration_tests.skewness import (
    BRIER_SKEWNESS,
    LOSS_SKEWNESS,
    OUTCOME_SKEWNESS,
    SKEWNESS_BY_LOGIT,
    SKEWNESS_BY_SQUARES,
)
from cecli.metrics.concentration import MANTISSA_BITS
from cecli.metrics.cross_entropy import CROSS_ENTROPY, cross_entropy, no_entropy
from cecli.metrics.predicted_variance import (
    BRIER_VARIANCE,
    ENTROPY_BY_PROB,
    GRID_EXPONENT,
    LOSS_COVARIANCE,
    LOSS_VARIANCE,
    OUTCOME_VARIANCE,
)
from cecli.notices.loss import CHANGE_BY_CLIP, DECIDED, INFINITE, SUGGESTED_CLIP
from cecli.numerics.sums.exact import COMPILED_SHIFT, UNIT_EXPONENT
from cecli.preparations.rows import bounds
from cecli.statistics.cells.prediction_cells import CELLS, CellsState
from cecli.statistics.first_rows import (
    NO_ROWS,
    USED_LINES,
    EveryState,
    Largest,
    LargestState,
    UsedLinesState,
)
from cecli.statistics.mean import WEIGHT, Mean, MeanState, Product, ProductState
from cecli.statistics.quantiles import Quantiles, QuantilesState

try:
    from cecli.kernels import one_pass
except ImportError:
    one_pass = None  # type: ignore[assignment]

# Bins for losses from 2⁻⁵⁴, less only for the smallest predictions, to 2¹⁰, more than any loss.
LEAST_EXPONENT, EXPONENTS = -54, 64
FIRST_BIN, BINS = (1023 + LEAST_EXPONENT) << MANTISSA_BITS, EXPONENTS << MANTISSA_BITS

NO_ENTROPY, PREDICTION_ENTROPY = Mean(no_entropy), Mean(prediction_entropy)
BRIER, ACCURACY = Mean(brier), Mean(hit)
DISTRIBUTION, LARGEST = Quantiles(cross_entropy, MANTISSA_BITS), Largest(cross_entropy)
LOSS_BY_TARGET, TARGET_BY_PROB = Product(cross_entropy, target), Product(target, prob)
# Products with the loss of positive rows, which is 0 in the others.
LOSS_BY_COST, COST_BY_TARGET = Product(cross_entropy, positive_cost), Product(positive_cost, target)

STATISTICS: frozenset[Statistic[Any]] = frozenset(
    {
        WEIGHT,
        USED_LINES,
        CROSS_ENTROPY,
        NO_ENTROPY,
        BASE_RATE,
        MEAN_PREDICTION,
        PREDICTION_ENTROPY,
        BRIER,
        ACCURACY,
        DISTRIBUTION,
        LARGEST,
        LOSS_BY_TARGET,
        TARGET_BY_PROB,
        OUTCOME_VARIANCE,
        LOSS_COVARIANCE,
        LOSS_VARIANCE,
        BRIER_VARIANCE,
        ENTROPY_BY_PROB,
        OUTCOME_SKEWNESS,
        SKEWNESS_BY_LOGIT,
        SKEWNESS_BY_SQUARES,
        LOSS_SKEWNESS,
        BRIER_SKEWNESS,
        POSITIVE_COST,
        LOSS_BY_COST,
        COST_BY_TARGET,
        INFINITE,
        DECIDED,
        CHANGE_BY_CLIP,
        CELLS,
    }
)


# Without all of these, the pass would take longer than the statistics one by one.
ENOUGH = frozenset({CROSS_ENTROPY, DISTRIBUTION, CELLS})


# What the pass sums up, and its squares; what else adds up over rows: see `one_pass.Sums`. The
# order on the grid is that of `weighted_sums.Sums`, too.
MOMENTS = ("prob", "loss", "entropy", "squared_error", "outcome_variance", "loss_of_positives")
ON_GRID = {
    LOSS_COVARIANCE: "loss_covariance",
    LOSS_VARIANCE: "loss_variance",
    BRIER_VARIANCE: "brier_variance",
    ENTROPY_BY_PROB: "entropy_by_prob",
    OUTCOME_SKEWNESS: "outcome_skewness",
    SKEWNESS_BY_LOGIT: "skewness_by_logit",
    SKEWNESS_BY_SQUARES: "skewness_by_squares",
    LOSS_SKEWNESS: "loss_skewness",
    BRIER_SKEWNESS: "brier_skewness",
}
COUNTS = ("positives", "hits", "decided", "lossless", "counts")
TOTALS = ("prob_of_positives", *ON_GRID.values(), *COUNTS)


@dataclass(frozen=True, eq=False)
class BinaryStates(Joint):
    """The states of all of `STATISTICS`, over rows whose losses all have a bin, or are 0.

    Attributes
    ----------
    rows, lines : the rows, each as often as its count says; their lines.
    moments, totals : by the names in MOMENTS and TOTALS, as in `one_pass.Sums`.
    """

    rows: int
    lines: int
    moments: Moments
    totals: Mapping[str, Any]
    largest: LargestState
    cells: CellsState

    @property
    def statistics(self) -> frozenset[Statistic[Any]]:
        return STATISTICS

    def merge(self, other: Self) -> Self:
        return type(self)(
            self.rows + other.rows,
            self.lines + other.lines,
            added(self.moments, other.moments),
            dict(zip(TOTALS, map(add, self.totals.values(), other.totals.values()), strict=True)),
            self.largest.merge(other.largest),
            self.cells.merge(other.cells),
        )

    def moved(self, lines: int) -> Self:
        return replace(self, largest=self.largest.moved(lines))

    def __getitem__(self, statistic: Statistic[Any]) -> Any:
        return self._states[statistic]

    @cached_property
    def _states(self) -> dict[Statistic[Any], Any]:
        weights, totals = weights_of(self.rows), self.totals

        def mean(name: str) -> MeanState:
            return mean_of(weights, self.moments[name])

        def share(count: int) -> MeanState:
            return share_of(weights, count)

        positives = mean("loss_of_positives")
        return {
            WEIGHT: weights,
            USED_LINES: UsedLinesState(self.lines),
            CROSS_ENTROPY: mean("loss"),
            NO_ENTROPY: share(0),
            BASE_RATE: share(totals["positives"]),
            MEAN_PREDICTION: mean("prob"),
            PREDICTION_ENTROPY: mean("entropy"),
            BRIER: mean("squared_error"),
            ACCURACY: share(totals["hits"]),
            DISTRIBUTION: distribution_of(totals["counts"], totals["lossless"]),
            LARGEST: self.largest,
            POSITIVE_COST: positives,
            LOSS_BY_TARGET: ProductState(positives.sum),
            COST_BY_TARGET: ProductState(positives.sum),
            LOSS_BY_COST: ProductState(positives.weighted_squares),
            TARGET_BY_PROB: ProductState(totals["prob_of_positives"] << COMPILED_SHIFT),
            OUTCOME_VARIANCE: mean("outcome_variance"),
            **{
                statistic: ProductState(totals[name] << (GRID_EXPONENT - UNIT_EXPONENT))
                for statistic, name in ON_GRID.items()
            },
            INFINITE: NO_ROWS,
            DECIDED: EveryState(totals["decided"] == self.rows),
            CHANGE_BY_CLIP: share(0),
            CELLS: self.cells,
        }


@dataclass(frozen=True)
class BinaryPass:
    """Computes the statistics of a report on binary labels with equally weighted rows."""

    def is_worthwhile(self, statistics: Collection[Statistic[Any]]) -> bool:
        """Return whether the pass is built and computes enough of these statistics."""
        return one_pass is not None and ENOUGH.issubset(statistics)

    def __call__(self, chunk: Chunk) -> Mapping[Statistic[Any], Any]:
        """Return the states that it can compute: none if it does not apply to the chunk."""
        # Another machine that was sent the pass may lack what is compiled.
        if one_pass is None or not applies(chunk, Scale.PROBABILITY, Scale.LOGIT):
            return {}
        scale = Scale(scale_of(chunk))
        sums_of = one_pass.binary_sums_of_logits if scale is Scale.LOGIT else one_pass.binary_sums
        sums = sums_of(chunk.numbers["target"], chunk.numbers["prob"], limits(scale))
        return {} if sums is None else states_of(sums, chunk)


BINARY_PASS = BinaryPass()


def applies(chunk: Chunk, *scales: Scale) -> bool:
    """Return whether rows have observed classes, one prediction on a scale, and equal weights."""
    is_usual = chunk.weight is None and scale_of(chunk) in scales
    return has_classes(chunk) and len(chunk) > 0 and is_usual


def scale_of(chunk: Chunk) -> AnyScale:
    """Return the scale of the predictions."""
    return chunk.scales.get("prob", Scale.PROBABILITY)


def has_classes(chunk: Chunk) -> bool:
    """Return whether rows have observed classes, and one prediction each."""
    return "label" in chunk.texts and chunk.numbers["prob"].ndim == 1


class Limits(NamedTuple):
    """What the compiled passes take beside the rows: bounds, and the bins of the loss.

    Attributes
    ----------
    low, high : predictions outside these bounds are extreme.
    mantissa_bits, first_bin, bins : the exponent and the first `mantissa_bits` bits of a loss's
        mantissa determine its bin; there are `bins` bins from `first_bin` on.
    """

    low: float
    high: float
    mantissa_bits: int = MANTISSA_BITS
    first_bin: int = FIRST_BIN
    bins: int = BINS


def limits(scale: Scale) -> Limits:
    """Return the limits of predictions on a scale."""
    return Limits(*bounds(SUGGESTED_CLIP, scale))


def states_of(sums: "one_pass.Sums", chunk: Chunk) -> Mapping[Statistic[Any], Any]:
    """Return the states of a chunk whose sums and packed rows are known."""
    return states_with(sums, chunk, CellsState(CELLS.grid.size, (sums.packed,)))


def states_with(
    sums: "one_pass.Sums", chunk: Chunk, cells: CellsState
) -> Mapping[Statistic[Any], Any]:
    """Return the states of a chunk whose sums and cells are known."""
    states = BinaryStates(
        chunk.rows,
        len(chunk),
        {name: getattr(sums, name) for name in MOMENTS},
        {name: getattr(sums, name) for name in TOTALS},
        LargestState(sums.largest_loss, chunk.position(sums.largest_row)),
        cells,
    )
    return known_of(states, sums.extreme, sums.outside)


def known_of(states: Joint, extreme: int, outside: int) -> Mapping[Statistic[Any], Any]:
    """Return the states of a pass without those of statistics that it does not know of all rows.

    The few rows with extreme predictions, or losses without a bin, are summarized one by one.
    """
    partly = ((CHANGE_BY_CLIP, extreme), (DISTRIBUTION, outside))
    omitted = {statistic for statistic, rows in partly if rows}
    return {s: states[s] for s in states.statistics - omitted} if omitted else states


def distribution_of(counts: Integers, lossless: int) -> QuantilesState:
    """Return the distribution of losses that are 0 or were counted in bins from FIRST_BIN on."""
    return QuantilesState.of_bins(FIRST_BIN, counts, lossless, MANTISSA_BITS)
