"""The statistics of a report on binary predictions of rows with weights, from one compiled pass.

Each statistic can also summarize a chunk by itself, with the same bits, and does so if this pass
was not built or does not apply. The few rows whose sums would take too many slices are left to the
statistics.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

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
from cecli.numerics import Floats
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import COMPILED_SHIFT
from cecli.numerics.sums.levels import Integers
from cecli.preparations.rows import Clip, bounds
from cecli.statistics.first_rows import Costliest, EveryState, FirstRowsState, LargestState
from cecli.statistics.mean import (
    FIFTH_POWER,
    POWERS,
    WEIGHT,
    Mean,
    MeanState,
    ProductState,
    WeightState,
)
from cecli.statistics.quantiles import ZERO_BIN, QuantilesState

try:
    from cecli.kernels import weighted_sums as weighted_sums
except ImportError:
    weighted_sums = None  # type: ignore[assignment]

Told = dict[Statistic[Any], Any]
CLIP = Clip(SUGGESTED_CLIP)
COSTLIEST = Costliest(cross_entropy)
# Predictions between these are usual, and weights of this share of the most; see `weighted_sums`.
USUAL = {Scale.PROBABILITY: (2.0**-60, 1.0 - 2.0**-53), Scale.LOGIT: (-41.0, 41.0)}
LEAST_SHARE = 2.0**-24
ROLES = ("target", "prob", "weight")


def told(chunk: Chunk) -> Told | None:
    """Return the states of rows, if all of them are usual."""
    if not len(chunk):
        return None
    found = found_in(chunk, (np.ascontiguousarray(chunk.numbers[role]) for role in ROLES))
    return None if found is None else states_of(chunk, found)


def weighted_pass(chunk: Chunk, told: Callable[[Chunk], Told | None] = told) -> Told:
    """Return the states that the pass can compute: none if it does not apply to the chunk.

    Parameters
    ----------
    told : returns the states of rows, if all of them are usual.
    """
    # Another machine that was sent the pass may lack what is compiled.
    if weighted_sums is None or not len(chunk) or not _applies(chunk):
        return {}
    if (states := told(chunk)) is not None:
        return states
    usual = _usual(chunk)
    states = None if usual.all() else told(chunk.where(usual))
    if states is None:
        return {}
    # Which of two equal costs came first is not known any more.
    del states[COSTLIEST]
    rest = chunk.where(~usual)
    return {statistic: states[statistic].merge(statistic.summarize(rest)) for statistic in states}


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


class WeightedFound(NamedTuple):
    """What the pass finds; see `weighted_sums.weighted_sums`."""

    negatives: "weighted_sums.Sums"
    positives: "weighted_sums.Sums"
    outside: int
    level: int
    digits: Integers
    by_group: Integers | None


def found_in(
    chunk: Chunk,
    columns: Iterable[Floats],
    starts: Integers | None = None,
    order: Integers | None = None,
) -> WeightedFound | None:
    """Return the sums of rows, if all of them are usual.

    Parameters
    ----------
    columns : those of ROLES, shape (n,) each.
    starts, order : of groups, if there are any; see `weighted_sums.weighted_sums`.
    """
    by_scale = {
        Scale.PROBABILITY: weighted_sums.weighted_sums,
        Scale.LOGIT: weighted_sums.weighted_sums_of_logits,
    }
    target, stated, weight = columns
    of = by_scale[Scale(scale_of(chunk))]
    found = of(target, stated, weight, MANTISSA_BITS, FIRST_BIN, BINS, starts, order)
    return None if found is None else WeightedFound(*found)


def states_of(chunk: Chunk, found: WeightedFound) -> Told:
    """Return the states of rows that are all usual."""
    sums = {
        statistic: tuple(total << COMPILED_SHIFT for total in totals)
        for statistic, totals in sums_of(found.negatives.totals, found.positives.totals).items()
    }
    weights = WeightState(len(chunk), *sums.pop(WEIGHT))
    largest = max(
        found.negatives, found.positives, key=lambda of: (of.largest_cost, -of.largest_row)
    )
    states: Told = {
        **{
            statistic: MeanState(weights, *totals)
            if isinstance(statistic, Mean)
            else ProductState(*totals)
            for statistic, totals in sums.items()
        },
        WEIGHT: weights,
        COSTLIEST: LargestState(largest.largest_cost, chunk.position(largest.largest_row)),
        INFINITE: FirstRowsState(),
    }
    low, high = USUAL[Scale(scale_of(chunk))]
    if low <= chunk.numbers["prob"][0] <= high:
        states[DECIDED] = EveryState(holds=False)
    if not CLIP.moves(chunk):
        states[CHANGE_BY_CLIP] = MeanState(weights)
    if not found.outside:
        states[DISTRIBUTION] = _distribution(found.level, found.digits)
    return states


def sums_of(
    negatives: Mapping[str, Any], positives: Mapping[str, Any]
) -> dict[Statistic[Any], tuple[Any, ...]]:
    """Return what each statistic sums, given what is summed over the rows of each class.

    Sums are integers, or arrays of digits.
    """
    both = {name: negatives[name] + positives[name] for name in negatives}

    def of(score: str, rows: Mapping[str, Any] = both) -> tuple[Any, ...]:
        return tuple(
            rows[f"{score} {power}"] for power in ("weighted", "twice weighted", "squared")
        )

    cost, twice_cost, cost_squares = of("loss", positives)
    return {
        WEIGHT: (both["weight 1"], both["weight 2"]),
        POWERS: (both["weight 2"], both["weight 3"], both["weight 4"]),
        FIFTH_POWER: (both["weight 5"],),
        CROSS_ENTROPY: of("loss"),
        NO_ENTROPY: (0 * cost,) * 3,
        BASE_RATE: (positives["weight 1"], positives["weight 2"], positives["weight 2"]),
        MEAN_PREDICTION: of("prob"),
        PREDICTION_ENTROPY: of("entropy"),
        BRIER: of("squared_error"),
        ACCURACY: (both["hits 1"], both["hits 2"], both["hits 2"]),
        POSITIVE_COST: (cost, twice_cost, cost_squares),
        LOSS_BY_TARGET: (twice_cost,),
        COST_BY_TARGET: (twice_cost,),
        LOSS_BY_COST: (cost_squares,),
        TARGET_BY_PROB: (positives["prob twice weighted"],),
        OUTCOME_VARIANCE: of("outcome_variance"),
        **{product: (both[name],) for product, name in ON_GRID.items()},
    }


def _distribution(level: int, digits: Integers) -> QuantilesState:
    """Return the weights of bins, of which the last is that of losses of 0."""
    used = np.flatnonzero(digits[:-1].any(axis=1))
    low, high = (int(used[0]), int(used[-1]) + 1) if used.size else (0, 0)
    codes, lines = np.arange(FIRST_BIN + low, FIRST_BIN + high), digits[low:high]
    if digits[-1].any():
        codes, lines = np.append(ZERO_BIN, codes), np.concatenate([digits[-1:], lines])
    levels = dict(enumerate(np.ascontiguousarray(lines.T), start=level))
    return QuantilesState(codes, Digits(len(codes), levels).carried(), MANTISSA_BITS)
