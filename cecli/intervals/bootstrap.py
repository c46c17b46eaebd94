"""Intervals from replicates of the rows: what a metric is in samples that might have been.

A metric is computed of each replicate's means as it is of those of the rows. So whatever is made of
means has an interval, also where nobody has written its derivatives down.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cecli.core.statistic import States, Statistic
from cecli.intervals.percentiles import percentile_interval
from cecli.metrics.metric import WEIGHT, Answer, Metric, Undefined
from cecli.report.report import Report
from cecli.report.result import Interval, Notice
from cecli.statistics.classes import ClassSums, ClassSumsState
from cecli.statistics.mean import Mean, MeanState, WeightState
from cecli.statistics.replicates import Keys, Replicates, ReplicatesState

NOTHING_DRAWN = Undefined("no row was drawn")

# What is unusual about replicates, in how many of them, and of which metric.
Remark = tuple[str, int, str]


@dataclass(frozen=True)
class Bootstrapped:
    """Gives those metrics of a report that are made of means their intervals.

    Attributes
    ----------
    metrics : these.
    replicates : of the scores that they are made of.
    """

    metrics: tuple[Metric, ...]
    replicates: Replicates
    level: float

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (WEIGHT, self.replicates)

    def added_to(self, report: Report, states: States) -> Report:
        drawn = states[self.replicates]
        answers: dict[str, list[Answer]] = {metric.name: [] for metric in self.metrics}
        # One replicate at a time: with many classes, the states of all of them would be large.
        for sample in self._samples(drawn, states[WEIGHT]):
            for metric in self.metrics:
                answers[metric.name].append(_answer(metric, sample))
        results = []
        remarks: list[Remark] = []
        for result in report.results:
            found = answers.get(result.name)
            if found is None:
                results.append(result)
                continue
            if result.value is None or math.isinf(result.value):
                found = []  # of that there is a notice already
            interval = percentile_interval(_defined(found), self.level)
            remarks += _remarks(result.name, found, interval)
            scale = result.measure.nats_per(report.units)
            results.append(replace(result, interval=interval.divided(scale)))
        notices = (*report.notices, *_notices(remarks, self.replicates.number))
        return replace(report, results=tuple(results), notices=notices)

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


def bootstrapped(
    metrics: Sequence[Metric], keys: Keys, number: int, seed: int, level: float
) -> Bootstrapped:
    """Return what gives intervals to the metrics of a report, as far as they are made of means.

    Parameters
    ----------
    keys : which rows are drawn together.
    number, seed : how many replicates, and which.
    """
    resampled = tuple(filter(_is_made_of_means, metrics))
    needed = dict.fromkeys(s for metric in resampled for s in metric.statistics)
    means = tuple(s for s in needed if isinstance(s, Mean))
    classes = tuple(s for s in needed if isinstance(s, ClassSums))
    return Bootstrapped(resampled, Replicates(keys, means, classes, number, seed), level)


def _is_made_of_means(metric: Metric) -> bool:
    """Return whether sums of scores are enough for a metric: no count of rows, and no quantile."""
    others = [s for s in metric.statistics if not isinstance(s, Mean | ClassSums)]
    return len(others) < len(metric.statistics) and all(other == WEIGHT for other in others)


def _answer(metric: Metric, sample: States | None) -> Answer:
    return NOTHING_DRAWN if sample is None else metric.answer(sample)


def _defined(answers: Sequence[Answer]) -> list[float]:
    return [answer for answer in answers if not isinstance(answer, Undefined)]


def _remarks(name: str, answers: Sequence[Answer], interval: Interval) -> Iterator[Remark]:
    """Yield what is unusual about a metric's replicates."""
    is_left = interval.se is not None
    rest = "their intervals rest on the others" if is_left else "too few are left for an interval"
    reasons = Counter(answer.reason for answer in answers if isinstance(answer, Undefined))
    for reason, count in reasons.items():
        yield f"undefined, because {reason}: {rest}", count, name
    if infinite := sum(map(math.isinf, _defined(answers))):
        yield "infinite, and so are their standard errors", infinite, name


def _notices(remarks: Sequence[Remark], replicates: int) -> Iterator[Notice]:
    """Yield one notice for each remark that metrics share."""
    names: dict[tuple[str, int], list[str]] = {}
    for what, count, name in remarks:
        names.setdefault((what, count), []).append(name)
    for (what, count), some in names.items():
        message = f"{' and '.join(some)}: in {count:,} of {replicates:,} replicates {what}"
        yield Notice("bootstrap-replicates", message)
