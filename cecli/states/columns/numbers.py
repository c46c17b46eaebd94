"""The numbers of a column in cells as text."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from functools import reduce

import numpy as np

from cecli.states.forms import plain
from cecli.states.numbers import COUNT, Cursor, DamagedError, read_array, written_array
from cecli.states.written import read_columns, written_columns
from cecli.statistics.cells.number_cells import KEY_BITS, MOST, NumberCellsState

# What is written before the cells: their number, how many sums each has, and their width.
HEAD = 3


def number_cells_text(state: NumberCellsState) -> str:
    """Return the cells of a column as text, the same for the same rows."""
    found = state.settled
    sums = tuple(map(plain, found.sums))
    parts = [
        *map(COUNT.pack, (len(found.least), len(sums), found.shift)),
        written_array(found.least),
        written_array(found.largest - found.least),
        *written_columns(sums),
        *written_columns((plain(found.missing),)),
    ]
    return b64encode(b"".join(parts)).decode("ascii")


def number_cells_state(text: str, sums: int | None = None) -> NumberCellsState:
    """Return the cells that `number_cells_text` made a text of.

    Parameters
    ----------
    sums : how many each cell must have; None for any number.

    Raises
    ------
    ValueError
        If it is no such text.
    """
    cursor = Cursor(memoryview(b64decode(text, validate=True)))
    size, number, shift = (cursor.one(COUNT) for _ in range(HEAD))
    needed(size <= MOST and number == (number if sums is None else sums) and 1 <= number <= 16)
    needed(shift <= KEY_BITS)
    least = read_array(cursor, size)
    largest = least + read_array(cursor, size)
    needed(bool((least[1:] > least[:-1]).all() and (largest >= least).all()))
    needed(bool((largest[:-1] < least[1:]).all()) and len(np.unique(least >> shift)) == size)
    columns = tuple(read_columns(cursor, size, number))
    (missing,) = read_columns(cursor, 1, 1)
    cursor.refuse_rest()
    return NumberCellsState(MOST, (), shift, least, largest, columns, missing)


def merged_texts(texts: Sequence[str]) -> str:
    """Return the text of the rows of all."""
    return number_cells_text(reduce(NumberCellsState.merge, map(number_cells_state, texts)))


def needed(holds: bool) -> None:  # noqa: FBT001
    """Raise a DamagedError if something does not hold."""
    if not holds:
        raise DamagedError("the numbers of a column are not as they should be")
