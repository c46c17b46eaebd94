"""Calibration and ranking of each of several classes against the others.

References
----------
Kull, M. et al. (2019), Beyond temperature scaling: obtaining well-calibrated multi-class
probabilities with Dirichlet calibration. arXiv:1910.12656 (class-wise calibration)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cecli.core.chunk import Chunk, Preparation
from cecli.core.statistic import States, Statistic
from cecli.metrics.base_rate import OF_RATE, PREDICTED
from cecli.metrics.cells.cumulative import ECCE, ECCE_P_VALUE
from cecli.metrics.cells.ranking import AUC
from cecli.metrics.metric import Metric
from cecli.metrics.reliability.bins import InBins
from cecli.metrics.reliability.curves import OfCurves
from cecli.preparations.one_class import AgainstOthers
from cecli.report.curves import Curves
from cecli.report.reliability import ReliabilityTable
from cecli.report.report import OfClass
from cecli.report.result import Group, Result
from cecli.statistics.mean import WEIGHT


@dataclass(frozen=True)
class SeenBy:
    """A statistic of the rows as one class, or one model, sees them.

    Attributes
    ----------
    view : returns the rows with its predictions and targets.
    """

    view: Preparation
    statistic: Statistic[Any]

    def empty(self) -> Any:
        return self.statistic.empty()

    def summarize(self, chunk: Chunk) -> Any:
        return self.statistic.summarize(chunk.once(self.view))


@dataclass(frozen=True)
class ClassWise:
    """Yields the calibration of one class against the others, and its reliability table.

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
        first = (OF_RATE, PREDICTED[0], ECCE.value)
        return first if self.in_bins.soft else (*first, ECCE_P_VALUE, AUC.value)

    @property
    def _needed(self) -> Sequence[Statistic[Any]]:
        of_metrics = (s for metric in self._metrics for s in metric.statistics)
        of_curves = () if self.curves is None else self.curves.statistics
        return tuple(dict.fromkeys((WEIGHT, *self.in_bins.statistics, *of_metrics, *of_curves)))

    def _of(self, statistic: Statistic[Any]) -> SeenBy:
        return SeenBy(AgainstOthers(self.place), statistic)

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return tuple(map(self._of, self._needed))

    def finish(self, states: States) -> Iterator[OfClass | ReliabilityTable | Curves]:
        own = States({statistic: states[self._of(statistic)] for statistic in self._needed})
        results = [metric.result(own) for metric in self._metrics]
        for part in self.in_bins.finish(own):
            if isinstance(part, Result):
                results.append(part)
            else:
                yield part
        if self.curves is not None:
            yield from self.curves.finish(own)
        weights = own[WEIGHT]
        key = {"class": self.name}
        yield OfClass(Group(key, weights.rows, float(weights.total), tuple(results)))
