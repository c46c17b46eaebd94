"""The rows of several models in one input, paired by key."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import STRICT, BadRows, OnUnmatched
from cecli.columns.column import Column
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import ColumnError, InputError, RowError, named, shown
from cecli.core.remarks import ZERO_COUNT, ZERO_WEIGHT
from cecli.core.table import Partition, Table
from cecli.join.by_key import JoinedTable
from cecli.join.keys import ID
from cecli.join.sides import LINE, Side
from cecli.preparations.labels import Categories
from cecli.preparations.rows import Alias
from cecli.readers.views import Changed, InOrder, View

MODEL = "model"
# The role of keys that are needed again, since a join leaves out those under ID.
KEPT = "kept id"
# Remarks on what belongs to a case, and so to a row of each model.
WEIGHTLESS = (ZERO_WEIGHT, ZERO_COUNT)


def models_in(table: Table, column: str, most: int, bad_rows: BadRows) -> list[str]:
    """Return the models that a column names, in the order of their first rows.

    Raises
    ------
    ColumnError
        If there are more than `most`.
    InputError
        If the rows can be read only once.
    """
    found: dict[str, None] = {}
    for chunk in _chunks(table, Column(MODEL, column, None), bad_rows):
        text = chunk.texts[MODEL]
        names = (text.names[code] for code, _ in text.first_rows())
        found |= dict.fromkeys(name for name in names if not bad_rows.is_missing(name))
        if len(found) > most:
            raise ColumnError(
                f"column {shown(column)} names more than {most} models",
                table.name,
                "is it the right column? --model names the column that says which model a row is "
                "of",
            )
        if chunk.defect is not None:
            raise chunk.defect
    return list(found)


def _chunks(table: Table, column: Column, bad_rows: BadRows) -> Iterator[Chunk]:
    for partition in InOrder(table).partitions([column], bad_rows):
        if partition.rest(0) is None:
            raise InputError(
                "its rows can be read only once, and --model needs those of each model",
                table.name,
                "give them as one table, or save them as a file",
            )
        yield from partition.chunks()


@dataclass(frozen=True, eq=False)
class OneModel(View):
    """The rows of one model.

    Attributes
    ----------
    column : the column of models.
    is_first : whether it has what is remarked on rows of any model; for others it was remarked.
    """

    column: str
    model: str
    is_first: bool

    @property
    def name(self) -> str:
        return f"{self.table.name} ({named(self.column)} {shown(self.model)})"

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        every = [*columns, Column(MODEL, self.column, None)]
        change = _OfModel(self.model, Categories(MODEL, self.column, bad_rows), self.is_first)
        return [Changed(part, change) for part in self.table.partitions(every, bad_rows)]


@dataclass(frozen=True)
class _OfModel:
    """Keeps the rows of one model."""

    model: str
    known: Categories
    is_first: bool

    def __call__(self, chunk: Chunk) -> Chunk:
        chunk = self.known(chunk) if self.is_first else replace(chunk, remarks={})
        text = chunk.texts[MODEL]
        is_own = np.array([name == self.model for name in text.names], dtype=np.bool_)
        texts = {role: values for role, values in chunk.texts.items() if role != MODEL}
        return replace(chunk, texts=texts).where(is_own.take(text.codes))


def joined_models(
    sides: Sequence[Side], adopted: Sequence[Mapping[str, str]], on_unmatched: OnUnmatched
) -> Table:
    """Return the rows that share a key in all sides, one for each model, in the order of the first.

    Parameters
    ----------
    adopted : for each side but the first, the new roles in a row of its roles that are kept.
    """
    first, *others = sides
    first = replace(first, preparations=[*first.preparations, Alias(KEPT, ID)])
    lines: list[str] = []
    for number, (side, roles) in enumerate(zip(others, adopted, strict=True), start=2):
        second = replace(side, preparations=[*side.preparations, _second])
        roles = {**roles, LINE: line_of(number)}
        table = JoinedTable(first, second, roles, on_unmatched, tuple(lines))
        first = Side(table, (), [Alias(ID, KEPT)])
        lines.append(line_of(number))
    return first.table


def line_of(number: int) -> str:
    """Return the role of the line of the n-th model, from 2 on."""
    return f"{LINE} {number}"


def _second(chunk: Chunk) -> Chunk:
    """Return a chunk with its lines, without the remarks that those of the first model have."""
    remarks = {code: lines for code, lines in chunk.remarks.items() if code not in WEIGHTLESS}
    chunk = replace(chunk, remarks=remarks)
    return chunk.with_numbers(**{LINE: chunk.lines.astype(np.float64)})


@dataclass(frozen=True)
class SameInAll:
    """Refuse a case whose weight, group or cluster differs between its models.

    Attributes
    ----------
    columns : the names of the columns, by role.
    models : how many there are.
    """

    columns: Mapping[str, str]
    models: int

    def adopted(self, number: int) -> dict[str, str]:
        """Return the roles in which a row has what the n-th model's row says."""
        return {role: f"{role} {number}" for role in self.columns}

    def __call__(self, chunk: Chunk) -> Chunk:
        for number in range(2, self.models + 1):
            for role, its in self.adopted(number).items():
                ours, theirs = _values(chunk, role), _values(chunk, its)
                differ = ours != theirs
                if differ.any():
                    row = int(np.argmax(differ))
                    values = str(theirs[row]), str(ours[row])
                    chunk = chunk.until(row, self._refusal(chunk, row, role, number, values))
        return chunk

    def _refusal(
        self, chunk: Chunk, row: int, role: str, number: int, values: tuple[str, str]
    ) -> RowError:
        line = line_of(number)
        place = "{}:{}".format(*chunk.position(row))
        what = f"column {named(self.columns[role])}: {shown(values[0])}, but {shown(values[1])} in "
        return RowError.at(
            chunk.origins[line],
            int(chunk.numbers[line][row]),
            f"{what}{place}, which has the same key",
            "weights, groups and clusters are of a case: the same in the rows of all its models",
        )


def _values(chunk: Chunk, role: str) -> NDArray[np.generic]:
    """Return the numbers or the texts of a role, shape (n,)."""
    if role in chunk.numbers:
        return chunk.numbers[role]
    text = chunk.texts[role]
    return np.array(text.names, dtype=object).take(text.codes)
