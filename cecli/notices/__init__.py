"""Remarks on data quality that belong in the report, each with its count.

One file for each kind of thing to watch for.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cecli.report import Notice
from cecli.statistics import States, Statistic
from cecli.statistics.first_rows import FirstRowsState, Remarked


@dataclass(frozen=True)
class Watch:
    """Something to watch for: what it needs to know of the rows, and what it says of them."""

    statistics: tuple[Statistic[Any], ...]
    notice: Callable[[States], Notice | None]


def remarked(code: str, what: str, message: str) -> Watch:
    """Watch for lines on which a reader or a preparation remarked; what names one of them."""
    return Watch((Remarked(code),), partial(_remarked, code, what, message))


def _remarked(code: str, what: str, message: str, states: States) -> Notice | None:
    rows = states[Remarked(code)]
    return at_rows(code, rows, f"{counted(rows.count, what)} {message}") if rows.count else None


def at_rows(code: str, rows: FirstRowsState, message: str) -> Notice:
    """Return a notice about some rows, with their places."""
    lines = tuple(position.line for position in rows.first)
    places = tuple(f"{position.source}:{position.line}" for position in rows.first)
    return Notice(code, message, rows.count, lines, places)


def noticed(watches: Iterable[Watch], states: States, inputs: Sequence[str]) -> list[Notice]:
    """Return what was noticed in some inputs; in one alone, lines say enough about places."""
    found = (watch.notice(states) for watch in watches)
    seen = [notice for notice in found if notice is not None]
    return seen if len(inputs) > 1 else [replace(notice, places=()) for notice in seen]


def counted(count: int, what: str) -> str:
    """Return so many of something, in words."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
