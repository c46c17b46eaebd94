# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Natural logarithms, compiled; same bits as `cecli.numerics.distributions.logarithm`.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

import numpy as np

from libcpp.vector cimport vector


cdef extern from "logarithm.hpp" namespace "cecli" nogil:
    const char* KINDS[]

    ctypedef void (*Map)(const double* x, Py_ssize_t size, double* into) noexcept nogil

    cppclass Log:
        pass

    cppclass Log1p:
        pass

    vector[Map] maps_of_this_machine[Function]() except +


cdef vector[Map] logs = maps_of_this_machine[Log]()
cdef vector[Map] log1ps = maps_of_this_machine[Log1p]()
# The implementations that this machine supports, the fastest last.
KERNELS = tuple(KINDS[kind].decode() for kind in range(<int> logs.size()))


def log_of(const double[::1] x, int kernel=-1):
    """Return ln x of each."""
    return mapped(logs, x, kernel)


def log1p_of(const double[::1] x, int kernel=-1):
    """Return ln(1 + x) of each."""
    return mapped(log1ps, x, kernel)


cdef object mapped(vector[Map]& ways, const double[::1] x, int kernel):
    if not -1 <= kernel < <int> ways.size():
        raise IndexError(kernel)
    cdef Map way = ways[kernel if kernel >= 0 else ways.size() - 1]
    cdef Py_ssize_t size = x.shape[0]
    found = np.empty(size)
    cdef double[::1] into = found
    if size:
        with nogil:
            way(&x[0], size, &into[0])
    return found
