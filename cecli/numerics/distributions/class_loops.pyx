# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Sums over the classes of each row, compiled; same bits as `shares` and `log_ratios`.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libcpp.vector cimport vector

from cecli.numerics.distributions.elementary import KERNELS


include "../kernel_choice.pxi"


cdef extern from "class_loops.hpp" namespace "cecli" nogil:
    const int MOST_LANES

    struct Predicted:
        const double* prob
        const double* other_prob
        const double* surprisal
        const double* other_surprisal
        Py_ssize_t classes, size
        double* mean
        double* variance
        double* fourth

    struct ClassLoops:
        void (*add_classes)(
            const double* terms, Py_ssize_t classes, Py_ssize_t size, double* room, double* sums
        ) noexcept nogil
        void (*find_moments)(const Predicted& of, double* room) noexcept nogil

    vector[ClassLoops] classes_of_this_machine() except +


cdef vector[ClassLoops] ways = classes_of_this_machine()


def sums_over_classes(const double[:, ::1] terms, int kernel=-1):
    """Return the sum of each row, shape (n,), of terms of shape (K, n), K > 0."""
    cdef Py_ssize_t classes = terms.shape[0], size = terms.shape[1]
    if classes == 0:
        raise ValueError("no classes")
    found = np.empty(size)
    if size == 0:
        return found
    cdef ClassLoops chosen = kernel_of(ways, kernel)
    cdef double[::1] sums = found
    cdef vector[double] room
    with nogil:
        room.resize(2 * classes * MOST_LANES)
        chosen.add_classes(&terms[0, 0], classes, size, room.data(), &sums[0])
    return found


cdef int require_alike(const double[:, ::1] one, const double[:, ::1] other) except -1:
    if one.shape[0] != other.shape[0] or one.shape[1] != other.shape[1]:
        raise ValueError("arrays of different shapes")
    return 0


def log_ratio_moments(
    const double[:, ::1] prob,
    const double[:, ::1] other_prob,
    const double[:, ::1] surprisal,
    const double[:, ::1] other_surprisal,
    int kernel=-1,
):
    """Return the mean, variance and fourth moment of each row, of two predictions of shape (K, n)."""
    cdef Py_ssize_t classes = prob.shape[0], size = prob.shape[1]
    require_alike(prob, other_prob)
    require_alike(prob, surprisal)
    require_alike(prob, other_surprisal)
    if classes == 0:
        raise ValueError("no classes")
    mean, variance, fourth = np.empty(size), np.empty(size), np.empty(size)
    if size == 0:
        return mean, variance, fourth
    cdef ClassLoops chosen = kernel_of(ways, kernel)
    cdef double[::1] means = mean, variances = variance, fourths = fourth
    cdef Predicted of = Predicted(
        &prob[0, 0], &other_prob[0, 0], &surprisal[0, 0], &other_surprisal[0, 0],
        classes, size, &means[0], &variances[0], &fourths[0],
    )
    cdef vector[double] room
    with nogil:
        room.resize(4 * classes * MOST_LANES)
        chosen.find_moments(of, room.data())
    return mean, variance, fourth
