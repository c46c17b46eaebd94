# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Exact sums of float64 arrays, compiled; `cecli.numerics.exact` says what they are good for.

All arrays must be finite. `kernel` is one of range(len(KERNELS)); all give the same.
"""

from libcpp.vector cimport vector


cdef extern from "accumulator.hpp" namespace "cecli" nogil:
    const int LOWEST
    const int LIMBS

    cppclass Accumulator:
        Accumulator() noexcept
        void write(unsigned char* data) noexcept


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

    vector[Kernel] kernels_of_this_machine() except +


# The sums are whole numbers of units of 2**LOWEST_EXPONENT.
LOWEST_EXPONENT = LOWEST

cdef vector[Kernel] kernels = kernels_of_this_machine()
# The ways to add up that this machine knows, the quickest last.
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


cdef Kernel chosen_kernel(int kernel) except *:
    """Return the kernel of that number, the last for -1."""
    if not -1 <= kernel < <int> kernels.size():
        raise IndexError(kernel)
    return kernels[kernel if kernel >= 0 else kernels.size() - 1]


cdef object written(Accumulator& total):
    cdef unsigned char data[4 * LIMBS]
    total.write(data)
    return int.from_bytes(data[: 4 * LIMBS], "little", signed=True)
