# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""All sums of a report on binary predictions of soft labels, from one compiled pass over the rows.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libc.stdint cimport int64_t, uint64_t
from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


include "limits.pxi"
include "../numerics/sums/written.pxi"
include "../numerics/kernel_choice.pxi"


cdef extern from "soft_sums.hpp" namespace "cecli" nogil:
    const int LEVELS, LOWEST_LEVEL, SOFT_SUMS

    struct SoftCounts:
        int64_t certain, decided, extreme

    cppclass SoftSums:
        Accumulator& total(int number) noexcept
        SoftCounts counts
        int64_t lossless, outside
        double largest_loss
        Py_ssize_t largest_row

    cppclass SoftPass:
        bint over(
            const double* target, const double* stated, Py_ssize_t size, double low, double high,
            const Bins& bins, uint64_t* packed, SoftSums& sums
        ) noexcept
        bint over_stretches(
            const int64_t* starts, Py_ssize_t stretches, const int64_t* order, const double* target,
            const double* stated, double low, double high, const Bins& bins, uint64_t* packed,
            SoftSums& sums, int64_t* digits
        ) noexcept

    cppclass Probability:
        pass

    cppclass Logit:
        pass

    vector[SoftPass] soft_passes_of_this_machine[Scale]() except +


cdef vector[SoftPass] of_probabilities = soft_passes_of_this_machine[Probability]()
cdef vector[SoftPass] of_logits = soft_passes_of_this_machine[Logit]()
# The level of the first digits of a group.
FIRST_LEVEL = LOWEST_LEVEL


# The scores that are summed with their squares, and the products that are summed, in the order of sums.
SCORES = (
    "target", "prob", "loss", "entropy", "squared_error", "hit", "positive_cost", "target_entropy",
    "divergence",
)
PRODUCTS = ("loss_by_target", "loss_by_cost", "cost_by_target", "target_by_prob")


cdef class SumsOfTargets:
    """Exact sums in units of 2**LOWEST_EXPONENT, and counts of rows.

    Attributes
    ----------
    moments : the sums of a score and of its squares, by the names in SCORES.
    products : the sums of products of two scores, by the names in PRODUCTS.
    certain : targets of 0 or 1.
    decided, extreme : predictions of 0 or 1; predictions outside the bounds.
    lossless, outside : losses of 0; others that have no bin.
    counts : int64, number of rows in each bin of the loss.
    packed : uint64, the rows in 8 bytes each, in which a target below 1 did not happen; see
        `cecli.numerics.cells.tables.packed`.
    largest_loss, largest_row : the largest loss, and its first row.
    """

    cdef readonly dict moments, products
    cdef readonly object counts, packed
    cdef readonly int64_t certain, decided, extreme, lossless, outside
    cdef readonly double largest_loss
    cdef readonly Py_ssize_t largest_row


def soft_sums(
    const double[::1] target,
    const double[::1] prob,
    limits,
    int kernel=-1,
):
    """Return the `SumsOfTargets` of binary predictions of soft labels.

    None if a loss is infinite, or a ratio of two probabilities is subnormal or that of subnormal
    ones.

    Parameters
    ----------
    target, prob : shape (n,), in [0, 1], n > 0.
    limits : see `cecli.kernels.binary_pass.Limits`.
    """
    cdef Limits within = limits_of(limits)
    return summed(kernel_of(of_probabilities, kernel), target, prob, within)


def soft_sums_of_logits(
    const double[::1] target,
    const double[::1] logit,
    limits,
    int kernel=-1,
):
    """Return the same of logits, which are any numbers or infinite; so are the bounds."""
    cdef Limits within = limits_of(limits)
    return summed(kernel_of(of_logits, kernel), target, logit, within)


def soft_sums_by(
    const int64_t[::1] starts,
    const int64_t[::1] order,
    const double[::1] target,
    const double[::1] prob,
    limits,
    int kernel=-1,
):
    """Return the same, and the sums of each group as digits.

    Parameters
    ----------
    starts : the first row of each group, and the number n of all rows, shape (groups + 1,).
    order : the number by which each row is told, shape (n,), ascending in each group.
    target, prob, limits : see `soft_sums`.

    Returns
    -------
    sums : the `SumsOfTargets` of all rows.
    digits : int64, shape (sums, levels, groups), from the level FIRST_LEVEL on: of each score's sum and
        sum of squares, then of the products.
    """
    cdef Limits within = limits_of(limits)
    cdef SoftPass over = kernel_of(of_probabilities, kernel)
    return summed_by(over, starts, order, target, prob, within)


def soft_sums_of_logits_by(
    const int64_t[::1] starts,
    const int64_t[::1] order,
    const double[::1] target,
    const double[::1] logit,
    limits,
    int kernel=-1,
):
    """Return the same of logits, which are any numbers or infinite; so are the bounds."""
    cdef Limits within = limits_of(limits)
    cdef SoftPass over = kernel_of(of_logits, kernel)
    return summed_by(over, starts, order, target, logit, within)


cdef object summed(
    SoftPass over,
    const double[::1] target,
    const double[::1] stated,
    Limits within,
):
    if not 0 < target.shape[0] == stated.shape[0]:
        raise ValueError("the arrays are empty or differ in length")
    cdef SoftSums sums
    cdef bint is_usual
    found = SumsOfTargets()
    found.counts = np.zeros(within.bins.size, np.int64)
    found.packed = np.empty(len(target), np.uint64)
    cdef int64_t[::1] counts = found.counts
    cdef uint64_t[::1] packed = found.packed
    within.bins.counts = &counts[0]
    with nogil:
        is_usual = over.over(
            &target[0], &stated[0], target.shape[0], within.low, within.high, within.bins, &packed[0],
            sums,
        )
    return told(found, sums) if is_usual else None


cdef object summed_by(
    SoftPass over,
    const int64_t[::1] starts,
    const int64_t[::1] order,
    const double[::1] target,
    const double[::1] stated,
    Limits within,
):
    cdef Py_ssize_t size = target.shape[0], stretches = starts.shape[0] - 1
    if not 0 < size == stated.shape[0] == order.shape[0]:
        raise ValueError("the arrays are empty or differ in length")
    ends = np.asarray(starts)
    if stretches < 1 or ends[0] != 0 or ends[stretches] != size or (np.diff(ends) < 0).any():
        raise ValueError("the stretches are not those of the rows")
    cdef SoftSums sums
    cdef bint is_usual
    found = SumsOfTargets()
    found.counts, found.packed = np.zeros(within.bins.size, np.int64), np.empty(size, np.uint64)
    by_group = np.zeros((SOFT_SUMS, LEVELS, stretches), np.int64)
    cdef int64_t[::1] counts = found.counts
    cdef uint64_t[::1] packed = found.packed
    cdef int64_t[:, :, ::1] digits = by_group
    within.bins.counts = &counts[0]
    with nogil:
        is_usual = over.over_stretches(
            &starts[0], stretches, &order[0], &target[0], &stated[0], within.low, within.high,
            within.bins, &packed[0], sums, &digits[0, 0, 0],
        )
    return (told(found, sums), by_group) if is_usual else None


cdef object told(SumsOfTargets found, SoftSums& sums):
    """Return all that is known of some rows, once it is set."""
    totals = [written(sums.total(number)) for number in range(SOFT_SUMS)]
    found.moments = {name: (totals[2 * k], totals[2 * k + 1]) for k, name in enumerate(SCORES)}
    found.products = dict(zip(PRODUCTS, totals[2 * len(SCORES):]))
    found.certain, found.decided = sums.counts.certain, sums.counts.decided
    found.extreme = sums.counts.extreme
    found.lossless, found.outside = sums.lossless, sums.outside
    found.largest_loss, found.largest_row = sums.largest_loss, sums.largest_row
    return found
