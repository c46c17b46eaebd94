"""The rows in cells of the prediction as text: few rows one by one, more as sums of cells.

How many rows are kept one by one depends on the rows alone, so that equal rows have equal texts.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from functools import reduce
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
# A cell takes up to 30 bytes, and a row 8: so many rows need no more bytes than their cells.
FEWER = 1 << 13


def cells_text(state: CellsState) -> str:
    """Return the cells of some rows as text, the same for the same rows."""
    return b64encode(_content(state, FEW)).decode("ascii")


def table_text(state: CellsState) -> str:
    """Return the same where the order of rows in cells does not matter, which is shorter."""
    return b64encode(_content(state, FEWER)).decode("ascii")


def _content(state: CellsState, most: int) -> bytes:
    """Return the bytes of cells, with up to so many rows one by one."""
    rows = state.rows
    if rows is not None and sum(map(len, rows)) <= most:
        words = np.sort(np.concatenate(rows))
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
        _needed(bool((piece >> np.uint64(1) <= np.uint64(LARGEST)).all()))
    elif kind == TABLE:
        columns = [read_array(cursor, number) for _ in range(COLUMNS)]
        _check(size, columns[CODE], columns[ROWS], columns[LEAST], columns[MOST])
        _needed(all(bool((columns[place] >= 0).all()) for place in SUMMED))
        piece = np.ascontiguousarray(np.stack(columns, axis=1))
    else:
        _needed(kind == WEIGHED)
        codes, rows, least, most = (read_array(cursor, number) for _ in range(4))
        _check(size, codes, rows, least, most)
        piece = Weighed(codes, rows, least, most, tuple(read_columns(cursor, number, SUMS)))
    cursor.refuse_rest()
    return CellsState(size, (piece,), 0 if kind == PACKED else len(piece))


def _check(size: int, codes: Integers, rows: Integers, least: Integers, most: Integers) -> None:
    _needed(bool((np.diff(codes) > 0).all() and (codes >= 0).all() and (codes < size).all()))
    _needed(bool((rows > 0).all() and (least >= 0).all() and (most <= LARGEST).all()))
    _needed(bool((least <= most).all()))


def _needed(holds: bool) -> None:  # noqa: FBT001
    if not holds:
        raise DamagedError("cells are not as they should be")


def merged_texts(texts: Sequence[str]) -> str:
    """Return the text of the rows of all."""
    return cells_text(_merged(texts))


def merged_tables(texts: Sequence[str]) -> str:
    """Return the same of texts by `table_text`."""
    return table_text(_merged(texts))


def _merged(texts: Sequence[str]) -> CellsState:
    return reduce(CellsState.merge, map(cells_state, texts))
