"""The metrics of predictions, in the order in which they are reported."""

from collections.abc import Callable, Iterable, Iterator

from cecli.metrics import (
    accuracy,
    base_rate,
    brier,
    concentration,
    cross_entropy,
    skill,
)
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, Task
from cecli.report.result import Definition

# Returns the metrics of one family that are reported of a task.
Family = Callable[[Task], Iterable[Metric]]

# A new metric is a file of its own, and a line here.
IN_ORDER: tuple[Family, ...] = (
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


def definitions_of(families: Iterable[Family]) -> Iterator[Definition]:
    """Yield the definition of each metric that some families have, for two classes or several."""
    tasks = (Task(several=False), Task(several=True))
    metrics = (metric for family in families for task in tasks for metric in family(task))
    return iter(dict.fromkeys(metric.definition for metric in metrics))


DEFINITIONS = tuple(definitions_of(IN_ORDER))
