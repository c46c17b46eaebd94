"""The rows in cells of the prediction as text: few rows one by one, more as sums of cells.

How many rows are kept one by one depends on the rows alone, so that equal rows have equal texts.
"""

from base64 import b64decode, b64encode
from typing import Any

import numpy as np

from cecli.numerics.cells.keys import CELLS, LARGEST
from cecli.numerics.cells.tables import CODE, COLUMNS, LEAST, MOST, ROWS, SUMMED
from cecli.states.forms import plain
from cecli.states.numbers import COUNT, Cursor, DamagedError, Integers, read_array, written_array
from cecli.states.written import read_columns, written_columns
from cecli.statistics.cells.prediction_cells import FEW, CellsState
from cecli.statistics.cells.weighed import Weighed

# The first byte of a text's content: rows one by one, cells of equally weighted rows, other cells.
PACKED, TABLE, WEIGHED = b"r", b"t", b"w"
SUMS = 5


def cells_text(state: CellsState) -> str:
    """Return the cells of some rows as text, the same for the same rows."""
    return b64encode(_content(state)).decode("ascii")


def _content(state: CellsState) -> bytes:
    arrays = [piece for piece in state.pieces if isinstance(piece, np.ndarray)]
    rows = [piece for piece in arrays if piece.ndim == 1]
    if len(rows) == len(state.pieces) and sum(map(len, rows)) <= FEW:
        words = np.sort(np.concatenate(rows).view(np.uint64))
        return PACKED + COUNT.pack(len(words)) + words.astype("<u8").tobytes()
    whole = state.whole
    if isinstance(whole, Weighed):
        lines = (whole.codes, whole.rows, whole.least, whole.most)
        size, kind, sums = len(whole), WEIGHED, list(written_columns(tuple(map(plain, whole.sums))))
    else:
        lines, size, kind, sums = tuple(whole.T), len(whole), TABLE, []
    return b"".join([kind, COUNT.pack(size), *map(written_array, lines), *sums])


def cells_state(text: str, size: int = CELLS) -> CellsState:
    """Return the cells that `cells_text` made a text of.

    Raises
    ------
    ValueError
        If it is no such text.
    """
    cursor = Cursor(memoryview(b64decode(text, validate=True)))
    kind = bytes(cursor.take(1))
    number = cursor.one(COUNT)
    piece: Any
    if kind == PACKED:
        piece = np.frombuffer(cursor.take(8 * number), dtype="<u8").astype(np.uint64)
        needed(bool((piece >> np.uint64(1) <= np.uint64(LARGEST)).all()))
    elif kind == TABLE:
        columns = [read_array(cursor, number) for _ in range(COLUMNS)]
        _check(columns[CODE], columns[ROWS], columns[LEAST], columns[MOST])
        needed(all(bool((columns[place] >= 0).all()) for place in SUMMED))
        piece = np.ascontiguousarray(np.stack(columns, axis=1))
    else:
        needed(kind == WEIGHED)
        codes, rows, least, most = (read_array(cursor, number) for _ in range(4))
        _check(codes, rows, least, most)
        piece = Weighed(codes, rows, least, most, tuple(read_columns(cursor, number, SUMS)))
    cursor.refuse_rest()
    return CellsState(size, (piece,), 0 if kind == PACKED else len(piece))


def _check(codes: Integers, rows: Integers, least: Integers, most: Integers) -> None:
    needed(bool((np.diff(codes) > 0).all() and (codes >= 0).all() and (codes < CELLS).all()))
    needed(bool((rows > 0).all() and (least >= 0).all() and (most <= LARGEST).all()))
    needed(bool((least <= most).all()))


def needed(holds: bool) -> None:  # noqa: FBT001
    """Raise a DamagedError if something does not hold."""
    if not holds:
        raise DamagedError("cells are not as they should be")


def merged_texts(some: str, others: str) -> str:
    """Return the text of the rows of both."""
    return cells_text(cells_state(some).merge(cells_state(others)))
