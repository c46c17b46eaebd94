"""Rows that were not counted, and metrics that the rows do not define."""

from collections.abc import Sequence

from cecli.notices import remarked
from cecli.preparations.weights import ZERO_WEIGHT
from cecli.readers.parsed import BLANK_LINE
from cecli.report import Notice, Result

BLANK_LINES = remarked(BLANK_LINE, "blank line", "skipped")
WEIGHTLESS = remarked(ZERO_WEIGHT, "row", "of weight 0 left out")


def undefined(results: Sequence[Result], of: str = "") -> list[Notice]:
    """Return one notice for each reason why metrics, of a part of the rows, are undefined."""
    reasons: dict[str, list[str]] = {}
    for result in results:
        if result.undefined:
            reasons.setdefault(result.undefined, []).append(result.name)
    return [
        Notice("undefined-metric", f"{' and '.join(names)}{of}: undefined, because {reason}")
        for reason, names in reasons.items()
    ]
