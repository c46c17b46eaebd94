"""What the passes over binary predictions have of all rows, and how it is told; see `one_pass`."""

import sys

from libc.stdint cimport int64_t


include "limits.pxi"
include "../numerics/sums/written.pxi"


cdef extern from "one_pass.hpp" namespace "cecli" nogil:
    struct Moments:
        Accumulator sum, squares

    ctypedef long long GridSum

    struct GridSums:
        GridSum loss_covariance, loss_variance, brier_variance, entropy_by_prob
        GridSum outcome_skewness, skewness_by_logit, skewness_by_squares
        GridSum loss_skewness, brier_skewness

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


cdef int tell(Sums found, BinarySums& sums) except -1:
    """Set what is counted, or a sum on the grid."""
    found.loss_covariance = whole(sums.grids.loss_covariance)
    found.loss_variance = whole(sums.grids.loss_variance)
    found.brier_variance = whole(sums.grids.brier_variance)
    found.entropy_by_prob = whole(sums.grids.entropy_by_prob)
    found.outcome_skewness = whole(sums.grids.outcome_skewness)
    found.skewness_by_logit = whole(sums.grids.skewness_by_logit)
    found.skewness_by_squares = whole(sums.grids.skewness_by_squares)
    found.loss_skewness = whole(sums.grids.loss_skewness)
    found.brier_skewness = whole(sums.grids.brier_skewness)
    found.positives, found.hits = sums.counts.positives, sums.counts.hits
    found.decided, found.extreme = sums.counts.decided, sums.counts.extreme
    found.lossless, found.outside = sums.lossless, sums.outside
    found.largest_loss, found.largest_row = sums.largest_loss, sums.largest_row


cdef object whole(GridSum& total):
    return int.from_bytes((<unsigned char*> &total)[: 16], sys.byteorder, signed=True)
