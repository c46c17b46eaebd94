# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""All sums of a report on binary predictions of rows with weights, from one compiled pass.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libc.stdint cimport int64_t
from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


include "../numerics/kernel_choice.pxi"


cdef extern from "weighted_sums.hpp" namespace "cecli" nogil:
    const int LIMBS, GRID_SCORES

    cppclass Accumulator:
        void write(unsigned char* data) noexcept

    cppclass SlicedSum:
        Accumulator& total() noexcept

    struct WeightedSums:
        SlicedSum weighted, twice_weighted, squares

    struct PowerSums:
        SlicedSum first, second, third, fourth, fifth

    cppclass ClassSums:
        PowerSums powers
        SlicedSum hits, squared_hits
        WeightedSums prob, loss, entropy, squared_error, outcome_variance
        SlicedSum grids[9][2]
        double largest_cost
        Py_ssize_t largest_row

    cppclass WeightBins:
        int64_t* digits
        int64_t first, size, outside
        int shift, level

    cppclass WeightedPass:
        bint over(
            const double* target, const double* stated, const double* weight, Py_ssize_t size,
            WeightBins& bins, ClassSums* of_class
        ) noexcept

    cppclass Probability:
        pass

    cppclass Logit:
        pass

    vector[WeightedPass] weighted_passes_of_this_machine[Scale]() except +


cdef extern from "weighted_sums.hpp" namespace "cecli::WeightBins" nogil:
    const int DIGITS


cdef vector[WeightedPass] of_probabilities = weighted_passes_of_this_machine[Probability]()
cdef vector[WeightedPass] of_logits = weighted_passes_of_this_machine[Logit]()


cdef class Sums:
    """Exact sums over the rows of a class, in units of 2**LOWEST_EXPONENT.

    Attributes
    ----------
    powers : of w, w², w³, w⁴, and w³ times w² rounded.
    hits : of w and w² of the rows whose more likely class (1 at a tie) was observed.
    prob, loss, entropy, squared_error, outcome_variance : of wx, w²x and w²x² for a score x.
    grids : of w² times loss_covariance, loss_variance, brier_variance and entropy_by_prob, and of w³
        times outcome_skewness, skewness_by_logit, skewness_by_squares, loss_skewness and
        brier_skewness.
    largest_cost, largest_row : the largest product of weight and loss, and its first row; -1 if
        there are no rows.
    """

    cdef readonly tuple powers, hits, prob, loss, entropy, squared_error, outcome_variance, grids
    cdef readonly double largest_cost
    cdef readonly Py_ssize_t largest_row


def weighted_sums(
    const double[::1] target,
    const double[::1] prob,
    const double[::1] weight,
    int mantissa_bits,
    int64_t first_bin,
    Py_ssize_t bins,
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

    Returns
    -------
    negatives, positives : the `Sums` of rows whose target is 0, and of those whose target is 1.
    outside : the number of losses above 0 that have no bin.
    level : of the first digits of the bins.
    digits : of the weights in each bin, and of losses of 0, shape (bins + 1, levels).
    """
    cdef WeightedPass chosen = kernel_of(of_probabilities, kernel)
    return summed(chosen, target, prob, weight, mantissa_bits, first_bin, bins)


def weighted_sums_of_logits(
    const double[::1] target,
    const double[::1] logit,
    const double[::1] weight,
    int mantissa_bits,
    int64_t first_bin,
    Py_ssize_t bins,
    int kernel=-1,
):
    """Return the same of logits.

    Parameters
    ----------
    logit : shape (n,); usual ones are from -41 to 41, or infinite with a loss of 0.
    """
    cdef WeightedPass chosen = kernel_of(of_logits, kernel)
    return summed(chosen, target, logit, weight, mantissa_bits, first_bin, bins)


cdef object summed(
    WeightedPass over,
    const double[::1] target,
    const double[::1] stated,
    const double[::1] weight,
    int mantissa_bits,
    int64_t first_bin,
    Py_ssize_t bins,
):
    cdef Py_ssize_t size = target.shape[0]
    if not 0 < size == stated.shape[0] or weight.shape[0] != size:
        raise ValueError("the arrays are empty or differ in length")
    cdef vector[ClassSums] sums
    cdef WeightBins into
    cdef bint is_usual
    digits = np.zeros((bins + 1, DIGITS), np.int64)
    cdef int64_t[:, ::1] view = digits
    sums.resize(2)
    into.digits, into.first, into.size = &view[0, 0], first_bin, bins
    into.shift = 52 - mantissa_bits
    with nogil:
        is_usual = over.over(&target[0], &stated[0], &weight[0], size, into, sums.data())
    if not is_usual:
        return None
    return found(sums[0]), found(sums[1]), into.outside, into.level, digits


cdef object found(ClassSums& of):
    sums = Sums()
    sums.powers = (
        written(of.powers.first), written(of.powers.second), written(of.powers.third),
        written(of.powers.fourth), written(of.powers.fifth),
    )
    sums.hits = (written(of.hits), written(of.squared_hits))
    sums.prob, sums.loss, sums.entropy = moments(of.prob), moments(of.loss), moments(of.entropy)
    sums.squared_error = moments(of.squared_error)
    sums.outcome_variance = moments(of.outcome_variance)
    sums.grids = tuple([
        written(of.grids[k][0]) + written(of.grids[k][1]) for k in range(GRID_SCORES)
    ])
    sums.largest_cost, sums.largest_row = of.largest_cost, of.largest_row
    return sums


cdef tuple moments(WeightedSums& of):
    return written(of.weighted), written(of.twice_weighted), written(of.squares)


cdef object written(SlicedSum& total):
    cdef unsigned char data[4 * LIMBS]
    total.total().write(data)
    return int.from_bytes(data[: 4 * LIMBS], "little", signed=True)
