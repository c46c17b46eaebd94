"""Reading saved states, one after the other, and adding them up."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cecli.core.errors import InputError, UnreadableError, UsageError, shown, visible
from cecli.core.state_file import SUFFIX, in_folder
from cecli.readers.bytes.locations import expanded, location_of
from cecli.states.numbers import DamagedError
from cecli.states.state import AbsentError, KeptError, Recipe, SavedState

# The values of ten million different texts, counted; other states are far smaller.
LARGEST = 1 << 30
HOW = "cecli score … --save-state FILE writes states; so do calibration, compare, kl and entropy"
# So many states of this many bytes are added up at a time.
TOGETHER, SMALL = 256, 1 << 14
# What a state that is not that of whole inputs cannot take away, by its kind.
KEPT = {
    "first": "the lines that notices name",
    "largest": "the largest value, with its row",
    "divided": "the largest and least predictions of each class",
    "every": "whether something holds for every row",
    "few": "the differences of single rows",
    "neighbours": "how rows depend on those before them",
    "apart": "whether there are several clusters to draw",
    "cells": "the order of neighbouring predictions",
    "tables": "the predictions between which a line was drawn",
    "group-cells": "the calibration of groups",
    "number-cells": "the numbers of columns",
}


def paths_of(given: Sequence[str]) -> Iterator[str]:
    """Yield the paths of states that arguments stand for, in order; see `expanded`."""
    for argument in given:
        if os.path.isdir(argument):
            yield from _in_folder(argument)
        else:
            yield from map(str, expanded([argument]))


def _in_folder(path: str) -> list[str]:
    found = in_folder(path)
    if not found:
        raise UnreadableError(f"has no files that end in {SUFFIX}", visible(path))
    return found


def read_state(path: str | bytes) -> SavedState:
    """Return the state in a file, or in the bytes of one.

    Raises
    ------
    InputError
        If it cannot be read, or is no state.
    """
    name = name_of(path)
    content = path if isinstance(path, bytes) else _content(path)
    try:
        return SavedState.of_bytes(content)
    except DamagedError as error:
        raise InputError(f"is no saved state: {error}", name, HOW) from None


def name_of(path: str | bytes) -> str:
    """Return the name of a state in messages."""
    return "<state>" if isinstance(path, bytes) else visible(path)


def _content(path: str) -> bytes:
    location = location_of(path)
    try:
        with location.open() as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or error}", visible(path)) from None
    if len(content) > LARGEST:
        raise InputError("is too large for a state", visible(path))
    return content


def total_of(paths: Iterable[str | bytes]) -> SavedState:
    """Return the state of the rows of all states, in order.

    Raises
    ------
    UsageError
        If there is none.
    InputError
        If one cannot be read, or is of another plan than the first.
    """
    some: list[SavedState] = []
    first, room = "", TOGETHER
    for path in paths:
        state, name = read_state(path), name_of(path)
        first = first or name
        if some:
            refuse_another(some[0], first, state, name)
        some.append(state)
        room -= 1 + state.size // SMALL
        if room < 0:
            some, room = [_merged(some, first)], TOGETHER
    if not some:
        raise UsageError("a state is needed", hint=HOW)
    return _merged(some, first)


def _merged(states: Sequence[SavedState], name: str) -> SavedState:
    try:
        return SavedState.merged(states)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # What is known of many inputs is read, and joined, only when it becomes too much.
        raise InputError("cannot be merged: a state contradicts itself", name) from error


def less(total: SavedState, path: str | bytes, *, leave_out: bool = False) -> SavedState:
    """Return a state without the rows of another one.

    Raises
    ------
    InputError
        If those are not among its rows, or something of them cannot be taken away.
    """
    state, name = read_state(path), name_of(path)
    refuse_another(total, next(iter(total.parts.names), "the rest"), state, name)
    try:
        return total.without(state, leave_out=leave_out)
    except AbsentError as error:
        what = f"cannot be taken away: its rows are not among the others, as {error} shows"
        raise InputError(what, name) from None
    except KeptError as error:
        raise _of_kept(error, name) from None


def _of_kept(error: KeptError, name: str) -> InputError:
    words = " · ".join(words for kind, words in KEPT.items() if kind in error.kinds)
    return InputError(
        "its rows can be taken away, but they are not those of whole inputs that are known one by "
        f"one, so this is not known of the others: {words}",
        name,
        "--leave-out reports the rest without it",
    )


def refuse_another(first: SavedState, named: str, state: SavedState, name: str) -> None:
    """Raise an InputError if two states are not of the same plan."""
    if first.recipe != state.recipe:
        what = f"cannot be merged with {named}: {_difference(first.recipe, state.recipe, named)}"
        raise InputError(what, name, "states merge if the same options made them")


def _difference(one: Recipe, other: Recipe, named: str) -> str:
    """Return the words for the first difference of two plans."""
    if one["command"] != other["command"]:
        return f"it is a state of {other['command']}, and {named} of {one['command']}"
    for key, what in (("options", "option "), ("stated", "option "), ("columns", "column of ")):
        theirs, ours = one[key], other[key]
        for name in sorted({*theirs, *ours}):
            if theirs.get(name) != ours.get(name):
                said = [_said(found.get(name)) for found in (ours, theirs)]
                return f"the {what}{name} is {said[0]} in it, and {said[1]} in {named}"
    return "their columns are not the same"


def _said(value: Any) -> str:
    if value is None:
        return "not given"
    return ", ".join(map(shown, value)) if isinstance(value, list) else shown(str(value))
