"""The loss in three parts: miscalibration − discrimination + uncertainty.

The best monotone recalibration is isotonic regression of the targets on the predictions. What it
wins back is miscalibration; what it loses less than the best constant is discrimination.

References
----------
Dimitriadis, T., Gneiting, T., Jordan, A. I. (2021), Stable reliability diagrams for probabilistic
classifiers. doi:10.1073/pnas.2016191118
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States
from cecli.metrics.base_rate import target
from cecli.metrics.brier import brier
from cecli.metrics.cells.bracket import Bracket, Bracketed, bracketed
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.metric import Metric, Task
from cecli.numerics import Floats
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.cells.pools import Flags, Losses, Pools, least_losses, living, losses_of
from cecli.report.result import Definition, Direction, Measure
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.mean import Mean

INFORMATION, LOWER, HIGHER = Measure.INFORMATION, Direction.LOWER, Direction.HIGHER
LN2 = math.log(2.0)


def hedging(chunk: Chunk) -> Floats:
    """Return t − t² of each row: 0 for a label."""
    t = target(chunk)
    return t * (1.0 - t)


HEDGING, BRIER = Mean(hedging), Mean(brier)


class Isotonic(NamedTuple):
    """Isotonic regression over cells.

    Attributes
    ----------
    steps : the pools, if the rows of each cell are one.
    is_living : which cells could still change the result.
    most, least : its losses, if rows in each living cell are one, and if they had the best order.
    constant : the losses of the best constant.
    """

    steps: Pools
    is_living: Flags
    most: Losses
    least: Losses
    constant: Losses


def isotonic(cells: OrderedCells) -> Isotonic:
    """Return isotonic regression over some cells."""
    weight, events = cells.weight, cells.events
    steps = Pools.over(weight, events)
    alive = living(weight, events, steps, cells.is_wide)
    most = steps.losses
    least = least_losses(weight, events, alive) if alive.any() else most
    constant = losses_of(weight.sum(keepdims=True), events.sum(keepdims=True))
    return Isotonic(steps, alive, most, least, constant)


def isotonic_of(states: States) -> Isotonic:
    """Return isotonic regression over the cells of the rows."""
    return isotonic(states[CELLS].cells)


def _cross_entropy(losses: Losses, states: States) -> float:  # noqa: ARG001
    return losses.cross_entropy


def _brier(losses: Losses, states: States) -> float:
    """Return the Brier score against the targets: against labels, less what soft ones hedge."""
    return losses.brier - float(states[HEDGING].finite_mean)


Score = Callable[[Losses, States], float]


@dataclass(frozen=True)
class _Calibrated:
    """The loss of isotonic regression."""

    score: Score

    def __call__(self, states: States) -> Bracket:
        found = states.once(isotonic_of)
        most = max(0.0, self.score(found.most, states))
        least = max(0.0, self.score(found.least, states))
        return Bracket(most, min(least, most), most)


@dataclass(frozen=True)
class _Miscalibration:
    """The loss that isotonic regression wins back."""

    score: Score
    loss: Mean

    def __call__(self, states: States) -> Bracket:
        left, loss = states.once(_Calibrated(self.score)), float(states[self.loss].mean)
        least, most = max(0.0, loss - left.upper), max(0.0, loss - left.lower)
        return Bracket(least, least, most)


@dataclass(frozen=True)
class _Discrimination:
    """The loss of the best constant, less that of isotonic regression."""

    score: Score

    def __call__(self, states: States) -> Bracket:
        left, loss = states.once(_Calibrated(self.score)), _Uncertainty(self.score)(states)
        least, most = max(0.0, loss - left.upper), max(0.0, loss - left.lower)
        return Bracket(least, least, most)


@dataclass(frozen=True)
class _Uncertainty:
    """The loss of the best constant."""

    score: Score

    def __call__(self, states: States) -> float:
        return self.score(states.once(isotonic_of).constant, states)


class Decomposition(NamedTuple):
    """The parts of a loss."""

    miscalibration: Bracketed
    discrimination: Bracketed
    uncertainty: Metric
    calibrated: Bracketed | None = None

    @property
    def brackets(self) -> list[Bracketed]:
        brackets = (self.miscalibration, self.discrimination, self.calibrated)
        return [bracket for bracket in brackets if bracket is not None]

    @property
    def definitions(self) -> tuple[Definition, ...]:
        of_brackets = (d for bracket in self.brackets for d in bracket.definitions)
        return (*of_brackets, self.uncertainty.definition)


ONE_PASS = "within its lower and its upper bound, about 5e-5 apart"
CALIBRATED = Definition(
    "calibrated_cross_entropy",
    "Mean loss of the recalibrated predictions, on the rows of the fit.",
    "cross_entropy after the fit; of cecli calibration, isotonic: cross_entropy - miscalibration",
    LOWER,
    INFORMATION,
    also=("refinement loss",),
)
OF_LOSS = Decomposition(
    bracketed(
        Definition(
            "miscalibration",
            "Loss that the best monotone recalibration wins back, on these rows.",
            "cross_entropy - calibrated_cross_entropy, by isotonic regression",
            LOWER,
            INFORMATION,
            also=("MCB", "reliability"),
            streams=ONE_PASS,
        ),
        "what the best monotone recalibration wins back, on these rows",
        (CELLS, CROSS_ENTROPY),
        _Miscalibration(_cross_entropy, CROSS_ENTROPY),
    ),
    bracketed(
        Definition(
            "discrimination",
            "How much less the recalibrated predictions lose than the best constant.",
            "uncertainty - calibrated_cross_entropy",
            HIGHER,
            INFORMATION,
            high=LN2,
            also=("DSC", "resolution"),
            streams=ONE_PASS,
        ),
        "what recalibrated predictions know beyond the base rate",
        (CELLS,),
        _Discrimination(_cross_entropy),
    ),
    Metric(
        Definition(
            "uncertainty",
            "Loss of the best constant prediction, as part of the loss.",
            "cross_entropy - miscalibration + discrimination",
            measure=INFORMATION,
            high=LN2,
            also=("UNC",),
        ),
        "loss of the best constant prediction",
        (CELLS,),
        _Uncertainty(_cross_entropy),
    ),
    bracketed(
        CALIBRATED._replace(streams=ONE_PASS),
        "cross_entropy - miscalibration",
        (CELLS,),
        _Calibrated(_cross_entropy),
    ),
)
OF_BRIER = Decomposition(
    bracketed(
        Definition(
            "brier_miscalibration",
            "Brier score that the best monotone recalibration wins back, on these rows.",
            "brier - brier of isotonic regression",
            LOWER,
            high=1.0,
            also=("Brier reliability",),
            streams=ONE_PASS,
        ),
        "the same of the Brier score",
        (CELLS, BRIER, HEDGING),
        _Miscalibration(_brier, BRIER),
    ),
    bracketed(
        Definition(
            "brier_discrimination",
            "How much lower the Brier score of recalibrated predictions is than a constant's.",
            "brier_uncertainty - brier of isotonic regression",
            HIGHER,
            high=0.25,
            also=("Brier resolution",),
            streams=ONE_PASS,
        ),
        "the same of the Brier score",
        (CELLS, HEDGING),
        _Discrimination(_brier),
    ),
    Metric(
        Definition(
            "brier_uncertainty",
            "Brier score of the best constant prediction.",
            "brier - brier_miscalibration + brier_discrimination",
            high=0.25,
        ),
        "Brier score of the best constant prediction",
        (CELLS, HEDGING),
        _Uncertainty(_brier),
    ),
)
DECOMPOSITIONS = (OF_LOSS, OF_BRIER)
DEFINITIONS = tuple(definition for parts in DECOMPOSITIONS for definition in parts.definitions)


def reported(task: Task) -> tuple[Metric, ...]:
    """Return the part of the loss that a score reports: what recalibration wins back."""
    return () if task.several else (OF_LOSS.miscalibration.value,)
