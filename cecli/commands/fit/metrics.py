"""The metrics of a fit: the loss before and after, and the significance of the gain."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from cecli.commands.fit.notices import PARAMETERS
from cecli.commands.fit.passes import FOLD
from cecli.commands.fit.recalibrations import Recalibration
from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.metrics.cross_entropy import METRICS, cross_entropy
from cecli.metrics.metric import Metric, mean_metric
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.tails import tail
from cecli.preparations.rows import p_of
from cecli.report.result import Answer, Definition, Direction, Measure, Undefined
from cecli.statistics.mean import Mean, Score

INFORMATION, LOWER, HIGHER = Measure.INFORMATION, Direction.LOWER, Direction.HIGHER
CALIBRATED = Definition(
    "calibrated_cross_entropy",
    "Mean loss of the recalibrated predictions, on the rows of the fit.",
    "cross_entropy after the fit",
    LOWER,
    INFORMATION,
)
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
    "Mean loss due to miscalibration, which the fit removes.",
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
    "Mean reduction of the loss by recalibration, on rows outside the fit.",
    "cross_entropy - out_of_fold_cross_entropy",
    HIGHER,
    INFORMATION,
    low=-math.inf,
)
LIKELIHOOD_RATIO = Definition(
    "likelihood_ratio",
    "Twice the gain in log-likelihood; chi-squared if predictions were calibrated before.",
    "2 (gain in log_likelihood, in nats)",
)
P_VALUE = Definition(
    "p_value",
    "Probability of a statistic at least this large under the null hypothesis.",
    "tail of the distribution of the statistic",
    high=1.0,
    numbered=True,
)
DEFINITIONS = (
    CALIBRATED,
    CALIBRATED_LIKELIHOOD,
    CALIBRATION_LOSS,
    OUT_OF_FOLD,
    GAIN,
    LIKELIHOOD_RATIO,
    P_VALUE,
    *PARAMETERS,
)

INFINITE = Undefined("a loss before or after the fit is infinite")


@dataclass(frozen=True, eq=False)
class CalibratedLoss:
    """The cross-entropy of each row's recalibrated prediction."""

    recalibration: Recalibration

    def __call__(self, chunk: Chunk) -> Floats:
        return divergences.cross_entropy(p_of(chunk), self.recalibration.distributions(chunk))


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


@dataclass(frozen=True, eq=False)
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
    after: CalibratedLoss, degrees: int | str, out_of_fold: OutOfFoldLoss | None
) -> tuple[Metric, ...]:
    """Return the metrics of a fit.

    Parameters
    ----------
    degrees : degrees of freedom of the likelihood-ratio test, or the reason why there is none.
    """
    mean = Mean(after)
    folds = () if out_of_fold is None else (
        mean_metric(
            OUT_OF_FOLD, "by fits without each row's fold: expected loss on new rows", out_of_fold
        ),
        _won_back(GAIN, "cross_entropy - out_of_fold_cross_entropy", Mean(WonBack(out_of_fold))),
    )  # fmt: skip
    return (
        *METRICS[:2],
        mean_metric(CALIBRATED, "cross_entropy after the fit", after),
        Metric(
            CALIBRATED_LIKELIHOOD,
            "log_likelihood after the fit",
            (mean,),
            partial(_log_likelihood, mean),
        ),
        _won_back(
            CALIBRATION_LOSS,
            "cross_entropy - calibrated_cross_entropy: mean loss due to miscalibration",
            Mean(WonBack(after)),
        ),
        *folds,
        *_likelihood_ratio(Mean(WonBack(after)), degrees),
    )


def _log_likelihood(mean: Mean, states: States) -> Answer:
    return 0.0 - float(states[mean].total)


def _won_back(definition: Definition, meaning: str, mean: Mean) -> Metric:
    answer = partial(_finite_mean, mean)
    return Metric(definition, meaning, (mean,), answer, (mean,), lambda _: {mean: 1})


def _finite_mean(mean: Mean, states: States) -> Answer:
    return INFINITE if states[mean].infinite_rows else float(states[mean].mean)


def _likelihood_ratio(won: Mean, degrees: int | str) -> tuple[Metric, ...]:
    def metric(
        definition: Definition, meaning: str, answer: Callable[[float, int], float]
    ) -> Metric:
        return Metric(definition, meaning, (won,), partial(_tested, won, degrees, answer))

    of = f" on {degrees} degrees of freedom" if isinstance(degrees, int) else ""
    return (
        metric(LIKELIHOOD_RATIO, f"2 (gain in log_likelihood, nats): chi-squared{of}", _statistic),
        metric(P_VALUE, "probability of a ratio this large if predictions were calibrated", tail),
    )


def _statistic(ratio: float, degrees: int) -> float:  # noqa: ARG001
    return ratio


def _tested(
    won: Mean, degrees: int | str, answer: Callable[[float, int], float], states: States
) -> Answer:
    if isinstance(degrees, str):
        return Undefined(degrees)
    if states[won].infinite_rows:
        return INFINITE
    return answer(max(0.0, 2.0 * float(states[won].total)), degrees)
