"""The statistics of a report on predictions of several classes, from one compiled pass.

Each statistic can also summarize a chunk by itself, with the same bits, and does so if this pass
was not built or does not apply: to soft labels, weights, and scales other than probabilities.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from operator import add
from typing import Any, Self

import numpy as np

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import Joint, Statistic
from cecli.kernels.binary_pass import (
    DISTRIBUTION,
    LARGEST,
    NO_ENTROPY,
    PREDICTION_ENTROPY,
    distribution_of,
    known_of,
    limits,
)
from cecli.kernels.moments import Moments, added, mean_of, weights_of
from cecli.metrics.accuracy import hit_multiclass
from cecli.metrics.base_rate import BASE_RATES
from cecli.metrics.calibration_tests.skewness import (
    BRIER_SKEWNESS_OF_CLASSES,
    LOSS_SKEWNESS_OF_CLASSES,
)
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.per_class import COSTS, PREDICTIONS, ROWS
from cecli.metrics.predicted_variance import (
    BRIER_VARIANCE_OF_CLASSES,
    EXPECTED_BRIER_OF_CLASSES,
    LOSS_VARIANCE_OF_CLASSES,
    SQUARED_ERROR_OF_CLASSES,
)
from cecli.metrics.skill_of_classes import SQUARED_COSTS, SQUARED_WEIGHTS
from cecli.notices.loss import CHANGE_BY_CLIP, DECIDED, INFINITE
from cecli.numerics.sums.exact import COMPILED_SHIFT
from cecli.statistics.classes import ClassRowsState, ClassSumsState
from cecli.statistics.first_rows import EveryState, FirstRowsState, LargestState
from cecli.statistics.mean import ONE, Mean, MeanState, ProductState

try:
    from cecli.kernels import class_sums
except ImportError:
    class_sums = None  # type: ignore[assignment]

HITS = Mean(hit_multiclass)
# The scores whose sums and sums of squares the pass has, and those whose sums it has, by the names
# in `class_sums.SumsOfClasses`.
MEANS = {
    CROSS_ENTROPY: "loss",
    PREDICTION_ENTROPY: "entropy",
    HITS: "hit",
    SQUARED_ERROR_OF_CLASSES: "squared_error",
    EXPECTED_BRIER_OF_CLASSES: "expected_brier",
}
PRODUCTS = {
    LOSS_VARIANCE_OF_CLASSES: "loss_variance",
    BRIER_VARIANCE_OF_CLASSES: "brier_variance",
    LOSS_SKEWNESS_OF_CLASSES: "loss_skewness",
    BRIER_SKEWNESS_OF_CLASSES: "brier_skewness",
}
STATISTICS: frozenset[Statistic[Any]] = frozenset(
    {
        *MEANS,
        *PRODUCTS,
        NO_ENTROPY,
        BASE_RATES,
        SQUARED_WEIGHTS,
        ROWS,
        PREDICTIONS,
        COSTS,
        SQUARED_COSTS,
        DISTRIBUTION,
        LARGEST,
        INFINITE,
        DECIDED,
        CHANGE_BY_CLIP,
    }
)
# Without all of these, the pass would take longer than the statistics one by one.
ENOUGH = frozenset({CROSS_ENTROPY, SQUARED_ERROR_OF_CLASSES, DISTRIBUTION, PREDICTIONS})
BY_CLASS, COUNTS = ("probs", "costs", "rows"), ("undecided", "lossless", "counts")


@dataclass(frozen=True, eq=False)
class ClassStates(Joint):
    """The states of all of `STATISTICS`, over rows whose losses all have a bin, or are 0.

    Attributes
    ----------
    moments, totals, by_class : by the names of MEANS, of PRODUCTS and COUNTS, and of BY_CLASS, as
        in `class_sums.SumsOfClasses`.
    """

    number: int
    moments: Moments
    totals: Mapping[str, Any]
    by_class: Mapping[str, tuple[int, ...]]
    largest: LargestState

    @property
    def statistics(self) -> frozenset[Statistic[Any]]:
        return STATISTICS

    def merge(self, other: Self) -> Self:
        return type(self)(
            self.number + other.number,
            added(self.moments, other.moments),
            {x: total + other.totals[x] for x, total in self.totals.items()},
            {x: tuple(map(add, sums, other.by_class[x])) for x, sums in self.by_class.items()},
            self.largest.merge(other.largest),
        )

    def moved(self, lines: int) -> Self:
        return replace(self, largest=self.largest.moved(lines))

    def __getitem__(self, statistic: Statistic[Any]) -> Any:
        return self._states[statistic]

    @cached_property
    def _states(self) -> dict[Statistic[Any], Any]:
        weights = weights_of(self.number)
        totals, rows = self.totals, self.by_class["rows"]
        nothing = MeanState(weights, 0, 0, 0)
        targets = _sums(tuple(count * ONE for count in rows))
        costs = _sums(tuple(cost << COMPILED_SHIFT for cost in self.by_class["costs"]))

        return {
            **{x: mean_of(weights, self.moments[name]) for x, name in MEANS.items()},
            **{x: ProductState(totals[name] << COMPILED_SHIFT) for x, name in PRODUCTS.items()},
            NO_ENTROPY: nothing,
            BASE_RATES: targets,
            SQUARED_WEIGHTS: targets,
            ROWS: ClassRowsState(rows),
            PREDICTIONS: _sums(tuple(q << COMPILED_SHIFT for q in self.by_class["probs"])),
            COSTS: costs,
            SQUARED_COSTS: costs,
            DISTRIBUTION: distribution_of(totals["counts"], totals["lossless"]),
            LARGEST: self.largest,
            INFINITE: FirstRowsState(),
            DECIDED: EveryState(not totals["undecided"]),
            CHANGE_BY_CLIP: nothing,
        }


def _sums(units: tuple[int, ...]) -> ClassSumsState:
    return ClassSumsState(units, (0,) * len(units))


@dataclass(frozen=True)
class ClassPass:
    """Computes the statistics of a report on several classes with equally weighted rows."""

    def is_worthwhile(self, statistics: Collection[Statistic[Any]]) -> bool:
        """Return whether the pass is built and computes enough of these statistics."""
        return class_sums is not None and ENOUGH.issubset(statistics)

    def __call__(self, chunk: Chunk) -> Mapping[Statistic[Any], Any]:
        """Return the states that it can compute: none if it does not apply to the chunk."""
        # Another machine that was sent the pass may lack what is compiled.
        if class_sums is None or not _applies(chunk):
            return {}
        prob = np.ascontiguousarray(chunk.numbers["prob"])
        observed = np.ascontiguousarray(chunk.texts["label"].codes)
        sums = class_sums.class_sums(prob, observed, limits(Scale.PROBABILITY))
        return {} if sums is None else _states_of(sums, chunk)


CLASS_PASS = ClassPass()


def _applies(chunk: Chunk) -> bool:
    """Return whether rows have observed classes, a probability for each, and equal weights."""
    is_usual = chunk.weight is None and "prob" not in chunk.scales and "label" in chunk.texts
    return is_usual and len(chunk) > 0 and chunk.numbers["prob"].ndim > 1


def _states_of(sums: "class_sums.SumsOfClasses", chunk: Chunk) -> Mapping[Statistic[Any], Any]:
    """Return the states of a chunk whose sums are known."""
    states = ClassStates(
        len(chunk),
        {name: getattr(sums, name) for name in MEANS.values()},
        {name: getattr(sums, name) for name in (*PRODUCTS.values(), *COUNTS)},
        {name: getattr(sums, name) for name in BY_CLASS},
        LargestState(sums.largest_loss, chunk.position(sums.largest_row)),
    )
    return known_of(states, sums.extreme, sums.outside)
