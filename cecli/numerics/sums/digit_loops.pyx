# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Exact sums of many bins, as digits, compiled; see `cecli.numerics.sums.digits`."""

import numpy as np

from libc.stdint cimport int64_t


cdef extern from "digits.hpp" namespace "cecli" nogil:
    const int DIGIT_BITS

    struct Extent:
        int low, high
        bint is_empty

    struct Carries:
        bint change, go_on

    Extent extent_of(const double** factors, int count, Py_ssize_t size) noexcept
    void add_products(
        const double** factors,
        int count,
        const int64_t* codes,
        Py_ssize_t size,
        int first,
        Py_ssize_t bins,
        int64_t* digits,
    ) noexcept
    Carries carry(
        const int64_t* digits, Py_ssize_t stride, Py_ssize_t size, int64_t* over, int64_t* found
    ) noexcept


def digits_by(const int64_t[::1] codes, Py_ssize_t bins, tuple factors):
    """Return the sum of the products of one to four factors in each bin, as digits.

    Parameters
    ----------
    codes : shape (n,), each in range(bins), n < 2**27.
    factors : arrays of shape (n,).

    Returns
    -------
    first : the level of the first digits.
    digits : shape (levels, bins); the sum over k of digits[k] · 2**(36 · (first + k)).
    """
    cdef Py_ssize_t size = codes.shape[0]
    cdef const double* pointers[4]
    cdef const double[::1] factor
    cdef int count = len(factors), k, first
    cdef Extent extent
    cdef int64_t[:, ::1] digits
    if not 1 <= count <= 4:
        raise ValueError("one to four factors")
    if size >= 1 << (63 - DIGIT_BITS):
        raise ValueError("too many rows")
    for k in range(count):
        factor = factors[k]
        if factor.shape[0] != size:
            raise ValueError("the arrays differ in length")
        pointers[k] = &factor[0] if size else NULL
    if size and not (0 <= np.min(codes) and np.max(codes) < bins):
        raise IndexError("a code has no bin")
    with nogil:
        extent = extent_of(pointers, count, size)
    if extent.is_empty:
        return 0, np.zeros((0, bins), dtype=np.int64)
    first = extent.low // DIGIT_BITS
    digits = found = np.zeros((-(-extent.high // DIGIT_BITS) - first, bins), dtype=np.int64)
    with nogil:
        add_products(pointers, count, &codes[0], size, first, bins, &digits[0, 0])
    return first, found


def carried(levels, Py_ssize_t size):
    """Return the digits of each level after all carries, from −2**35 to 2**35 − 1.

    Parameters
    ----------
    levels : the digits of each level, shape (size,) each, which stay as they are.
    """
    found = dict(levels)
    if not levels or not size:
        return found
    cdef Carries carries = Carries(False, False)
    cdef const int64_t[:] digits
    cdef int64_t[::1] over = np.zeros(size, dtype=np.int64), into
    cdef const int64_t* begin
    cdef Py_ssize_t stride
    waiting = sorted(levels, reverse=True)
    cdef int level = waiting[len(waiting) - 1]
    while waiting or carries.go_on:
        if not carries.go_on:
            level = waiting[len(waiting) - 1]
        begin = NULL
        stride = 0
        if waiting and level == waiting[len(waiting) - 1]:
            digits = levels[waiting.pop()]
            if digits.shape[0] != size:
                raise ValueError("the levels differ in length")
            begin = &digits[0]
            stride = digits.strides[0] // <Py_ssize_t> sizeof(int64_t)
        after = np.empty(size, dtype=np.int64)
        into = after
        with nogil:
            carries = carry(begin, stride, size, &over[0], &into[0])
        if carries.change or begin == NULL:
            found[level] = after
        level += 1
    return found


def added(Py_ssize_t size, list parts):
    """Return the digits of each level of the total of some sums, before carries.

    Parameters
    ----------
    parts : of each, the places of its bins, in range(size), shape (n,), and its digits of each level,
        shape (n,) each.
    """
    found = {}
    cdef const int64_t[:] places, digits
    cdef int64_t[::1] total
    cdef Py_ssize_t i
    cdef bint is_sound = True
    for where, levels in parts:
        places = where
        for i in range(places.shape[0]):
            is_sound = is_sound and 0 <= places[i] < size
        if not is_sound:
            raise IndexError("a bin has no place")
        for level, of_level in levels.items():
            digits = of_level
            if digits.shape[0] != places.shape[0]:
                raise ValueError("the levels differ in length")
            if level not in found:
                found[level] = np.zeros(size, dtype=np.int64)
            if size:
                total = found[level]
                with nogil:
                    for i in range(places.shape[0]):
                        total[places[i]] += digits[i]
    return found
