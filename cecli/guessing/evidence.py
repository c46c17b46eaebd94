"""What is looked at before a guess: the header, and the values of the first rows."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.column import Column, bare
from cecli.columns.numbers import number, numbers_of
from cecli.core.chunk import Chunk, Coded, joined_texts
from cecli.core.dataclasses import dataclass
from cecli.core.errors import CecliError
from cecli.core.table import Partition, Table, beginning_of, nested_in, stated_for
from cecli.guessing.names import Suggested, suggested
from cecli.guessing.profile import ProfileState, is_missing, profile_of
from cecli.numerics import Floats

# The number of rows to look at, and of cells: a table of many columns is looked at in fewer rows.
FIRST_ROWS, MOST_CELLS, LEAST_ROWS = 10_000, 1_000_000, 100
# For a refusal, which is to come at once, fewer cells are enough.
FEW_CELLS = 50_000
LENIENT = BadRows(frozenset(Reason))

_LIST = re.compile(r"\s*[\[(]\s*[-+.\w]+(?:[\s,;]+[-+.\w]+)+\s*[\])]\s*")
_PAIRS = re.compile(
    r"\s*[^\s:]+:[0-9.]+(?:[eE]-?\d+)?(?:[\s,;|]+[^\s:]+:[0-9.]+(?:[eE]-?\d+)?)+\s*"
)


@dataclass(frozen=True, eq=False)
class Seen:
    """A column: its name, what its values are, and its cells in the first rows.

    Attributes
    ----------
    cells : shape (n,); of no rows, if they cannot be looked at.
    is_stated : whether the names of folders state it.
    """

    name: str
    profile: ProfileState
    cells: Coded
    is_stated: bool = False

    @property
    def named(self) -> Suggested:
        """What the name suggests."""
        return suggested(bare(self.name))

    @property
    def is_unseen(self) -> bool:
        """Whether there is nothing to judge by but the name."""
        return self.profile.rows == 0

    @cached_property
    def numbers(self) -> Floats:
        """The numbers of the cells, shape (n,), NaN where there is none."""
        values = numbers_of(self.cells.names)
        found = np.array([np.nan if x is None else x for x in values], dtype=np.float64)
        return found[self.cells.codes] if len(found) else np.empty(0)

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """Which cells are missing values, shape (n,)."""
        found = np.array([is_missing(name.strip()) for name in self.cells.names], dtype=np.bool_)
        return found[self.cells.codes] if len(found) else np.empty(0, dtype=np.bool_)

    @cached_property
    def texts(self) -> NDArray[np.object_]:
        """The stripped cells, shape (n,)."""
        found = np.array([*(name.strip() for name in self.cells.names), None], dtype=object)
        return found[self.cells.codes]

    @property
    def values(self) -> frozenset[str]:
        """The distinct values, without missing ones; none if there are too many."""
        return self.profile.values or frozenset()

    @property
    def is_numeric(self) -> bool:
        return self.profile.kind == "numbers"

    @property
    def in_unit(self) -> bool:
        """Whether all values are numbers in [0, 1]."""
        return self.is_numeric and self.profile.low >= 0.0 and self.profile.high <= 1.0

    @cached_property
    def is_decided(self) -> bool:
        """Whether all values are 0 or 1, or false or true."""
        return self.is_numeric_of({0.0, 1.0}) or self.profile.kind == "truth values"

    def is_numeric_of(self, allowed: set[float]) -> bool:
        """Return whether all values are numbers, and some of these."""
        values = self.values
        return bool(values) and self.is_numeric and {number(v) for v in values} <= allowed

    @property
    def is_fractional(self) -> bool:
        """Whether all values are numbers in [0, 1], and some lie between the two."""
        return self.in_unit and not self.is_decided

    @property
    def is_whole(self) -> bool:
        """Whether all values are whole numbers, and few."""
        numbers = [x for x in map(number, self.values) if x is not None]
        return self.is_numeric and bool(numbers) and all(x.is_integer() for x in numbers)

    @cached_property
    def has_lists(self) -> bool:
        """Whether the cells are lists of numbers."""
        return bool(self.profile.first) and all(map(_LIST.fullmatch, self.profile.first))

    @cached_property
    def has_pairs(self) -> bool:
        """Whether the cells are names with numbers, perhaps in braces."""
        cells = [cell.strip().removeprefix("{").removesuffix("}") for cell in self.profile.first]
        return bool(cells) and all(_PAIRS.fullmatch(cell.replace(": ", ":")) for cell in cells)

    @cached_property
    def is_index(self) -> bool:
        """Whether the values count the rows, from 0 or from 1."""
        numbers = self.numbers
        if len(numbers) < 3 or numbers[0] not in {0.0, 1.0}:
            return False
        return bool((np.diff(numbers) == 1.0).all())


@dataclass(frozen=True, eq=False)
class FirstSight:
    """The columns of a table that occur once, and the number of rows that were looked at.

    Attributes
    ----------
    may_go_on : whether there may be more rows than those that were looked at.
    """

    columns: tuple[Seen, ...]
    rows: int
    source: str
    header: tuple[str, ...]
    may_go_on: bool = False

    @property
    def is_array(self) -> bool:
        """Whether the columns are those of one array, whose names are all that of the file."""
        return self.source.endswith(".npy") and len(self.header) > 1

    @cached_property
    def is_unnamed(self) -> bool:
        """Whether the columns are numbered, from 1 for want of a header, or from 0 as by pandas."""
        columns = len(self.header)
        return self.header in {tuple(map(str, range(one, one + columns))) for one in (0, 1)}

    @cached_property
    def by_name(self) -> Mapping[str, Seen]:
        return {column.name: column for column in self.columns}


def rows_to_look_at(columns: int, cells: int = MOST_CELLS) -> int:
    """Return the number of rows to look at in a table of so many columns."""
    return min(FIRST_ROWS, max(LEAST_ROWS, cells // max(columns, 1)))


def columns_of(header: Sequence[str]) -> list[Column]:
    """Return the columns that occur once, as texts."""
    counts = Counter(header)
    return [
        Column(f"column {place}", name, None)
        for place, name in enumerate(counts)
        if counts[name] == 1
    ]


def look(table: Table, only: Sequence[str] | None = None, most: int = MOST_CELLS) -> FirstSight:
    """Return what the header and the first rows show; rows that cannot be used are passed over.

    Parameters
    ----------
    only : the columns to look at; None for all.
    most : the number of cells to look at, if a hundred rows do not have more.
    """
    nested = nested_in(table)
    columns = [
        column
        for column in columns_of(table.header)
        if column.name not in nested and (only is None or column.name in only)
    ]
    partition = beginning_of(table, columns, LENIENT)
    rows = rows_to_look_at(len(columns), most)
    cells, profiles = _cells(partition, columns, rows)
    count = max((len(x.codes) for x in cells.values()), default=0)
    there = [c.name for c in columns if len(cells[c.name].codes) == count]
    stated = stated_for(table)
    found = tuple(Seen(name, profiles[name], cells[name], name in stated) for name in there)
    return FirstSight(found, count, table.name, tuple(table.header), count >= rows)


def _cells(
    partition: Partition | None, columns: Sequence[Column], rows: int
) -> tuple[dict[str, Coded], dict[str, ProfileState]]:
    """Return the cells of the first rows of each column, and their profiles."""
    pieces: dict[str, list[Coded]] = {column.name: [] for column in columns}
    left = rows
    try:
        for chunk in () if partition is None else partition.chunks():
            first = in_texts(chunk.where(np.arange(len(chunk)) < left))
            # A column from which another is computed may have been taken away.
            for column in (c for c in columns if c.role in first.texts):
                pieces[column.name].append(first.texts[column.role])
            left -= len(first)
            if left <= 0:
                break
    except CecliError:
        pass  # whoever reads the rows reports it
    cells = {name: joined_texts(each) for name, each in pieces.items()}
    return cells, {name: profile_of(each) for name, each in cells.items()}


def in_texts(chunk: Chunk) -> Chunk:
    """Return a chunk whose computed columns, which are numbers, are texts like all others."""
    texts = {}
    for role, numbers in chunk.numbers.items():
        values, codes = np.unique(numbers, return_inverse=True)
        texts[role] = Coded(codes.astype(np.int64), tuple(map(repr, values.tolist())))
    return chunk.with_texts(**texts) if texts else chunk
