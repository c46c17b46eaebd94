"""The metrics of predictions, in the order in which they are reported."""

from collections.abc import Callable, Iterable

from cecli.metrics import (
    accuracy,
    base_rate,
    brier,
    concentration,
    cross_entropy,
    skill,
)
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, Task

IN_ORDER: tuple[Callable[[Task], Iterable[Metric]], ...] = (
    cross_entropy.reported,
    base_rate.observed,
    skill.reported,
    base_rate.predicted,
    brier.reported,
    accuracy.reported,
    concentration.reported,
)


def metrics_of(task: Task) -> tuple[Metric, ...]:
    """Return the metrics that are reported of predictions."""
    return (*(metric for reported in IN_ORDER for metric in reported(task)), EFFECTIVE_ROWS)


def _all() -> Iterable[Metric]:
    for reported in IN_ORDER:
        yield from reported(Task(several=False))
        yield from reported(Task(several=True))


DEFINITIONS = tuple(dict.fromkeys(metric.definition for metric in _all()))
