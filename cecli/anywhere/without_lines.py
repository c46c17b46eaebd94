"""The states of rows that have no lines, and no order: of a table that is spread over machines."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cecli.core.chunk import NO_LINE
from cecli.states.parts import Known, KnownInput, KnownInputs
from cecli.states.state import SavedState


def one_input(state: SavedState, name: str) -> SavedState:
    """Return a state as that of a single input whose rows have no lines.

    Parameters
    ----------
    name : of the input, in reports.
    """
    parts = state.parts
    every = [*(part.known for part in parts.parts), parts.together]
    known = {}
    for statistic in sorted({statistic for each in every for statistic in each}):
        found = parts.known_of(statistic)
        if found is not None and (left := _without_lines(found, name)) is not None:
            known[statistic] = left
    return replace(state, parts=KnownInputs((KnownInput((name,), state.digest, known),), 1))


def _without_lines(known: Known, name: str) -> Known | None:
    """Return what is known of rows without their lines; None if it is these, or their order."""
    kind, values = known
    if kind in OF_ORDER:
        return None
    return (kind, PLACED[kind](values, name)) if kind in PLACED else known


def _largest(values: Any, name: str) -> Any:
    return (values[0], name, NO_LINE)


def _classes(values: Any, name: str) -> Any:
    return tuple(sorted((each[0], name, NO_LINE) for each in values))


OF_ORDER = {"first", "neighbours"}
PLACED: Mapping[str, Callable[[Any, str], Any]] = {"largest": _largest, "classes": _classes}
