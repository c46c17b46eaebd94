# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Exact sums of the weights, or of the targets, of rows in cells, compiled; see `cecli.statistics.cells.weighed`."""

from itertools import pairwise

import numpy as np

from libc.stdint cimport int64_t, uint64_t
from libcpp.vector cimport vector


cdef extern from "paged.hpp" namespace "cecli" nogil:
    enum Outcome:
        ADDED, REFUSED, NO_MEMORY


cdef extern from "weighed_loops.hpp" namespace "cecli" nogil:
    struct NumberedPiece:
        const uint64_t* packed
        const double* numbers
        Py_ssize_t rows

    struct NumberUnit:
        int exponent, spread

    NumberUnit unit_of(const vector[NumberedPiece]& pieces)

    cppclass WeighedColumns:
        int64_t* to
        Py_ssize_t size
        int exponent
        bint counted

    cppclass SoftColumns:
        int64_t* to
        Py_ssize_t size
        int exponent

    cppclass NumberedCells[Columns]:
        @staticmethod
        NumberedCells[Columns]& of_this_thread(int inner_bits) except +
        Outcome add(const vector[NumberedPiece]& pieces, const Columns& columns)
        Py_ssize_t used()
        void take(Columns columns)


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
    cdef vector[NumberedPiece] pieces = pieces_of(packed, weights)
    cdef NumberUnit unit
    with nogil:
        unit = unit_of(pieces)
    if unit.spread > SPREAD_OF_WEIGHTS:
        return None
    cdef WeighedColumns columns
    columns.exponent, columns.counted = unit.exponent, counted
    cdef NumberedCells[WeighedColumns]* cells = &NumberedCells[WeighedColumns].of_this_thread(
        inner_bits
    )
    cdef Outcome outcome
    with nogil:
        outcome = cells.add(pieces, columns)
    refuse(outcome)
    found = np.empty((COUNT_OF_WEIGHTS, cells.used()), np.int64)
    cdef int64_t[:, ::1] into = found
    if into.shape[1]:
        columns.to, columns.size = &into[0, 0], into.shape[1]
        with nogil:
            cells.take(columns)
    ends = np.cumsum([4, WEIGHTS, WEIGHTS, OTHERS, OTHERS, OTHERS]).tolist()
    exponents = [unit.exponent] * 3 + [2 * unit.exponent] * 2
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
    cdef vector[NumberedPiece] pieces = pieces_of(packed, targets)
    cdef NumberUnit unit
    with nogil:
        unit = unit_of(pieces)
    if unit.spread > SPREAD_OF_TARGETS:
        return None
    cdef SoftColumns columns
    columns.exponent = unit.exponent
    cdef NumberedCells[SoftColumns]* cells = &NumberedCells[SoftColumns].of_this_thread(inner_bits)
    cdef Outcome outcome
    with nogil:
        outcome = cells.add(pieces, columns)
    refuse(outcome)
    found = np.empty((COUNT_OF_TARGETS, cells.used()), np.int64)
    cdef int64_t[:, ::1] into = found
    if into.shape[1]:
        columns.to, columns.size = &into[0, 0], into.shape[1]
        with nogil:
            cells.take(columns)
    return found[:4], found[4], unit.exponent // DIGIT, found[5:]


cdef vector[NumberedPiece] pieces_of(list packed, list numbers) except *:
    """Return where rows and their numbers are, as long as nobody changes the lists."""
    cdef const uint64_t[::1] words
    cdef const double[::1] factors
    cdef vector[NumberedPiece] pieces
    if sum(map(len, packed)) >= 1 << 22:
        raise ValueError("too many rows")
    for some, others in zip(packed, numbers, strict=True):
        words, factors = some, others
        if words.shape[0] != factors.shape[0]:
            raise ValueError("the arrays differ in length")
        if words.shape[0]:
            pieces.push_back(NumberedPiece(&words[0], &factors[0], words.shape[0]))
    return pieces


cdef int refuse(Outcome outcome) except -1:
    """Raise an error if rows were not added."""
    if outcome == ADDED:
        return 0
    raise MemoryError if outcome == NO_MEMORY else IndexError("a key has no cell")
