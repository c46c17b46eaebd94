"""The metrics of a fit: the loss before and after, and what chance explains of it."""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from cecli.commands.fit.notices import PARAMETERS
from cecli.commands.fit.null_reference import DEFINITIONS as OF_REFERENCE
from cecli.commands.fit.passes import FOLD
from cecli.commands.fit.recalibrations import Recalibration
from cecli.commands.fit.significance import DEFINITIONS as OF_TESTS
from cecli.commands.fit.significance import INFINITE, Significance
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.intervals.sampling import Sampling
from cecli.metrics.cells.decomposition import CALIBRATED
from cecli.metrics.cross_entropy import METRICS, cross_entropy
from cecli.metrics.metric import Measured, Metric, mean_metric
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.distributions import Distributions
from cecli.preparations.rows import p_of
from cecli.report.result import Answer, Definition, Direction, Measure, Result, Undefined
from cecli.statistics.mean import Mean, Score

INFORMATION, LOWER, HIGHER = Measure.INFORMATION, Direction.LOWER, Direction.HIGHER
CALIBRATED_LIKELIHOOD = Definition(
    "calibrated_log_likelihood",
    "Log of the product of the recalibrated probabilities of the observed classes.",
    "log_likelihood after the fit",
    HIGHER,
    INFORMATION,
    low=-math.inf,
    high=0.0,
)
CALIBRATION_LOSS = Definition(
    "calibration_loss",
    "What the family of maps wins back of the mean loss, on the rows that it was fitted to.",
    "cross_entropy - calibrated_cross_entropy",
    LOWER,
    INFORMATION,
    low=-math.inf,
)
OUT_OF_FOLD = Definition(
    "out_of_fold_cross_entropy",
    "Expected loss on new rows: each row is recalibrated by a fit without its fold.",
    "cross_entropy by the fits without each row's fold",
    LOWER,
    INFORMATION,
)
GAIN = Definition(
    "out_of_fold_gain",
    "Mean reduction of the loss by fits to (K - 1)/K of the rows, on the others.",
    "cross_entropy - out_of_fold_cross_entropy",
    HIGHER,
    INFORMATION,
    low=-math.inf,
)
DEFINITIONS = (
    CALIBRATED,
    CALIBRATED_LIKELIHOOD,
    CALIBRATION_LOSS,
    *OF_REFERENCE,
    OUT_OF_FOLD,
    GAIN,
    *OF_TESTS,
    *PARAMETERS,
)


@dataclass(frozen=True, eq=False)
class CalibratedLoss:
    """The cross-entropy of each row's recalibrated prediction."""

    recalibration: Recalibration

    def __call__(self, chunk: Chunk) -> Floats:
        return divergences.cross_entropy(p_of(chunk), self.recalibrated(chunk))

    def recalibrated(self, chunk: Chunk) -> Distributions:
        return self.recalibration.distributions(chunk)


@dataclass(frozen=True, eq=False)
class OutOfFoldLoss:
    """The same, by the fit without the row's fold; losses are in the order of the folds."""

    losses: tuple[CalibratedLoss, ...]

    def __call__(self, chunk: Chunk) -> Floats:
        result = np.zeros(len(chunk))
        for fold, loss in enumerate(self.losses):
            rows = chunk.numbers[FOLD] == fold
            if rows.any():
                result[rows] = loss(chunk.where(rows))
        return result


@dataclass(frozen=True)
class WonBack:
    """The loss before minus the loss after; infinite, and so undefined, if either is infinite."""

    after: Score

    def __call__(self, chunk: Chunk) -> Floats:
        before, after = chunk.once(cross_entropy), chunk.once(self.after)
        infinite = np.isinf(before) | np.isinf(after)
        if not infinite.any():
            return before - after
        return np.where(infinite, np.inf, np.where(infinite, 0.0, before) - np.where(
            infinite, 0.0, after
        ))  # fmt: skip


def fit_metrics(
    after: CalibratedLoss, significance: Significance, out_of_fold: OutOfFoldLoss | None
) -> tuple[Metric, ...]:
    """Return the metrics of a fit.

    Parameters
    ----------
    significance : what chance explains of what the fit wins back.
    """
    mean, won = Mean(after), Mean(WonBack(after))
    judged = significance.metrics
    folds = () if out_of_fold is None else (
        mean_metric(
            OUT_OF_FOLD, "by fits without each row's fold: expected loss on new rows", out_of_fold
        ),
        _gain(Mean(WonBack(out_of_fold))),
    )  # fmt: skip
    return (
        *METRICS[:2],
        mean_metric(CALIBRATED, "cross_entropy after the fit, on the rows it was fitted to", after),
        Metric(
            CALIBRATED_LIKELIHOOD,
            "log_likelihood after the fit",
            (mean,),
            partial(_log_likelihood, mean),
        ),
        Metric(
            CALIBRATION_LOSS,
            "what this family of maps wins back on the rows it was fitted to",
            (won,),
            partial(_finite_mean, won),
        ),
        *judged.of_loss,
        *folds,
        *judged.tests,
    )


@dataclass(frozen=True, eq=False)
class OfFit:
    """A metric of a fit, with its interval.

    Attributes
    ----------
    sampling : for the intervals of means.
    """

    metric: Metric
    significance: Significance
    sampling: Sampling

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return Measured(self.metric, self.sampling).statistics

    def finish(self, states: States) -> Iterator[Result]:
        result = self.metric.result(states, self.sampling)
        if self.metric.definition == CALIBRATION_LOSS:
            result = replace(result, interval=self.significance.interval(states))
        yield result


def _log_likelihood(mean: Mean, states: States) -> Answer:
    return 0.0 - float(states[mean].total)


# A step function that has not seen a row can give it a probability of 0.
INFINITE_OUTSIDE = Undefined(
    "a loss before the fit or outside its fold is infinite; a smooth map never becomes certain: "
    "--model beta or platt"
)


def _gain(mean: Mean) -> Metric:
    meaning = "by fits to (K-1)/K of the rows, on the others: not the gain of the fit reported here"
    answer = partial(_finite_gain, mean)
    return Metric(GAIN, meaning, (mean,), answer, (mean,), lambda _: {mean: 1})


def _finite_gain(mean: Mean, states: States) -> Answer:
    return INFINITE_OUTSIDE if states[mean].infinite_rows else float(states[mean].mean)


def _finite_mean(mean: Mean, states: States) -> Answer:
    return INFINITE if states[mean].infinite_rows else float(states[mean].mean)
