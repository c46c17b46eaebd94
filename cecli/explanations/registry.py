"""All explanations, and look-up by code."""

from functools import cache
from importlib import import_module

from cecli.core.errors import UsageError, nearest, shown
from cecli.explanations.explanation import CodeExplanation, CodeKind, ExampleOfCode
from cecli.report.result import Definition, Direction

# The modules with EXPLANATIONS, in the order of the list.
MODULES = (
    "predictions", "rows", "uncertainty", "divergences", "fits", "inspections", "command_lines",
    "failures",
)  # fmt: skip
REMEDIES = {
    Direction.LOWER: "Lower is better: cecli check FILE --max {name}=VALUE holds it to a limit.",
    Direction.HIGHER: "Higher is better: cecli check FILE --min {name}=VALUE holds it to a limit.",
    Direction.NEITHER: "It describes the data: neither direction is better.",
}


@cache
def of_codes() -> dict[str, CodeExplanation]:
    """Return the explanations of all codes that are no metrics, ordered by kind."""
    found = (
        one for name in MODULES for one in import_module(f"cecli.explanations.{name}").EXPLANATIONS
    )
    kinds = list(CodeKind)
    return {str(one.code): one for one in sorted(found, key=lambda one: kinds.index(one.kind))}


def every() -> list[CodeExplanation]:
    """Return all explanations, those of metrics last."""
    from cecli.metrics.registry import definitions

    return [*of_codes().values(), *map(of_metric, definitions().values())]


def of_metric(definition: Definition) -> CodeExplanation:
    """Return the explanation of a metric, from its definition."""
    name, bounds = definition.name, f"from {definition.low:g} to {definition.high:g}"
    return CodeExplanation(
        name,
        CodeKind.METRIC,
        definition.meaning,
        f"It is {definition.formula}; {definition.unit}, {bounds}.",
        REMEDIES[definition.direction].format(name=name),
        ExampleOfCode(f"cecli metrics {name}"),
    )


def explained(code: str) -> CodeExplanation:
    """Return the explanation of a code, or of a metric by any of its names.

    Raises
    ------
    UsageError
        If there is none; the hint names the nearest code.
    """
    from cecli.metrics.registry import definitions, looked_up

    wanted = code.strip().lower().replace("_", "-")
    if (found := of_codes().get(wanted)) is not None:
        return found
    try:
        return of_metric(looked_up(code))
    except UsageError:
        known = [*of_codes(), *definitions()]
    what, hint = f"there is no code {shown(code)}", "cecli explain lists all codes"
    error = UsageError(what, hint=hint, reason="no-such-code", value=code)
    raise error.meaning(nearest(code, known))
