"""What is known of single inputs and cannot be added up: places of rows, extremes, classes.

It is kept for each input, so that an input can be taken away again with all that it brought. Of
very many inputs it is kept for all of them together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from math import isnan
from typing import Any, Self

from cecli.notices.decisions import SeparationState
from cecli.report.result import NAMED_LINES
from cecli.statistics.classes import BINARY

# What a statistic knows of some rows beside its sums: a kind, and plain JSON values.
Known = tuple[str, tuple[Any, ...]]
# So many inputs have a part each.
MOST_PARTS = 4096


@dataclass(frozen=True)
class Kind:
    """A kind of knowledge.

    Attributes
    ----------
    join : what is known of some rows and of the rows after them.
    line : the types of the values, or of each line of several. Totals are in hexadecimal, so that
        infinities are texts like others.
    is_list : whether there are several lines.
    """

    join: Callable[[Sequence[Any], Sequence[Any]], Sequence[Any]]
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
    """Return the first of each class; one too many is enough to refuse them."""
    found: dict[str, Any] = {}
    for each in (*some, *others):
        found.setdefault(each[0], each)
    return list(found.values())[: BINARY + 1]


def _divided(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    """Return the least and the largest predictions of both classes; see `SeparationState`."""
    first, second = (SeparationState(*map(float.fromhex, x)) for x in (some, others))
    return [x.hex() for x in astuple(first.merge(second))]


def _every(some: Sequence[Any], others: Sequence[Any]) -> Sequence[Any]:
    return [some[0] and others[0]]


JOINED: Mapping[str, Kind] = {
    "first": Kind(_first, (str, int), is_list=True),
    "largest": Kind(_largest, (float, str, int)),
    "classes": Kind(_classes, (str, str, int), is_list=True),
    "divided": Kind(_divided, (float, float, float, float)),
    "every": Kind(_every, (bool,)),
}


def joined(known: Sequence[Known]) -> Known | None:
    """Return what is known of all rows, in order; None if nothing is."""
    found: Known | None = None
    for kind, values in known:
        found = (
            (kind, values) if found is None else (kind, tuple(JOINED[kind].join(found[1], values)))
        )
    return found


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
    number : how many parts there were; more than one part has only if they are not too many.
    left_out : the statistics of which nothing but sums is known any more.
    """

    parts: tuple[KnownInput, ...] = ()
    number: int = 0
    left_out: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        """The names of all inputs; of very many, that of the first and how many more there are."""
        names = [name for part in self.parts for name in part.names]
        return names if self.is_whole else [names[0], f"{self.number - 1:,} more inputs"]

    @property
    def is_whole(self) -> bool:
        """Whether each part is known by itself."""
        return self.number == len(self.parts)

    def known_of(self, statistic: str) -> Known | None:
        """Return what is known of all rows; None if nothing is."""
        return joined([part.known[statistic] for part in self.parts if statistic in part.known])

    @classmethod
    def followed(cls, each: Sequence[Self]) -> Self:
        """Return all inputs, in order."""
        out = frozenset[str]().union(*(some.left_out for some in each))
        parts = tuple(part for some in each for part in some.parts)
        return cls(parts, sum(some.number for some in each), out).bounded().without(out)

    def bounded(self) -> Self:
        """Return the same inputs; as one part, if they are very many."""
        if self.number <= MOST_PARTS:
            return self
        statistics = sorted({name for part in self.parts for name in part.known})
        known = {name: found for name in statistics if (found := self.known_of(name))}
        return replace(self, parts=(KnownInput(self.parts[0].names[:1], "", known),))

    def taken_away(self, other: Self) -> Self | None:
        """Return the inputs that are left without the others; None if these are no parts."""
        if not (self.is_whole and other.is_whole and other.left_out <= self.left_out):
            return None
        other = other.without(self.left_out)
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
        parts = tuple(
            replace(part, known={k: x for k, x in part.known.items() if k not in statistics})
            for part in self.parts
        )
        return replace(self, parts=parts, left_out=self.left_out | statistics)
