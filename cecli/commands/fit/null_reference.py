"""What isotonic regression would win back of calibrated predictions, by drawing labels from them.

The step function fits chance, too, so that its calibration loss is never 0. Labels that are drawn
from the predictions themselves show how much chance gives.

References
----------
Dimitriadis, T., Gneiting, T., Jordan, A. I. (2021), Stable reliability diagrams for probabilistic
classifiers. doi:10.1073/pnas.2016191118
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.commands.fit.significance import INFINITE, Judged
from cecli.commands.fit.statistics import Levels, LevelsState, compact
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States
from cecli.metrics.metric import Metric
from cecli.numerics import Floats, Words
from cecli.numerics.distributions import bernoulli
from cecli.numerics.distributions.distributions import Distributions
from cecli.numerics.distributions.divergences import expected
from cecli.numerics.distributions.logarithm import log
from cecli.numerics.resampling import mixed, outputs, streams
from cecli.report.result import Answer, Definition, Direction, Measure, Undefined
from cecli.statistics.mean import Mean

Starts = NDArray[np.intp]
SEED = 0
LEAST_DRAWS, MOST_DRAWS, DRAWN_LABELS = 100, 999, 2_000_000
# More rows would take minutes.
MOST_ROWS = 1 << 18
# Labels that are drawn at a time.
AT_A_TIME = 1 << 16
LEVEL = 0.95
# Losses of equal labels may differ by so much, from rounding.
ROUNDING = 1e-12

LOWER, INFORMATION = Direction.LOWER, Measure.INFORMATION
EXPECTED = Definition(
    "miscalibration_expected",
    "Mean of what isotonic regression would win back if predictions were calibrated.",
    "mean of calibration_loss over labels drawn from q",
    LOWER,
    INFORMATION,
)
QUANTILE = Definition(
    "miscalibration_quantile",
    "What isotonic regression would win back of calibrated predictions at most, 95 % of the time.",
    "95 % quantile of calibration_loss over labels drawn from q",
    LOWER,
    INFORMATION,
)
CHANCE = Definition(
    "miscalibration_p_value",
    "How often isotonic regression wins back as much of calibrated predictions.",
    "(1 + number of draws with at least the calibration_loss) / (1 + number of draws)",
    high=1.0,
)
DEFINITIONS = (EXPECTED, QUANTILE, CHANCE)


class DrawnLosses(NamedTuple):
    """The mean losses that isotonic regression wins back of drawn labels, ascending."""

    won: Floats

    def mean(self, won: float) -> float:  # noqa: ARG002
        return float(np.mean(self.won))

    def quantile(self, won: float) -> float:  # noqa: ARG002
        return float(self.won[min(len(self.won), round(LEVEL * (len(self.won) + 1))) - 1])

    def chance(self, won: float) -> float:
        """Return the p-value of a loss won back."""
        as_much = np.count_nonzero(self.won >= won - ROUNDING * abs(won))
        return (1 + int(as_much)) / (1 + len(self.won))


@dataclass(frozen=True, eq=False)
class NullReference:
    """The distribution of the calibration loss of an isotonic fit if predictions are calibrated.

    Attributes
    ----------
    won : the mean loss that the fit wins back.
    levels : the distinct predictions, with the labels and weights of their rows.
    scale : of the predictions.
    """

    won: Mean
    levels: Levels
    scale: Scale

    @property
    def metrics(self) -> Judged:
        def metric(
            definition: Definition, meaning: str, answer: Callable[[DrawnLosses, float], float]
        ) -> Metric:
            statistics = (self.won, self.levels)
            return Metric(definition, meaning, statistics, partial(self._answer, answer))

        drawn = f"mean for labels drawn from the predictions, up to {MOST_DRAWS} times, seed {SEED}"
        of_loss = (
            metric(
                EXPECTED, f"calibration_loss of calibrated predictions: {drawn}", DrawnLosses.mean
            ),
            metric(QUANTILE, "95% quantile of the same draws", DrawnLosses.quantile),
            metric(CHANCE, "how often these draws win back as much", DrawnLosses.chance),
        )
        return Judged(of_loss, ())

    def interval(self, states: States) -> None:  # noqa: ARG002
        """Return None: the loss is never negative, and biased upwards."""
        return

    def _answer(self, answer: Callable[[DrawnLosses, float], float], states: States) -> Answer:
        won = states[self.won]
        if won.infinite_rows:
            return INFINITE
        if won.weights.rows > MOST_ROWS:
            return Undefined(f"labels are drawn for at most {MOST_ROWS:,} rows")
        return answer(states.once(self._draws), float(won.finite_mean))

    def _draws(self, states: States) -> DrawnLosses:
        return draws_of(states[self.levels], self.scale)


def draws_of(levels: LevelsState, scale: Scale) -> DrawnLosses:
    """Return what isotonic regression wins back of labels that are drawn from predictions.

    Notes
    -----
    The rows are those of the sorted table of levels, so that the draws depend on neither their
    order nor their cut into chunks. Label j of draw b is 1 if a random number in [0, 1), SplitMix64
    of both, is below q. Their number is such that two million labels are drawn, from 100 to 999
    times.
    """
    score, _, weight, count = compact(levels.pieces)
    rows = np.repeat(np.arange(len(score)), count.astype(np.int64))
    # On a scale where products of two totals are no larger than floats.
    score, weight = score[rows], np.ldexp(weight[rows], -np.frexp(weight.max())[1])
    predicted = bernoulli.KINDS[scale](score)
    number = max(LEAST_DRAWS, min(MOST_DRAWS, DRAWN_LABELS // len(score)))
    each = max(1, AT_A_TIME // len(score))
    starts = np.flatnonzero(np.append(True, score[1:] != score[:-1]))
    keys = outputs(np.zeros(1, dtype=np.uint64), np.arange(len(score), dtype=np.uint64))
    seeds = streams(SEED, number)
    won = [
        _won(mixed(keys + some[:, None]), predicted, weight, starts)
        for some in (seeds[first : first + each] for first in range(0, number, each))
    ]
    return DrawnLosses(np.sort(np.concatenate(won)))


def _won(words: Words, predicted: Distributions, weight: Floats, starts: Starts) -> Floats:
    """Return the mean losses won back in some draws, from random words of shape (draws, n)."""
    happened = (words >> np.uint64(11)).astype(np.float64) * 2.0**-53 < predicted.prob[1]
    before = np.where(happened, predicted.surprisal[1], predicted.surprisal[0])
    totals = np.add.reduceat(np.where(happened, weight, 0.0), starts, axis=1)
    weights = np.broadcast_to(np.add.reduceat(weight, starts), totals.shape)
    after = isotonic_losses(weights, totals)
    return np.asarray((np.sum(before * weight, axis=1) - after) / np.sum(weight))


def isotonic_losses(weights: Floats, totals: Floats) -> Floats:
    """Return the least total loss of an ascending sequence of probabilities, for each row.

    Parameters
    ----------
    weights, totals : Σw and Σwt at ascending predictions, shape (draws, levels).

    Notes
    -----
    Neighbours of which the first has no lower mean share a pool in the solution; whole runs of
    them are pooled at a time, in all draws, until there are none.

    Examples
    --------
    >>> losses = isotonic_losses(np.ones((2, 2)), np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> (losses / np.log(2.0)).round(12).tolist()
    [0.0, 2.0]
    """
    draws, levels = totals.shape
    weight, total = weights.reshape(-1), totals.reshape(-1)
    of_draw = np.repeat(np.arange(draws), levels)
    while True:
        pooled = total[:-1] * weight[1:] >= total[1:] * weight[:-1]
        pooled &= of_draw[:-1] == of_draw[1:]
        if not pooled.any():
            break
        starts = np.flatnonzero(np.append(True, ~pooled))
        weight, total = np.add.reduceat(weight, starts), np.add.reduceat(total, starts)
        of_draw = of_draw[starts]
    mean = np.minimum(total / weight, 1.0)
    losses = expected(mean, 0.0 - log(mean)) + expected(1.0 - mean, 0.0 - log(1.0 - mean))
    return np.asarray(np.bincount(of_draw, weight * losses, draws), dtype=np.float64)
