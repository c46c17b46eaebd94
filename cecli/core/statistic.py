"""Mergeable reductions over rows.

A statistic summarizes a chunk into a state, and states merge. "Update" is a law, not a method:
update(state, chunk) = state.merge(summarize(chunk)). Every statistic obeys these laws bit for bit:
`empty()` is the identity of merge on both sides; merge is associative and, positions aside,
commutative; the summary of a chunk equals the merged summaries of its parts; inputs are never
changed.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, Self, TypeVar

from cecli.core.chunk import Chunk


class State(Protocol):
    """The state of a statistic: frozen, picklable, made of plain numbers.

    A state that holds positions also has `moved(lines)`, which shifts them down by that many lines.
    """

    def merge(self, other: Self) -> Self:
        """Return the state of these rows followed by the rows of `other`."""
        ...


S = TypeVar("S", bound=State)
T = TypeVar("T")
S_co = TypeVar("S_co", bound=State, covariant=True)


class Statistic(Protocol[S_co]):
    """A reduction and its parameters: frozen and hashable. Equal statistics are computed once."""

    def empty(self) -> S_co:
        """Return the state of no rows."""
        ...

    def summarize(self, chunk: Chunk) -> S_co:
        """Return the state of a chunk's rows."""
        ...


class Joint(Mapping[Statistic[Any], Any]):
    """The states of many statistics over the same rows, which merge as one.

    That takes less time than merging each of them. They are told apart when one is asked for.
    """

    @property
    @abstractmethod
    def statistics(self) -> frozenset[Statistic[Any]]:
        """Those whose states these are."""

    @abstractmethod
    def merge(self, other: Self) -> Self:
        """Return the states of these rows followed by the rows of `other`, from the same kernel."""


# Computes the states of many statistics over a chunk in one pass. It omits unsupported statistics.
Kernel = Callable[[Chunk], Mapping[Statistic[Any], Any]]


class States:
    """The states of several statistics over the same rows. This is itself a state."""

    def __init__(
        self,
        states: Mapping[Statistic[Any], Any],
        joint: Mapping[Kernel, Joint] | None = None,
        apart: Sequence[Statistic[Any]] | None = None,
    ) -> None:
        self._before, self._joint, self._apart = dict(states), joint or {}, apart
        self._memory: dict[Callable[[States], Any], Any] = {}

    @cached_property
    def _states(self) -> dict[Statistic[Any], Any]:
        """The states of all rows: those before, and the rows that kernels have summarized since."""
        return _merged(self._before, self._joint.values())

    @classmethod
    def empty(cls, statistics: Iterable[Statistic[Any]]) -> Self:
        return cls({statistic: statistic.empty() for statistic in statistics})

    @classmethod
    def of(cls, statistics: Iterable[Statistic[Any]], values: Iterable[Any]) -> Self:
        """Return the states with these values, which are in the order of the statistics."""
        return cls(dict(zip(statistics, values, strict=True)))

    @property
    def values(self) -> tuple[Any, ...]:
        """The states in the order of their statistics."""
        return tuple(self._states.values())

    def __getitem__(self, statistic: Statistic[S]) -> S:
        state: S = self._states[statistic]
        return state

    def once(self, compute: Callable[["States"], T]) -> T:
        """Return compute(self), computed at most once, so that findings share costly results."""
        if compute not in self._memory:
            self._memory[compute] = compute(self)
        result: T = self._memory[compute]
        return result

    def get(self, statistic: Statistic[S]) -> S | None:
        """Return a statistic's state, or None if it was not requested."""
        return self._states.get(statistic)

    def replaced(self, statistic: Statistic[Any], state: Any) -> Self:
        """Return the same states, but for that of a statistic."""
        return type(self)({**self._states, statistic: state})

    def update(self, chunk: Chunk, kernels: Iterable[Kernel] = ()) -> Self:
        """Return the states updated with a chunk's rows, using the kernels where they apply."""
        joint: dict[Kernel, Joint] = {}
        known: dict[Statistic[Any], Any] = {}
        for kernel in kernels:
            found = kernel(chunk)
            if isinstance(found, Joint):
                earlier = self._joint.get(kernel)
                joint[kernel] = found if earlier is None else earlier.merge(found)
            else:
                known |= found
        ended = [each for kernel, each in self._joint.items() if kernel not in joint]
        before, apart = _merged(self._before, ended), self._apart
        if apart is None or joint.keys() != self._joint.keys():
            # Found once for many chunks: statistics are many, and each look-up takes some time.
            apart = [s for s in before if not any(s in each.statistics for each in joint.values())]
        updated = {
            s: before[s].merge(known[s] if s in known else s.summarize(chunk)) for s in apart
        }
        return type(self)(before | updated, joint, apart)

    def merge(self, other: Self) -> Self:
        return type(self)({s: state.merge(other[s]) for s, state in self._states.items()})

    def moved(self, lines: int) -> Self:
        """Return the states of the same rows, moved down by a number of lines."""
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


def _merged(states: dict[Statistic[Any], Any], later: Iterable[Joint]) -> dict[Statistic[Any], Any]:
    """Return states followed by those of later rows."""
    for joint in later:
        states = states | {s: states[s].merge(joint[s]) for s in states.keys() & joint.statistics}
    return states
