# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""The sums of a comparison of two models on the same rows, from one compiled pass over the rows.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libc.stdint cimport int64_t
from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


include "../numerics/sums/written.pxi"
include "../numerics/kernel_choice.pxi"


cdef extern from "paired_sums.hpp" namespace "cecli" nogil:
    struct Moments:
        Accumulator sum, squares

    struct PairedCounts:
        int64_t better, worse

    cppclass PairedSums:
        Moments* of "of"
        Accumulator neighbours
        PairedCounts counts

    cppclass PairedPass:
        bint over(
            const double* target, const double* baseline, const double* model, Py_ssize_t size,
            double* difference, PairedSums& sums
        ) noexcept

    cppclass Probability:
        pass

    cppclass Logit:
        pass

    vector[PairedPass] paired_passes_of_this_machine[Scale]() except +


cdef vector[PairedPass] of_probabilities = paired_passes_of_this_machine[Probability]()
cdef vector[PairedPass] of_logits = paired_passes_of_this_machine[Logit]()

# The scores that are summed with their squares, in the order of sums.
SCORES = ("baseline", "model", "difference", "expected", "variance", "fourth", "energy")


cdef class SumsOfPairs:
    """Exact sums in units of 2**LOWEST_EXPONENT, and counts of rows.

    Attributes
    ----------
    moments : the sums of a score and of its squares, by the names in SCORES.
    difference : float64, shape (n,), the model's loss minus the baseline's.
    neighbours : the sum of the products of the differences of neighbouring rows.
    better, worse : rows in which the model loses less than the baseline; in which it loses more.
    """

    cdef readonly dict moments
    cdef readonly object difference, neighbours
    cdef readonly int64_t better, worse


def paired_sums(
    const double[::1] target, const double[::1] baseline, const double[::1] model, int kernel=-1
):
    """Return the `SumsOfPairs` of two models that predict observed classes.

    None if a loss, or the square of a difference, is infinite.

    Parameters
    ----------
    target : shape (n,), each 0 or 1, n > 0.
    baseline, model : shape (n,), in [0, 1].
    """
    return summed(kernel_of(of_probabilities, kernel), target, baseline, model)


def paired_sums_of_logits(
    const double[::1] target, const double[::1] baseline, const double[::1] model, int kernel=-1
):
    """Return the same of logits, which are any numbers or infinite."""
    return summed(kernel_of(of_logits, kernel), target, baseline, model)


cdef object summed(
    PairedPass over, const double[::1] target, const double[::1] baseline, const double[::1] model
):
    cdef Py_ssize_t size = target.shape[0]
    if not 0 < size == baseline.shape[0] == model.shape[0]:
        raise ValueError("the arrays are empty or differ in length")
    cdef PairedSums sums
    cdef bint is_finite
    found = SumsOfPairs()
    found.difference = np.empty(size)
    cdef double[::1] difference = found.difference
    with nogil:
        is_finite = over.over(
            &target[0], &baseline[0], &model[0], size, &difference[0], sums
        )
    if not is_finite:
        return None
    found.moments = {
        name: (written(sums.of[k].sum), written(sums.of[k].squares))
        for k, name in enumerate(SCORES)
    }
    found.neighbours = written(sums.neighbours)
    found.better, found.worse = sums.counts.better, sums.counts.worse
    return found
