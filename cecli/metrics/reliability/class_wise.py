"""Calibration and ranking of each of several classes against the others.

References
----------
Kull, M. et al. (2019), Beyond temperature scaling: obtaining well-calibrated multi-class
probabilities with Dirichlet calibration. arXiv:1910.12656 (class-wise calibration)
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Self

from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.metrics.base_rate import OF_RATE, PREDICTED
from cecli.metrics.cells.cumulative import CERTAIN, ECCE, ECCE_P_VALUE
from cecli.metrics.cells.decomposition import OF_BRIER
from cecli.metrics.cells.ranking import AUC
from cecli.metrics.metric import Metric
from cecli.metrics.reliability.bins import InBins
from cecli.metrics.reliability.curves import OfCurves
from cecli.metrics.reliability.flipped_signs import ClusterSums
from cecli.metrics.reliability.seen_by import SeenBy
from cecli.metrics.reliability.stretches import differences
from cecli.numerics.tails import holm
from cecli.preparations.one_class import AgainstOthers
from cecli.report.report import OfClass, Part
from cecli.report.result import Answer, Definition, Group, Result, Undefined
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.group_totals import GroupTotalsState
from cecli.statistics.mean import WEIGHT

BRIER_PARTS = (OF_BRIER.miscalibration.value, OF_BRIER.discrimination.value, OF_BRIER.uncertainty)
P_VALUE = Definition(
    "ecce_p_value_adjusted",
    "The same for a group or a class, adjusted for how many there are (Holm).",
    "least level at which Holm's test rejects calibration of the group, or of the class",
    high=1.0,
)
DEFINITIONS = (P_VALUE,)
ADJUSTED = "adjusted for the {} (Holm)"
# Each class has sums of its own: fewer than for all rows.
OF_A_CLASS = (16, 512)


@dataclass(frozen=True)
class ClassWise:
    """The calibration of one class against the others, and its reliability table.

    Attributes
    ----------
    place, name : of the class.
    in_bins : its table.
    curves : its curves; None for a class whose curves are not reported.
    """

    place: int
    name: str
    in_bins: InBins
    curves: OfCurves | None = None

    @property
    def _metrics(self) -> tuple[Metric, ...]:
        first = (OF_RATE, PREDICTED[0], *BRIER_PARTS, ECCE.value)
        return first if self.in_bins.soft else (*first, ECCE_P_VALUE, AUC.value)

    @property
    def _needed(self) -> Sequence[Statistic[Any]]:
        of_metrics = (s for metric in self._metrics for s in metric.statistics)
        of_curves = () if self.curves is None else self.curves.statistics
        return tuple(dict.fromkeys((WEIGHT, *self.in_bins.statistics, *of_metrics, *of_curves)))

    def seen(self, statistic: Statistic[Any]) -> SeenBy:
        """Return a statistic of the rows as this class sees them."""
        return SeenBy(AgainstOthers(self.place), statistic)

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return tuple(map(self.seen, self._needed))

    def states(self, states: States) -> States:
        """Return the states of the rows as this class sees them."""
        return States({statistic: states[self.seen(statistic)] for statistic in self._needed})

    def results(self, own: States) -> list[Result]:
        """Return the results, without those of the bins."""
        return [metric.result(own) for metric in self._metrics]


class TestedPart(NamedTuple):
    """The p-value of a class or a group.

    Attributes
    ----------
    is_counted : whether the predictions let it be tested; if not, Holm's test goes without it.
    """

    p_value: Answer
    is_counted: bool


def adjusted(tested: Sequence[TestedPart]) -> list[float | None]:
    """Return the p-values, adjusted for those that the predictions let us test (Holm).

    Whether there are too few is known before the outcomes: leaving these out is no selection.
    """
    found = iter(holm([_number(each.p_value) for each in tested if each.is_counted]))
    return [next(found) if each.is_counted else None for each in tested]


def _number(answer: Answer) -> float | None:
    return None if isinstance(answer, Undefined) else answer


@dataclass(frozen=True)
class EachClass:
    """Yields the calibration of each of several classes, with p-values for all of them.

    Attributes
    ----------
    between : the differences of each class between clusters; None if rows are independent.
    """

    classes: tuple[ClassWise, ...]
    between: tuple[ClusterSums, ...] | None = None

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return [statistic for each in self.classes for statistic in each.statistics]

    def differences(self, states: States, clusters: int, source: str) -> list[SeenBy]:
        """Return what is summed over clusters, once the cells of the rows are known."""
        if self.classes[0].in_bins.soft:
            return []
        return [
            each.seen(
                differences(states[each.seen(CELLS)].cells, clusters, source, most=OF_A_CLASS)
            )
            for each in self.classes
        ]

    def between_clusters(self, found: Sequence[GroupTotalsState], states: States) -> Self:  # noqa: ARG002
        """Return the same with p-values between clusters."""
        return replace(self, between=tuple(map(ClusterSums.of, found)))

    def finish(self, states: States) -> Iterator[Part]:
        own = [each.states(states) for each in self.classes]
        results = [each.results(mine) for each, mine in zip(self.classes, own, strict=True)]
        if not self.classes[0].in_bins.soft:
            results = self._tested(results, own)
        for each, mine, found in zip(self.classes, own, results, strict=True):
            for part in each.in_bins.finish(mine):
                if isinstance(part, Result):
                    found.append(part)
                else:
                    yield part
            if each.curves is not None:
                yield from each.curves.finish(mine)
            weights, key = mine[WEIGHT], {"class": each.name}
            yield OfClass(Group(key, weights.rows, float(weights.total), tuple(found)))

    def _tested(
        self, results: Sequence[Sequence[Result]], own: Sequence[States]
    ) -> list[list[Result]]:
        """Return the results with p-values, and these adjusted for the classes."""
        tested = [self._test(place, mine) for place, mine in enumerate(own)]
        found = []
        for some, test, adjusted_p in zip(results, tested, adjusted(tested), strict=True):
            why = test.p_value.reason if isinstance(test.p_value, Undefined) else ""
            after = Result(P_VALUE.name, ADJUSTED.format("classes"), adjusted_p, undefined=why)
            found.append(
                [
                    new
                    for each in some
                    for new in (
                        (replace(each, value=_number(test.p_value), undefined=why), after)
                        if each.name == ECCE_P_VALUE.name
                        else (each,)
                    )
                ]
            )
        return found

    def _test(self, place: int, own: States) -> TestedPart:
        independent = ECCE_P_VALUE.answer(own)
        is_counted = not isinstance(independent, Undefined) or independent == CERTAIN
        if self.between is None:
            return TestedPart(independent, is_counted)
        return TestedPart(self.between[place].range_p_value(independent), is_counted)
