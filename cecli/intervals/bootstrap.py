"""The interval between percentiles of a bootstrap's replicates.

References
----------
Efron, B. (1979), Bootstrap methods: another look at the jackknife. doi:10.1214/aos/1176344552
Davison, A. C., Hinkley, D. V. (1997), Bootstrap methods and their application, section 5.3.
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Sampled
from cecli.options.scoring import Resampling, exact_level, least_replicates
from cecli.report.result import Answer, Interval, Notice, Undefined
from cecli.statistics.classes import ClassSums, ClassSumsState
from cecli.statistics.mean import WEIGHT, Mean, MeanState, WeightState
from cecli.statistics.replicates import Keys, Replicates, ReplicatesState


def percentile_interval(values: Sequence[float], level: float) -> Interval:
    """Return the interval between two percentiles of some values, and their standard deviation.

    Parameters
    ----------
    values : a metric's in each replicate; infinite ones are beyond all others.

    Notes
    -----
    Of R values in order, the ends are the k-th from below and the k-th from above, with k the whole
    part of (R + 1)(1 − level)/2. Nothing is interpolated, so that the interval of a rising function
    of a metric is that function of its ends. Fewer than `least_replicates` have no interval.

    Examples
    --------
    >>> interval = percentile_interval([float(x) for x in range(1, 1000)], 0.95)
    >>> interval.lower, interval.upper
    (25.0, 975.0)
    """
    if len(values) < least_replicates(level):
        return Interval(None, None, None, level, "bootstrap")
    ordered = sorted(values)
    place = int((len(ordered) + 1) * (1 - exact_level(level)) / 2)
    se = math.inf if any(map(math.isinf, ordered)) else statistics.stdev(ordered)
    return Interval(se, ordered[place - 1], ordered[-place], level, "bootstrap")


NOTHING_DRAWN = Undefined("no row was drawn")


@dataclass(frozen=True)
class Bootstrap:
    """Intervals of metrics that are made of means, from replicates of the rows.

    Attributes
    ----------
    metrics : these.
    replicates : of the scores that they are made of.
    """

    metrics: tuple[Sampled, ...]
    replicates: Replicates
    level: float

    @property
    def findings(self) -> Sequence[Finding]:
        return (ReplicateNotices(self),)

    def statistics(self, metric: Sampled) -> Sequence[Statistic[Any]]:  # noqa: ARG002
        return (WEIGHT, self.replicates)

    def interval(self, metric: Sampled, value: float | None, states: States) -> Interval | None:
        if metric not in self.metrics:
            return None
        return percentile_interval(_defined(self.answers(metric, value, states)), self.level)

    def answers(self, metric: Sampled, value: float | None, states: States) -> Sequence[Answer]:
        """Return what a metric is in each replicate; nothing where its value is not finite."""
        if value is None or math.isinf(value):
            return ()  # of that there is a notice already
        return states.once(self._answers)[metric]

    def _answers(self, states: States) -> Mapping[Sampled, Sequence[Answer]]:
        answers: list[list[Answer]] = [[] for _ in self.metrics]
        # One replicate at a time: with many classes, the states of all of them would be large.
        for sample in self._samples(states[self.replicates], states[WEIGHT]):
            for metric, found in zip(self.metrics, answers, strict=True):
                found.append(NOTHING_DRAWN if sample is None else metric.answer(sample))
        return dict(zip(self.metrics, answers, strict=True))

    def _samples(self, drawn: ReplicatesState, weight: WeightState) -> Iterator[States | None]:
        """Yield the states of each replicate, None where it is empty; nothing of one row alone.

        How many rows a replicate has is chance, too, and says nothing: its sums are taken to the
        weight of the rows, as the formula of a mean's standard error takes that for given.
        """
        sums = drawn.sums
        if sums is None or len(drawn.drawn_apart) < 2:
            return
        at_one_scale = sums.at(np.full_like(sums.exponents, sums.exponents.min()))
        for total, *columns, lost in zip(*at_one_scale, drawn.infinite.T.tolist(), strict=True):
            # What is rounded down here is far beyond the last bit of any float64.
            scaled = [column * weight.weight // total for column in columns] if total else []
            yield self._sample(weight, scaled, lost) if total else None

    def _sample(self, weight: WeightState, sums: list[int], infinite: list[int]) -> States:
        """Return the states that have the sums of each score, and so many infinite terms."""
        means, classes = self.replicates.means, self.replicates.classes
        states: dict[Statistic[Any], Any] = {WEIGHT: weight}
        for place, mean in enumerate(means):
            states[mean] = MeanState(weight, sums[place], infinite_rows=infinite[place])
        of_each = (len(sums) - len(means)) // max(len(classes), 1)
        for place, of_classes in enumerate(classes):
            first = len(means) + place * of_each
            these = slice(first, first + of_each)
            states[of_classes] = ClassSumsState(tuple(sums[these]), tuple(infinite[these]))
        return States(states)


def bootstrap(
    metrics: Sequence[Sampled], keys: Keys, resampling: Resampling, level: float
) -> Bootstrap:
    """Return what gives intervals to metrics, as far as they are made of means.

    Parameters
    ----------
    keys : which rows are drawn together.
    """
    resampled = tuple(filter(_is_made_of_means, metrics))
    needed = dict.fromkeys(s for metric in resampled for s in metric.statistics)
    means = tuple(s for s in needed if isinstance(s, Mean))
    classes = tuple(s for s in needed if isinstance(s, ClassSums))
    replicates = Replicates(keys, means, classes, resampling.replicates, resampling.seed)
    return Bootstrap(resampled, replicates, level)


def _is_made_of_means(metric: Sampled) -> bool:
    """Return whether sums of scores are enough for a metric: no count of rows, and no quantile."""
    others = [s for s in metric.statistics if not isinstance(s, Mean | ClassSums)]
    return len(others) < len(metric.statistics) and all(other == WEIGHT for other in others)


def _defined(answers: Sequence[Answer]) -> list[float]:
    return [answer for answer in answers if not isinstance(answer, Undefined)]


@dataclass(frozen=True)
class ReplicateNotices:
    """Says what is unusual about replicates: one notice for all metrics that share it."""

    bootstrap: Bootstrap

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (WEIGHT, self.bootstrap.replicates)

    def finish(self, states: States) -> Iterator[Notice]:
        names: dict[tuple[str, int], list[str]] = {}
        for metric in self.bootstrap.metrics:
            for remark in self._remarks(metric, states):
                names.setdefault(remark, []).append(metric.name)
        number = self.bootstrap.replicates.number
        for (what, count), some in names.items():
            message = f"{' and '.join(some)}: in {count:,} of {number:,} replicates {what}"
            yield Notice("bootstrap-replicates", message)

    def _remarks(self, metric: Sampled, states: States) -> Iterator[tuple[str, int]]:
        """Yield what is unusual about a metric's replicates, and in how many of them."""
        answer = metric.answer(states)
        value = None if isinstance(answer, Undefined) else answer
        answers = self.bootstrap.answers(metric, value, states)
        is_left = len(_defined(answers)) >= least_replicates(self.bootstrap.level)
        rest = (
            "their intervals rest on the others" if is_left else "too few are left for an interval"
        )
        reasons = Counter(answer.reason for answer in answers if isinstance(answer, Undefined))
        for reason, count in reasons.items():
            yield f"undefined, because {reason}: {rest}", count
        if infinite := sum(map(math.isinf, _defined(answers))):
            yield "infinite, and so are their standard errors", infinite
