"""The rows of each group in cells of the prediction as text."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from cecli.numerics.cells.keys import LARGEST
from cecli.states.forms import packed_key, plain
from cecli.states.numbers import (
    COUNT,
    Cursor,
    DamagedError,
    read_array,
    read_texts,
    written_array,
    written_texts,
)
from cecli.states.written import read_columns, written_columns
from cecli.statistics.cells.group_cells import (
    CELL_BITS,
    MOST_LINES,
    MOST_SHIFT,
    GroupCellsState,
    GroupLines,
)
from cecli.statistics.keys import Key

SUMS = 5
# So many groups have a limit of their own, which is checked when they are reported.
ANY = 1 << 62


def group_cells_text(state: GroupCellsState) -> str:
    """Return the cells of the groups of some rows as text, the same for the same rows."""
    keys: Any = tuple((packed_key(key),) for key in state.keys)
    return _text(replace(state, keys=keys))


def _text(state: Any) -> str:
    """Return the text of cells of groups whose keys are bytes."""
    found = state.in_order()
    (lines,) = found.parts
    columns = (lines.codes, lines.rows, lines.least, lines.most)
    content = [
        COUNT.pack(len(found.keys)),
        written_texts([key for (key,) in found.keys]),
        bytes([found.shift]),
        COUNT.pack(len(lines)),
        *map(written_array, columns),
        *written_columns(tuple(map(plain, lines.sums))),
    ]
    return b64encode(b"".join(content)).decode("ascii")


def group_cells_state(
    text: str, empty: GroupCellsState, key_of: Callable[[bytes], Any]
) -> GroupCellsState:
    """Return the cells of groups that `group_cells_text` made a text of.

    Parameters
    ----------
    key_of : returns the key of a group, given its bytes.

    Raises
    ------
    ValueError
        If it is no such text.
    """
    cursor = Cursor(memoryview(b64decode(text, validate=True)))
    texts = read_texts(cursor, cursor.one(COUNT))
    shift, size = cursor.take(1)[0], cursor.one(COUNT)
    codes, rows, least, most = (read_array(cursor, size) for _ in range(4))
    lines = GroupLines(codes, rows, least, most, tuple(read_columns(cursor, size, SUMS)))
    cursor.refuse_rest()
    groups = codes >> (CELL_BITS - shift) if shift <= MOST_SHIFT else codes
    holds = (
        0 < size <= MOST_LINES and shift <= MOST_SHIFT and list(texts) == sorted(set(texts)),
        (np.diff(codes) > 0).all() and np.array_equal(np.unique(groups), np.arange(len(texts))),
        (rows > 0).all() and (least >= 0).all() and (least <= most).all(),
        (most <= LARGEST).all(),
    )
    if not all(map(bool, holds)):
        raise DamagedError("cells of groups are not as they should be")
    keys: Sequence[Key] = tuple(map(key_of, texts))
    return replace(empty, keys=tuple(keys), shift=shift, parts=(lines,), compacted=size)


def merged_group_texts(texts: Sequence[str]) -> str:
    """Return the text of the groups of the rows of all."""
    empty = GroupCellsState("merged states", ANY)
    states = (group_cells_state(text, empty, lambda key: (key,)) for text in texts)
    return _text(reduce(GroupCellsState.merge, states))
