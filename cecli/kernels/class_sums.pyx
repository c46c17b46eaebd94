# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""All sums of a report on predictions of several classes, from one compiled pass over the rows.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libc.stdint cimport int64_t
from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


include "limits.pxi"
include "../numerics/sums/written.pxi"
include "../numerics/kernel_choice.pxi"


cdef extern from "class_sums.hpp" namespace "cecli" nogil:
    struct Moments:
        Accumulator sum, squares

    struct ClassRows:
        const double* prob
        const int64_t* observed
        Py_ssize_t classes, stride, size

    struct ClassSum:
        Accumulator prob, cost
        int64_t rows

    struct ClassCounts:
        int64_t undecided, extreme

    cppclass ClassSums:
        Moments loss, entropy, hit, squared_error, expected_brier
        Accumulator loss_variance, brier_variance, loss_skewness, brier_skewness
        vector[ClassSum] classes
        ClassCounts counts
        int64_t lossless, outside
        double largest_loss
        Py_ssize_t largest_row

    cppclass ClassPass:
        bint over(
            const ClassRows& rows, double low, double high, const Bins& bins, ClassSums& sums
        ) except +

    vector[ClassPass] class_passes_of_this_machine() except +


cdef vector[ClassPass] passes = class_passes_of_this_machine()


cdef class SumsOfClasses:
    """Exact sums in units of 2**LOWEST_EXPONENT, and counts of rows.

    Attributes
    ----------
    loss, entropy, hit, squared_error, expected_brier : the sums of a score and of its squares.
    loss_variance, brier_variance, loss_skewness, brier_skewness : the sums of other scores.
    probs, costs : for each class, the sum of its predictions, and of the losses of its rows.
    rows : for each class, in how many rows it was observed.
    undecided, extreme : predictions that are neither 0 nor 1; predictions outside the bounds.
    lossless, outside : losses of 0; others that have no bin.
    counts : int64, number of rows in each bin of the loss.
    largest_loss, largest_row : the largest loss, and its first row.
    """

    cdef readonly tuple loss, entropy, hit, squared_error, expected_brier
    cdef readonly object loss_variance, brier_variance, loss_skewness, brier_skewness, counts
    cdef readonly tuple probs, costs, rows
    cdef readonly int64_t undecided, extreme, lossless, outside
    cdef readonly double largest_loss
    cdef readonly Py_ssize_t largest_row


def class_sums(
    const double[:, ::1] prob,
    const int64_t[::1] observed,
    limits,
    int kernel=-1,
):
    """Return the `SumsOfClasses` of predictions of observed classes; None if a loss is infinite.

    Parameters
    ----------
    prob : shape (K, n), in [0, 1], K > 0, n > 0.
    observed : shape (n,), each in range(K).
    limits : see `cecli.kernels.binary_pass.Limits`.
    """
    cdef Py_ssize_t classes = prob.shape[0], size = prob.shape[1], row
    if classes == 0 or not 0 < size == observed.shape[0]:
        raise ValueError("the arrays are empty or differ in length")
    for row in range(size):
        if not 0 <= observed[row] < classes:
            raise IndexError(observed[row])
    cdef ClassPass chosen = kernel_of(passes, kernel)
    cdef ClassRows rows = ClassRows(&prob[0, 0], &observed[0], classes, size, size)
    cdef ClassSums sums
    cdef bint is_finite
    found = SumsOfClasses()
    cdef Limits within = limits_of(limits)
    found.counts = np.zeros(within.bins.size, np.int64)
    cdef int64_t[::1] counts = found.counts
    within.bins.counts = &counts[0]
    with nogil:
        is_finite = chosen.over(rows, within.low, within.high, within.bins, sums)
    if not is_finite:
        return None
    found.loss, found.entropy = moments(sums.loss), moments(sums.entropy)
    found.hit, found.squared_error = moments(sums.hit), moments(sums.squared_error)
    found.expected_brier = moments(sums.expected_brier)
    found.loss_variance, found.loss_skewness = written(sums.loss_variance), written(sums.loss_skewness)
    found.brier_variance = written(sums.brier_variance)
    found.brier_skewness = written(sums.brier_skewness)
    found.probs = tuple([written(sums.classes[k].prob) for k in range(classes)])
    found.costs = tuple([written(sums.classes[k].cost) for k in range(classes)])
    found.rows = tuple([sums.classes[k].rows for k in range(classes)])
    found.undecided, found.extreme = sums.counts.undecided, sums.counts.extreme
    found.lossless, found.outside = sums.lossless, sums.outside
    found.largest_loss, found.largest_row = sums.largest_loss, sums.largest_row
    return found


cdef tuple moments(Moments& of):
    return written(of.sum), written(of.squares)
