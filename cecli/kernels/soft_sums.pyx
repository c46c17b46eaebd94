# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""All sums of a report on binary predictions of soft labels, from one compiled pass over the rows.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libc.stdint cimport int64_t, uint64_t
from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


include "../numerics/sums/written.pxi"
include "../numerics/kernel_choice.pxi"


cdef extern from "soft_sums.hpp" namespace "cecli" nogil:
    struct Moments:
        Accumulator sum, squares

    struct Bins:
        int64_t* counts
        int64_t first, size
        int shift

    struct SoftCounts:
        int64_t certain, decided, extreme

    cppclass SoftSums:
        Moments target, prob, loss, entropy, squared_error, hit, positive_cost
        Moments target_entropy, divergence
        Accumulator loss_by_target, loss_by_cost, cost_by_target, target_by_prob
        SoftCounts counts
        int64_t lossless, outside
        double largest_loss
        Py_ssize_t largest_row

    cppclass SoftPass:
        bint over(
            const double* target, const double* stated, Py_ssize_t size, double low, double high,
            const Bins& bins, uint64_t* packed, SoftSums& sums
        ) noexcept

    cppclass Probability:
        pass

    cppclass Logit:
        pass

    vector[SoftPass] soft_passes_of_this_machine[Scale]() except +


cdef vector[SoftPass] of_probabilities = soft_passes_of_this_machine[Probability]()
cdef vector[SoftPass] of_logits = soft_passes_of_this_machine[Logit]()


cdef class SumsOfTargets:
    """Exact sums in units of 2**LOWEST_EXPONENT, and counts of rows.

    Attributes
    ----------
    target, prob, loss, entropy, squared_error, hit, positive_cost, target_entropy, divergence : the
        sums of a score and of its squares.
    loss_by_target, loss_by_cost, cost_by_target, target_by_prob : the sums of products of two.
    certain : targets of 0 or 1.
    decided, extreme : predictions of 0 or 1; predictions outside the bounds.
    lossless, outside : losses of 0; others that have no bin.
    counts : int64, number of rows in each bin of the loss.
    packed : uint64, the rows in 8 bytes each, in which a target below 1 did not happen; see
        `cecli.numerics.cells.tables.packed`.
    largest_loss, largest_row : the largest loss, and its first row.
    """

    cdef readonly tuple target, prob, loss, entropy, squared_error, hit, positive_cost
    cdef readonly tuple target_entropy, divergence
    cdef readonly object loss_by_target, loss_by_cost, cost_by_target, target_by_prob
    cdef readonly object counts, packed
    cdef readonly int64_t certain, decided, extreme, lossless, outside
    cdef readonly double largest_loss
    cdef readonly Py_ssize_t largest_row


def soft_sums(
    const double[::1] target,
    const double[::1] prob,
    double low,
    double high,
    int mantissa_bits,
    int64_t first_bin,
    Py_ssize_t bins,
    int kernel=-1,
):
    """Return the `SumsOfTargets` of binary predictions of soft labels.

    None if a loss is infinite, or a ratio of two probabilities is subnormal or that of subnormal
    ones.

    Parameters
    ----------
    target, prob : shape (n,), in [0, 1], n > 0.
    low, high : predictions outside these bounds are extreme.
    mantissa_bits, first_bin, bins : the exponent and the first `mantissa_bits` bits of a loss's
        mantissa determine its bin; there are `bins` bins from `first_bin` on.
    """
    cdef Bins into = Bins(NULL, first_bin, bins, 52 - mantissa_bits)
    return summed(kernel_of(of_probabilities, kernel), target, prob, low, high, into)


def soft_sums_of_logits(
    const double[::1] target,
    const double[::1] logit,
    double low,
    double high,
    int mantissa_bits,
    int64_t first_bin,
    Py_ssize_t bins,
    int kernel=-1,
):
    """Return the same of logits, which are any numbers or infinite; so are the bounds."""
    cdef Bins into = Bins(NULL, first_bin, bins, 52 - mantissa_bits)
    return summed(kernel_of(of_logits, kernel), target, logit, low, high, into)


cdef object summed(
    SoftPass over,
    const double[::1] target,
    const double[::1] stated,
    double low,
    double high,
    Bins bins,
):
    if not 0 < target.shape[0] == stated.shape[0]:
        raise ValueError("the arrays are empty or differ in length")
    cdef SoftSums sums
    cdef bint is_usual
    found = SumsOfTargets()
    found.counts, found.packed = np.zeros(bins.size, np.int64), np.empty(len(target), np.uint64)
    cdef int64_t[::1] counts = found.counts
    cdef uint64_t[::1] packed = found.packed
    bins.counts = &counts[0]
    with nogil:
        is_usual = over.over(
            &target[0], &stated[0], target.shape[0], low, high, bins, &packed[0], sums
        )
    if not is_usual:
        return None
    found.target, found.prob, found.loss = moments(sums.target), moments(sums.prob), moments(sums.loss)
    found.entropy, found.squared_error = moments(sums.entropy), moments(sums.squared_error)
    found.hit, found.positive_cost = moments(sums.hit), moments(sums.positive_cost)
    found.target_entropy, found.divergence = moments(sums.target_entropy), moments(sums.divergence)
    found.loss_by_target, found.loss_by_cost = written(sums.loss_by_target), written(sums.loss_by_cost)
    found.cost_by_target = written(sums.cost_by_target)
    found.target_by_prob = written(sums.target_by_prob)
    found.certain, found.decided = sums.counts.certain, sums.counts.decided
    found.extreme = sums.counts.extreme
    found.lossless, found.outside = sums.lossless, sums.outside
    found.largest_loss, found.largest_row = sums.largest_loss, sums.largest_row
    return found


cdef tuple moments(Moments& of):
    return written(of.sum), written(of.squares)
