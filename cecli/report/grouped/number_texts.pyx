# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Rows of numbers as text, each between the same pieces of text."""

import numpy as np

from libcpp.string cimport string
from libcpp.vector cimport vector


cdef extern from "number_texts.hpp" namespace "cecli" nogil:
    void add_number(double value, string& text) except +


def filled(list pieces, const double[:, ::1] numbers):
    """Return a text for each row: its numbers, as `repr` writes them, between some pieces.

    Parameters
    ----------
    pieces : bytes, one more than columns.
    numbers : shape (rows, columns), finite.
    """
    if len(pieces) != numbers.shape[1] + 1:
        raise ValueError("not one piece more than columns")
    if not np.isfinite(numbers).all():
        raise ValueError("a number is not finite")
    cdef vector[string] between = pieces
    cdef string text
    cdef Py_ssize_t row, column
    cdef list found = []
    for row in range(numbers.shape[0]):
        text.clear()
        for column in range(numbers.shape[1]):
            text += between[column]
            add_number(numbers[row, column], text)
        text += between[numbers.shape[1]]
        found.append(text.decode("utf-8"))
    return found
