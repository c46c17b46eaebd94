# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""The loops over rows and cells, compiled; see `tables` and `pools`, which give the same."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint64_t


cdef extern from "cell_loops.hpp" namespace "cecli" nogil:
    cppclass Cells:
        bint unite()
        Py_ssize_t used()
        void take(int inner_bits, int64_t* table)
        void clear()

    Cells& cells_of_this_thread(int64_t size) except +
    void write_keys(
        const double* q, const double* rest, Py_ssize_t rows, int64_t* keys
    )

    bint write_packed(
        const double* q, const double* rest, const double* target, Py_ssize_t rows,
        uint64_t* packed
    )

    cppclass Range:
        pass

    cppclass Ranges:
        const Range* ranges
        const int32_t* firsts
        int64_t base, cells

    Py_ssize_t keep_within(
        const uint64_t* packed, Py_ssize_t rows, int inner_bits, const Ranges& ranges,
        uint64_t* kept
    )
    void write_numbers(
        const uint64_t* packed, Py_ssize_t rows, double* q, double* target
    )

    enum Outcome:
        ADDED, REFUSED, NO_MEMORY

    Outcome add_rows(
        Cells& cells, const int64_t* codes, const int64_t* keys, const double* target,
        Py_ssize_t rows, int64_t size, int inner_bits
    )
    Outcome add_packed(
        Cells& cells, const uint64_t* packed, Py_ssize_t rows, int64_t size, int inner_bits,
        const Ranges* ranges
    )
    Outcome add_table(Cells& cells, const int64_t* table, Py_ssize_t used, int64_t size)

cdef extern from "pools.hpp" namespace "cecli" nogil:
    Py_ssize_t pool(
        const int64_t* weight, const int64_t* events, Py_ssize_t size, int64_t* starts
    ) except +
    void mark_living(
        const int64_t* weight, const int64_t* events, const int64_t* starts, Py_ssize_t pools,
        Py_ssize_t size, const unsigned char* is_wide, unsigned char* is_living
    )


COLUMNS = 7


def keys_of(const double[::1] q, const double[::1] rest=None):
    """Return the keys of predictions q; `rest` is 1 - q, where q alone does not give it."""
    cdef Py_ssize_t rows = q.shape[0]
    cdef const double* others = NULL
    found = np.empty(rows, np.int64)
    cdef int64_t[::1] keys = found
    if rest is not None:
        if rest.shape[0] != rows:
            raise ValueError("the arrays differ in length")
        others = &rest[0] if rows else NULL
    if rows:
        with nogil:
            write_keys(&q[0], others, rows, &keys[0])
    return found


def packed(const double[::1] q, const double[::1] target, const double[::1] rest=None):
    """Return twice the keys, and 1 more for events, as uint64; None if a target is neither 0 nor 1.
    """
    cdef Py_ssize_t rows = q.shape[0]
    cdef const double* others = NULL
    cdef bint is_hard = True
    if target.shape[0] != rows or (rest is not None and rest.shape[0] != rows):
        raise ValueError("the arrays differ in length")
    found = np.empty(rows, np.uint64)
    cdef uint64_t[::1] words = found
    if rows:
        others = &rest[0] if rest is not None else NULL
        with nogil:
            is_hard = write_packed(&q[0], others, &target[0], rows, &words[0])
    return found if is_hard else None


def counted(
    const int64_t[::1] codes,
    const int64_t[::1] keys,
    const double[::1] target,
    int64_t size,
    int inner_bits,
):
    """Return the table of some rows; None if a target is neither 0 nor 1.

    Parameters
    ----------
    codes, keys, target : shape (n,), codes in range(size), n below 2**22.
    inner_bits : of the keys, whose sum is kept.
    """
    cdef Py_ssize_t rows = codes.shape[0]
    cdef Outcome outcome
    cdef Cells* cells
    if keys.shape[0] != rows or target.shape[0] != rows:
        raise ValueError("the arrays differ in length")
    if rows >= 1 << 22:
        raise ValueError("too many rows")
    if not rows:
        return np.empty((0, COLUMNS), np.int64)
    cells = &cells_of_this_thread(size)
    with nogil:
        outcome = add_rows(
            cells[0], &codes[0], &keys[0], &target[0], rows, size, inner_bits
        )
    if outcome == REFUSED:
        return None
    refuse(cells, outcome)
    return taken(cells, inner_bits)


cdef class CheckedRanges:
    """Ranges of keys, in arrays that were checked; see `DividedRanges`, whose columns they are."""

    cdef const int64_t[:, ::1] lines
    cdef const int32_t[::1] firsts
    cdef Ranges ranges

    def __init__(self, const int64_t[:, ::1] lines, const int32_t[::1] firsts, int64_t base):
        ends = np.asarray(firsts)
        each = np.asarray(lines)
        if lines.shape[1] != 4 or base < 0 or not len(ends) or (np.diff(ends) < 0).any():
            raise ValueError("the ranges do not fit the cells")
        if ends.min() != 0 or ends.max() != len(each):
            raise ValueError("the cells have other ranges")
        if len(each) and (each.min() < 0 or each[:, 3].max() >= 64):
            raise ValueError("no such range")
        self.lines, self.firsts = lines, firsts
        self.ranges.ranges = <const Range*> (&lines[0, 0] if lines.shape[0] else NULL)
        self.ranges.firsts, self.ranges.base = &firsts[0], base
        self.ranges.cells = firsts.shape[0] - 1


def within(const uint64_t[::1] rows, int inner_bits, CheckedRanges ranges):
    """Return the packed rows that are in some ranges."""
    cdef Py_ssize_t count = 0
    found = np.empty(rows.shape[0], np.uint64)
    cdef uint64_t[::1] kept = found
    if rows.shape[0]:
        with nogil:
            count = keep_within(
                &rows[0], rows.shape[0], inner_bits, ranges.ranges, &kept[0]
            )
    return found if count == len(found) else found[:count].copy()


def numbers_of(const uint64_t[::1] rows):
    """Return the predictions and the targets of packed rows."""
    prob, target = np.empty(rows.shape[0]), np.empty(rows.shape[0])
    cdef double[::1] q = prob, t = target
    if rows.shape[0]:
        with nogil:
            write_numbers(&rows[0], rows.shape[0], &q[0], &t[0])
    return prob, target


def merged(list tables, list packed, int64_t size, int inner_bits, CheckedRanges ranges=None):
    """Return the table of the rows of all tables, each of shape (cells, COLUMNS), and packed rows.

    Packed rows are in the cells of some ranges, or of the leading bits of their keys.
    """
    cdef const Ranges* divided = NULL
    cdef Cells* cells = &cells_of_this_thread(size)
    cdef const int64_t[:, ::1] table
    cdef const uint64_t[::1] words
    cdef Outcome outcome = ADDED
    if len(tables) >= 1 << 21 or sum(map(len, packed)) >= 1 << 21:
        raise ValueError("too many tables or rows")
    for each in tables:
        if each.shape[1] != COLUMNS:
            raise ValueError("the table has other columns")
    if ranges is not None:
        divided = &ranges.ranges
    for each in packed:
        words = each
        if words.shape[0]:
            with nogil:
                outcome = add_packed(
                    cells[0], &words[0], words.shape[0], size, inner_bits, divided
                )
        refuse(cells, outcome)
    with nogil:
        outcome = ADDED if cells.unite() else NO_MEMORY
    refuse(cells, outcome)
    for each in tables:
        table = each
        if table.shape[0]:
            with nogil:
                outcome = add_table(cells[0], &table[0, 0], table.shape[0], size)
        refuse(cells, outcome)
    return taken(cells, inner_bits)


cdef int refuse(Cells* cells, Outcome outcome) except -1:
    """Raise an error if rows were not added, and leave the cells empty."""
    if outcome == ADDED:
        return 0
    cells.clear()
    raise MemoryError if outcome == NO_MEMORY else IndexError("a code has no cell")


cdef object taken(Cells* cells, int inner_bits):
    found = np.empty((cells.used(), COLUMNS), np.int64)
    cdef int64_t[:, ::1] table = found
    if table.shape[0]:
        with nogil:
            cells.take(inner_bits, &table[0, 0])
    return found


def pool_starts(const int64_t[::1] weight, const int64_t[::1] events):
    """Return the first cell of each pool, ascending, shape (pools,).

    Parameters
    ----------
    weight, events : of cells in ascending order, shape (n,); 0 <= events <= weight, weight above 0
        and below 2**62 in total.
    """
    cdef Py_ssize_t size = weight.shape[0], count
    if events.shape[0] != size:
        raise ValueError("the arrays differ in length")
    starts = np.empty(size, np.int64)
    cdef int64_t[::1] view = starts
    if not size:
        return starts
    with nogil:
        count = pool(&weight[0], &events[0], size, &view[0])
    return starts[:count].copy()


def living(
    const int64_t[::1] weight,
    const int64_t[::1] events,
    const int64_t[::1] starts,
    const unsigned char[::1] is_wide,
):
    """Return which cells could lie below the fit, shape (n,), as bytes.

    Parameters
    ----------
    weight, events : as of `pool_starts`.
    starts : ascending from 0, below n.
    is_wide : whether a cell holds more than one prediction.
    """
    cdef Py_ssize_t size = weight.shape[0], pools = starts.shape[0]
    if events.shape[0] != size or is_wide.shape[0] != size:
        raise ValueError("the arrays differ in length")
    found = np.zeros(size, np.uint8)
    cdef unsigned char[::1] view = found
    if not size:
        return found
    if not (pools and starts[0] == 0 and starts[pools - 1] < size):
        raise ValueError("the pools do not cover the cells")
    if pools > 1 and np.diff(starts).min() <= 0:
        raise ValueError("the pools do not ascend")
    with nogil:
        mark_living(
            &weight[0], &events[0], &starts[0], pools, size, &is_wide[0], &view[0]
        )
    return found
