"""The variance that the predictions of each group imply, as `metrics.predicted_variance`."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.intervals.columns import error_of_many
from cecli.intervals.formula import ManyLeast, ManySlopes
from cecli.numerics import Floats
from cecli.numerics.sums.pairs import FloatPairs
from cecli.statistics.group_columns import GroupColumns
from cecli.statistics.mean import Mean


class Covariances(Protocol):
    """The part of `PredictedVariance` that is needed here; see there."""

    @property
    def expected(self) -> Mapping[Mean, Mean]: ...
    def covariance(self, x: Mean, y: Mean, states: GroupColumns) -> Any: ...


def least_of_many(floor: Covariances, slopes: ManySlopes, columns: GroupColumns) -> ManyLeast:
    """Return `PredictedVariance.least` of each group."""
    se = error_of_many(
        slopes,
        lambda mean: columns.once(PredictedErrors(floor, mean)),
        lambda x, y: columns.once(PredictedCorrelations(floor, x, y)),
    )
    mean, slope = next(iter(slopes.items()))
    return ManyLeast(slope * np.abs(columns[floor.expected[mean]].rounded), se)


@dataclass(frozen=True)
class PredictedErrors:
    """`PredictedError` of each group."""

    floor: Covariances
    mean: Mean

    def __call__(self, columns: GroupColumns) -> Floats:
        variance: FloatPairs = self.floor.covariance(self.mean, self.mean, columns)
        return np.sqrt(variance.rounded())


@dataclass(frozen=True)
class PredictedCorrelations:
    """`PredictedCorrelation` of each group."""

    floor: Covariances
    x: Mean
    y: Mean

    def __call__(self, columns: GroupColumns) -> Floats:
        errors = [columns.once(PredictedErrors(self.floor, mean)) for mean in (self.x, self.y)]
        first, second = map(FloatPairs.exactly, errors)
        covariance: FloatPairs = self.floor.covariance(self.x, self.y, columns)
        return (covariance / (first * second)).rounded()
