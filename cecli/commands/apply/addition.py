"""Columns that are computed of others, row by row, to be written beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cecli.columns.column import Column
from cecli.core.chunk import Chunk, Preparation
from cecli.core.errors import RowError
from cecli.numerics import Floats


@dataclass(frozen=True)
class Addition:
    """Columns to be computed of others, row by row.

    Attributes
    ----------
    columns : what they are computed of.
    preparations : applied in turn to each chunk before.
    names : of the columns that are added, or replaced where there are such.
    compute : returns their values for a chunk, shape (len(names), n).
    """

    columns: Sequence[Column]
    preparations: Sequence[Preparation]
    names: Sequence[str]
    compute: Callable[[Chunk], Floats]

    def values(self, chunk: Chunk) -> Floats:
        """Return the values for a chunk as a reader yields it.

        Raises
        ------
        RowError
            At the first row that cannot be used, or whose value would be infinite.
        """
        for prepare in self.preparations:
            chunk = prepare(chunk)
        if chunk.defect is not None:
            raise chunk.defect
        values = self.compute(chunk)
        infinite = ~np.isfinite(values).all(axis=0)
        if infinite.any():
            row = int(np.argmax(infinite))
            raise RowError.at(
                *chunk.position(row),
                "the recalibrated prediction is certain: its logarithm is infinite",
                "--to probability writes it",
            )
        return values
