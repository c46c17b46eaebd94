"""Which metrics there are: in the order of reports, and by any of their names."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module

from cecli.core.errors import UsageError, shown
from cecli.metrics import accuracy, base_rate, brier, concentration, cross_entropy, skill
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

# The modules with DEFINITIONS, in the order in which these are listed. What only one command
# reports is defined there.
MODULES = (
    "cecli.metrics.registry",
    "cecli.metrics.groups",
    "cecli.commands.worst.rows",
    "cecli.metrics.metric",
    "cecli.commands.score.tokens",
    "cecli.commands.compare.definitions",
    "cecli.metrics.entropy",
    "cecli.metrics.kl_divergence",
    "cecli.commands.fit.metrics",
)
# Of several models the second is number 2: difference_2, p_value_2, …
NUMBERED = re.compile(r"(?P<name>[a-z_]+)_[0-9]+")


@cache
def definitions() -> dict[str, Definition]:
    """Return the definition of every metric that a report may have, by its name."""
    return {
        definition.name: definition
        for module in MODULES
        for definition in import_module(module).DEFINITIONS
    }


def definition_of(name: str) -> Definition:
    """Return what a metric's own name means.

    Raises
    ------
    UsageError
        If no metric is called that; the hint has the name it goes by, or the nearest one.
    """
    known = definitions()
    if (found := known.get(_unnumbered(name))) is not None:
        return found
    other = _called(name)
    nearest = [other.name] if other else difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {shown(nearest[0])}?" if nearest else "cecli metrics lists them"
    raise UsageError(f"there is no metric {shown(name)}", hint=hint)


def looked_up(name: str) -> Definition:
    """Return the metric of this name, or with this as one of its other names, in any case.

    Raises
    ------
    UsageError
        If there is none.
    """
    return _called(name) or definition_of(name)


def _unnumbered(name: str) -> str:
    """Return the metric that one of several models' is: `difference` for difference_2."""
    found = NUMBERED.fullmatch(name)
    definition = None if found is None else definitions().get(found["name"])
    return name if definition is None or not definition.numbered else definition.name


def _called(name: str) -> Definition | None:
    wanted = _plain(name)
    for definition in definitions().values():
        if wanted in map(_plain, (definition.name, *definition.also)):
            return definition
    return None


def _plain(name: str) -> str:
    return name.casefold().replace("_", " ").replace("-", " ").strip()
