"""The counts of rows and events in cells, for equally weighted rows of two classes.

A table is an int64 array of shape (cells, COLUMNS), with a line for each cell that has rows, in the
order of the cells. The sum of the inner bits of the keys in a cell takes two columns, OFFSET below
2**INNER_BITS and CARRY above it: from it and the number of rows the sum of the predictions follows.
All of it is integers, so tables merge exactly.
"""

from collections.abc import Sequence

import numpy as np

from cecli.numerics import Floats, Words
from cecli.numerics.cells.keys import (
    INNER,
    INNER_BITS,
    Integers,
    keys_of,
    predictions_of,
)
from cecli.numerics.cells.ranges import DividedRanges

try:
    # The same tables, compiled.
    from cecli.numerics.cells import cell_loops as cell_loops
except ImportError:
    cell_loops = None  # type: ignore[assignment]

COLUMNS = 7
CODE, ROWS, EVENTS, OFFSET, CARRY, LEAST, MOST = range(COLUMNS)
SUMMED = [ROWS, EVENTS, OFFSET, CARRY]
# Fewer rows in a chunk cannot overflow the sum of the inner bits.
MOST_AT_ONCE = (1 << 22) - 1


def packed(q: Floats, target: Floats, rest: Floats | None = None) -> Words | None:
    """Return rows in 8 bytes each: twice the key, and 1 more where the event happened.

    None if a target is neither 0 nor 1.

    Parameters
    ----------
    q, target, rest : shape (n,); see `keys_of`.
    """
    if cell_loops is not None:
        return cell_loops.packed(
            np.ascontiguousarray(q),
            np.ascontiguousarray(target),
            None if rest is None else np.ascontiguousarray(rest),
        )
    if not ((target == 0.0) | (target == 1.0)).all():
        return None
    # Twice a key takes all 64 bits.
    return (keys_of(q, rest).view(np.uint64) << np.uint64(1)) | target.astype(np.uint64)


def unpacked(rows: Words) -> tuple[Integers, Integers]:
    """Return keys, and 1 for events and 0 for others."""
    return (rows >> np.uint64(1)).view(np.int64), (rows & np.uint64(1)).view(np.int64)


def within(rows: Words, ranges: DividedRanges) -> Words:
    """Return the packed rows that are in some ranges, in their order."""
    if cell_loops is not None:
        return cell_loops.within(rows, INNER_BITS, ranges.compiled)
    inside: Words = rows[ranges.codes(unpacked(rows)[0]) >= 0]
    return inside


def numbers_of(rows: Words) -> tuple[Floats, Floats]:
    """Return the predictions and the targets of packed rows."""
    if cell_loops is not None:
        return cell_loops.numbers_of(rows)
    keys, happened = unpacked(rows)
    return predictions_of(keys)[0], happened.astype(np.float64)


def counted(codes: Integers, keys: Integers, target: Floats, size: int) -> Integers | None:
    """Return the table of some rows; None if a target is neither 0 nor 1.

    Parameters
    ----------
    codes, keys, target : shape (n,); codes of the cells, in range(size).
    """
    parts = []
    for start in range(0, max(len(codes), 1), MOST_AT_ONCE):
        some = slice(start, start + MOST_AT_ONCE)
        part = _counted(codes[some], keys[some], target[some], size)
        if part is None:
            return None
        parts.append(part)
    return parts[0] if len(parts) == 1 else merged(parts, size=size)


def _counted(codes: Integers, keys: Integers, target: Floats, size: int) -> Integers | None:
    if cell_loops is not None:
        codes, keys = np.ascontiguousarray(codes), np.ascontiguousarray(keys)
        return cell_loops.counted(codes, keys, np.ascontiguousarray(target), size, INNER_BITS)
    if not ((target == 0.0) | (target == 1.0)).all():
        return None
    return merged([_lines(codes, keys, target)], size=size)


# Packed rows that are counted at a time.
MOST_PACKED = 1 << 20


def merged(
    tables: Sequence[Integers],
    packed: Sequence[Words] = (),
    *,
    size: int,
    ranges: DividedRanges | None = None,
) -> Integers:
    """Return the table of the rows of all tables, and of packed rows.

    Parameters
    ----------
    ranges : whose cells packed rows are in, all of them; None for those of the leading bits.
    """
    found, rows = list(tables), 0
    some: list[Words] = []
    for words in packed:
        if rows and rows + len(words) > MOST_PACKED:
            found, some, rows = [_merged(found, some, size, ranges)], [], 0
        some.append(words)
        rows += len(words)
    return _merged(found, some, size, ranges)


def _merged(
    tables: list[Integers], packed: list[Words], size: int, ranges: DividedRanges | None
) -> Integers:
    if cell_loops is not None:
        divided = None if ranges is None else ranges.compiled
        return cell_loops.merged(tables, packed, size, INNER_BITS, divided)
    for words in packed:
        keys, happened = unpacked(words)
        codes = keys >> INNER_BITS if ranges is None else ranges.codes(keys)
        tables = [*tables, _lines(codes, keys, happened)]
    lines = np.concatenate(tables)
    if not len(lines):
        return lines
    lines = lines[np.argsort(lines[:, CODE], kind="stable")]
    codes = lines[:, CODE]
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    found = lines[starts]
    found[:, SUMMED] = np.add.reduceat(lines[:, SUMMED], starts)
    found[:, LEAST] = np.minimum.reduceat(lines[:, LEAST], starts)
    found[:, MOST] = np.maximum.reduceat(lines[:, MOST], starts)
    found[:, CARRY] += found[:, OFFSET] >> INNER_BITS
    found[:, OFFSET] &= INNER
    return found


def _lines(codes: Integers, keys: Integers, happened: Integers | Floats) -> Integers:
    """Return a line for each row."""
    lines = np.empty((len(codes), COLUMNS), dtype=np.int64)
    lines[:, CODE], lines[:, ROWS], lines[:, EVENTS] = codes, 1, happened
    lines[:, OFFSET], lines[:, CARRY] = keys & INNER, 0
    lines[:, LEAST] = lines[:, MOST] = keys
    return lines
