# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Exact sums of the weights, or of the targets, of rows in cells, compiled; see `cecli.statistics.cells.weighed`."""

from itertools import pairwise

import numpy as np

from libc.stdint cimport int64_t, uint64_t


cdef extern from "weighed_loops.hpp" namespace "cecli" nogil:
    cppclass NumberUnit:
        int exponent
        int spread()

    cppclass NumberedRows:
        void reserve(size_t rows) except +
        void add(const uint64_t* packed, const double* numbers, Py_ssize_t rows)
        const NumberUnit& unit()
        Py_ssize_t sort(int inner_bits) except +
        void write[Columns](Columns columns)

    cppclass WeighedColumns:
        int64_t* to
        Py_ssize_t size
        int exponent
        bint counted

    cppclass SoftColumns:
        int64_t* to
        Py_ssize_t size
        int exponent


cdef extern from "weighed_loops.hpp" namespace "cecli::CellColumns" nogil:
    const int DIGIT


cdef extern from "weighed_loops.hpp" namespace "cecli::WeighedColumns" nogil:
    const int WEIGHTS, OTHERS
    const int SPREAD_OF_WEIGHTS "cecli::WeighedColumns::SPREAD"
    const int COUNT_OF_WEIGHTS "cecli::WeighedColumns::COUNT"


cdef extern from "weighed_loops.hpp" namespace "cecli::SoftColumns" nogil:
    const int TARGETS
    const int SPREAD_OF_TARGETS "cecli::SoftColumns::SPREAD"
    const int COUNT_OF_TARGETS "cecli::SoftColumns::COUNT"


def weighed(list packed, list weights, int inner_bits, bint counted):
    """Return the sums of rows in the cells of the leading bits of their keys.

    Parameters
    ----------
    packed : of arrays of rows in 8 bytes each, fewer than 2**22 in all.
    weights : of arrays of as many numbers above 0.
    counted : whether each is a number of rows of weight 1, which fits an int64.

    Returns
    -------
    None if the largest weight is too large a multiple of the least; else

    codes, rows, least, most : shape (cells,).
    sums : of weights, of weights of events, of weighted inner bits, of squares of weights, and of
        those of events: each the level of its first digits, and the digits.
    """
    cdef NumberedRows rows
    cdef WeighedColumns columns
    collect(rows, packed, weights)
    if rows.unit().spread() > SPREAD_OF_WEIGHTS:
        return None
    cdef int exponent = rows.unit().exponent
    found = columns_for(rows, inner_bits, COUNT_OF_WEIGHTS)
    cdef int64_t[:, ::1] into = found
    if into.shape[1]:
        columns.to, columns.size, columns.exponent = &into[0, 0], into.shape[1], exponent
        columns.counted = counted
        with nogil:
            rows.write(columns)
    ends = np.cumsum([4, WEIGHTS, WEIGHTS, OTHERS, OTHERS, OTHERS]).tolist()
    exponents = [exponent, exponent, exponent, 2 * exponent, 2 * exponent]
    sums = [
        (each // DIGIT, found[start:end])
        for each, (start, end) in zip(exponents, pairwise(ends), strict=True)
    ]
    return found[:4], sums


def soft(list packed, list targets, int inner_bits):
    """Return the sums of rows of weight 1 in the cells of the leading bits of their keys.

    Parameters
    ----------
    packed : of arrays of rows in 8 bytes each, fewer than 2**22 in all.
    targets : of arrays of as many numbers, in [0, 1].

    Returns
    -------
    None if the largest target is too large a multiple of the least above 0; else

    codes, rows, least, most : shape (cells,).
    offsets : the sums of the inner bits, shape (cells,).
    level, digits : of the first digits of the sums of the targets, and the digits.
    """
    cdef NumberedRows rows
    cdef SoftColumns columns
    collect(rows, packed, targets)
    if rows.unit().spread() > SPREAD_OF_TARGETS:
        return None
    cdef int exponent = rows.unit().exponent
    found = columns_for(rows, inner_bits, COUNT_OF_TARGETS)
    cdef int64_t[:, ::1] into = found
    if into.shape[1]:
        columns.to, columns.size, columns.exponent = &into[0, 0], into.shape[1], exponent
        with nogil:
            rows.write(columns)
    return found[:4], found[4], exponent // DIGIT, found[5:]


cdef int collect(NumberedRows& rows, list packed, list numbers) except -1:
    cdef const uint64_t[::1] words
    cdef const double[::1] factors
    size = sum(map(len, packed))
    if size >= 1 << 22:
        raise ValueError("too many rows")
    rows.reserve(size)
    for some, others in zip(packed, numbers, strict=True):
        words, factors = some, others
        if words.shape[0] != factors.shape[0]:
            raise ValueError("the arrays differ in length")
        if words.shape[0]:
            with nogil:
                rows.add(&words[0], &factors[0], words.shape[0])


cdef object columns_for(NumberedRows& rows, int inner_bits, int count):
    """Return room for the columns of sorted rows."""
    cdef Py_ssize_t cells
    with nogil:
        cells = rows.sort(inner_bits)
    return np.empty((count, cells), np.int64)
