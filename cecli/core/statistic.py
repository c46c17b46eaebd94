"""Mergeable reductions over rows.

A statistic summarizes a chunk into a state, and states merge. "Update" is a law, not a method:
update(state, chunk) = state.merge(summarize(chunk)). Every statistic obeys these laws bit for bit:
`empty()` is the identity of merge on both sides; merge is associative and, positions aside,
commutative; the summary of a chunk equals the merged summaries of its parts; inputs are never
changed.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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

    @abstractmethod
    def moved(self, lines: int) -> Self:
        """Return the states of the same rows, moved down by a number of lines."""

    def __iter__(self) -> Iterator[Statistic[Any]]:
        return iter(self.statistics)

    def __len__(self) -> int:
        return len(self.statistics)


# Computes the states of many statistics over a chunk in one pass. It omits unsupported statistics.
Kernel = Callable[[Chunk], Mapping[Statistic[Any], Any]]


class StatisticSet:
    """The statistics whose states are computed together, in order."""

    def __init__(self, statistics: Iterable[Statistic[Any]]) -> None:
        self.statistics = tuple(statistics)
        self._besides: dict[frozenset[Statistic[Any]], Sequence[Statistic[Any]]] = {}

    def besides(self, joint: Joint) -> Sequence[Statistic[Any]]:
        """Return those whose states are not joint ones, which are the same for each chunk."""
        # A frozenset keeps its hash; those of all statistics would take long.
        found = self._besides.get(joint.statistics)
        if found is None:
            found = tuple(s for s in self.statistics if s not in joint.statistics)
            self._besides[joint.statistics] = found
        return found

    # By value: an object that is told apart by identity would hide from a cluster those inside it.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, StatisticSet) and self.statistics == other.statistics

    __hash__ = None  # type: ignore[assignment]


class States:
    """The states of several statistics over the same rows. This is itself a state."""

    def __init__(
        self,
        told: Mapping[Statistic[Any], Any],
        joint: Joint | None = None,
        wanted: StatisticSet | None = None,
    ) -> None:
        """Keep the states that are told apart, and those of the rows after them that are not.

        Parameters
        ----------
        wanted : all of them, of which some may have no rows yet; None for those told apart.
        """
        self._told, self._joint = told, joint
        self._wanted = StatisticSet(told) if wanted is None else wanted
        self._memory: dict[Callable[[States], Any], Any] = {}

    @cached_property
    def _states(self) -> Mapping[Statistic[Any], Any]:
        """The states of all rows."""
        told = self._told_apart()
        return {s: told[s] if s in told else s.empty() for s in self._wanted.statistics}

    @classmethod
    def empty(cls, statistics: Iterable[Statistic[Any]]) -> Self:
        return cls({}, wanted=StatisticSet(statistics))

    def known_as(self, others: Self) -> Self:
        """Return the same states by the statistics of others, of which those here may be copies.

        The copy that another process has need not equal what it was made of. In this process, they
        are the same.
        """
        if others._wanted is self._wanted:
            return self
        statistics = others._wanted.statistics
        return type(self)(dict(zip(statistics, self._states.values(), strict=True)))

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
        joint: Joint | None = None
        known: dict[Statistic[Any], Any] = {}
        for kernel in kernels:
            found = kernel(chunk)
            if isinstance(found, Joint):
                joint = found
            else:
                known |= found
        rest = self._wanted.statistics if joint is None else self._wanted.besides(joint)
        told = {s: known[s] if s in known else s.summarize(chunk) for s in rest}
        return self.merge(type(self)(told, joint, self._wanted))

    def merge(self, other: Self) -> Self:
        joint, told = self._joint, dict(self._told)
        if joint is not None and not joint.statistics.isdisjoint(other._told):
            joint, told = None, self._told_apart()
        for statistic, state in other._told.items():
            # Merging may refuse rows, those of the first chunk, too.
            mine = told.get(statistic)
            told[statistic] = (statistic.empty() if mine is None else mine).merge(state)
        if joint is None:
            joint = other._joint
        elif other._joint is not None:
            joint = joint.merge(other._joint)
        return type(self)(told, joint, self._wanted)

    def _told_apart(self) -> dict[Statistic[Any], Any]:
        """Return the states of all rows, of the statistics that have any."""
        told = dict(self._told)
        if self._joint is not None:
            for statistic in self._joint.statistics.intersection(self._wanted.statistics):
                later = self._joint[statistic]
                told[statistic] = told[statistic].merge(later) if statistic in told else later
        return told

    def moved(self, lines: int) -> Self:
        """Return the states of the same rows, moved down by a number of lines."""
        if lines == 0:
            return self
        told = {s: x.moved(lines) if hasattr(x, "moved") else x for s, x in self._told.items()}
        joint = None if self._joint is None else self._joint.moved(lines)
        return type(self)(told, joint, self._wanted)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, States) and self._states == other._states

    __hash__ = None  # type: ignore[assignment]
