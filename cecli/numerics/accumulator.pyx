# cython: language_level=3, boundscheck=False, wraparound=False
"""Exact sums of float64 arrays, compiled; `cecli.numerics.exact` says what they are good for."""

cdef extern from "accumulator.hpp" namespace "cecli" nogil:
    const int LOWEST
    const int LIMBS
    void c_sum "cecli::sum"(const double* x, Py_ssize_t size, unsigned char* data)
    void c_moments "cecli::moments"(
        const double* x, Py_ssize_t size, unsigned char* sums, unsigned char* squares
    )
    void c_dot "cecli::dot"(const double* x, const double* y, Py_ssize_t size, unsigned char* data)

# The sums are whole numbers of units of 2**LOWEST_EXPONENT.
LOWEST_EXPONENT = LOWEST


def sum_of(const double[::1] x):
    """Return Σ x, in units of 2**LOWEST_EXPONENT; all of x must be finite."""
    cdef bytearray data = bytearray(4 * LIMBS)
    cdef unsigned char[::1] view = data
    if x.shape[0]:
        with nogil:
            c_sum(&x[0], x.shape[0], &view[0])
    return int.from_bytes(data, "little", signed=True)


def dot_of(const double[::1] x, const double[::1] y):
    """Return Σ x·y, in units of 2**LOWEST_EXPONENT; all of x and y must be finite, and as many."""
    cdef bytearray data = bytearray(4 * LIMBS)
    cdef unsigned char[::1] view = data
    if x.shape[0] != y.shape[0]:
        raise ValueError("the arrays differ in length")
    if x.shape[0]:
        with nogil:
            c_dot(&x[0], &y[0], x.shape[0], &view[0])
    return int.from_bytes(data, "little", signed=True)


def moments_of(const double[::1] x):
    """Return Σ x and Σ x², in units of 2**LOWEST_EXPONENT; all of x must be finite."""
    cdef bytearray sums = bytearray(4 * LIMBS)
    cdef bytearray squares = bytearray(4 * LIMBS)
    cdef unsigned char[::1] sum_view = sums
    cdef unsigned char[::1] square_view = squares
    if x.shape[0]:
        with nogil:
            c_moments(&x[0], x.shape[0], &sum_view[0], &square_view[0])
    return (
        int.from_bytes(sums, "little", signed=True), int.from_bytes(squares, "little", signed=True)
    )
