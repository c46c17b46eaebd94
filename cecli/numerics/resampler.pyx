# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""The sums of a bootstrap, compiled; `cecli.numerics.resampling` describes them.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libcpp.vector cimport vector

import numpy as np


include "kernel_choice.pxi"


cdef extern from "resampler.hpp" namespace "cecli" nogil:
    const int THRESHOLDS

    struct Resampling:
        const uint64_t* keys
        Py_ssize_t rows
        const uint64_t* pair_keys
        Py_ssize_t pairs
        const double* columns
        Py_ssize_t width
        const uint32_t* thresholds
        int64_t* totals

    struct Resampler:
        const char* name
        void (*run)(const Resampling& of) except + nogil

    vector[Resampler] resamplers_of_this_machine() except +


cdef vector[Resampler] kernels = resamplers_of_this_machine()
# The implementations that this machine supports, the fastest last.
KERNELS = tuple(kernel.name.decode() for kernel in kernels)


def drawn_totals(
    const uint64_t[::1] keys,
    const uint64_t[::1] pairs,
    const double[:, ::1] columns,
    const uint32_t[::1] thresholds,
    int kernel=-1,
):
    """Return Σ m·x for each column of whole numbers and each replicate, two for each pair."""
    if columns.shape[1] != keys.shape[0] or thresholds.shape[0] != THRESHOLDS:
        raise ValueError("the arrays differ in length")
    totals = np.zeros((columns.shape[0], 2 * pairs.shape[0]), dtype=np.int64)
    cdef int64_t[:, ::1] into = totals
    cdef Resampling task
    cdef Resampler chosen = kernel_of(kernels, kernel)
    if not totals.size or not keys.shape[0]:
        return totals
    task.keys, task.rows = &keys[0], keys.shape[0]
    task.pair_keys, task.pairs = &pairs[0], pairs.shape[0]
    task.columns, task.width = &columns[0, 0], columns.shape[0]
    task.thresholds, task.totals = &thresholds[0], &into[0, 0]
    with nogil:
        chosen.run(task)
    return totals
