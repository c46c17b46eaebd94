# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Texts as arrays, and the table that finds them, compiled; see `cecli.statistics.texts`."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.string cimport memcmp, memcpy


cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL


cdef struct TextArrays:
    const uint8_t* letters
    const int64_t* ends
    const int64_t* hashes
    Py_ssize_t size


def packed(list texts):
    """Return the letters in UTF-8, the ends and the hashes of some texts.

    Raises
    ------
    UnicodeEncodeError
        If a text has half of a surrogate pair.
    """
    cdef Py_ssize_t count = len(texts), place, size, total = 0
    cdef const char* text
    ends, hashes = np.empty(count, np.int64), np.empty(count, np.int64)
    cdef int64_t[::1] last = ends, own = hashes
    for place in range(count):
        PyUnicode_AsUTF8AndSize(texts[place], &size)
        total += size
        last[place], own[place] = total, hash(texts[place])
    letters = np.empty(total, np.uint8)
    cdef uint8_t[::1] into = letters
    cdef Py_ssize_t begin = 0
    for place in range(count):
        text = PyUnicode_AsUTF8AndSize(texts[place], &size)
        if size:
            memcpy(&into[begin], text, size)
        begin += size
    return letters, ends, hashes


def numbers(int32_t[::1] slots, tuple known, tuple texts):
    """Return the number of each of some distinct texts, shape (n,).

    Those that are not known get the next numbers, in their order, and slots.

    Parameters
    ----------
    slots : shape of a power of two, of which more than all texts are free; −1 where one is.
    known, texts : the letters, ends and hashes.
    """
    cdef const uint8_t[::1] letters
    cdef const int64_t[::1] ends, hashes
    letters, ends, hashes = known
    cdef TextArrays before = arrays_of(letters, ends, hashes)
    letters, ends, hashes = texts
    cdef TextArrays those = arrays_of(letters, ends, hashes)
    cdef Py_ssize_t mask = slots.shape[0] - 1, place
    if slots.shape[0] & mask or slots.shape[0] <= before.size + those.size:
        raise ValueError("not enough slots, or no power of two")
    found = np.empty(those.size, np.int64)
    cdef int64_t[::1] into = found
    cdef int64_t last = before.size, slot, number
    with nogil:
        for place in range(those.size):
            slot = those.hashes[place] & mask
            number = slots[slot]
            while number >= 0 and not is_same(before, number, those, place):
                slot = (slot + 1) & mask
                number = slots[slot]
            if number < 0:
                number = last
                slots[slot] = <int32_t> number
                last += 1
            into[place] = number
    return found


cdef TextArrays arrays_of(
    const uint8_t[::1] letters, const int64_t[::1] ends, const int64_t[::1] hashes
) except *:
    cdef Py_ssize_t size = ends.shape[0], place
    cdef int64_t last = 0
    if hashes.shape[0] != size:
        raise ValueError("the arrays differ in length")
    for place in range(size):
        if not last <= ends[place] <= letters.shape[0]:
            raise IndexError(place)
        last = ends[place]
    cdef TextArrays found = TextArrays(NULL, NULL, NULL, size)
    if last:
        found.letters = &letters[0]
    if size:
        found.ends, found.hashes = &ends[0], &hashes[0]
    return found


cdef bint is_same(
    const TextArrays& known, int64_t number, const TextArrays& texts, Py_ssize_t place
) noexcept nogil:
    """Return whether a text is that of a number; those beyond the known ones are other texts."""
    if number >= known.size or known.hashes[number] != texts.hashes[place]:
        return False
    cdef int64_t first = known.ends[number - 1] if number else 0
    cdef int64_t second = texts.ends[place - 1] if place else 0
    cdef int64_t length = known.ends[number] - first
    if length != texts.ends[place] - second:
        return False
    return length == 0 or memcmp(known.letters + first, texts.letters + second, length) == 0
