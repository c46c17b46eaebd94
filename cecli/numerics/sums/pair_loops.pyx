# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Arithmetic of pairs of floats, compiled; see `cecli.numerics.sums.pairs`."""

import numpy as np


cdef extern from "pair_loops.hpp" namespace "cecli" nogil:
    struct PairColumns:
        const double* high
        const double* low
        const double* error
        bint is_one

    struct FoundPairs:
        double* high
        double* low
        double* error

    void add_pairs(PairColumns a, PairColumns b, Py_ssize_t size, FoundPairs into)
    void multiply_pairs(PairColumns a, PairColumns b, Py_ssize_t size, FoundPairs into)
    void divide_pairs(PairColumns a, PairColumns b, Py_ssize_t size, FoundPairs into)


ctypedef void (*Operation)(PairColumns, PairColumns, Py_ssize_t, FoundPairs) noexcept nogil


def added(tuple first, tuple second):
    """Return the sums of some numbers.

    Parameters
    ----------
    first, second : the high parts, the low parts and the errors, shape (n,), or (1,) of a number for
        all.

    Returns
    -------
    The same of the sums, shape (3, n).
    """
    return computed(<Operation> add_pairs, first, second)


def multiplied(tuple first, tuple second):
    """Return the products of some numbers, as `added`."""
    return computed(<Operation> multiply_pairs, first, second)


def divided(tuple first, tuple second):
    """Return the quotients of some numbers, as `added`."""
    return computed(<Operation> divide_pairs, first, second)


cdef object computed(Operation operation, tuple first, tuple second):
    cdef const double[::1] a, b, c, x, y, z
    a, b, c = first
    x, y, z = second
    cdef Py_ssize_t size = max(a.shape[0], x.shape[0]) if a.shape[0] and x.shape[0] else 0
    if a.shape[0] not in (1, size) or x.shape[0] not in (1, size):
        raise ValueError("the arrays differ in length")
    if not (a.shape[0] == b.shape[0] == c.shape[0] and x.shape[0] == y.shape[0] == z.shape[0]):
        raise ValueError("the parts differ in length")
    found = np.empty((3, size))
    if size == 0:
        return found
    cdef double[:, ::1] into = found
    cdef PairColumns left = PairColumns(&a[0], &b[0], &c[0], a.shape[0] < size)
    cdef PairColumns right = PairColumns(&x[0], &y[0], &z[0], x.shape[0] < size)
    cdef FoundPairs to = FoundPairs(&into[0, 0], &into[1, 0], &into[2, 0])
    with nogil:
        operation(left, right, size, to)
    return found
