"""The rows of each of many groups in narrow cells of the prediction.

Cells begin as narrow as those of `cells`. If all groups together use too many, neighbouring cells
are made one, as often as needed. How often depends on the rows alone, not on their order: fewer
rows never use more cells.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError
from cecli.numerics import Floats
from cecli.numerics.cells.keys import CELLS, INNER_BITS
from cecli.numerics.distributions.distributions import stated
from cecli.numerics.sums.digits import Digits
from cecli.statistics.cells.prediction_cells import row_keys
from cecli.statistics.keys import Key, groups_of, too_many_groups

# A line is a cell that a group uses. It takes up to some 200 bytes, a few times over at a merge.
MOST_LINES = 1 << 19
# Repetitions among fewer lines are not removed.
FEW = 1 << 16
CELL_BITS = CELLS.bit_length()
# Cells become at most 2⁷ times as wide: up to 0.04 in log-odds.
MOST_SHIFT = 7


@dataclass(frozen=True, eq=False)
class GroupLines:
    """The sums of some rows in the cells of groups.

    Attributes
    ----------
    codes : the group and the cell of each line, ascending.
    rows, least, most : the number of rows, and the least and the largest key.
    sums : Σw, Σwt, Σwq, Σw²q(1 − q) and Σw²; w² is w for counts.
    """

    codes: Integers
    rows: Integers
    least: Integers
    most: Integers
    sums: tuple[Digits, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(cls, codes: Integers, keys: Integers, chunk: Chunk, q: Floats) -> Self:
        """Return the sums of the rows of a chunk, under these codes."""
        used, places = np.unique(codes, return_inverse=True)
        size, count = len(used), chunk.count
        least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
        np.minimum.at(least, places, keys)
        np.maximum.at(most, places, keys)
        w = np.ones(len(chunk)) if chunk.weight is None else chunk.weight
        twice = (w, w) if chunk.weight is not None and count is None else (w,)
        factors = ((w,), (w, chunk.numbers["target"]), (w, q), (*twice, q, 1.0 - q), twice)
        sums = tuple(Digits.products_by(places, size, *some).carried() for some in factors)
        rows = np.bincount(places, None if count is None else count, size).astype(np.int64)
        return cls(used, rows, least, most, sums)

    def recoded(self, codes: Integers) -> Self:
        """Return the sums under other codes, each of which may stand for several of these."""
        used, places = np.unique(codes, return_inverse=True)
        order = np.argsort(places, kind="stable")
        starts = np.searchsorted(places[order], np.arange(len(used)))
        return type(self)(
            used,
            np.add.reduceat(self.rows[order], starts),
            np.minimum.reduceat(self.least[order], starts),
            np.maximum.reduceat(self.most[order], starts),
            tuple(_added(each, order, starts) for each in self.sums),
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the lines of all parts, one after the other, whose codes may be repeated."""
        starts = np.cumsum([0, *map(len, parts)])
        places = [np.arange(a, b) for a, b in itertools.pairwise(starts)]
        sums = tuple(
            Digits.added(int(starts[-1]), list(zip(places, some, strict=True)))
            for some in zip(*(part.sums for part in parts), strict=True)
        )
        columns = zip(*((p.codes, p.rows, p.least, p.most) for p in parts), strict=True)
        codes, rows, least, most = map(np.concatenate, columns)
        return cls(codes, rows, least, most, sums)

    def where(self, lines: slice) -> Self:
        """Return some consecutive lines."""
        places = np.arange(*lines.indices(len(self)))
        sums = tuple(each.of(places) for each in self.sums)
        rows, least, most = self.rows[lines], self.least[lines], self.most[lines]
        return type(self)(self.codes[lines], rows, least, most, sums)


def _added(sums: Digits, order: Integers, starts: Integers) -> Digits:
    levels = {level: np.add.reduceat(x[order], starts) for level, x in sums.levels.items()}
    return Digits(len(starts), levels).carried()


@dataclass(frozen=True, eq=False)
class GroupCellsState:
    """The cells of each group.

    Attributes
    ----------
    most : maximum number of groups.
    keys : of the groups, in the order in which they came.
    shift : how often neighbouring cells were made one.
    parts : some lines each, in codes that share `keys` and `shift`.
    compacted : the number of lines after they were last merged.
    """

    source: str
    most: int
    keys: tuple[Key, ...] = ()
    shift: int = 0
    parts: tuple[GroupLines, ...] = ()
    compacted: int = 0

    def merge(self, other: Self) -> Self:
        """Return the cells of both.

        Raises
        ------
        InputError
            If there are more groups than allowed, or more cells than can be kept.
        """
        if not (self.parts and other.parts):
            return self if self.parts else other
        keys = tuple(dict.fromkeys((*self.keys, *other.keys)))
        if len(keys) > self.most:
            raise too_many_groups(self.most, self.source)
        number = {key: place for place, key in enumerate(keys)}
        places = np.array([number[key] for key in other.keys], dtype=np.int64)
        shift = max(self.shift, other.shift)
        parts = (
            *(_recoded(part, self.shift, shift) for part in self.parts),
            *(_recoded(part, other.shift, shift, places) for part in other.parts),
        )
        known = max(self.compacted, other.compacted)
        found = replace(self, keys=keys, shift=shift, parts=parts, compacted=known)
        lines = sum(map(len, parts))
        return found if lines <= max(FEW, 2 * known) else found.settled()

    def settled(self) -> Self:
        """Return the same cells, each once; wider ones if they are too many.

        Raises
        ------
        InputError
            If they are too many even so.
        """
        lines, shift = GroupLines.joined(self.parts), self.shift
        lines = lines.recoded(lines.codes)
        while len(lines) > MOST_LINES:
            if shift == MOST_SHIFT:
                self._refuse(len(lines))
            lines, shift = lines.recoded(lines.codes >> 1), shift + 1
        return replace(self, shift=shift, parts=(lines,), compacted=len(lines))

    def rows_by_group(self) -> dict[Key, int]:
        """Return the number of rows of each group."""
        return {key: int(lines.rows.sum()) for key, lines in self}

    def in_order(self) -> Self:
        """Return the same cells, each once, with their groups in the order of their keys."""
        return self.rekeyed(lambda key: key)

    def rekeyed(self, key_of: Callable[[Key], Key]) -> Self:
        """Return the cells of groups with other keys, each of which may stand for several."""
        if not self.parts:
            return self
        of = {key: key_of(key) for key in self.keys}
        keys = sorted(set(of.values()))
        number = {key: place for place, key in enumerate(keys)}
        places = np.array([number[of[key]] for key in self.keys], dtype=np.int64)
        (lines,), shift = self._settled.parts, self._settled.shift
        part = _recoded(lines, shift, shift, places)
        return replace(self, keys=tuple(keys), shift=shift, parts=(part,), compacted=len(part))

    def _refuse(self, lines: int) -> None:
        raise InputError(
            f"has {len(self.keys):,} groups whose predictions fall into more than {lines:,} cells, "
            f"and {MOST_LINES:,} can be kept",
            self.source,
            "group by a column with fewer values",
        )

    def __iter__(self) -> Iterator[tuple[Key, GroupLines]]:
        """Yield the key of each group, and its lines in ascending order, in the order of keys."""
        if not self.parts:
            return
        (lines,) = self._settled.parts
        bits = CELL_BITS - self._settled.shift
        starts = np.searchsorted(lines.codes, np.arange(len(self.keys) + 1) << bits)
        for place in sorted(range(len(self.keys)), key=self.keys.__getitem__):
            yield self.keys[place], lines.where(slice(*starts[place : place + 2]))

    @cached_property
    def _settled(self) -> Self:
        return self.settled()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GroupCellsState) and self._canonical == other._canonical

    __hash__ = None  # type: ignore[assignment]

    @property
    def _canonical(self) -> list[object]:
        if not self.parts:
            return []
        bits = CELL_BITS - self._settled.shift
        return [
            (
                key,
                (lines.codes & ((1 << bits) - 1)).tolist(),
                *(x.tolist() for x in (lines.rows, lines.least, lines.most)),
                *(each.units() for each in lines.sums),
            )
            for key, lines in self
        ]


def _recoded(
    part: GroupLines, before: int, after: int, groups: Integers | None = None
) -> GroupLines:
    """Return lines with wider cells, and with other numbers of their groups."""
    if before == after and groups is None:
        return part
    bits = CELL_BITS - after
    codes = part.codes >> (after - before)
    if groups is not None:
        codes = (groups[codes >> bits] << bits) | (codes & ((1 << bits) - 1))
    return part.recoded(codes)


@dataclass(frozen=True)
class GroupCells:
    """The rows of each group in the cells of the prediction.

    Attributes
    ----------
    roles : of the text columns whose values define a group.
    most : maximum number of groups.
    """

    roles: tuple[str, ...]
    source: str
    most: int

    def empty(self) -> GroupCellsState:
        return GroupCellsState(self.source, self.most)

    def summarize(self, chunk: Chunk) -> GroupCellsState:
        if not len(chunk):
            return self.empty()
        keys, groups = groups_of(chunk, self.roles)
        if len(keys) > self.most:
            raise too_many_groups(self.most, self.source)
        predictions = chunk.once(row_keys)
        codes = (groups << CELL_BITS) | (predictions >> INNER_BITS)
        lines = GroupLines.of(codes, predictions, chunk, chunk.once(_probability))
        return replace(self.empty(), keys=tuple(keys), parts=(lines,))


def _probability(chunk: Chunk) -> Floats:
    """Return the predicted probability of the positive class."""
    if "prob" not in chunk.scales:
        return chunk.numbers["prob"]
    q: Floats = stated(chunk.numbers["prob"], chunk.scales["prob"]).prob[1]
    return q
