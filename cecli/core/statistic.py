"""Mergeable reductions: what is remembered of the rows that have gone by.

A statistic summarizes a chunk into a state, and states merge. "Update" is a law and no method:
update(state, chunk) = state.merge(summarize(chunk)). The laws, held bit for bit for each of them:
`empty()` is the identity of merge on both sides; merge is associative and, positions aside,
commutative; summarizing a chunk is merging the summaries of its parts; nothing changes its input.
"""

from collections.abc import Callable, Iterable, Mapping
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
T = TypeVar("T")
S_co = TypeVar("S_co", bound=State, covariant=True)


class Statistic(Protocol[S_co]):
    """A reduction with its parameters: frozen, hashable; equal ones are computed once."""

    def empty(self) -> S_co:
        """Return the state of no rows."""
        ...

    def summarize(self, chunk: Chunk) -> S_co:
        """Return the state of a chunk's rows."""
        ...


# Computes the states of a chunk for many statistics in one pass; leaves out those that it cannot.
Kernel = Callable[[Chunk], Mapping[Statistic[Any], Any]]


class States:
    """The states of some statistics over the same rows; itself a state."""

    def __init__(self, states: Mapping[Statistic[Any], Any]) -> None:
        self._states = dict(states)
        self._memory: dict[Callable[[States], Any], Any] = {}

    @classmethod
    def empty(cls, statistics: Iterable[Statistic[Any]]) -> Self:
        return cls({statistic: statistic.empty() for statistic in statistics})

    def __getitem__(self, statistic: Statistic[S]) -> S:
        state: S = self._states[statistic]
        return state

    def once(self, compute: Callable[["States"], T]) -> T:
        """Return compute(self), computed at most once; findings share what is costly."""
        if compute not in self._memory:
            self._memory[compute] = compute(self)
        result: T = self._memory[compute]
        return result

    def get(self, statistic: Statistic[S]) -> S | None:
        """Return a statistic's state, None where it was not asked for."""
        return self._states.get(statistic)

    def update(self, chunk: Chunk, kernels: Iterable[Kernel] = ()) -> Self:
        """Return the states after a chunk's rows as well; kernels compute what they can."""
        known: dict[Statistic[Any], Any] = {}
        for kernel in kernels:
            known |= kernel(chunk)
        return type(self)(
            {
                s: state.merge(known[s] if s in known else s.summarize(chunk))
                for s, state in self._states.items()
            }
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
