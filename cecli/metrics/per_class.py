"""Metrics of each class: observed share, predicted share, and loss."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.metrics.base_rate import BASE_RATES
from cecli.metrics.metric import ratio
from cecli.numerics import Floats
from cecli.numerics.distributions.divergences import expected
from cecli.preparations.rows import p_of, q_of
from cecli.report.report import OfClass
from cecli.report.result import Group, Measure, Result, Undefined
from cecli.statistics.classes import ClassRows, ClassSums
from cecli.statistics.mean import WEIGHT


def class_prediction(chunk: Chunk) -> Floats:
    """Return the predicted probability of each class, shape (K, n)."""
    return q_of(chunk).prob


def class_cost(chunk: Chunk) -> Floats:
    """Return the contribution of each class to a row's cross-entropy, −t ln q, shape (K, n)."""
    return expected(p_of(chunk).prob, q_of(chunk).surprisal)


def class_occurs(chunk: Chunk) -> NDArray[np.bool_]:
    """Return whether the target of each class is positive, shape (K, n)."""
    return np.asarray(p_of(chunk).prob > 0.0)


ROWS = ClassRows(class_occurs)
PREDICTIONS = ClassSums(class_prediction)
COSTS = ClassSums(class_cost)

NO_ROWS = "no row has this class"


@dataclass(frozen=True)
class PerClass:
    """Yields one group per class.

    Attributes
    ----------
    further : results of each class that are already known, in the order of the classes.
    """

    classes: tuple[str, ...]
    further: tuple[tuple[Result, ...], ...] = ()
    statistics: Sequence[Statistic[Any]] = (WEIGHT, ROWS, BASE_RATES, PREDICTIONS, COSTS)

    def finish(self, states: States) -> Iterator[OfClass]:
        weight = states[WEIGHT].total
        columns = zip(
            self.classes,
            states[ROWS].counts,
            states[BASE_RATES].finite_totals,
            states[PREDICTIONS].finite_totals,
            states[COSTS].totals,
            self.further or repeat((), len(self.classes)),
            strict=True,
        )
        for name, rows, observed, predicted, cost, further in columns:
            results = _results(observed, predicted, cost, weight)
            yield OfClass(Group({"class": name}, rows, float(observed), (*results, *further)))


def _results(
    observed: Fraction, predicted: Fraction, cost: Fraction | float, weight: Fraction
) -> tuple[Result, ...]:
    return (
        _quotient("base_rate", "share of the rows", observed, weight),
        _quotient("mean_prediction", "mean of q", predicted, weight),
        _quotient(
            "observed_expected",
            "base_rate / mean_prediction",
            observed,
            predicted,
            why="every prediction of this class is 0",
        ),
        _quotient(
            "cross_entropy",
            "mean of -log q over the rows of this class",
            cost,
            observed,
            Measure.INFORMATION,
        ),
    )


def _quotient(
    name: str,
    meaning: str,
    numerator: Fraction | float,
    denominator: Fraction,
    measure: Measure = Measure.NUMBER,
    why: str = NO_ROWS,
) -> Result:
    if not denominator:
        return Result(name, meaning, None, measure, undefined=why)
    answer = ratio(numerator, denominator)
    if isinstance(answer, Undefined):
        return Result(name, meaning, None, measure, undefined=answer.reason)
    return Result(name, meaning, answer, measure)
