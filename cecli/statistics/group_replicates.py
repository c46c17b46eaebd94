"""Weighted sums of scores over the resamples of a bootstrap, of each of some groups of rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, field, replace
from cecli.core.errors import InputError
from cecli.statistics.keys import Key, groups_of, too_many_groups
from cecli.statistics.replicates import DrawnRows, Replicates, ReplicatesState

# Rows wait until there are so many, and so many for each group: the sums of all replicates of a
# group cost as much to add up as some hundred rows cost to draw.
LEAST_WAITING = 1 << 16
WAITING_PER_GROUP = 256
# The most sums of all replicates of all groups: some 60 bytes each, and 200 while states merge.
MOST_SUMS = 2_000_000


@dataclass(frozen=True, eq=False)
class WaitingRows:
    """Rows whose sums are not drawn yet, and the group of each.

    Attributes
    ----------
    groups : the keys of the groups, each of which has rows.
    places : the index of each row's group, shape (n,).
    """

    groups: Sequence[Key]
    places: Integers
    rows: DrawnRows

    def by_group(self) -> Iterator[tuple[Key, DrawnRows]]:
        """Yield the rows of each group."""
        order = np.argsort(self.places, kind="stable")
        ends = np.cumsum(np.bincount(self.places, minlength=len(self.groups))).tolist()
        for key, start, end in zip(self.groups, [0, *ends], ends, strict=False):
            yield key, self.rows.at(order[start:end])

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of all parts."""
        groups = tuple(dict.fromkeys(key for part in parts for key in part.groups))
        numbers = {key: number for number, key in enumerate(groups)}
        places = [
            np.array([numbers[key] for key in part.groups], dtype=np.int64).take(part.places)
            for part in parts
        ]
        rows = DrawnRows.joined([part.rows for part in parts])
        return cls(groups, np.concatenate(places), rows)


@dataclass(frozen=True, eq=False)
class GroupReplicatesState:
    """The sums of each group in each replicate.

    Attributes
    ----------
    of : the statistic.
    drawn : the sums of some rows.
    waiting : further rows.
    groups : the keys of the groups of all these rows.
    """

    of: "GroupReplicates"
    drawn: Mapping[Key, ReplicatesState] = field(default_factory=dict)
    waiting: tuple[WaitingRows, ...] = ()
    groups: frozenset[Key] = frozenset()

    def merge(self, other: Self) -> Self:
        """Return the sums of both.

        Raises
        ------
        InputError
            If there are too many groups for so many replicates.
        """
        groups = self.groups | other.groups
        self.of.refuse(len(groups))
        drawn = _merged(self.drawn, other.drawn)
        merged = replace(self, drawn=drawn, waiting=self.waiting + other.waiting, groups=groups)
        rows = sum(part.places.size for part in merged.waiting)
        is_little = rows < max(LEAST_WAITING, WAITING_PER_GROUP * len(groups))
        return merged if is_little else replace(merged, drawn=merged.sums, waiting=())

    @cached_property
    def sums(self) -> Mapping[Key, ReplicatesState]:
        """The sums of all rows of each group."""
        if not self.waiting:
            return self.drawn
        found, sums = dict(self.drawn), self.of.replicates.sums
        # One group at a time, because the sums of all of them are large.
        for key, rows in WaitingRows.joined(self.waiting).by_group():
            found[key] = sums(rows) if key not in found else found[key].merge(sums(rows))
        return found

    def rekeyed(self, key_of: Callable[[Key], Key]) -> Self:
        """Return the sums under other keys, each of which may stand for several of these."""
        found: dict[Key, ReplicatesState] = {}
        for key, state in self.sums.items():
            new = key_of(key)
            found[new] = found[new].merge(state) if new in found else state
        return replace(self, drawn=found, waiting=(), groups=frozenset(found))

    def split(self, parts: int) -> Mapping[Key, ReplicatesState]:  # noqa: ARG002
        """Return the sums of each group, whose keys have so many parts."""
        return self.sums

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GroupReplicatesState) and self.sums == other.sums

    __hash__ = None  # type: ignore[assignment]


def _merged(
    some: Mapping[Key, ReplicatesState], others: Mapping[Key, ReplicatesState]
) -> Mapping[Key, ReplicatesState]:
    if not (some and others):
        return some or others
    both = {key: some[key].merge(state) for key, state in others.items() if key in some}
    return {**some, **others, **both}


@dataclass(frozen=True)
class GroupReplicates:
    """The sums of some scores in each replicate, over the rows of each group.

    Attributes
    ----------
    roles : of the text columns whose values define a group.
    replicates : of each group. A row is drawn as often as it is for all rows.
    most : maximum number of groups, however few the sums of each are.
    """

    roles: tuple[str, ...]
    replicates: Replicates
    source: str
    most: int

    def empty(self) -> GroupReplicatesState:
        return GroupReplicatesState(self)

    def summarize(self, chunk: Chunk) -> GroupReplicatesState:
        if not len(chunk):
            return self.empty()
        keys, places = groups_of(chunk, self.roles)
        groups = tuple(keys)
        waiting = WaitingRows(groups, places, self.replicates.rows(chunk))
        return replace(self.empty(), waiting=(waiting,), groups=frozenset(groups))

    @property
    def room(self) -> int:
        """The number of groups whose sums there is memory for."""
        return MOST_SUMS // (self.replicates.number * (1 + len(self.replicates.means)))

    def refuse(self, groups: int) -> None:
        """Raise an InputError if there are too many groups."""
        if groups > self.room:
            raise InputError(
                f"has more than {self.room:,} groups, which is the most for "
                f"{self.replicates.number:,} replicates of each",
                self.source,
                "--bootstrap with a smaller number has room for more groups; without it, the "
                "intervals of any number come from formulas",
            )
        if groups > self.most:
            raise too_many_groups(self.most, self.source)
