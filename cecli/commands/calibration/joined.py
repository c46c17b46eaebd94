"""A score and a calibration of the same rows as one report."""

from collections.abc import Container, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module

from cecli.core.errors import UnreadableError
from cecli.report.report import Report
from cecli.report.result import Group, Result

# The modules that define what a calibration reports beside the metrics of a score.
MODULES = (
    "cecli.metrics.cells.decomposition",
    "cecli.metrics.cells.cumulative",
    "cecli.metrics.cells.ranking",
    "cecli.metrics.reliability.bins",
    "cecli.metrics.reliability.smooth",
    "cecli.metrics.reliability.class_wise",
    "cecli.commands.calibration.line",
)
# From labels drawn from the predictions, which takes a while.
DRAWN = "cecli.commands.fit.null_reference"


@cache
def names_in(*modules: str) -> frozenset[str]:
    """Return the names of the metrics that some modules define."""
    return frozenset(d.name for module in modules for d in import_module(module).DEFINITIONS)


def of_calibration() -> frozenset[str]:
    """Return the names of the metrics of calibration and ranking."""
    return names_in(*MODULES, DRAWN)


def joined(score: Report, calibration: Report) -> Report:
    """Return the report of a score with the numbers of a calibration of the same rows.

    Of one event, the numbers of calibration and ranking are those of the calibration, which may be
    exact where one pass has certain bounds. Of several classes, the calibration is about another
    event: that the likeliest class is observed. So the score keeps what it has.

    Raises
    ------
    UnreadableError
        If the rows have changed in between.
    """
    ours, theirs = score.input, calibration.input
    if (ours.rows, ours.weight) != (theirs.rows, theirs.weight):
        raise UnreadableError(
            "has changed between two passes",
            ", ".join(ours.paths),
            "if it is being written to, save a copy first",
        )
    replaced = of_calibration() if score.task == "binary" else ()
    told = [notice for notice in calibration.notices if notice not in score.notices]
    return replace(
        score,
        results=of_both(score.results, calibration.results, replaced),
        per_class=_groups(score.per_class, calibration.per_class),
        groups=_groups(score.groups, calibration.groups),
        notices=(*score.notices, *told),
        reliability=calibration.reliability,
    )


def of_both(
    ours: Sequence[Result], theirs: Sequence[Result], replaced: Container[str]
) -> tuple[Result, ...]:
    """Return our results, and those that only theirs have.

    Parameters
    ----------
    replaced : the names of those that theirs know exactly, in place of ours and of their bounds.
    """
    exact = {result.name: result for result in theirs if result.name in replaced}
    known = [r for r in ours if r.name in exact or _metric_of(r.name) not in exact]
    names = {result.name for result in known}
    more = [result for result in theirs if result.name not in names]
    return (*(exact.get(result.name, result) for result in known), *more)


def _metric_of(name: str) -> str | None:
    """Return the metric that a name is a bound of, if it is one."""
    metric, _, end = name.rpartition("_")
    return metric if end in {"lower", "upper"} else None


def _groups(ours: Sequence[Group], theirs: Sequence[Group]) -> "tuple[Group, ...]":
    """Return our groups, with what theirs have beside."""
    found = {tuple(group.key.values()): group.results for group in theirs}
    if not found:
        return ours  # type: ignore[return-value]
    return tuple(
        replace(group, results=of_both(group.results, found.get(tuple(group.key.values()), ()), ()))
        for group in ours
    )
