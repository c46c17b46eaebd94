"""The rows of each class: how many there are, how many were expected, and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk
from cecli.core.statistic import States, Statistic
from cecli.metrics.base_rate import BASE_RATES
from cecli.metrics.metric import WEIGHT, Undefined, ratio
from cecli.metrics.pair import p_of, q_of
from cecli.numerics import Floats
from cecli.numerics.distributions.divergences import expected
from cecli.report.report import Report
from cecli.report.result import Group, Measure, Result
from cecli.statistics.classes import ClassRows, ClassSums


def class_prediction(chunk: Chunk) -> Floats:
    """Return the predicted probability of each class, shape (K, n)."""
    return q_of(chunk).prob


def class_cost(chunk: Chunk) -> Floats:
    """Return what each class adds to the cross-entropy of a row, −t ln q, shape (K, n)."""
    return expected(p_of(chunk).prob, q_of(chunk).surprisal)


def class_occurs(chunk: Chunk) -> NDArray[np.bool_]:
    """Return whether the target gives each class any share, shape (K, n)."""
    return np.asarray(p_of(chunk).prob > 0.0)


ROWS = ClassRows(class_occurs)
PREDICTIONS = ClassSums(class_prediction)
COSTS = ClassSums(class_cost)

NO_ROWS = "no row is of this class"


@dataclass(frozen=True)
class PerClass:
    """Adds one group a class to a report."""

    classes: tuple[str, ...]
    statistics: Sequence[Statistic[Any]] = (WEIGHT, ROWS, BASE_RATES, PREDICTIONS, COSTS)

    def added_to(self, report: Report, states: States) -> Report:
        weight = states[WEIGHT].total
        columns = zip(
            self.classes,
            states[ROWS].counts,
            states[BASE_RATES].finite_totals,
            states[PREDICTIONS].finite_totals,
            states[COSTS].totals,
            strict=True,
        )
        groups = (
            _group(name, rows, observed, predicted, cost, weight)
            for name, rows, observed, predicted, cost in columns
        )
        in_units = (
            replace(group, results=tuple(r.in_units(report.units) for r in group.results))
            for group in groups
        )
        return replace(report, per_class=tuple(in_units))


def _group(
    name: str,
    rows: int,
    observed: Fraction,
    predicted: Fraction,
    cost: Fraction | float,
    weight: Fraction,
) -> Group:
    return Group(
        {"class": name},
        rows,
        float(observed),
        (
            _quotient("base_rate", "share of the rows", observed, weight),
            _quotient("mean_prediction", "mean of q", predicted, weight),
            _quotient(
                "observed_expected",
                "base_rate / mean_prediction",
                observed,
                predicted,
                why="its every prediction is 0",
            ),
            _quotient(
                "cross_entropy", "mean of -log q over its rows", cost, observed, Measure.INFORMATION
            ),
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
