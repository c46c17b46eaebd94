"""The statistics of a report on binary predictions, from one compiled pass over a chunk.

Each statistic can also summarize a chunk by itself, with the same bits, and does so if this pass
was not built or does not apply. The pass is the faster way for usual rows.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import Statistic
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
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import COMPILED_SHIFT, UNIT_EXPONENT
from cecli.preparations.rows import bounds
from cecli.statistics.cells.prediction_cells import CELLS, CellsState
from cecli.statistics.first_rows import EveryState, FirstRowsState, Largest, LargestState
from cecli.statistics.mean import ONE, Mean, MeanState, Product, ProductState, WeightState
from cecli.statistics.quantiles import ZERO_BIN, Quantiles, QuantilesState

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
ENOUGH = frozenset({CROSS_ENTROPY, BRIER, DISTRIBUTION})


@dataclass(frozen=True)
class BinaryPass:
    """Computes the statistics of a report on binary labels with equally weighted rows."""

    def is_worthwhile(self, statistics: Collection[Statistic[Any]]) -> bool:
        """Return whether the pass is built and computes enough of these statistics."""
        return one_pass is not None and ENOUGH.issubset(statistics)

    def __call__(self, chunk: Chunk) -> Mapping[Statistic[Any], Any]:
        """Return the states that it can compute: none if it does not apply to the chunk."""
        # Another machine that was sent the pass may lack what is compiled.
        if one_pass is None or not applies(chunk):
            return {}
        sums = one_pass.binary_sums(chunk.numbers["target"], chunk.numbers["prob"], *limits())
        return {} if sums is None else states_of(sums, chunk)


BINARY_PASS = BinaryPass()


def applies(chunk: Chunk) -> bool:
    """Return whether rows have observed classes, one plain probability each, and equal weights."""
    is_hard = "label" in chunk.texts and chunk.numbers["prob"].ndim == 1
    return is_hard and len(chunk) > 0 and chunk.weight is None and "prob" not in chunk.scales


def limits() -> tuple[float, float, int, int, int]:
    """Return what the compiled pass takes beside the rows: bounds, and the bins of the loss."""
    return *bounds(SUGGESTED_CLIP, Scale.PROBABILITY), MANTISSA_BITS, FIRST_BIN, BINS


def states_of(sums: "one_pass.Sums", chunk: Chunk) -> dict[Statistic[Any], Any]:
    """Return the states of a chunk whose sums are known."""
    rows = len(chunk)
    weights = WeightState(rows, rows * ONE, rows * ONE)

    def mean(moments: tuple[int, int]) -> MeanState:
        total, squares = (x << COMPILED_SHIFT for x in moments)
        return MeanState(weights, total, total, squares)

    def share(count: int) -> MeanState:
        return MeanState(weights, count * ONE, count * ONE, count * ONE)

    def on_grid(multiples: int) -> ProductState:
        return ProductState(multiples << (GRID_EXPONENT - UNIT_EXPONENT))

    states: dict[Statistic[Any], Any] = {
        CROSS_ENTROPY: mean(sums.loss),
        NO_ENTROPY: share(0),
        BASE_RATE: share(sums.positives),
        MEAN_PREDICTION: mean(sums.prob),
        PREDICTION_ENTROPY: mean(sums.entropy),
        BRIER: mean(sums.squared_error),
        ACCURACY: share(sums.hits),
        LARGEST: LargestState(sums.largest_loss, chunk.position(sums.largest_row)),
        POSITIVE_COST: (positives := mean(sums.loss_of_positives)),
        LOSS_BY_TARGET: ProductState(positives.sum),
        COST_BY_TARGET: ProductState(positives.sum),
        LOSS_BY_COST: ProductState(positives.weighted_squares),
        TARGET_BY_PROB: ProductState(sums.prob_of_positives << COMPILED_SHIFT),
        OUTCOME_VARIANCE: mean(sums.outcome_variance),
        LOSS_COVARIANCE: on_grid(sums.loss_covariance),
        LOSS_VARIANCE: on_grid(sums.loss_variance),
        BRIER_VARIANCE: on_grid(sums.brier_variance),
        ENTROPY_BY_PROB: on_grid(sums.entropy_by_prob),
        OUTCOME_SKEWNESS: on_grid(sums.outcome_skewness),
        SKEWNESS_BY_LOGIT: on_grid(sums.skewness_by_logit),
        SKEWNESS_BY_SQUARES: on_grid(sums.skewness_by_squares),
        LOSS_SKEWNESS: on_grid(sums.loss_skewness),
        BRIER_SKEWNESS: on_grid(sums.brier_skewness),
        INFINITE: FirstRowsState(),
        DECIDED: EveryState(sums.decided == rows),
        CELLS: CellsState(CELLS.grid.size, (sums.packed,)),
    }
    if not sums.extreme:
        states[CHANGE_BY_CLIP] = share(0)
    if not sums.outside:
        states[DISTRIBUTION] = _distribution(sums)
    return states


def _distribution(sums: "one_pass.Sums") -> QuantilesState:
    used = np.flatnonzero(sums.counts)
    low, high = (used[0], used[-1] + 1) if used.size else (0, 0)
    codes, counts = np.arange(FIRST_BIN + low, FIRST_BIN + high), sums.counts[low:high]
    if sums.lossless:
        codes, counts = np.append(ZERO_BIN, codes), np.append(sums.lossless, counts)
    return QuantilesState(codes, Digits.of_counts(counts), MANTISSA_BITS)
