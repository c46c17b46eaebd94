# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""All sums of a report on binary predictions, from one compiled pass over the rows.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libc.stdint cimport int64_t, uint64_t
from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


include "binary_sums.pxi"
include "../numerics/kernel_choice.pxi"


cdef extern from "one_pass.hpp" namespace "cecli" nogil:
    cppclass Pass:
        bint over(
            const double* target, const double* prob, Py_ssize_t size, double low, double high,
            const Bins& bins, uint64_t* packed, BinarySums& sums
        ) noexcept

    cppclass Probability:
        pass

    cppclass Logit:
        pass

    vector[Pass] passes_of_this_machine[Scale]() except +


cdef extern from "counted_pass.hpp" namespace "cecli" nogil:
    cppclass CountedPass:
        bint over(
            const double* target, const double* prob, const double* count, Py_ssize_t size,
            double low, double high, const Bins& bins, BinarySums& sums
        ) noexcept

    vector[CountedPass] counted_passes_of_this_machine[Scale]() except +


cdef vector[Pass] of_probabilities = passes_of_this_machine[Probability]()
cdef vector[Pass] of_logits = passes_of_this_machine[Logit]()
cdef vector[CountedPass] of_counted = counted_passes_of_this_machine[Probability]()
cdef vector[CountedPass] of_counted_logits = counted_passes_of_this_machine[Logit]()


def binary_sums(
    const double[::1] target,
    const double[::1] prob,
    limits,
    int kernel=-1,
):
    """Return the `Sums` of binary predictions of observed classes; None if a loss is infinite.

    Parameters
    ----------
    target : shape (n,), each 0 or 1, n > 0.
    prob : shape (n,), in [0, 1].
    limits : see `cecli.kernels.binary_pass.Limits`.
    """
    cdef Limits within = limits_of(limits)
    return summed(kernel_of(of_probabilities, kernel), target, prob, within)


def binary_sums_of_logits(
    const double[::1] target,
    const double[::1] logit,
    limits,
    int kernel=-1,
):
    """Return the same of logits, which are any numbers or infinite; so are the bounds."""
    cdef Limits within = limits_of(limits)
    return summed(kernel_of(of_logits, kernel), target, logit, within)


def counted_sums(
    const double[::1] target,
    const double[::1] prob,
    const double[::1] count,
    limits,
    int kernel=-1,
):
    """Return the same of rows that each stand for several, without packed rows.

    None if a loss is not below 2**980.

    Parameters
    ----------
    count : shape (n,), whole numbers from 1 to 2**40.
    """
    cdef Limits within = limits_of(limits)
    return summed_counts(kernel_of(of_counted, kernel), target, prob, count, within)


def counted_sums_of_logits(
    const double[::1] target,
    const double[::1] logit,
    const double[::1] count,
    limits,
    int kernel=-1,
):
    """Return the same of logits of rows that each stand for several."""
    cdef Limits within = limits_of(limits)
    return summed_counts(kernel_of(of_counted_logits, kernel), target, logit, count, within)


cdef object summed(
    Pass over,
    const double[::1] target,
    const double[::1] stated,
    Limits within,
):
    if not 0 < target.shape[0] == stated.shape[0]:
        raise ValueError("the arrays are empty or differ in length")
    cdef BinarySums sums
    cdef bint is_finite
    found = Sums()
    found.counts = np.zeros(within.bins.size, np.int64)
    found.packed = np.empty(len(target), np.uint64)
    cdef int64_t[::1] counts = found.counts
    cdef uint64_t[::1] packed = found.packed
    within.bins.counts = &counts[0]
    with nogil:
        is_finite = over.over(
            &target[0], &stated[0], target.shape[0], within.low, within.high, within.bins, &packed[0],
            sums,
        )
    return told(found, sums) if is_finite else None


cdef object summed_counts(
    CountedPass over,
    const double[::1] target,
    const double[::1] stated,
    const double[::1] count,
    Limits within,
):
    if not 0 < target.shape[0] == stated.shape[0] == count.shape[0]:
        raise ValueError("the arrays are empty or differ in length")
    cdef BinarySums sums
    cdef bint is_finite
    found = Sums()
    found.counts = np.zeros(within.bins.size, np.int64)
    cdef int64_t[::1] counts = found.counts
    within.bins.counts = &counts[0]
    with nogil:
        is_finite = over.over(
            &target[0], &stated[0], &count[0], target.shape[0], within.low, within.high, within.bins,
            sums,
        )
    return told(found, sums) if is_finite else None


cdef object told(Sums found, BinarySums& sums):
    """Return all sums, once they are set."""
    found.prob, found.loss = moments(sums.prob), moments(sums.loss)
    found.entropy, found.squared_error = moments(sums.entropy), moments(sums.squared_error)
    found.outcome_variance = moments(sums.outcome_variance)
    found.loss_of_positives = moments(sums.loss_of_positives)
    found.prob_of_positives = written(sums.prob_of_positives)
    tell(found, sums)
    return found


cdef tuple moments(Moments& of):
    return written(of.sum), written(of.squares)
