"""Which models may be the best, by bootstrap replicates of the losses of all of them."""

from collections.abc import Sequence
from functools import partial
from math import isinf
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cecli.commands.compare.one_look import ROUNDING
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.intervals.bootstrap import Bootstrap
from cecli.intervals.sampling import bootstrap_of
from cecli.metrics.cross_entropy import CROSS_ENTROPY_DEFINITION
from cecli.metrics.metric import Metric
from cecli.metrics.paired.losses import Loss
from cecli.numerics import Floats
from cecli.options.scoring import Grouping, Resampling
from cecli.report.result import Answer
from cecli.statistics.mean import Mean


@dataclass(frozen=True)
class ByReplicates:
    """The p-values of all models, by the test of the largest of all standardized differences.

    Attributes
    ----------
    losses : the mean loss of each model.
    """

    name: ClassVar[str] = "bootstrap"

    losses: tuple[Metric, ...]
    bootstrap: Bootstrap

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        means = [statistic for metric in self.losses for statistic in metric.statistics]
        return [*means, *self.bootstrap.statistics(self.losses[0])]

    def p_values(self, states: States) -> list[float]:
        """Return the p-value of "no other model is better" for each model.

        A model with an infinite mean loss is not the best, unless all are.
        """
        values = [float(states[_only(metric)].mean) for metric in self.losses]
        finite = [place for place, value in enumerate(values) if not isinf(value)]
        if not finite:
            return [1.0] * len(values)
        drawn = [self.bootstrap.answers(self.losses[p], values[p], states) for p in finite]
        # A replicate may be empty.
        replicates = [each for each in zip(*drawn, strict=True)
                      if all(isinstance(x, float) for x in each)]  # fmt: skip
        own = np.array([values[place] for place in finite])
        of_finite = np.array(replicates, dtype=np.float64).reshape(-1, len(finite))
        found = dict(zip(finite, eliminated(own, of_finite), strict=True))
        return [found.get(place, 0.0) for place in range(len(values))]


def by_replicates(roles: Sequence[str], grouping: Grouping, resampling: Resampling) -> ByReplicates:
    """Return the finding of the best of some models, by the replicates that were asked for."""
    losses = tuple(_mean_loss(role) for role in roles)
    return ByReplicates(losses, bootstrap_of(grouping, resampling, losses))


def eliminated(losses: Floats, replicates: Floats) -> list[float]:
    """Return the p-value of each model: the largest level at which it is not in the set, as 1 − p.

    Parameters
    ----------
    losses : shape (K,).
    replicates : of these losses, shape (B, K).

    Notes
    -----
    The hypothesis that all models of a set are equally good is tested by the largest standardized
    difference of two of them, |t|, whose distribution is that of the replicates about the losses.
    Then the model that some other one beats by most is left out, and so on. The p-value of a model
    is the largest up to when it is left out. A difference that hardly varies shows nothing of its
    noise, and counts as none.

    References
    ----------
    Hansen, P. R., Lunde, A., Nason, J. M. (2011), The model confidence set, sections 2 and 3.1.2,
    with the statistic T_R. doi:10.3982/ECTA5771

    Examples
    --------
    >>> import numpy as np
    >>> replicates = np.array([[0.1, 0.2, 0.9], [0.2, 0.1, 1.0], [0.1, 0.1, 1.1]])
    >>> eliminated(np.array([0.14, 0.13, 1.0]), replicates)
    [1.0, 1.0, 0.0]
    """
    draws, models = replicates.shape
    if not draws:
        return [1.0] * models
    centred = replicates - losses
    apart = losses[:, None] - losses
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = _errors(centred)
        is_known = errors > ROUNDING * (1.0 + losses[:, None] + losses)
        t = np.where(is_known, apart / errors, 0.0)
        scale = np.where(is_known, 1.0 / errors, 0.0)
    left, largest, found = list(range(models)), 0.0, [1.0] * models
    while len(left) > 1:
        of_left = t[np.ix_(left, left)]
        statistic = of_left.max()
        beyond = _largest(centred[:, left], scale[np.ix_(left, left)]) >= statistic
        largest = max(largest, int(np.count_nonzero(beyond)) / draws)
        worst = left[int(np.argmax(of_left.max(axis=1)))]
        found[worst] = largest
        left.remove(worst)
    return found


def _errors(centred: Floats) -> Floats:
    """Return the standard error of the difference of each pair, shape (K, K)."""
    rows: list[Floats] = []
    for model in range(centred.shape[1]):
        apart = centred[:, [model]] - centred
        # Rows are added one after another, so that no machine rounds otherwise.
        rows.append(np.add.reduce(apart * apart, axis=0) / max(len(centred), 1))
    return np.asarray(np.sqrt(np.array(rows)))


def _largest(centred: Floats, scale: Floats) -> NDArray[np.float64]:
    """Return the largest standardized difference in each replicate, shape (B,)."""
    largest = np.zeros(len(centred))
    for model in range(centred.shape[1]):
        apart = np.abs(centred[:, [model]] - centred) * scale[model]
        largest = np.maximum(largest, apart.max(axis=1))
    return largest


def _mean_loss(role: str) -> Metric:
    mean = Mean(Loss(role))
    what = f"mean loss of {role}"
    return Metric(CROSS_ENTROPY_DEFINITION, what, (mean,), partial(_mean, mean), (mean,))


def _only(metric: Metric) -> Mean:
    (mean,) = metric.means
    return mean


def _mean(mean: Mean, states: States) -> Answer:
    return float(states[mean].mean)
