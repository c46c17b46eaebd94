"""All metrics, in the order of reports, and look-up by name."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module

from cecli.core.dataclasses import replace
from cecli.core.errors import UsageError, nearest, shown
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, Task
from cecli.report.result import Definition

# Returns the metrics of one family that are reported for a task.
Family = Callable[[Task], Iterable[Metric]]
# The families of metrics of predictions, in the order of reports: a module of this folder, and
# after a colon its function (default: reported). A new family needs a file and a line here.
IN_ORDER = (
    "cross_entropy",
    "base_rate:observed",
    "skill",
    "balanced",
    "base_rate:predicted",
    "brier",
    "accuracy",
    "cells.ranking",
    "cells.decomposition",
    "cells.cumulative",
    "calibration_tests.of_scores",
    "concentration",
)


@cache
def families() -> tuple[Family, ...]:
    """Return the families of metrics of predictions, in the order of reports."""
    places = (place.partition(":") for place in IN_ORDER)
    return tuple(
        getattr(import_module(f"cecli.metrics.{module}"), function or "reported")
        for module, _, function in places
    )


def metrics_of(task: Task) -> tuple[Metric, ...]:
    """Return the metrics that are reported for predictions."""
    from cecli.metrics.predicted_variance import with_floors

    found: Iterable[Metric]
    found = (metric for family in families() for metric in family(task))
    if task.several and not task.soft:
        from cecli.metrics.skill_of_classes import with_variances

        found = with_variances(found, task.classes)
    return (*with_floors(found, task), EFFECTIVE_ROWS)


# The modules with DEFINITIONS of other metrics, in the order of the list. A metric of a single
# command is defined in that command's folder.
MODULES = (
    "cecli.metrics.brier",
    "cecli.metrics.cells.decomposition",
    "cecli.metrics.cells.cumulative",
    "cecli.metrics.cells.recalibrated",
    "cecli.metrics.cells.ranking",
    "cecli.metrics.reliability.bins",
    "cecli.metrics.reliability.smooth",
    "cecli.metrics.reliability.thresholds",
    "cecli.metrics.reliability.class_wise",
    "cecli.metrics.reliability.paired_auc",
    "cecli.metrics.groups",
    "cecli.metrics.many.averages",
    "cecli.commands.worst.rows",
    "cecli.commands.slices.definitions",
    "cecli.metrics.metric",
    "cecli.commands.score.tokens",
    "cecli.commands.compare.definitions",
    "cecli.commands.compare.decomposed",
    "cecli.commands.compare.texts.perplexity",
    "cecli.metrics.drift.definitions",
    "cecli.metrics.information.entropy",
    "cecli.metrics.information.mutual_information",
    "cecli.metrics.information.kl_divergence",
    "cecli.metrics.information.tokens",
    "cecli.metrics.information.top_lists",
    "cecli.metrics.information.categories",
    "cecli.commands.calibration.line",
    "cecli.commands.fit.metrics",
)
# Those with the lines of other tools' reports, which are known by name, and not in the list.
OF_OTHER_TOOLS = ("cecli.commands.kl.llama", "cecli.metrics.elsewhere.definitions")
# Results of several models are numbered from the second model on: difference_2, p_value_2, …
# What parts the words of a name: log_loss, log-loss, observed/expected.
PARTING = r"[_/ -]+"
NUMBERED = r"(?P<name>[a-z_]+)_[0-9]+"


@cache
def definitions() -> dict[str, Definition]:
    """Return the definition of every metric, by name."""
    tasks = (Task(several=False), Task(several=True))
    of_predictions = (
        metric.definition for family in families() for task in tasks for metric in family(task)
    )
    others = (found for module in MODULES for found in import_module(module).DEFINITIONS)
    return {definition.name: definition for definition in (*of_predictions, *others)}


def known(name: str) -> Definition | None:
    """Return the definition of a metric by its own name; None if there is no such metric."""
    if (found := definitions().get(_unnumbered(name))) is not None:
        return found
    lines = (line for module in OF_OTHER_TOOLS for line in import_module(module).DEFINITIONS)
    return next((line for line in lines if line.name == name), None)


def definition_of(name: str) -> Definition:
    """Return the definition of a metric by its own name.

    Raises
    ------
    UsageError
        If there is no such metric; the hint names the metric with this alias, or the nearest one.
    """
    if (found := known(name)) is not None:
        return found
    # Imported here because most names are right.
    from cecli.metrics.elsewhere.absent import ABSENT

    error = UsageError(f"there is no metric {shown(name)}", value=name)
    if (other := _called(name)) is not None:
        raise error.meaning(other.name)
    if (instead := ABSENT.get(_plain(name))) is not None:
        raise replace(error, hint=instead)
    raise replace(error, hint="cecli metrics lists them").meaning(_near(name))


def looked_up(name: str) -> Definition:
    """Return the definition of a metric by its name or an alias, ignoring case.

    Raises
    ------
    UsageError
        If there is none.
    """
    return _called(name) or definition_of(name)


def own_name(name: str) -> str:
    """Return the name in reports of a metric given by its name or an alias.

    Raises
    ------
    UsageError
        If there is no such metric.
    """
    return name if known(name) is not None else looked_up(name).name


def _near(name: str) -> str | None:
    """Return the metric one of whose names is nearest; None if none is near."""
    names = {_plain(one): of.name for of in definitions().values() for one in (of.name, *of.also)}
    near = nearest(_plain(name), names)
    return None if near is None else names[near]


def _unnumbered(name: str) -> str:
    """Return a metric's name without the number of a model: `difference` for difference_2."""
    found = re.fullmatch(NUMBERED, name)
    definition = None if found is None else definitions().get(found["name"])
    return name if definition is None or not definition.numbered else definition.name


def _called(name: str) -> Definition | None:
    wanted = _plain(name)
    for definition in definitions().values():
        if wanted in map(_plain, (definition.name, *definition.also)):
            return definition
    return None


def _plain(name: str) -> str:
    return re.sub(PARTING, " ", name.casefold()).strip()
