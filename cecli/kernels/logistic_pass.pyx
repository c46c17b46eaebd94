# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""The sums of a logistic fit along the logits of predictions, from one compiled pass over the rows.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

from libcpp.vector cimport vector

from cecli.numerics.sums.accumulator import KERNELS


include "../numerics/sums/written.pxi"
include "../numerics/kernel_choice.pxi"


cdef extern from "logistic_pass.hpp" namespace "cecli" nogil:
    cppclass LogisticCurve:
        double slope, intercept
        bint is_shift
        int terms()

    cppclass LogisticSums:
        Accumulator* of "of"

    cppclass LogisticPass:
        bint over(
            const double* target, const double* prob, Py_ssize_t size, const LogisticCurve& curve,
            LogisticSums& sums
        ) noexcept

    vector[LogisticPass] logistic_passes_of_this_machine() except +


cdef vector[LogisticPass] passes = logistic_passes_of_this_machine()


def logistic_sums(
    const double[::1] target,
    const double[::1] prob,
    double slope,
    double intercept,
    bint is_shift,
    int kernel=-1,
):
    """Return the sums of the loss, of its derivatives and of the second ones, exact.

    They are in units of 2**LOWEST_EXPONENT: by the slope and the intercept, or by the intercept
    alone if the slope is held at 1. None if a logit is infinite.

    Parameters
    ----------
    target, prob : shape (n,), in [0, 1].
    """
    cdef LogisticCurve curve
    cdef LogisticSums sums
    cdef bint is_finite = True
    if target.shape[0] != prob.shape[0]:
        raise ValueError("the arrays differ in length")
    cdef LogisticPass chosen = kernel_of(passes, kernel)
    curve.slope, curve.intercept, curve.is_shift = slope, intercept, is_shift
    if target.shape[0]:
        with nogil:
            is_finite = chosen.over(&target[0], &prob[0], target.shape[0], curve, sums)
    if not is_finite:
        return None
    return tuple([written(sums.of[k]) for k in range(curve.terms())])
