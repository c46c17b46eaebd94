# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""All sums of a report on binary predictions of rows with weights, from one compiled pass.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libc.stdint cimport int64_t
from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


include "../numerics/sums/written.pxi"
include "../numerics/kernel_choice.pxi"


cdef extern from "weighted_sums.hpp" namespace "cecli" nogil:
    const int TOTALS, LEVELS, LOWEST_LEVEL

    cppclass ClassTotals:
        Accumulator of[31]
        double largest_cost
        Py_ssize_t largest_row

    cppclass WeightBins:
        int64_t* digits
        int64_t first, size, outside
        int shift, level

    struct WeightedRows:
        const double* target
        const double* stated
        const double* weight
        const int64_t* order

    cppclass WeightedPass:
        bint over(
            const WeightedRows& rows, const int64_t* starts, Py_ssize_t stretches, WeightBins& bins,
            ClassTotals* of_class, int64_t* digits
        ) except +

    cppclass Probability:
        pass

    cppclass Logit:
        pass

    vector[WeightedPass] weighted_passes_of_this_machine[Scale]() except +


cdef extern from "weighted_sums.hpp" namespace "cecli::WeightBins" nogil:
    const int DIGITS


cdef vector[WeightedPass] of_probabilities = weighted_passes_of_this_machine[Probability]()
cdef vector[WeightedPass] of_logits = weighted_passes_of_this_machine[Logit]()
# The level of the first digits of a group.
FIRST_LEVEL = LOWEST_LEVEL
# What is summed over the rows of a class: powers of the weight, the last one of w³ times w² rounded; w
# and w² of the rows whose more likely class (1 at a tie) was observed; wx, w²x and w²x² for each score
# x; w² times what varies given the predictions, and w³ times what is skewed.
NAMES = (
    *[f"weight {power}" for power in range(1, 6)],
    *("hits 1", "hits 2"),
    *[
        f"{score} {power}"
        for score in ("prob", "loss", "entropy", "squared_error", "outcome_variance")
        for power in ("weighted", "twice weighted", "squared")
    ],
    *("loss_covariance", "loss_variance", "brier_variance", "entropy_by_prob", "outcome_skewness"),
    *("skewness_by_logit", "skewness_by_squares", "loss_skewness", "brier_skewness"),
)


cdef class Sums:
    """Exact sums over the rows of a class, in units of 2**LOWEST_EXPONENT.

    Attributes
    ----------
    totals : by NAMES.
    largest_cost, largest_row : the largest product of weight and loss, and its first row; -1 if
        there are no rows.
    """

    cdef readonly dict totals
    cdef readonly double largest_cost
    cdef readonly Py_ssize_t largest_row


def weighted_sums(
    const double[::1] target,
    const double[::1] prob,
    const double[::1] weight,
    int mantissa_bits,
    int64_t first_bin,
    Py_ssize_t bins,
    starts=None,
    order=None,
    int kernel=-1,
):
    """Return sums of binary predictions of observed classes; None if a row is unusual.

    Parameters
    ----------
    target : shape (n,), each 0 or 1, n > 0.
    prob : shape (n,), in [0, 1]; usual ones have a finite loss, and are 0 or at least 2**-60.
    weight : shape (n,), positive and finite; usual ones are at least 2**-24 of the largest, which is
        from 2**-41 to 2**100.
    mantissa_bits, first_bin, bins : as of `one_pass.binary_sums`.
    starts : the first row of each group, and the number n of all rows, shape (groups + 1,), if
        groups have sums, too.
    order : the number by which each row is told, shape (n,), ascending in each group; then, too.

    Returns
    -------
    negatives, positives : the `Sums` of rows whose target is 0, and of those whose target is 1.
    outside : the number of losses above 0 that have no bin.
    level : of the first digits of the bins.
    digits : of the weights in each bin, and of losses of 0, shape (bins + 1, levels).
    by_group : the digits of the sums of each group, from the level FIRST_LEVEL on, in the order of
        NAMES, shape (2, sums, levels, groups); None without groups.
    """
    cdef WeightedPass chosen = kernel_of(of_probabilities, kernel)
    return summed(chosen, target, prob, weight, mantissa_bits, first_bin, bins, starts, order)


def weighted_sums_of_logits(
    const double[::1] target,
    const double[::1] logit,
    const double[::1] weight,
    int mantissa_bits,
    int64_t first_bin,
    Py_ssize_t bins,
    starts=None,
    order=None,
    int kernel=-1,
):
    """Return the same of logits.

    Parameters
    ----------
    logit : shape (n,); usual ones are from -41 to 41, or infinite with a loss of 0.
    """
    cdef WeightedPass chosen = kernel_of(of_logits, kernel)
    return summed(chosen, target, logit, weight, mantissa_bits, first_bin, bins, starts, order)


cdef object summed(
    WeightedPass over,
    const double[::1] target,
    const double[::1] stated,
    const double[::1] weight,
    int mantissa_bits,
    int64_t first_bin,
    Py_ssize_t bins,
    starts,
    order,
):
    cdef Py_ssize_t size = target.shape[0]
    if not 0 < size == stated.shape[0] or weight.shape[0] != size:
        raise ValueError("the arrays are empty or differ in length")
    cdef WeightedRows rows = WeightedRows(&target[0], &stated[0], &weight[0], NULL)
    cdef const int64_t[::1] places
    if order is not None:
        places = order
        if places.shape[0] != size:
            raise ValueError("the arrays are empty or differ in length")
        rows.order = &places[0]
    ends = np.array([0, size]) if starts is None else np.asarray(starts)
    cdef Py_ssize_t stretches = len(ends) - 1
    if stretches < 1 or ends[0] != 0 or ends[stretches] != size or (np.diff(ends) < 0).any():
        raise ValueError("the stretches are not those of the rows")
    cdef const int64_t[::1] begins = ends
    by_group = None
    cdef int64_t[:, :, :, ::1] lines
    cdef int64_t* of_groups = NULL
    if starts is not None:
        by_group = np.zeros((2, TOTALS, LEVELS, stretches), np.int64)
        lines = by_group
        of_groups = &lines[0, 0, 0, 0]
    cdef vector[ClassTotals] totals
    cdef WeightBins into
    cdef bint is_usual
    digits = np.zeros((bins + 1, DIGITS), np.int64)
    cdef int64_t[:, ::1] view = digits
    totals.resize(2)
    into.digits, into.first, into.size = &view[0, 0], first_bin, bins
    into.shift = 52 - mantissa_bits
    with nogil:
        is_usual = over.over(rows, &begins[0], stretches, into, totals.data(), of_groups)
    if not is_usual:
        return None
    return told(totals[0]), told(totals[1]), into.outside, into.level, digits, by_group


cdef object told(ClassTotals& totals):
    sums = Sums()
    sums.totals = {name: written(totals.of[k]) for k, name in enumerate(NAMES)}
    sums.largest_cost, sums.largest_row = totals.largest_cost, totals.largest_row
    return sums
