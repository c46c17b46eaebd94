# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Exact sums of the weights of rows in cells, compiled; see `cecli.statistics.cells.weighed`."""

from itertools import pairwise

import numpy as np

from libc.stdint cimport int64_t, uint64_t


cdef extern from "weighed_loops.hpp" namespace "cecli" nogil:
    cppclass WeightUnit:
        int exponent
        bint is_enough()

    cppclass WeighedRows:
        void reserve(size_t rows) except +
        void add(const uint64_t* packed, const double* weight, Py_ssize_t rows)
        const WeightUnit& unit()
        Py_ssize_t sort(int inner_bits) except +
        void write(WeighedColumns columns, bint counted)

    cppclass WeighedColumns:
        int64_t* to
        Py_ssize_t size
        int exponent


cdef extern from "weighed_loops.hpp" namespace "cecli::WeighedColumns" nogil:
    const int DIGIT, WEIGHTS, OTHERS, COUNT


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
    cdef WeighedRows rows
    cdef const uint64_t[::1] words
    cdef const double[::1] factors
    cdef Py_ssize_t cells
    cdef WeighedColumns columns
    number = sum(map(len, packed))
    if number >= 1 << 22:
        raise ValueError("too many rows")
    rows.reserve(number)
    for some, others in zip(packed, weights, strict=True):
        words, factors = some, others
        if words.shape[0] != factors.shape[0]:
            raise ValueError("the arrays differ in length")
        if words.shape[0]:
            with nogil:
                rows.add(&words[0], &factors[0], words.shape[0])
    if not rows.unit().is_enough():
        return None
    with nogil:
        cells = rows.sort(inner_bits)
    found = np.empty((COUNT, cells), np.int64)
    cdef int64_t[:, ::1] into = found
    cdef int exponent = rows.unit().exponent
    if cells:
        columns.to, columns.size, columns.exponent = &into[0, 0], cells, exponent
        with nogil:
            rows.write(columns, counted)
    ends = np.cumsum([4, WEIGHTS, WEIGHTS, OTHERS, OTHERS, OTHERS]).tolist()
    exponents = [exponent, exponent, exponent, 2 * exponent, 2 * exponent]
    sums = [
        (each // DIGIT, found[start:end])
        for each, (start, end) in zip(exponents, pairwise(ends), strict=True)
    ]
    return found[:4], sums
