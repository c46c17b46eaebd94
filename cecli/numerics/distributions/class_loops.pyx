# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Sums over the classes of each row, compiled; same bits as `shares.sum_over_classes`.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libcpp.vector cimport vector

from cecli.numerics.distributions.elementary import KERNELS


include "../kernel_choice.pxi"


cdef extern from "class_loops.hpp" namespace "cecli" nogil:
    const int MOST_LANES

    ctypedef void (*AddClasses)(
        const double* terms, Py_ssize_t classes, Py_ssize_t size, double* room, double* sums
    ) noexcept nogil

    vector[AddClasses] classes_of_this_machine() except +


cdef vector[AddClasses] ways = classes_of_this_machine()


def sums_over_classes(const double[:, ::1] terms, int kernel=-1):
    """Return the sum of each row, shape (n,), of terms of shape (K, n), K > 0."""
    cdef Py_ssize_t classes = terms.shape[0], size = terms.shape[1]
    if classes == 0:
        raise ValueError("no classes")
    found = np.empty(size)
    if size == 0:
        return found
    cdef AddClasses chosen = kernel_of(ways, kernel)
    cdef double[::1] sums = found
    cdef vector[double] room
    with nogil:
        room.resize(2 * classes * MOST_LANES)
        chosen(&terms[0, 0], classes, size, room.data(), &sums[0])
    return found
