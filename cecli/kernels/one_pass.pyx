# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""All sums of a report on binary predictions, from one compiled pass over the rows.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import sys

import numpy as np

from libc.stdint cimport int64_t, uint64_t
from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


cdef extern from "one_pass.hpp" namespace "cecli" nogil:
    const int LIMBS

    cppclass Accumulator:
        void write(unsigned char* data) noexcept

    struct Moments:
        Accumulator sum, squares

    ctypedef long long GridSum

    struct GridSums:
        GridSum loss_covariance, loss_variance, brier_variance, entropy_by_prob
        GridSum outcome_skewness, skewness_by_logit, skewness_by_squares
        GridSum loss_skewness, brier_skewness

    struct Bins:
        int64_t* counts
        int64_t first, size
        int shift

    struct Counts:
        int64_t positives, hits, decided, extreme

    cppclass BinarySums:
        Moments prob, loss, entropy, squared_error, outcome_variance, loss_of_positives
        Accumulator prob_of_positives
        GridSums grids
        Counts counts
        int64_t lossless, outside
        double largest_loss
        Py_ssize_t largest_row

    cppclass Pass:
        bint over(
            const double* target, const double* prob, Py_ssize_t size, double low, double high,
            const Bins& bins, uint64_t* packed, BinarySums& sums
        ) noexcept

    vector[Pass] passes_of_this_machine() except +


cdef vector[Pass] passes = passes_of_this_machine()


cdef class Sums:
    """Exact sums in units of 2**LOWEST_EXPONENT, and counts of rows.

    Attributes
    ----------
    prob, loss, entropy, squared_error, outcome_variance : the sums of a score and of its squares.
    loss_covariance, loss_variance, brier_variance, entropy_by_prob, outcome_skewness,
        skewness_by_logit, skewness_by_squares, loss_skewness, brier_skewness : sums of other
        scores, in units of 2**GRID_EXPONENT.
    loss_of_positives : the sums of the loss, and of its squares, of the rows whose target is 1.
    prob_of_positives : the sum over the rows whose target is 1.
    positives, hits : rows whose target is 1; whose more likely class (1 at a tie) was observed.
    decided, extreme : predictions of 0 or 1; predictions outside the bounds.
    lossless, outside : losses of 0; others that have no bin.
    counts : int64, number of rows in each bin of the loss.
    packed : uint64, the rows in 8 bytes each; see `cecli.numerics.cells.tables.packed`.
    largest_loss, largest_row : the largest loss, and its first row.
    """

    cdef readonly tuple prob, loss, entropy, squared_error, outcome_variance, loss_of_positives
    cdef readonly object prob_of_positives, counts, packed
    cdef readonly object loss_covariance, loss_variance, brier_variance, entropy_by_prob
    cdef readonly object outcome_skewness, skewness_by_logit, skewness_by_squares
    cdef readonly object loss_skewness, brier_skewness
    cdef readonly int64_t positives, hits, decided, extreme, lossless, outside
    cdef readonly double largest_loss
    cdef readonly Py_ssize_t largest_row


def binary_sums(
    const double[::1] target,
    const double[::1] prob,
    double low,
    double high,
    int mantissa_bits,
    int64_t first_bin,
    Py_ssize_t bins,
    int kernel=-1,
):
    """Return the `Sums` of binary predictions of observed classes; None if a loss is infinite.

    Parameters
    ----------
    target : shape (n,), each 0 or 1, n > 0.
    prob : shape (n,), in [0, 1].
    low, high : predictions outside these bounds are extreme.
    mantissa_bits, first_bin, bins : the exponent and the first `mantissa_bits` bits of a loss's
        mantissa determine its bin; there are `bins` bins from `first_bin` on.
    """
    if not 0 < target.shape[0] == prob.shape[0]:
        raise ValueError("the arrays are empty or differ in length")
    if not -1 <= kernel < <int> passes.size():
        raise IndexError(kernel)
    cdef Pass chosen = passes[kernel if kernel >= 0 else passes.size() - 1]
    cdef BinarySums sums
    cdef bint is_finite
    found = Sums()
    found.counts, found.packed = np.zeros(bins, np.int64), np.empty(target.shape[0], np.uint64)
    cdef int64_t[::1] counts = found.counts
    cdef uint64_t[::1] packed = found.packed
    cdef Bins into = Bins(&counts[0], first_bin, bins, 52 - mantissa_bits)
    with nogil:
        is_finite = chosen.over(
            &target[0], &prob[0], target.shape[0], low, high, into, &packed[0], sums
        )
    if not is_finite:
        return None
    found.prob, found.loss = moments(sums.prob), moments(sums.loss)
    found.entropy, found.squared_error = moments(sums.entropy), moments(sums.squared_error)
    found.outcome_variance = moments(sums.outcome_variance)
    found.loss_covariance = on_grid(sums.grids.loss_covariance)
    found.loss_variance = on_grid(sums.grids.loss_variance)
    found.brier_variance = on_grid(sums.grids.brier_variance)
    found.entropy_by_prob = on_grid(sums.grids.entropy_by_prob)
    found.outcome_skewness = on_grid(sums.grids.outcome_skewness)
    found.skewness_by_logit = on_grid(sums.grids.skewness_by_logit)
    found.skewness_by_squares = on_grid(sums.grids.skewness_by_squares)
    found.loss_skewness = on_grid(sums.grids.loss_skewness)
    found.brier_skewness = on_grid(sums.grids.brier_skewness)
    found.loss_of_positives = moments(sums.loss_of_positives)
    found.prob_of_positives = written(sums.prob_of_positives)
    found.positives, found.hits = sums.counts.positives, sums.counts.hits
    found.decided, found.extreme = sums.counts.decided, sums.counts.extreme
    found.lossless, found.outside = sums.lossless, sums.outside
    found.largest_loss, found.largest_row = sums.largest_loss, sums.largest_row
    return found


cdef tuple moments(Moments& of):
    return written(of.sum), written(of.squares)


cdef object on_grid(GridSum& total):
    return int.from_bytes((<unsigned char*> &total)[: 16], sys.byteorder, signed=True)


cdef object written(Accumulator& total):
    cdef unsigned char data[4 * LIMBS]
    total.write(data)
    return int.from_bytes(data[: 4 * LIMBS], "little", signed=True)
