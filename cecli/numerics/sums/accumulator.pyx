# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Exact sums of float64 arrays, compiled; `cecli.numerics.sums.exact` describes them.

All arrays must be finite. `kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libc.stdint cimport int64_t
from libcpp.vector cimport vector


include "written.pxi"


cdef extern from "accumulator.hpp" namespace "cecli" nogil:
    const int LOWEST

    struct WeightedMoments:
        Accumulator weighted, twice_weighted, squares


cdef extern from "kernels.hpp" namespace "cecli" nogil:
    struct Kernel:
        const char* name
        void (*sum)(const double* x, Py_ssize_t size, Accumulator& total) noexcept nogil
        void (*dot)(
            const double* x, const double* y, Py_ssize_t size, Accumulator& total
        ) noexcept nogil
        void (*moments)(
            const double* x, Py_ssize_t size, Accumulator& total, Accumulator& squares
        ) noexcept nogil
        bint (*weighted_moments)(
            const double* x, const double* w, Py_ssize_t size, WeightedMoments& sums
        ) noexcept nogil
        bint (*weighted_dot)(
            const double* x, const double* y, const double* w, Py_ssize_t size, Accumulator& total
        ) noexcept nogil

    vector[Kernel] kernels_of_this_machine() except +


cdef extern from "stretches.hpp" namespace "cecli" nogil:
    const int LEVELS, LOWEST_LEVEL
    void add_stretches(
        const Kernel& kernel,
        const double* x,
        const double* y,
        const int64_t* starts,
        Py_ssize_t bins,
        int64_t* digits,
    ) noexcept
    bint add_weighted_stretches(
        const Kernel& kernel,
        const double* x,
        const double* y,
        const double* w,
        const int64_t* starts,
        Py_ssize_t bins,
        int64_t* digits,
    ) noexcept
    bint add_weighted_moments(
        const Kernel& kernel,
        const double* x,
        const double* w,
        const int64_t* starts,
        Py_ssize_t bins,
        int64_t* digits,
    ) noexcept


# The sums are integers in units of 2**LOWEST_EXPONENT.
LOWEST_EXPONENT = LOWEST

cdef vector[Kernel] kernels = kernels_of_this_machine()
# The implementations that this machine supports, the fastest last.
KERNELS = tuple(kernel.name.decode() for kernel in kernels)


def sum_of(const double[::1] x, int kernel=-1):
    """Return Σ x, in units of 2**LOWEST_EXPONENT."""
    cdef Accumulator total
    cdef Kernel chosen = chosen_kernel(kernel)
    if x.shape[0]:
        with nogil:
            chosen.sum(&x[0], x.shape[0], total)
    return written(total)


def dot_of(const double[::1] x, const double[::1] y, int kernel=-1):
    """Return Σ x·y, in units of 2**LOWEST_EXPONENT; x and y must be equally long."""
    cdef Accumulator total
    cdef Kernel chosen = chosen_kernel(kernel)
    if x.shape[0] != y.shape[0]:
        raise ValueError("the arrays differ in length")
    if x.shape[0]:
        with nogil:
            chosen.dot(&x[0], &y[0], x.shape[0], total)
    return written(total)


def moments_of(const double[::1] x, int kernel=-1):
    """Return Σ x and Σ x², in units of 2**LOWEST_EXPONENT."""
    cdef Accumulator total, squares
    cdef Kernel chosen = chosen_kernel(kernel)
    if x.shape[0]:
        with nogil:
            chosen.moments(&x[0], x.shape[0], total, squares)
    return written(total), written(squares)


def weighted_moments_of(const double[::1] x, const double[::1] w, int kernel=-1):
    """Return Σ wx, Σ w²x and Σ w²x²; None if a product wx is not the sum of two doubles."""
    cdef WeightedMoments sums
    cdef Kernel chosen = chosen_kernel(kernel)
    cdef bint is_exact = True
    if x.shape[0] != w.shape[0]:
        raise ValueError("the arrays differ in length")
    if x.shape[0]:
        with nogil:
            is_exact = chosen.weighted_moments(&x[0], &w[0], x.shape[0], sums)
    if not is_exact:
        return None
    return written(sums.weighted), written(sums.twice_weighted), written(sums.squares)


def weighted_dot_of(
    const double[::1] x, const double[::1] y, const double[::1] w, int kernel=-1
):
    """Return Σ w²xy; None if a product wx or wy is not the sum of two doubles."""
    cdef Accumulator total
    cdef Kernel chosen = chosen_kernel(kernel)
    cdef bint is_exact = True
    if x.shape[0] != w.shape[0] or y.shape[0] != w.shape[0]:
        raise ValueError("the arrays differ in length")
    if x.shape[0]:
        with nogil:
            is_exact = chosen.weighted_dot(&x[0], &y[0], &w[0], x.shape[0], total)
    return written(total) if is_exact else None


cdef Kernel chosen_kernel(int kernel) except *:
    """Return the kernel with this index, the last for -1."""
    if not -1 <= kernel < <int> kernels.size():
        raise IndexError(kernel)
    return kernels[kernel if kernel >= 0 else kernels.size() - 1]


def digits_of_stretches(const int64_t[::1] starts, tuple factors, int kernel=-1):
    """Return the sum of one factor, or of the product of two, over stretches of rows, as digits.

    Parameters
    ----------
    starts : the first row of each stretch, and the number n of all rows, shape (stretches + 1,).
    factors : one or two arrays of shape (n,).

    Returns
    -------
    first : the level of the first digits.
    digits : shape (levels, stretches); the sum over k of digits[k] · 2**(36 · (first + k)).
    """
    cdef Kernel chosen = chosen_kernel(kernel)
    if not 1 <= len(factors) <= 2:
        raise ValueError("one or two factors")
    cdef const double[::1] x = factors[0], y = factors[len(factors) - 1]
    cdef Py_ssize_t bins = stretches(starts, x, y)
    found = empty_digits(1, bins)
    cdef int64_t[:, :, ::1] digits = found
    cdef bint are_two = len(factors) == 2
    if x.shape[0]:
        with nogil:
            add_stretches(
                chosen, &x[0], &y[0] if are_two else NULL, &starts[0], bins, &digits[0, 0, 0]
            )
    return used_levels(found[0], bins)


def weighted_digits_of_stretches(
    const int64_t[::1] starts,
    const double[::1] x,
    const double[::1] y,
    const double[::1] w,
    int kernel=-1,
):
    """Return Σ w²xy over stretches of rows; None if a product wx or wy is not the sum of two doubles.

    The parameters, and what is returned, are as of `digits_of_stretches`.
    """
    cdef Kernel chosen = chosen_kernel(kernel)
    cdef Py_ssize_t bins = stretches(starts, x, y)
    stretches(starts, x, w)
    found = empty_digits(1, bins)
    cdef int64_t[:, :, ::1] digits = found
    cdef bint is_exact = True
    if x.shape[0]:
        with nogil:
            is_exact = add_weighted_stretches(
                chosen, &x[0], &y[0], &w[0], &starts[0], bins, &digits[0, 0, 0]
            )
    return used_levels(found[0], bins) if is_exact else None


def weighted_moments_of_stretches(
    const int64_t[::1] starts, const double[::1] x, const double[::1] w, int kernel=-1
):
    """Return the same for Σ wx, Σ w²x and Σ w²x²."""
    cdef Kernel chosen = chosen_kernel(kernel)
    cdef Py_ssize_t bins = stretches(starts, x, w)
    found = empty_digits(3, bins)
    cdef int64_t[:, :, ::1] digits = found
    cdef bint is_exact = True
    if x.shape[0]:
        with nogil:
            is_exact = add_weighted_moments(
                chosen, &x[0], &w[0], &starts[0], bins, &digits[0, 0, 0]
            )
    return tuple([used_levels(of_sum, bins) for of_sum in found]) if is_exact else None


cdef Py_ssize_t stretches(
    const int64_t[::1] starts, const double[::1] x, const double[::1] y
) except -1:
    """Return the number of stretches, after a check that they are those of two arrays."""
    cdef Py_ssize_t bins = starts.shape[0] - 1
    ends = np.asarray(starts)
    if bins < 0 or ends[0] != 0 or ends[bins] != x.shape[0] or (np.diff(ends) < 0).any():
        raise ValueError("the stretches are not those of the rows")
    if y.shape[0] != x.shape[0]:
        raise ValueError("the arrays differ in length")
    return bins


cdef object empty_digits(Py_ssize_t sums, Py_ssize_t bins):
    return np.zeros((sums, LEVELS, max(bins, 1)), dtype=np.int64)


cdef object used_levels(object digits, Py_ssize_t bins):
    """Return the first level with a digit, and the digits from there to the last, by stretch."""
    used = np.flatnonzero(digits.any(axis=1)).tolist() or [0]
    low, high = min(used), max(used) + 1
    return LOWEST_LEVEL + low, digits[low:high, :bins]
