"""The statistics of a report on binary predictions of rows with weights, from one compiled pass.

Each statistic can also summarize a chunk by itself, with the same bits, and does so if this pass
was not built or does not apply. The few rows whose sums would take too many slices are left to the
statistics.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.statistic import Statistic
from cecli.kernels.binary_pass import (
    ACCURACY,
    BINS,
    BRIER,
    COST_BY_TARGET,
    DISTRIBUTION,
    FIRST_BIN,
    LOSS_BY_COST,
    LOSS_BY_TARGET,
    NO_ENTROPY,
    ON_GRID,
    PREDICTION_ENTROPY,
    TARGET_BY_PROB,
    has_classes,
    scale_of,
)
from cecli.metrics.balanced import POSITIVE_COST
from cecli.metrics.base_rate import BASE_RATE, MEAN_PREDICTION
from cecli.metrics.concentration import MANTISSA_BITS
from cecli.metrics.cross_entropy import CROSS_ENTROPY, cross_entropy
from cecli.metrics.predicted_variance import OUTCOME_VARIANCE
from cecli.notices.loss import CHANGE_BY_CLIP, DECIDED, INFINITE, SUGGESTED_CLIP
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import COMPILED_SHIFT
from cecli.numerics.sums.levels import Integers
from cecli.preparations.rows import Clip, bounds
from cecli.statistics.first_rows import Costliest, EveryState, FirstRowsState, LargestState
from cecli.statistics.mean import (
    FIFTH_POWER,
    POWERS,
    WEIGHT,
    MeanState,
    ProductState,
    WeightState,
)
from cecli.statistics.quantiles import ZERO_BIN, QuantilesState

try:
    from cecli.kernels import weighted_sums
except ImportError:
    weighted_sums = None  # type: ignore[assignment]

Told = dict[Statistic[Any], Any]
CLIP = Clip(SUGGESTED_CLIP)
COSTLIEST = Costliest(cross_entropy)
# Predictions between these are usual, and weights of this share of the most; see `weighted_sums`.
USUAL = {Scale.PROBABILITY: (2.0**-60, 1.0 - 2.0**-53), Scale.LOGIT: (-41.0, 41.0)}
LEAST_SHARE = 2.0**-24


def weighted_pass(chunk: Chunk) -> Mapping[Statistic[Any], Any]:
    """Return the states that the pass can compute: none if it does not apply to the chunk."""
    # Another machine that was sent the pass may lack what is compiled.
    if weighted_sums is None or not len(chunk) or not _applies(chunk):
        return {}
    if (told := _told(chunk)) is not None:
        return told
    usual = _usual(chunk)
    told = None if usual.all() else _told(chunk.where(usual))
    if told is None:
        return {}
    # Which of two equal costs came first is not known any more.
    del told[COSTLIEST]
    rest = chunk.where(~usual)
    return {statistic: told[statistic].merge(statistic.summarize(rest)) for statistic in told}


def _applies(chunk: Chunk) -> bool:
    """Return whether rows have observed classes, a prediction on a known scale, and weights."""
    is_usual = has_classes(chunk) and scale_of(chunk) in USUAL
    return is_usual and chunk.weight is not None and chunk.count is None


def _usual(chunk: Chunk) -> NDArray[np.bool_]:
    """Return the rows that the pass sums, given the largest weight."""
    scale = Scale(scale_of(chunk))
    stated, weight = chunk.numbers["prob"], chunk.numbers["weight"]
    (low, high), (never, always) = USUAL[scale], bounds(0.0, scale)
    is_certain = stated == np.where(chunk.numbers["target"] == 1.0, always, never)
    is_usual = is_certain | ((stated >= low) & (stated <= high))
    return np.asarray(is_usual & (weight >= weight.max() * LEAST_SHARE))


def _told(chunk: Chunk) -> Told | None:
    """Return the states of rows, if all of them are usual."""
    target, stated, weight = (
        np.ascontiguousarray(chunk.numbers[role]) for role in ("target", "prob", "weight")
    )
    if not len(chunk):
        return None
    scale = Scale(scale_of(chunk))
    by_scale = {
        Scale.PROBABILITY: weighted_sums.weighted_sums,
        Scale.LOGIT: weighted_sums.weighted_sums_of_logits,
    }
    found = by_scale[scale](target, stated, weight, MANTISSA_BITS, FIRST_BIN, BINS)
    if found is None:
        return None
    negatives, positives, outside, level, digits = found
    powers = _added(negatives.powers, positives.powers)
    weights = WeightState(len(chunk), *powers[:2])

    def mean(*sums: int) -> MeanState:
        return MeanState(weights, *sums)

    def of_all(score: str) -> MeanState:
        return mean(*_added(getattr(negatives, score), getattr(positives, score)))

    positive, positive_squares, *_ = _added(positives.powers)
    hits, hit_squares = _added(negatives.hits, positives.hits)
    cost, twice_cost, cost_squares = _added(positives.loss)
    largest = max(negatives, positives, key=lambda sums: (sums.largest_cost, -sums.largest_row))
    position = chunk.position(largest.largest_row)
    told: Told = {
        WEIGHT: weights,
        POWERS: mean(*powers[1:4]),
        FIFTH_POWER: ProductState(powers[4]),
        CROSS_ENTROPY: of_all("loss"),
        NO_ENTROPY: mean(0, 0, 0),
        BASE_RATE: mean(positive, positive_squares, positive_squares),
        MEAN_PREDICTION: of_all("prob"),
        PREDICTION_ENTROPY: of_all("entropy"),
        BRIER: of_all("squared_error"),
        ACCURACY: mean(hits, hit_squares, hit_squares),
        COSTLIEST: LargestState(largest.largest_cost, position),
        POSITIVE_COST: mean(cost, twice_cost, cost_squares),
        LOSS_BY_TARGET: ProductState(twice_cost),
        COST_BY_TARGET: ProductState(twice_cost),
        LOSS_BY_COST: ProductState(cost_squares),
        TARGET_BY_PROB: ProductState(_added(positives.prob)[1]),
        OUTCOME_VARIANCE: of_all("outcome_variance"),
        **dict(
            zip(ON_GRID, map(ProductState, _added(negatives.grids, positives.grids)), strict=True)
        ),
        INFINITE: FirstRowsState(),
    }
    low, high = USUAL[scale]
    if low <= stated[0] <= high:
        told[DECIDED] = EveryState(holds=False)
    if not CLIP.moves(chunk):
        told[CHANGE_BY_CLIP] = mean(0, 0, 0)
    if not outside:
        told[DISTRIBUTION] = _distribution(level, digits)
    return told


def _added(*sums: tuple[int, ...]) -> list[int]:
    """Return sums over the rows of some classes, in units of `numerics.sums.exact`."""
    return [sum(some) << COMPILED_SHIFT for some in zip(*sums, strict=True)]


def _distribution(level: int, digits: Integers) -> QuantilesState:
    """Return the weights of bins, of which the last is that of losses of 0."""
    used = np.flatnonzero(digits[:-1].any(axis=1))
    low, high = (int(used[0]), int(used[-1]) + 1) if used.size else (0, 0)
    codes, lines = np.arange(FIRST_BIN + low, FIRST_BIN + high), digits[low:high]
    if digits[-1].any():
        codes, lines = np.append(ZERO_BIN, codes), np.concatenate([digits[-1:], lines])
    levels = dict(enumerate(np.ascontiguousarray(lines.T), start=level))
    return QuantilesState(codes, Digits(len(codes), levels).carried(), MANTISSA_BITS)
