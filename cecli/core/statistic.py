"""Mergeable reductions: what is remembered of the rows that have gone by.

A statistic summarizes a chunk into a state, and states merge. "Update" is a law and no method:
update(state, chunk) = state.merge(summarize(chunk)). The laws, held bit for bit for each of them:
`empty()` is the identity of merge on both sides; merge is associative and, positions aside,
commutative; summarizing a chunk is merging the summaries of its parts; nothing changes its input.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self, TypeVar

from cecli.core.chunk import Chunk


class State(Protocol):
    """What a statistic remembers: frozen, of plain numbers, picklable.

    One that remembers positions can be `moved(lines)`, to rows so many lines further down.
    """

    def merge(self, other: Self) -> Self:
        """Return the state of these rows followed by the other's."""
        ...


S = TypeVar("S", bound=State)
S_co = TypeVar("S_co", bound=State, covariant=True)


class Statistic(Protocol[S_co]):
    """A reduction with its parameters: frozen, hashable; equal ones are computed once."""

    def empty(self) -> S_co:
        """Return the state of no rows."""
        ...

    def summarize(self, chunk: Chunk) -> S_co:
        """Return the state of a chunk's rows."""
        ...


def summarized(statistic: Statistic[S], chunk: Chunk) -> S:
    """Return the state of a chunk's rows, told at once with those of others if possible."""
    at_once = chunk.at_once
    if at_once is not None and statistic in at_once.statistics:
        state: S | None = chunk.once(at_once).get(statistic)
        if state is not None:
            return state
    return statistic.summarize(chunk)


class States:
    """The states of some statistics over the same rows; itself a state."""

    def __init__(self, states: Mapping[Statistic[Any], Any]) -> None:
        self._states = dict(states)

    @classmethod
    def empty(cls, statistics: Iterable[Statistic[Any]]) -> Self:
        return cls({statistic: statistic.empty() for statistic in statistics})

    def __getitem__(self, statistic: Statistic[S]) -> S:
        state: S = self._states[statistic]
        return state

    def get(self, statistic: Statistic[S]) -> S | None:
        """Return a statistic's state, None where it was not asked for."""
        return self._states.get(statistic)

    def update(self, chunk: Chunk) -> Self:
        """Return the states after a chunk's rows as well."""
        return type(self)(
            {s: state.merge(summarized(s, chunk)) for s, state in self._states.items()}
        )

    def merge(self, other: Self) -> Self:
        return type(self)({s: state.merge(other[s]) for s, state in self._states.items()})

    def moved(self, lines: int) -> Self:
        """Return the states of the same rows, so many lines further down."""
        if lines == 0:
            return self
        return type(self)(
            {
                statistic: state.moved(lines) if hasattr(state, "moved") else state
                for statistic, state in self._states.items()
            }
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, States) and self._states == other._states

    __hash__ = None  # type: ignore[assignment]
