# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Logarithms, exponentials, Bernoulli distributions and terms of divergences, compiled.

They have the bits of `logarithm`, `exponential`, `bernoulli` and `divergences` beside it.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libcpp.vector cimport vector


include "../kernel_choice.pxi"


cdef extern from "elementary.hpp" namespace "cecli" nogil:
    const char* KINDS[]

    ctypedef void (*Map)(const double* x, Py_ssize_t size, double* into) noexcept nogil

    cppclass Log:
        pass

    cppclass Log1p:
        pass

    cppclass Exp:
        pass

    cppclass Expm1:
        pass

    cppclass ProbOfLogit "cecli::Prob<cecli::Logit>":
        pass

    cppclass SurprisalOfLogit "cecli::Surprisal<cecli::Logit>":
        pass

    cppclass SurprisalOfProb "cecli::Surprisal<cecli::Probability>":
        pass

    vector[Map] maps_of_this_machine[Function]() except +


cdef extern from "excess.hpp" namespace "cecli" nogil:
    ctypedef bint (*Excess)(
        const double* p, const double* q, const double* difference, Py_ssize_t size, double* into
    ) noexcept nogil

    vector[Excess] excesses_of_this_machine() except +


cdef vector[Map] logs = maps_of_this_machine[Log]()
cdef vector[Map] log1ps = maps_of_this_machine[Log1p]()
cdef vector[Map] exps = maps_of_this_machine[Exp]()
cdef vector[Map] expm1s = maps_of_this_machine[Expm1]()
cdef vector[Map] probs_of_logits = maps_of_this_machine[ProbOfLogit]()
cdef vector[Map] surprisals_of_logits = maps_of_this_machine[SurprisalOfLogit]()
cdef vector[Map] surprisals_of_probs = maps_of_this_machine[SurprisalOfProb]()
cdef vector[Excess] excesses = excesses_of_this_machine()
# The implementations that this machine supports, the fastest last.
KERNELS = tuple(KINDS[kind].decode() for kind in range(<int> logs.size()))


def log_of(const double[::1] x, int kernel=-1):
    """Return ln x of each."""
    return mapped(logs, x, kernel)


def log1p_of(const double[::1] x, int kernel=-1):
    """Return ln(1 + x) of each."""
    return mapped(log1ps, x, kernel)


def exp_of(const double[::1] x, int kernel=-1):
    """Return e^x of each."""
    return mapped(exps, x, kernel)


def expm1_of(const double[::1] x, int kernel=-1):
    """Return e^x − 1 of each."""
    return mapped(expm1s, x, kernel)


def prob_of_logits(const double[::1] z, int kernel=-1):
    """Return the probabilities of both classes by the logit of class 1, shape (2, n)."""
    return mapped_classes(probs_of_logits, z, kernel)


def surprisal_of_logits(const double[::1] z, int kernel=-1):
    """Return minus their logarithms, shape (2, n)."""
    return mapped_classes(surprisals_of_logits, z, kernel)


def surprisal_of_probs(const double[::1] q, int kernel=-1):
    """Return −ln(1 − q) and −ln q, shape (2, n)."""
    return mapped_classes(surprisals_of_probs, q, kernel)


def excess_of(
    const double[::1] p, const double[::1] q, const double[::1] difference, int kernel=-1
):
    """Return (q − p) − p ln(q/p) of each, given q − p.

    None if q/p is beyond ½ and 2 for positive p anywhere, and it, p or q is no normal number.
    """
    cdef Excess way = kernel_of(excesses, kernel)
    cdef Py_ssize_t size = p.shape[0]
    cdef bint is_usual = True
    if not size == q.shape[0] == difference.shape[0]:
        raise ValueError("the arrays differ in length")
    found = np.empty(size)
    cdef double[::1] into = found
    if size:
        with nogil:
            is_usual = way(&p[0], &q[0], &difference[0], size, &into[0])
    return found if is_usual else None


cdef object mapped(vector[Map]& ways, const double[::1] x, int kernel):
    found = np.empty(x.shape[0])
    write(kernel_of(ways, kernel), x, found)
    return found


cdef object mapped_classes(vector[Map]& ways, const double[::1] x, int kernel):
    found = np.empty((2, x.shape[0]))
    write(kernel_of(ways, kernel), x, found.reshape(-1))
    return found


cdef int write(Map way, const double[::1] x, double[::1] into) except -1:
    cdef Py_ssize_t size = x.shape[0]
    if size:
        with nogil:
            way(&x[0], size, &into[0])
    return 0
