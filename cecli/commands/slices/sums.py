"""The exact sums of slices, and the tests that contrast one part of the rows with another."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.metrics.base_rate import prediction_entropy, prob, target
from cecli.metrics.predicted_variance import (
    LOSS,
    LOSS_VARIANCE,
    LOSS_VARIANCE_OF_CLASSES,
    OUTCOME_VARIANCE,
)
from cecli.numerics import Floats
from cecli.numerics.sums.pairs import FloatPairs
from cecli.numerics.tails import upper_tail
from cecli.statistics.group_columns import GroupColumns
from cecli.statistics.mean import WEIGHT, Mean, Product


def surplus(chunk: Chunk) -> Floats:
    """Return what happened minus what was predicted."""
    return np.asarray(chunk.once(target) - chunk.once(prob))


ENTROPY, SURPLUS, PREDICTED = Mean(prediction_entropy), Mean(surplus), Mean(prob)
OF_BINARY: tuple[Mean, ...] = (LOSS, ENTROPY, SURPLUS, PREDICTED, OUTCOME_VARIANCE)
OF_SEVERAL: tuple[Mean, ...] = (LOSS, ENTROPY)


class Contrast(NamedTuple):
    """How a mean of some parts differs from that of others; shape (n,) each.

    Attributes
    ----------
    difference, se, degrees : with the degrees of freedom of Welch and Satterthwaite.
    """

    difference: Floats
    se: Floats
    degrees: Floats

    def p_above(self) -> list[float | None]:
        """Return one-sided p-values of no positive difference; None where nothing is known."""
        every = zip(self.difference.tolist(), self.se.tolist(), self.degrees.tolist(), strict=True)
        return [upper_tail(d / se, nu) if se > 0.0 and nu >= 1.0 else None for d, se, nu in every]


@dataclass(frozen=True, eq=False)
class PartSums:
    """Some parts of the rows, as sums.

    Attributes
    ----------
    is_soft : whether targets are soft, which vary less than the predictions imply.
    sums : each sum of all parts: by "rows", "w", "ww", and by the mean and its moment.
    """

    is_soft: bool
    sums: Mapping[object, FloatPairs]

    @classmethod
    def of(cls, columns: GroupColumns, means: Sequence[Mean], *, is_soft: bool) -> "PartSums":
        weights = columns[WEIGHT]
        sums: dict[object, FloatPairs] = {
            "rows": FloatPairs.exactly(weights.rows),
            "w": weights.total,
            "ww": weights.squared,
            "spread": columns[spread_of(means)].total,
        }
        for mean in means:
            of = columns[mean]
            sums[mean, "x"], sums[mean, "wx"] = of.total, of.twice_weighted
            sums[mean, "xx"] = of.squares
        return cls(is_soft, sums)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def rows(self) -> Floats:
        return self.sums["rows"].high

    @cached_property
    def weight(self) -> Floats:
        return self.sums["w"].high

    def at(self, places: Integers) -> "PartSums":
        """Return the parts at some places."""
        return replace(self, sums={key: _taken(x, places) for key, x in self.sums.items()})

    def all_rows(self) -> "PartSums":
        """Return the one part that all of these make up."""
        every = np.zeros(1, dtype=np.int64)
        total = {key: _taken(x, every) for key, x in self.sums.items()}
        for place in range(1, len(self)):
            one = np.array([place])
            total = {key: total[key] + _taken(x, one) for key, x in self.sums.items()}
        return replace(self, sums=total)

    def without(self, other: "PartSums") -> "PartSums":
        """Return each part without another that lies in it."""
        return replace(self, sums={key: x - other.sums[key] for key, x in self.sums.items()})

    def mean(self, mean: Mean) -> Floats:
        return (self.sums[mean, "x"] / self.sums["w"]).high

    def worse_than(self, others: "PartSums") -> Contrast:
        """Return how much more these lose than others do."""
        return self._against(others, LOSS, (self.variance_of_loss, others.variance_of_loss))

    def further_off(self, others: "PartSums") -> Contrast:
        """Return how much further these are from calibrated than others are, on either side.

        To be further off is to be so whatever the side of the others (an intersection–union test).
        """
        both = (self.variance_of_surplus, others.variance_of_surplus)
        found = self._against(others, SURPLUS, both)
        further = np.abs(self.mean(SURPLUS)) - np.abs(others.mean(SURPLUS))
        return found._replace(difference=further)

    def _against(
        self, others: "PartSums", mean: Mean, variances: tuple[Floats, Floats]
    ) -> Contrast:
        own, theirs = variances
        together = own + theirs
        shares = own**2 / (self.effective_rows - 1.0) + theirs**2 / (others.effective_rows - 1.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            return Contrast(
                self.mean(mean) - others.mean(mean), np.sqrt(together), together**2 / shares
            )

    @cached_property
    def effective_rows(self) -> Floats:
        return (self.sums["w"] ** 2 / self.sums["ww"]).high

    def _variance(self, mean: Mean) -> Floats:
        """Return the variance of a mean, from the spread of its rows."""
        w, x = self.sums["w"], self.sums[mean, "x"]
        first = w * (w * self.sums[mean, "xx"] - 2 * (x * self.sums[mean, "wx"]))
        spread = (first + x * x * self.sums["ww"]) / w**4
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.maximum(spread.high, 0.0) * self.rows / (self.rows - 1.0)

    @cached_property
    def variance_of_loss(self) -> Floats:
        """The variance of the mean loss: no less than if the predictions were true."""
        own = self._variance(LOSS)
        if self.is_soft:
            return own
        predicted = (self.sums["spread"] / self.sums["w"] ** 2).high + self._variance(ENTROPY)
        return np.maximum(own, predicted)

    @cached_property
    def variance_of_surplus(self) -> Floats:
        own = self._variance(SURPLUS)
        if self.is_soft:
            return own
        predicted = (self.sums[OUTCOME_VARIANCE, "wx"] / self.sums["w"] ** 2).high
        return np.maximum(own, predicted)


def spread_of(means: Sequence[Mean]) -> Product:
    """Return the sum of the variances of losses that the predictions imply."""
    return LOSS_VARIANCE if SURPLUS in means else LOSS_VARIANCE_OF_CLASSES


def joined(some: Sequence[PartSums]) -> PartSums:
    """Return the parts of all, in order."""
    first = some[0]
    return replace(
        first,
        sums={
            key: FloatPairs(
                *(
                    np.concatenate([getattr(parts.sums[key], field) for parts in some])
                    for field in ("high", "low", "error")
                )
            )
            for key in first.sums
        },
    )


def _taken(x: FloatPairs, places: Integers) -> FloatPairs:
    return FloatPairs(x.high[places], x.low[places], x.error[places])
