"""Rows of two language models that are matched, and must be of the same token."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.errors import RowError, shown
from cecli.options.shapes import DOC, POS

OTHER_TEXT = (
    "both models must have read the same text: from a token on that differs, they predict what "
    "follows different texts; score one text with both, as with echo=True and max_tokens=0"
)
BY_KEY = f"--id {DOC},{POS} matches the rows by their documents and positions"


@dataclass(frozen=True)
class SameTokens:
    """Refuse rows that are matched, and are not of the same token.

    Predictions of the next token can be compared only where all tokens before it are the same.

    Attributes
    ----------
    names : the names of the two inputs.
    columns : what must be the same. Each has a role for both inputs, that of `role_of_side`.
    """

    names: tuple[str, str]
    columns: Sequence[str]

    def __call__(self, chunk: Chunk) -> Chunk:
        for column in self.columns:
            ours, theirs = (chunk.texts[role_of_side(column, side)] for side in "pq")
            differ = ours.codes != np.array(
                [{name: i for i, name in enumerate(ours.names)}.get(x, -1) for x in theirs.names],
                dtype=np.int64,
            ).take(theirs.codes)
            if differ.any():
                row = int(np.argmax(differ))
                told = f"{column} is {shown(ours.of_row(row))} in {self.names[0]}, and "
                told += f"{shown(theirs.of_row(row))} in {self.names[1]}"
                hint = BY_KEY if column in {DOC, POS} else OTHER_TEXT
                return until_first(chunk, differ, told, hint)
        return chunk


def until_first(chunk: Chunk, bad: NDArray[np.bool_], what: str, hint: str) -> Chunk:
    """Return the rows before the first bad one, which is a defect."""
    row = int(np.argmax(bad))
    return chunk.until(row, RowError.at(*chunk.position(row), what, hint))


def role_of_side(column: str, side: str) -> str:
    """Return the role of a column of the input of p or of q, which must be the same in both."""
    return f"{column}_{side}"
