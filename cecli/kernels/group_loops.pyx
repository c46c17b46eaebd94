# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""All sums of a report on binary predictions by group, from one compiled pass over the rows.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libc.stdint cimport int64_t, uint64_t
from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


include "binary_sums.pxi"
include "../numerics/kernel_choice.pxi"


cdef extern from "group_loops.hpp" namespace "cecli" nogil:
    const int LOWEST, COLUMNS, CUTS, SUMMED, GRIDDED, COUNTED
    const int GRID_LEVEL, GRID_LEVELS, SUM_LEVEL, SUM_LEVELS, SQUARE_LEVEL, SQUARE_LEVELS
    const int UNITS[6]

    cppclass GroupTotals:
        GridSum counts[2]
        GridSum cuts[5][6]
        vector[Accumulator] rare

    cppclass RareDigit:
        int64_t sum, bin, level, digit

    cppclass InOrder:
        bint is_sound

        InOrder(
            const double* target, const double* stated, const int64_t* codes, Py_ssize_t groups,
            Py_ssize_t size
        ) except +

    cppclass Cutter:
        pass

    bint add_up(
        const Cutter& cutter, const InOrder& order, double low, double high, const Bins& bins,
        uint64_t* packed, BinarySums& sums, GroupTotals* totals, int64_t* digits,
        vector[RareDigit]& rare
    ) except +

    cppclass Probability:
        pass

    cppclass Logit:
        pass

    vector[Cutter] cutters_of_this_machine[Scale]() except +


cdef vector[Cutter] of_probabilities = cutters_of_this_machine[Probability]()
cdef vector[Cutter] of_logits = cutters_of_this_machine[Logit]()
# What is summed on a grid, and with its squares, in the order of the digits.
ON_GRID = ("loss_covariance", "loss_variance", "brier_variance", "entropy_by_prob")
WITH_SQUARES = ("prob", "loss", "entropy", "squared_error", "outcome_variance")


def layout():
    """Return for each sum its first line of the digits, its lines, and the level of the first."""
    found = {"rows": (0, 1, 0), "hits": (1, 1, 0)}
    line = COUNTED
    for name in ON_GRID:
        found[name] = line, GRID_LEVELS, GRID_LEVEL
        line += GRID_LEVELS
    for name in WITH_SQUARES:
        found[name] = line, SUM_LEVELS, SUM_LEVEL
        found[f"{name} squared"] = line + SUM_LEVELS, SQUARE_LEVELS, SQUARE_LEVEL
        line += SUM_LEVELS + SQUARE_LEVELS
    return found


LINES = layout()


cdef class SumsByGroup(Sums):
    """The sums over all rows, and those of each group.

    Attributes
    ----------
    digits : int64, shape (lines, 2, groups), of the rows of target 0 and 1 in each group; `LINES`
        says which are whose.
    rare : int64, shape (n, 4): further digits, of values that are too small or too large for the
        others: the place among WITH_SQUARES, twice, and 1 more for squares; the target and group as
        one number; the level; the digit.
    """

    cdef readonly object digits, rare


def binary_sums_by(
    const int64_t[::1] codes,
    Py_ssize_t groups,
    const double[::1] target,
    const double[::1] prob,
    limits,
    int kernel=-1,
):
    """Return the `SumsByGroup` of binary predictions; None if a loss is infinite.

    Parameters
    ----------
    codes : shape (n,), the group of each row, in range(groups), 0 < n < 2**29.
    target, prob, limits : see `one_pass.binary_sums`.
    """
    cdef Limits within = limits_of(limits)
    return summed(kernel_of(of_probabilities, kernel), codes, groups, target, prob, within)


def binary_sums_of_logits_by(
    const int64_t[::1] codes,
    Py_ssize_t groups,
    const double[::1] target,
    const double[::1] logit,
    limits,
    int kernel=-1,
):
    """Return the same of logits, which are any numbers or infinite; so are the bounds."""
    cdef Limits within = limits_of(limits)
    return summed(kernel_of(of_logits, kernel), codes, groups, target, logit, within)


cdef object summed(
    Cutter chosen,
    const int64_t[::1] codes,
    Py_ssize_t groups,
    const double[::1] target,
    const double[::1] stated,
    Limits within,
):
    cdef Py_ssize_t size = target.shape[0]
    if not 0 < size == stated.shape[0] == codes.shape[0]:
        raise ValueError("the arrays are empty or differ in length")
    if not (size < 1 << 29 and 0 < groups < 1 << 29):
        raise ValueError("too many rows or groups")
    cdef BinarySums sums
    cdef GroupTotals totals[2]
    cdef vector[RareDigit] rare
    cdef bint is_sound, is_finite = False
    found = SumsByGroup()
    found.counts, found.packed = np.zeros(within.bins.size, np.int64), np.empty(size, np.uint64)
    found.digits = np.zeros((COLUMNS, 2, groups), np.int64)
    cdef int64_t[::1] counts = found.counts
    cdef uint64_t[::1] packed = found.packed
    cdef int64_t[:, :, ::1] digits = found.digits
    cdef InOrder* order
    within.bins.counts = &counts[0]
    with nogil:
        order = new InOrder(&target[0], &stated[0], &codes[0], groups, size)
        try:
            is_sound = order.is_sound
            if is_sound:
                is_finite = add_up(
                    chosen, order[0], within.low, within.high, within.bins, &packed[0], sums,
                    totals, &digits[0, 0, 0], rare,
                )
        finally:
            del order
    if not is_sound:
        raise IndexError("a code has no group")
    if not is_finite:
        return None
    found.rare = np.empty((rare.size(), 4), np.int64)
    cdef int64_t[:, ::1] further = found.rare
    cdef size_t k
    for k in range(rare.size()):
        further[k, 0], further[k, 1] = rare[k].sum, rare[k].bin
        further[k, 2], further[k, 3] = rare[k].level, rare[k].digit
    found.prob, found.loss, found.entropy, found.squared_error, found.outcome_variance = [
        tuple([total(totals[0], of) + total(totals[1], of) for of in (2 * score, 2 * score + 1)])
        for score in range(SUMMED)
    ]
    found.loss_of_positives = total(totals[1], 2), total(totals[1], 3)
    found.prob_of_positives = total(totals[1], 0)
    tell(found, sums)
    return found


cdef object total(GroupTotals& of, int which):
    """Return a sum in units of 2**LOWEST; that of values for even numbers, of squares for odd."""
    found = 0
    for k in range(2, CUTS) if which % 2 else range(2):
        found += whole(of.cuts[which // 2][k]) << (UNITS[k] - LOWEST)
    if of.rare.size():
        found += written(of.rare[which])
    return found
