"""What is known of single inputs and cannot be added up: places of rows, extremes, classes.

It is kept for each input, so that an input can be taken away again with all that it brought. Of
very many inputs it is kept for all of them together.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple
from functools import reduce
from importlib import import_module
from math import isnan
from typing import Any, Self

from cecli.core.chunk import NO_LINE
from cecli.core.dataclasses import dataclass, field, replace
from cecli.metrics.paired.few_values import MOST
from cecli.metrics.paired.neighbours import NeighboursState
from cecli.notices.decisions import SeparationState
from cecli.report.result import NAMED_LINES
from cecli.statistics.classes import BINARY

# What a statistic knows of some rows beside its sums: a kind, and plain JSON values.
Known = tuple[str, tuple[Any, ...]]
# So many inputs have a part each.
MOST_PARTS = 4096
# So many characters of what is large are kept apart for each input.
MOST_KNOWN = 8 << 20


Join = Callable[[Sequence[Sequence[Any]]], Sequence[Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of knowledge.

    Attributes
    ----------
    join : what is known of all rows, given what is known of some and of those after them.
    line : the types of the values, or of each line of several. Totals are in hexadecimal, so that
        infinities are texts like others.
    is_list : whether there are several lines.
    """

    join: Join
    line: tuple[type, ...]
    is_list: bool = False

    def holds(self, values: Any) -> bool:
        """Return whether values from a file are of this kind."""
        lines = values if self.is_list else [values]
        return bool(lines) and all(self._is_line(line) for line in lines)

    def _is_line(self, line: Any) -> bool:
        if not isinstance(line, list) or len(line) != len(self.line):
            return False
        pairs = list(zip(line, self.line, strict=True))
        numbers = [value for value, kind in pairs if kind is float]
        return all(map(_is_number, numbers)) and all(
            type(value) is kind for value, kind in pairs if kind is not float
        )


def _is_number(text: Any) -> bool:
    try:
        return not isnan(float.fromhex(text))
    except (TypeError, ValueError, OverflowError):
        return False


def _first(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    return [*some, *others][:NAMED_LINES]


def _largest(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    return others if float.fromhex(others[0]) > float.fromhex(some[0]) else some


def _classes(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    """Return the first of each class; one too many is enough to refuse them.

    Classes of rows without lines are in the order of their names.
    """
    found: dict[str, Any] = {}
    for each in (*some, *others):
        found.setdefault(each[0], each)
    ordered = sorted(found.values(), key=lambda each: each[0] if each[2] == NO_LINE else "")
    return ordered[: BINARY + 1]


def _divided(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    """Return the least and the largest predictions of both classes; see `SeparationState`."""
    first, second = (SeparationState(*map(float.fromhex, x)) for x in (some, others))
    return [x.hex() for x in astuple(first.merge(second))]


def _neighbours(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    """Return the sums over all rows, in order; see `NeighboursState`."""
    return neighbours_known(neighbours_of(some).merge(neighbours_of(others)))


def neighbours_known(state: NeighboursState) -> tuple[Any, ...]:
    """Return what is known of neighbouring rows as plain values."""
    first, last = state.ends
    return (state.rows, state.sum, state.squares, state.products, first.hex(), last.hex())


def neighbours_of(known: Sequence[Any]) -> NeighboursState:
    """Return the state that plain values stand for."""
    rows, total, squares, products, first, last = known
    ends = float.fromhex(first), float.fromhex(last)
    return NeighboursState(rows, total, squares, products, ends)


# So many values that they are not listed.
MANY = (((0.0).hex(),),) * (MOST + 1)


def _few(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    both = sorted([*some, *others], key=lambda line: float.fromhex(line[0]))
    return both if len(both) <= MOST else MANY


def _texts(name: str, function: str) -> Join:
    """Return how texts are joined by a function of a module, which few states need."""

    def join(every: Sequence[Sequence[Any]]) -> Sequence[Any]:
        merge = getattr(import_module(f"cecli.states.{name}"), function)
        return [merge([text for (text,) in every])]

    return join


def _every(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    return [some[0] and others[0]]


def _apart(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    """Return the two least of the keys by which rows are drawn."""
    return sorted({tuple(line) for line in (*some, *others)})[:2]


def _in_turn(join: Callable[[Sequence[Any], Sequence[Any]], Sequence[Any]]) -> Join:
    """Return how what is known of two parts of the rows is joined, for any number of parts."""
    return lambda every: reduce(join, every)


JOINED: Mapping[str, Kind] = {
    "first": Kind(_in_turn(_first), (str, int), is_list=True),
    "largest": Kind(_in_turn(_largest), (float, str, int)),
    "classes": Kind(_in_turn(_classes), (str, str, int), is_list=True),
    "divided": Kind(_in_turn(_divided), (float, float, float, float)),
    "every": Kind(_in_turn(_every), (bool,)),
    "neighbours": Kind(_in_turn(_neighbours), (int, int, int, int, float, float)),
    "few": Kind(_in_turn(_few), (float,), is_list=True),
    "apart": Kind(_in_turn(_apart), (int,), is_list=True),
    "cells": Kind(_texts("cells", "merged_texts"), (str,)),
    "tables": Kind(_texts("cells", "merged_tables"), (str,)),
    "group-cells": Kind(_texts("group_cells", "merged_group_texts"), (str,)),
    "number-cells": Kind(_texts("columns.numbers", "merged_texts"), (str,)),
}
LARGE = {"cells", "tables", "group-cells", "number-cells"}


def joined(known: Sequence[Known]) -> Known | None:
    """Return what is known of all rows, in order; None if nothing is."""
    if len(known) < 2:
        return known[0] if known else None
    kind = known[0][0]
    return kind, tuple(JOINED[kind].join([values for _, values in known]))


@dataclass(frozen=True)
class KnownInput:
    """An input, or the inputs of one run.

    Attributes
    ----------
    names : of the inputs.
    digest : of its sums; empty if it stands for very many inputs.
    known : what is known of its rows, by the name of the statistic.
    """

    names: tuple[str, ...]
    digest: str
    known: Mapping[str, Known] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownInputs:
    """All inputs in order.

    Attributes
    ----------
    parts : each input; if they are very many, the first alone.
    number : how many parts there are.
    left_out : the statistics of which nothing but sums is known any more.
    together : what is known of all inputs together, because it would be too much for each.
    """

    parts: tuple[KnownInput, ...] = ()
    number: int = 0
    left_out: frozenset[str] = frozenset()
    together: Mapping[str, Known] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of all inputs; of very many, that of the first and how many more there are."""
        names = [name for part in self.parts for name in part.names]
        return names if self.is_whole else [names[0], f"{self.number - 1:,} more inputs"]

    @property
    def is_whole(self) -> bool:
        """Whether each part is known by itself."""
        return self.number == len(self.parts)

    @property
    def kept(self) -> dict[str, str]:
        """The kind of all that cannot be taken away, by statistic; classes that were seen stay."""
        every = [*(part.known for part in self.parts), self.together]
        kinds = {name: known[0] for each in every for name, known in each.items()}
        return {name: kind for name, kind in kinds.items() if kind != "classes"}

    def known_of(self, statistic: str) -> Known | None:
        """Return what is known of all rows; None if nothing is."""
        found = [self.together[statistic]] if statistic in self.together else []
        return joined([*found, *self._each(statistic)])

    def _each(self, statistic: str) -> list[Known]:
        return [part.known[statistic] for part in self.parts if statistic in part.known]

    @classmethod
    def followed(cls, each: Sequence[Self]) -> Self:
        """Return all inputs, in order."""
        parts = tuple(part for some in each for part in some.parts)
        number = sum(some.number for some in each)
        joint = {name for some in each for name in some.together} | _too_much(parts, number)
        known = {name: joined(_in_order(each, name)) for name in sorted(joint)}
        together = {name: found for name, found in known.items() if found is not None}
        parts = tuple(_without(part, joint) for part in parts) if joint else parts
        if number > MOST_PARTS:
            parts = (KnownInput(parts[0].names[:1], ""),)
        out = frozenset[str]().union(*(some.left_out for some in each))
        return cls(parts, number, out, together).without(out)

    def taken_away(self, other: Self) -> Self | None:
        """Return the inputs that are left without the others; None if these are no parts."""
        if not (self.is_whole and other.is_whole and other.left_out <= self.left_out):
            return None
        other = other.without(self.left_out)
        if self.together or other.together:
            return None
        left = list(self.parts)
        for part in reversed(other.parts):
            place = next((i for i in reversed(range(len(left))) if left[i] == part), None)
            if place is None:
                return None
            del left[place]
        return replace(self, parts=tuple(left), number=len(left))

    def without(self, statistics: frozenset[str]) -> Self:
        """Return the same inputs, with nothing known for these statistics."""
        if not statistics:
            return self
        parts = tuple(_without(part, statistics) for part in self.parts)
        together = {name: x for name, x in self.together.items() if name not in statistics}
        return replace(self, parts=parts, together=together, left_out=self.left_out | statistics)


def _too_much(parts: Sequence[KnownInput], number: int) -> set[str]:
    """Return the statistics of which too much is known to keep it for each input."""
    every = {name: known for part in parts for name, known in part.known.items()}
    if number > MOST_PARTS:
        return set(every)
    if sum(map(_size, parts)) > MOST_KNOWN:
        return {name for name, known in every.items() if _is_large(known)}
    return set()


def _in_order(each: Sequence[KnownInputs], statistic: str) -> list[Known]:
    return [found for some in each if (found := some.known_of(statistic)) is not None]


def _without(part: KnownInput, statistics: Collection[str]) -> KnownInput:
    known = {name: x for name, x in part.known.items() if name not in statistics}
    return replace(part, known=known)


def _is_large(known: Known) -> bool:
    return known[0] in LARGE


def _size(part: KnownInput) -> int:
    """Return how many characters of large knowledge a part has."""
    return sum(len(known[1][0]) for known in part.known.values() if _is_large(known))
