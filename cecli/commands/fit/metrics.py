"""What a fit won: the loss before and after, and whether that could be chance."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from cecli.commands.fit.folds import FOLD
from cecli.commands.fit.recalibrations import Recalibration
from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.metrics.cross_entropy import METRICS, cross_entropy
from cecli.metrics.metric import Metric, mean_metric
from cecli.metrics.pair import p_of
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.inference.tails import tail
from cecli.report.result import Answer, Measure, Undefined
from cecli.statistics.mean import Mean, Score

INFINITE = Undefined("a loss is infinite, before or after")


@dataclass(frozen=True, eq=False)
class CalibratedLoss:
    """The cross-entropy of each row's recalibrated prediction."""

    recalibration: Recalibration

    def __call__(self, chunk: Chunk) -> Floats:
        return divergences.cross_entropy(p_of(chunk), self.recalibration.distributions(chunk))


@dataclass(frozen=True, eq=False)
class OutOfFoldLoss:
    """The same by the fit that was made without the row's fold: the place of each is its fold."""

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
    """The loss before less that after; infinite where one of them is, which tells nothing."""

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
    degrees : of freedom of the likelihood-ratio test; or why there is no such test.
    """
    mean = Mean(after)
    folds = () if out_of_fold is None else (
        mean_metric(
            "out_of_fold_cross_entropy",
            out_of_fold,
            "each row by a fit without its fold: what new rows may expect",
            Measure.INFORMATION,
        ),
        _won_back(
            "out_of_fold_gain",
            "cross_entropy - out_of_fold_cross_entropy",
            Mean(WonBack(out_of_fold)),
        ),
    )  # fmt: skip
    return (
        *METRICS[:2],
        mean_metric(
            "calibrated_cross_entropy", after, "the same after the fit", Measure.INFORMATION
        ),
        Metric(
            "calibrated_log_likelihood",
            "the same after the fit",
            Measure.INFORMATION,
            (mean,),
            partial(_log_likelihood, mean),
        ),
        _won_back(
            "calibration_loss",
            "cross_entropy - calibrated_cross_entropy: what miscalibration costs a row",
            Mean(WonBack(after)),
        ),
        *folds,
        *_likelihood_ratio(Mean(WonBack(after)), degrees),
    )


def _log_likelihood(mean: Mean, states: States) -> Answer:
    return 0.0 - float(states[mean].total)


def _won_back(name: str, meaning: str, mean: Mean) -> Metric:
    answer = partial(_finite_mean, mean)
    return Metric(name, meaning, Measure.INFORMATION, (mean,), answer, (mean,), lambda _: {mean: 1})


def _finite_mean(mean: Mean, states: States) -> Answer:
    return INFINITE if states[mean].infinite_rows else float(states[mean].mean)


def _likelihood_ratio(won: Mean, degrees: int | str) -> tuple[Metric, ...]:
    def metric(name: str, meaning: str, answer: Callable[[float, int], float]) -> Metric:
        return Metric(name, meaning, Measure.NUMBER, (won,), partial(_tested, won, degrees, answer))

    of = f" on {degrees} degrees of freedom" if isinstance(degrees, int) else ""
    return (
        metric(
            "likelihood_ratio", f"2 (gain in log_likelihood, nats): chi-squared{of}", _statistic
        ),
        metric("p_value", "chance of so much, were the predictions calibrated", tail),
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
