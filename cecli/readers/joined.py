"""Two inputs whose rows are put side by side by a key."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cecli.bad_rows import STRICT, BadRows
from cecli.chunk import Chunk
from cecli.columns import Column
from cecli.errors import InputError, shown
from cecli.readers.keyed import Keyed, key_of
from cecli.readers.pairing import remarks_of, side_by_side
from cecli.readers.sides import Sides
from cecli.unmatched import OnUnmatched

# The code under which rows without a partner are remarked.
UNMATCHED = "unmatched-id"
HINT = "the same key stands for different observations: is it the right column?"
EXAMPLES = 3


@dataclass(frozen=True, eq=False)
class JoinedTable(Sides):
    """The rows of two tables that share a key, in the order of the first."""

    on_unmatched: OnUnmatched

    def partitions(
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,
    ) -> Sequence["JoinedRows"]:
        return [JoinedRows(self, bad_rows)]


@dataclass(frozen=True, eq=False)
class JoinedRows:
    """All rows of the first table, while the second is kept in memory."""

    table: JoinedTable
    bad_rows: BadRows

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None

    def chunks(self) -> Generator[Chunk, None, None]:
        """Yield the rows that have a partner, and what was remarked on all others."""
        skips = self.table.on_unmatched is OnUnmatched.SKIP
        kept, missing, last = Keyed(self.table.second, self.bad_rows), _Examples(), None
        for numbered in self.table.first.chunks(self.bad_rows):
            first = numbered.chunk
            places = kept.places(first)
            has_partner = places >= 0
            missing.add(first, ~has_partner)
            if skips:
                first = first.with_remark(UNMATCHED, ~has_partner)
            second = kept.rows(places[has_partner])
            pair = side_by_side(first.where(has_partner), second, self.table.adopted, HINT)
            yield pair
            yield remarks_of(first, pair)
            if numbered.chunk.defect is not None:
                raise numbered.chunk.defect
            last = pair
        alone = kept.without_partner()
        if not skips:
            self._refuse(missing, kept.chunk, alone)
        if last is not None:
            remarked = [kept.chunk.with_remark(UNMATCHED, alone)] if skips else []
            yield from (remarks_of(chunk, last) for chunk in (*kept.remarked, *remarked))

    def _refuse(self, missing: "_Examples", second: Chunk, alone: NDArray[np.bool_]) -> None:
        surplus = _Examples()
        surplus.add(second, alone)
        names = self.table.first.table.name, self.table.second.table.name
        sides = ((missing, names[0], names[1]), (surplus, names[1], names[0]))
        for found, here, there in sides:
            if found.count:
                keys = "key is" if found.count == 1 else "keys are"
                skipped = " (or the row was skipped)" if self.bad_rows.skips else ""
                raise InputError(
                    f"{found.count:,} {keys} not in {there}{skipped}: {', '.join(found.shown)}",
                    here,
                    "--on-unmatched skip leaves such rows out, and counts them",
                )


class _Examples:
    """How many rows there were, and the keys of the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self._first: list[str] = []

    @property
    def shown(self) -> list[str]:
        return self._first + ["…"] * (self.count > len(self._first))

    def add(self, chunk: Chunk, rows: NDArray[np.bool_]) -> None:
        self.count += int(np.count_nonzero(rows))
        for row in map(int, np.flatnonzero(rows)[: EXAMPLES - len(self._first)]):
            self._first.append(f"{shown(key_of(chunk, row))} (line {chunk.lines[row]})")
