"""Basic intervals from bootstrap replicates.

References
----------
Efron, B. (1979), Bootstrap methods: another look at the jackknife. doi:10.1214/aos/1176344552
Davison, A. C., Hinkley, D. V. (1997), Bootstrap methods and their application, section 5.3.
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cecli.core.dataclasses import dataclass, replace
from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.intervals.formula import UNUSUAL, Image, Sampled, Unusual
from cecli.intervals.scales import mirrored
from cecli.options.groups import exact_level, least_replicates
from cecli.options.scoring import Resampling
from cecli.report.result import Answer, Definition, Interval, Notice, Undefined
from cecli.statistics.classes import ClassSums, ClassSumsState
from cecli.statistics.mean import WEIGHT, Mean, MeanState, WeightState
from cecli.statistics.replicates import Replicates, ReplicatesState, RowKeys


def basic_interval(
    value: float, values: Sequence[float], level: float, definition: Definition
) -> Interval:
    """Return the basic interval of a value, and the standard deviation of its replicates.

    Parameters
    ----------
    values : of a metric in each replicate; infinite values sort last.
    definition : of the metric, whose range has the ends.

    Notes
    -----
    Replicates are to the value what the value is to the truth. So with L and U the k-th smallest
    and the k-th largest of R replicates, k the integer part of (R + 1)(1 − level)/2, the ends are
    2θ − U and 2θ − L. This corrects the bias that replicates show: those of an entropy lie below
    it, as the entropy itself lies below the truth. θ, U and L are taken where they vary about
    equally everywhere: the root of a loss, the angle arcsin √p of a share. The interval is extended
    to hold the value. Fewer values than `least_replicates` have no interval, nor have values that
    are all alike.

    References
    ----------
    Davison, A. C., Hinkley, D. V. (1997), section 5.2.

    Examples
    --------
    >>> replicates = [float(x) for x in range(1, 1000)]
    >>> interval = basic_interval(500.0, replicates, 0.95, Definition("x", "", "", low=-math.inf))
    >>> interval.lower, interval.upper
    (25.0, 975.0)
    """
    if len(values) < least_replicates(level):
        return Interval(None, None, None, level, "bootstrap")
    ordered = sorted(values)
    place = int((len(ordered) + 1) * (1 - exact_level(level)) / 2)
    se = math.inf if any(map(math.isinf, ordered)) else statistics.stdev(ordered)
    if se == 0.0:
        # Rows that are all alike show nothing of their noise.
        return Interval(se, None, None, level, "bootstrap")
    scale = definition.scale
    ends = [mirrored(scale, value, end) for end in (ordered[-place], ordered[place - 1])]
    lower, upper = min(value, *ends), max(value, *ends)
    return Interval(
        se,
        max(lower, definition.low),
        min(upper, definition.high),
        level,
        "bootstrap",
        scale=scale,
    )


# What notices say of unusual replicates.
LEFT, TOO_FEW = "their intervals use the others", "too few are left for an interval"
NOTHING_DRAWN = Undefined("no row was drawn")


@dataclass(frozen=True)
class Bootstrap:
    """Intervals of metrics that depend on means alone, from replicates of the rows.

    Attributes
    ----------
    metrics : the resampled metrics.
    replicates : of the scores that they depend on.
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
        if value is None:
            return Interval(None, None, None, self.level, "bootstrap")
        if metric.image is not None:
            return self._image(metric, metric.image, value, states)
        drawn = _defined(self.answers(metric, value, states))
        return basic_interval(value, drawn, self.level, metric.definition)

    def _image(self, metric: Sampled, image: Image, value: float, states: States) -> Interval:
        """Return the interval of the other metric, mapped, with the metric's own error."""
        answer = image.of.answer(states)
        known = None if isinstance(answer, Undefined) else answer
        drawn = (each for each in self.metrics if each.name == image.of.name)
        of = next((self.interval(each, known, states) for each in drawn), None)
        own = basic_interval(
            value,
            _defined(self.answers(metric, value, states)),
            self.level,
            metric.definition,
        )
        if of is None or of.lower is None or of.upper is None:
            return replace(own, lower=None, upper=None)
        return own.between(*image.ends(of.lower, of.upper))

    def answers(self, metric: Sampled, value: float | None, states: States) -> Sequence[Answer]:
        """Return a metric's answer in each replicate; none if its value is not finite."""
        if value is None or math.isinf(value):
            return ()  # another notice reports it
        return states.once(self._answers)[metric]

    def unusual(self, states: States) -> Iterator[Unusual]:
        """Yield what is unusual about the replicates of each metric."""
        for metric in self.metrics:
            answer = metric.answer(states)
            value = None if isinstance(answer, Undefined) else answer
            answers = self.answers(metric, value, states)
            is_left = len(_defined(answers)) >= least_replicates(self.level)
            rest = LEFT if is_left else TOO_FEW
            reasons = Counter(answer.reason for answer in answers if isinstance(answer, Undefined))
            for reason, count in reasons.items():
                yield Unusual(metric.name, f"undefined, because {reason}: {rest}", count)

    def _answers(self, states: States) -> Mapping[Sampled, Sequence[Answer]]:
        answers: list[list[Answer]] = [[] for _ in self.metrics]
        # One replicate at a time: with many classes, the states of all of them would be large.
        for sample in self._samples(states[self.replicates], states[WEIGHT]):
            for metric, found in zip(self.metrics, answers, strict=True):
                found.append(NOTHING_DRAWN if sample is None else metric.answer(sample))
        return dict(zip(self.metrics, answers, strict=True))

    def _samples(self, drawn: ReplicatesState, weight: WeightState) -> Iterator[States | None]:
        """Yield the states of each replicate, None if it is empty; nothing for a single row.

        The number of rows in a replicate is random and carries no information. Its sums are scaled
        to the weight of the rows, which the formula of a mean's standard error also holds fixed.
        """
        sums = drawn.sums
        if sums is None or len(drawn.drawn_apart) < 2:
            return
        at_one_scale = sums.at(np.full_like(sums.exponents, sums.exponents.min()))
        for total, *columns, lost in zip(*at_one_scale, drawn.infinite.T.tolist(), strict=True):
            # Rounding down here loses far less than the last bit of any float64.
            scaled = [column * weight.weight // total for column in columns] if total else []
            yield self._sample(weight, scaled, lost) if total else None

    def _sample(self, weight: WeightState, sums: list[int], infinite: list[int]) -> States:
        """Return the states with these sums and counts of infinite terms of each score."""
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
    metrics: Sequence[Sampled], keys: RowKeys, resampling: Resampling, level: float
) -> Bootstrap:
    """Return the bootstrap of those metrics that depend on means alone.

    Parameters
    ----------
    keys : rows with the same key are drawn together.
    """
    resampled = tuple(filter(_is_made_of_means, metrics))
    needed = dict.fromkeys(s for metric in resampled for s in metric.statistics)
    means = tuple(s for s in needed if isinstance(s, Mean))
    classes = tuple(s for s in needed if isinstance(s, ClassSums))
    replicates = Replicates(keys, means, classes, resampling.replicates, resampling.seed)
    return Bootstrap(resampled, replicates, level)


def _is_made_of_means(metric: Sampled) -> bool:
    """Return whether a metric needs only sums of scores, and neither row counts nor quantiles."""
    others = [s for s in metric.statistics if not isinstance(s, Mean | ClassSums)]
    return len(others) < len(metric.statistics) and all(other == WEIGHT for other in others)


def _defined(answers: Sequence[Answer]) -> list[float]:
    return [answer for answer in answers if not isinstance(answer, Undefined)]


@dataclass(frozen=True)
class ReplicateNotices:
    """Notices of unusual replicates: one for all metrics that share the reason."""

    bootstrap: Bootstrap

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (WEIGHT, self.bootstrap.replicates)

    def finish(self, states: States) -> Iterator[Notice]:
        names: dict[tuple[str, int], list[str]] = {}
        for metric, what, count in self.bootstrap.unusual(states):
            names.setdefault((what, count), []).append(metric)
        number = self.bootstrap.replicates.number
        for (what, count), some in names.items():
            message = f"{' and '.join(some)}: in {count:,} of {number:,} replicates {what}"
            yield Notice(UNUSUAL, message)
