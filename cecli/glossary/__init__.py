"""What each metric means: the one place that knows definitions, directions and ranges.

Reports, rules of `cecli check` and `cecli metrics` go by these names.

definition - one entry
predictions - the metrics of `cecli score`
distributions - the metrics of `cecli kl` and `cecli entropy`
comparisons - the metrics of `cecli compare`
fits - the metrics and parameters of `cecli fit`
document - the JSON of definitions
"""

import difflib
from functools import cache

from cecli.core.errors import UsageError, shown
from cecli.glossary.comparisons import COMPARISONS, unnumbered
from cecli.glossary.definition import Definition
from cecli.glossary.distributions import DISTRIBUTIONS
from cecli.glossary.fits import FITS
from cecli.glossary.predictions import PREDICTIONS


@cache
def definitions() -> dict[str, Definition]:
    """Return the definition of every metric that a report may have, by its name."""
    return {
        definition.name: definition
        for definition in (*PREDICTIONS, *COMPARISONS, *DISTRIBUTIONS, *FITS)
    }


def definition_of(name: str) -> Definition:
    """Return what a metric's own name means.

    Raises
    ------
    UsageError
        If no metric is called that; the hint has the name it goes by, or the nearest one.
    """
    known = definitions()
    if (found := known.get(unnumbered(name))) is not None:
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


def _called(name: str) -> Definition | None:
    wanted = _plain(name)
    for definition in definitions().values():
        if wanted in map(_plain, (definition.name, *definition.also)):
            return definition
    return None


def _plain(name: str) -> str:
    return name.casefold().replace("_", " ").replace("-", " ").strip()
