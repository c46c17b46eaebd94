"""Values of a text column that are to be counted."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from cecli.bad_rows import STRICT, BadRows, Reason
from cecli.chunk import Chunk
from cecli.errors import RowError, named, shown
from cecli.preparations import without


@dataclass(frozen=True)
class Categories:
    """Refuse values that are missing; all others are compared letter by letter."""

    role: str
    column: str
    bad_rows: BadRows = STRICT

    def __call__(self, chunk: Chunk) -> Chunk:
        names = chunk.texts[self.role].names
        if self.bad_rows.any_missing(names):
            missing = [self.bad_rows.is_missing(name) for name in names]
            flags = np.array(missing).take(chunk.texts[self.role].codes)
            chunk = without(
                chunk, flags, Reason.MISSING, self.bad_rows, partial(self._explain, chunk)
            )
        return chunk

    def _explain(self, chunk: Chunk, row: int) -> RowError:
        text = chunk.texts[self.role]
        cell = text.names[text.codes[row]]
        what = f"{shown(cell)} is a missing value" if cell.strip() else "the cell is empty"
        hint = "--missing skip leaves such rows out, and counts them"
        place = f"column {named(self.column)}"
        return RowError.at(*chunk.position(row), f"{place}: {what}", hint, Reason.MISSING)
