# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Figures of pairs of distributions over many classes, compiled; same bits as `pairs` beside it.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libcpp.vector cimport vector


include "../kernel_choice.pxi"


cdef extern from "pairs.hpp" namespace "cecli" nogil:
    const char* KINDS[]
    const int PARTS, FIGURES

    cdef enum Encoding:
        pass

    cppclass Row:
        const unsigned char* values
        Encoding encoding
        bint is_probability
        double scale, least

    ctypedef bint (*PairFigures)(
        const Row& p, const Row& q, Py_ssize_t size, Py_ssize_t token, double* exps, double* into
    ) noexcept nogil

    vector[PairFigures] figures_of_this_machine() except +


cdef vector[PairFigures] ways = figures_of_this_machine()
# The bytes of a value in each encoding.
WIDTHS = (8, 4, 2, 2, 2)
# The implementations that this machine supports, the fastest last.
KERNELS = tuple(KINDS[kind].decode() for kind in range(<int> ways.size()))


def figures_of(
    const unsigned char[:, ::1] p,
    const unsigned char[:, ::1] q,
    Py_ssize_t size,
    tuple encodings,
    tuple are_probabilities,
    const double[:, :, ::1] scales,
    const long long[::1] tokens,
    int kernel=-1,
):
    """Return the figures of each row, shape (n, FIGURES), and the first bad row, or −1.

    Parameters
    ----------
    p, q : the bytes of each row, shape (n, ·), of `size` values each.
    encodings : of p and of q, by their numbers.
    scales : shape (2, n, 2): scale and least of the codes of each row; (2, 0, 0) without codes.
    tokens : the observed class of each row, shape (n,); −1 if unknown.
    """
    cdef PairFigures way = kernel_of(ways, kernel)
    cdef Py_ssize_t rows = p.shape[0], room = (size + PARTS - 1) // PARTS * PARTS, row
    cdef bint have_codes = scales.shape[1] > 0
    cdef Py_ssize_t bad = -1
    if q.shape[0] != rows or tokens.shape[0] != rows:
        raise ValueError("the arrays differ in length")
    if have_codes and (scales.shape[0] != 2 or scales.shape[1] != rows or scales.shape[2] != 2):
        raise ValueError("each row of codes has a scale and a least value")
    for side, values in enumerate((p, q)):
        if values.shape[1] < size * WIDTHS[encodings[side]]:
            raise ValueError("the rows are too short")
    for row in range(rows):
        if not -1 <= tokens[row] < size:
            raise IndexError(tokens[row])
    found = np.empty((rows, FIGURES))
    buffer = np.empty(2 * room)
    cdef double[:, ::1] into = found
    cdef double[::1] work = buffer
    cdef Row first, second
    first.encoding, second.encoding = <Encoding> <int> encodings[0], <Encoding> <int> encodings[1]
    first.is_probability, second.is_probability = are_probabilities
    first.scale = first.least = second.scale = second.least = 0.0
    if not rows or not size:
        return found, bad
    with nogil:
        for row in range(rows):
            first.values, second.values = &p[row, 0], &q[row, 0]
            if have_codes:
                first.scale, first.least = scales[0, row, 0], scales[0, row, 1]
                second.scale, second.least = scales[1, row, 0], scales[1, row, 1]
            if not way(first, second, size, tokens[row], &work[0], &into[row, 0]):
                bad = row
                break
    return found, bad
