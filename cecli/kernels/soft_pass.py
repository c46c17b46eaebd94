"""The statistics of a report on binary predictions of soft labels, from one compiled pass.

Each statistic can also summarize a chunk by itself, with the same bits, and does so if this pass
was not built or does not apply: to weights, counts, and scales other than probabilities and logits.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, Self

import numpy as np

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import Joint, Statistic
from cecli.kernels.binary_pass import (
    ACCURACY,
    BRIER,
    COST_BY_TARGET,
    DISTRIBUTION,
    ENOUGH,
    LARGEST,
    LOSS_BY_COST,
    LOSS_BY_TARGET,
    PREDICTION_ENTROPY,
    TARGET_BY_PROB,
    distribution_of,
    known_of,
    limits,
    scale_of,
)
from cecli.kernels.moments import Moments, added, mean_of, weights_of
from cecli.metrics.balanced import POSITIVE_COST
from cecli.metrics.base_rate import BASE_RATE, MEAN_PREDICTION
from cecli.metrics.cross_entropy import CROSS_ENTROPY, DIVERGENCE, target_entropy
from cecli.notices.loss import CHANGE_BY_CLIP, DECIDED, INFINITE
from cecli.numerics import Floats
from cecli.numerics.sums.exact import COMPILED_SHIFT
from cecli.statistics.cells.prediction_cells import CELLS, CellsState
from cecli.statistics.cells.weighed import NumberedRows, RowNumbers
from cecli.statistics.first_rows import (
    NO_ROWS,
    USED_LINES,
    EveryState,
    LargestState,
    UsedLinesState,
)
from cecli.statistics.mean import WEIGHT, Mean, MeanState, ProductState

try:
    from cecli.kernels import soft_sums as soft_sums
except ImportError:
    soft_sums = None  # type: ignore[assignment]

TARGET_ENTROPY = Mean(target_entropy)
# The scores whose sums and sums of squares the pass has, and the products whose sums it has, by the
# names in `soft_sums.SumsOfTargets`.
MEANS = {
    BASE_RATE: "target",
    MEAN_PREDICTION: "prob",
    CROSS_ENTROPY: "loss",
    PREDICTION_ENTROPY: "entropy",
    BRIER: "squared_error",
    ACCURACY: "hit",
    POSITIVE_COST: "positive_cost",
    TARGET_ENTROPY: "target_entropy",
    DIVERGENCE: "divergence",
}
PRODUCTS = {
    LOSS_BY_TARGET: "loss_by_target",
    LOSS_BY_COST: "loss_by_cost",
    COST_BY_TARGET: "cost_by_target",
    TARGET_BY_PROB: "target_by_prob",
}
COUNTS = ("decided", "lossless", "counts")
STATISTICS: frozenset[Statistic[Any]] = frozenset(
    {
        *MEANS,
        *PRODUCTS,
        WEIGHT,
        USED_LINES,
        DISTRIBUTION,
        LARGEST,
        INFINITE,
        DECIDED,
        CHANGE_BY_CLIP,
        CELLS,
    }
)


@dataclass(frozen=True, eq=False)
class SoftStates(Joint):
    """The states of all of `STATISTICS`, over rows whose losses all have a bin, or are 0.

    Attributes
    ----------
    moments, totals : by the names of MEANS, and of PRODUCTS and COUNTS, as in
        `soft_sums.SumsOfTargets`.
    """

    rows: int
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
            added(self.moments, other.moments),
            {x: total + other.totals[x] for x, total in self.totals.items()},
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
        return {
            **{x: mean_of(weights, self.moments[name]) for x, name in MEANS.items()},
            **{x: ProductState(totals[name] << COMPILED_SHIFT) for x, name in PRODUCTS.items()},
            WEIGHT: weights,
            USED_LINES: UsedLinesState(self.rows),
            DISTRIBUTION: distribution_of(totals["counts"], totals["lossless"]),
            LARGEST: self.largest,
            INFINITE: NO_ROWS,
            DECIDED: EveryState(totals["decided"] == self.rows),
            CHANGE_BY_CLIP: MeanState(weights, 0, 0, 0),
            CELLS: self.cells,
        }


@dataclass(frozen=True)
class SoftPass:
    """Computes the statistics of a report on soft labels with equally weighted rows."""

    def is_worthwhile(self, statistics: Collection[Statistic[Any]]) -> bool:
        """Return whether the pass is built and computes enough of these statistics."""
        return soft_sums is not None and ENOUGH.issubset(statistics)

    def __call__(self, chunk: Chunk) -> Mapping[Statistic[Any], Any]:
        """Return the states that it can compute: none if it does not apply to the chunk."""
        if not applies(chunk):
            return {}
        scale = Scale(scale_of(chunk))
        sums_of = soft_sums.soft_sums_of_logits if scale is Scale.LOGIT else soft_sums.soft_sums
        target, prob = (np.ascontiguousarray(chunk.numbers[role]) for role in ("target", "prob"))
        sums = sums_of(target, prob, limits(scale))
        return {} if sums is None else states_of(sums, chunk, target)


SOFT_PASS = SoftPass()


def applies(chunk: Chunk) -> bool:
    """Return whether rows have a target and a prediction each, on known scales, and no weights."""
    # Another machine that was sent the pass may lack what is compiled.
    if soft_sums is None:
        return False
    is_usual = chunk.weight is None and "label" not in chunk.texts and "target" not in chunk.scales
    is_known = chunk.numbers["prob"].ndim == 1 and scale_of(chunk) in (
        Scale.PROBABILITY,
        Scale.LOGIT,
    )
    return is_usual and is_known and len(chunk) > 0


def states_of(
    sums: "soft_sums.SumsOfTargets", chunk: Chunk, target: Floats
) -> Mapping[Statistic[Any], Any]:
    """Return the states of a chunk whose sums are known; targets in the order of packed rows."""
    # Targets that are all 0 or 1 are those of two classes.
    rows = (
        sums.packed
        if sums.certain == len(chunk)
        else NumberedRows(sums.packed, target, RowNumbers.TARGETS)
    )
    states = SoftStates(
        len(chunk),
        sums.moments,
        {**sums.products, **{name: getattr(sums, name) for name in COUNTS}},
        LargestState(sums.largest_loss, chunk.position(sums.largest_row)),
        CellsState(CELLS.grid.size, (rows,)),
    )
    return known_of(states, sums.extreme, sums.outside)
