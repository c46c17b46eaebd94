# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Labels drawn for cells, and their order, compiled; see `flips`, which gives the same."""

import numpy as np

from libc.stdint cimport int64_t, uint64_t
from libcpp cimport bool as cpp_bool
from libcpp.vector cimport vector


cdef extern from "flip_loops.hpp" namespace "cecli" nogil:
    cppclass Stream:
        uint64_t start, place

    cppclass Piece:
        int64_t weight, happened

    cppclass Pieces:
        vector[Piece] all
        void add(int64_t units, int64_t events, int64_t each, cpp_bool is_wide) except +

    void draw_events(
        Stream& stream, const int64_t* units, const double* probability, Py_ssize_t size,
        int64_t* events
    ) except +
    void pool_at_random(Stream& stream, Pieces& pieces) except +


def drawn(
    const int64_t[::1] units,
    const int64_t[::1] each,
    const double[::1] probability,
    const unsigned char[::1] is_rest,
    const unsigned char[::1] is_wide,
    uint64_t start,
):
    """Return the events drawn in each cell, shape (n,), and the weight and the events of each pool.

    Parameters
    ----------
    units, each : shape (n,), from 1 on; the sum of their products is below 2**62.
    probability : of an event, from 0 to 1/2, shape (n,); of no event, where `is_rest`.
    is_wide : whether the units of a cell have an order.
    start : of the stream of random numbers.
    """
    cdef Py_ssize_t size = units.shape[0], i
    cdef Stream stream
    cdef Pieces pieces
    if not each.shape[0] == probability.shape[0] == is_rest.shape[0] == is_wide.shape[0] == size:
        raise ValueError("the arrays differ in length")
    stream.start, stream.place = start, 0
    events = np.empty(size, np.int64)
    cdef int64_t[::1] happened = events
    if size:
        with nogil:
            draw_events(stream, &units[0], &probability[0], size, &happened[0])
            for i in range(size):
                if is_rest[i]:
                    happened[i] = units[i] - happened[i]
                pieces.add(units[i], happened[i], each[i], is_wide[i])
            pool_at_random(stream, pieces)
    pools = np.empty((2, pieces.all.size()), np.int64)
    cdef int64_t[:, ::1] view = pools
    for i in range(view.shape[1]):
        view[0, i], view[1, i] = pieces.all[i].weight, pieces.all[i].happened
    return events, pools[0], pools[1]
