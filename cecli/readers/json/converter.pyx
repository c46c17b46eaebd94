# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""The compiled converter: it turns arrays into lines, and lines into the wanted values.

It does not hold the GIL, and keeps no state, so several threads can use it.
"""

from libc.stdint cimport int64_t
from libcpp.string cimport string
from libcpp.vector cimport vector


cdef extern from "members.hpp" namespace "cecli" nogil:
    cppclass Members:
        Members(vector[string] columns) except +
        size_t convert(
            const char* text, size_t start, size_t size, string& out, int64_t& lines
        ) except +

    size_t split_objects "cecli::split"(
        const char* text, size_t start, size_t size, string& out, int64_t& count
    ) except +


def convert(bytes text, Py_ssize_t start, Py_ssize_t size, columns):
    """Return whole lines as delimited text, the offset after them, and their number.

    They end at `size`, or before the first line that is no plain record.

    Parameters
    ----------
    columns : the paths of the values in each row, as UTF-8; a row ends with an empty cell.
    """
    cdef vector[string] wanted = columns
    cdef Members* members = new Members(wanted)
    cdef string out
    cdef int64_t lines = 0
    cdef size_t end = start, first = start, stop = size
    cdef const char* begin = text
    try:
        with nogil:
            end = members.convert(begin, first, stop, out, lines)
    finally:
        del members
    return <bytes> out, <Py_ssize_t> end, lines


def split(bytes text, Py_ssize_t start):
    """Return the objects of an array that are followed by commas, and the offset after the last.

    Each is on a line of its own. The third value is their number.
    """
    cdef string out
    cdef int64_t count = 0
    cdef size_t end, first = start, size = len(text)
    cdef const char* begin = text
    with nogil:
        end = split_objects(begin, first, size, out, count)
    return <bytes> out, <Py_ssize_t> end, count
