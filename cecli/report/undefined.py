"""Notices of metrics that are undefined for the data: one for each reason."""

from collections.abc import Iterator, Sequence

from cecli.core.errors import shown
from cecli.report.result import Group, Notice, Result

UNDEFINED_METRIC = "undefined-metric"  # the code of notices
FEW = 4  # classes that are named in a notice


def undefined_notices(results: Sequence[Result], per_class: Sequence[Group]) -> Iterator[Notice]:
    """Yield a notice for each reason why metrics of all rows, or of classes, are undefined."""
    for reason, names in _undefined(results):
        yield Notice(UNDEFINED_METRIC, f"{names}: undefined, because {reason}")
    classes: dict[tuple[str, str], list[str]] = {}
    for group in per_class:
        for each in _undefined(group.results):
            classes.setdefault(each, []).append(shown(group.key["class"]))
    for (reason, names), of in classes.items():
        more = f" and {len(of) - FEW} more" if len(of) > FEW else ""
        which = f"class {of[0]}" if len(of) == 1 else f"classes {', '.join(of[:FEW])}{more}"
        yield Notice(UNDEFINED_METRIC, f"{names} of {which}: undefined, because {reason}")


def _undefined(results: Sequence[Result]) -> Iterator[tuple[str, str]]:
    """Yield each reason, and the names of the metrics that are undefined because of it."""
    reasons: dict[str, list[str]] = {}
    for result in results:
        if result.undefined:
            reasons.setdefault(result.undefined, []).append(result.name)
    for reason, names in reasons.items():
        yield reason, " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
