"""Every metric that a report may have, by any of its names.

The definitions stand where the metrics are computed; here they are gathered, when someone asks.
"""

import difflib
import re
from functools import cache
from importlib import import_module

from cecli.core.errors import UsageError, shown
from cecli.report.result import Definition

# The modules with DEFINITIONS, in the order in which these are listed. What only one command
# reports is defined there.
MODULES = (
    "cecli.metrics.predictions",
    "cecli.metrics.groups",
    "cecli.commands.worst.rows",
    "cecli.metrics.metric",
    "cecli.metrics.tokens",
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
