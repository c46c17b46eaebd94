"""Calibration before and after a recalibration, on the rows that it was fitted to.

The metrics are those of one pass: of the predictions as they are, and of the recalibrated ones.
Bounds are reported where the order of rows within cells matters.
"""

from collections.abc import Callable, Sequence
from functools import partial

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.plan import Finding
from cecli.core.statistic import States
from cecli.intervals.sampling import Sampling
from cecli.metrics.cells.cumulative import ECCE
from cecli.metrics.cells.decomposition import OF_LOSS
from cecli.metrics.metric import Metric, measured
from cecli.metrics.reliability.seen_by import SeenBy
from cecli.numerics.distributions.distributions import Distributions, written
from cecli.report.result import Answer, Definition

COMPARED = (OF_LOSS.miscalibration, ECCE)
AFTER = "the same after the fit, on the rows it was fitted to"


def _after(definition: Definition) -> Definition:
    return definition._replace(
        name=f"calibrated_{definition.name}",
        meaning=f"{definition.meaning[:-1]}, after a fit to them.",
        formula=f"{definition.name} of the recalibrated predictions",
        also=(),
    )


DEFINITIONS = tuple(_after(definition) for each in COMPARED for definition in each.definitions)


@dataclass(frozen=True, eq=False)
class RecalibratedRows:
    """Rows of two classes with recalibrated predictions, as logits, which keep all digits.

    Attributes
    ----------
    recalibrated : returns the predictions of a chunk after the recalibration.
    """

    recalibrated: Callable[[Chunk], Distributions]

    def __call__(self, chunk: Chunk) -> Chunk:
        logits = written(self.recalibrated(chunk), Scale.LOGIT)[0]
        return replace(
            chunk,
            numbers={**chunk.numbers, "prob": logits},
            scales={**chunk.scales, "prob": Scale.LOGIT},
        )

    def of(self, metric: Metric) -> Metric:
        """Return a metric of these rows."""
        return replace(
            metric,
            definition=_after(metric.definition),
            meaning=AFTER,
            statistics=tuple(SeenBy(self, each) for each in metric.statistics),
            answer=partial(self._answer, metric),
            bounds=self._bounds(metric),
        )

    def _bounds(self, metric: Metric) -> tuple[Metric, Metric] | None:
        if metric.bounds is None:
            return None
        lower, upper = metric.bounds
        return self.of(lower), self.of(upper)

    def _answer(self, metric: Metric, states: States) -> Answer:
        known = {each: states[SeenBy(self, each)] for each in metric.statistics}
        return metric.answer(States(known))


# What the metrics need of the predictions as they are.
BEFORE = tuple(statistic for each in COMPARED for statistic in each.value.statistics)


def before_and_after(
    recalibrated: Callable[[Chunk], Distributions], sampling: Sampling
) -> Sequence[Finding]:
    """Return the findings of calibration, before and after, for rows of two classes."""
    rows = RecalibratedRows(recalibrated)
    both = (metric for each in COMPARED for metric in (each.value, rows.of(each.value)))
    return measured(both, sampling)
