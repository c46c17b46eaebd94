"""Values of a text column that are to be counted."""

from dataclasses import dataclass

import numpy as np

from cecli.chunk import Chunk, Coded
from cecli.errors import RowError, named
from cecli.labels import canonical


@dataclass(frozen=True)
class Categories:
    """Take numbers that are equal for one value, and refuse empty cells."""

    role: str
    column: str

    def __call__(self, chunk: Chunk) -> Chunk:
        text = chunk.texts[self.role]
        empty = np.array([not name.strip() for name in text.names], dtype=np.bool_)
        if empty.any() and (bad := empty.take(text.codes)).any():
            row = int(np.argmax(bad))
            what = f"column {named(self.column)}: the cell is empty"
            chunk = chunk.until(row, RowError.at(*chunk.position(row), what))
            text = chunk.texts[self.role]
        names = list(map(canonical, text.names))
        places = {name: place for place, name in enumerate(dict.fromkeys(names))}
        recode = np.array([places[name] for name in names], dtype=np.int64)
        return chunk.with_texts(**{self.role: Coded(recode.take(text.codes), tuple(places))})
