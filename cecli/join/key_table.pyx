# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""The table of keys, compiled; see `index`, which gives the same."""

import numpy as np

from libc.stdint cimport int64_t, uint8_t, uint64_t
from libc.string cimport memcpy
from libcpp.vector cimport vector


cdef extern from "key_table.hpp" namespace "cecli" nogil:
    struct Texts:
        const uint8_t* buffer
        const int64_t* begins
        const int64_t* ends
        Py_ssize_t rows

    cppclass Key:
        Py_ssize_t length()
        const uint8_t* text()

    cppclass KeyTable:
        KeyTable(uint64_t mask) except +
        int64_t size()
        int64_t bytes()
        const Key& key(int64_t number)
        Py_ssize_t add(const Texts& texts, int64_t& number) except +
        void find(const Texts& texts, int64_t* numbers) except +

    void write_parts(const Texts& texts, int bits, uint8_t* parts) except +
    void copy(const Texts& texts, uint8_t* into)
    Py_ssize_t write_together(
        const vector[Texts]& columns, uint8_t* into, int64_t* begins, int64_t* ends
    )
    Py_ssize_t note_lines(
        const int64_t* numbers, const int64_t* lines, Py_ssize_t rows, int64_t* line_of
    )


cdef Texts texts_of(
    const uint8_t[::1] buffer, const int64_t[::1] begins, const int64_t[::1] ends
) except *:
    """Return texts, of which at least one byte must follow the last."""
    cdef Py_ssize_t row, rows = begins.shape[0]
    if ends.shape[0] != rows:
        raise ValueError("the arrays differ in length")
    if rows == 0:
        return Texts(NULL, NULL, NULL, 0)
    for row in range(rows):
        if not 0 <= begins[row] <= ends[row] < buffer.shape[0]:
            raise IndexError(row)
    return Texts(&buffer[0], &begins[0], &ends[0], rows)


cdef class Table:
    """Distinct keys, numbered from 0 in the order in which they were added.

    Parameters
    ----------
    mask : the bits of hashes that are used; few of them make different keys share a hash.
    """

    cdef KeyTable* table

    def __cinit__(self, uint64_t mask=0xffffffffffffffff):
        self.table = new KeyTable(mask)

    def __dealloc__(self):
        del self.table

    def __len__(self):
        return self.table.size()

    @property
    def nbytes(self):
        return self.table.bytes()

    def add(self, buffer, begins, ends):
        """Add keys up to the first that is there already.

        Return its row and its number; None if all are new.
        """
        cdef Texts texts = texts_of(buffer, begins, ends)
        cdef int64_t number = 0
        cdef Py_ssize_t row
        with nogil:
            row = self.table.add(texts, number)
        return None if row == texts.rows else (row, number)

    def find(self, buffer, begins, ends):
        """Return the numbers of keys, int64 of shape (n,): -1 for a key that is not there."""
        cdef Texts texts = texts_of(buffer, begins, ends)
        numbers = np.empty(texts.rows, np.int64)
        cdef int64_t[::1] into = numbers
        if texts.rows:
            with nogil:
                self.table.find(texts, &into[0])
        return numbers

    def keys(self, int64_t start, int64_t stop):
        """Return the keys with consecutive numbers: their buffer, begins and ends."""
        if not 0 <= start <= stop <= self.table.size():
            raise IndexError(start, stop)
        cdef int64_t number, size = 0, length
        for number in range(start, stop):
            size += self.table.key(number).length()
        buffer = np.empty(size + 1, np.uint8)
        begins, ends = np.empty(stop - start, np.int64), np.empty(stop - start, np.int64)
        cdef uint8_t[::1] into = buffer
        cdef int64_t[::1] first = begins, last = ends
        size = 0
        for number in range(start, stop):
            length = self.table.key(number).length()
            memcpy(&into[size], self.table.key(number).text(), length)
            first[number - start] = size
            size += length
            last[number - start] = size
        into[size] = 0
        return buffer, begins, ends

    def key(self, int64_t number):
        """Return the bytes of the key with this number."""
        if not 0 <= number < self.table.size():
            raise IndexError(number)
        cdef const Key* key = &self.table.key(number)
        return key.text()[: key.length()]


def parts_of(buffer, begins, ends, int bits):
    """Return for each key to which of 2^bits parts it belongs, uint8 of shape (n,)."""
    cdef Texts texts = texts_of(buffer, begins, ends)
    if not 1 <= bits <= 8:
        raise ValueError(bits)
    parts = np.empty(texts.rows, np.uint8)
    cdef uint8_t[::1] into = parts
    if texts.rows:
        with nogil:
            write_parts(texts, bits, &into[0])
    return parts


def copied(buffer, begins, ends):
    """Return the texts one behind the other, uint8 of shape (n,)."""
    cdef Texts texts = texts_of(buffer, begins, ends)
    copied = np.empty(int((ends - begins).sum()), np.uint8)
    cdef uint8_t[::1] into = copied
    if into.shape[0]:
        with nogil:
            copy(texts, &into[0])
    return copied


def together(columns):
    """Return the texts of several columns as one: its buffer, begins and ends.

    Parameters
    ----------
    columns : (buffer, begins, ends) of each.
    """
    cdef vector[Texts] parts
    cdef Py_ssize_t rows = len(columns[0][1]), size = 1
    for buffer, begins, ends in columns:
        parts.push_back(texts_of(buffer, begins, ends))
        if parts.back().rows != rows:
            raise ValueError("the columns differ in length")
        # Each byte may need another, and `, ` comes before it.
        size += 2 * int((ends - begins).sum()) + 2 * rows
    joined = np.empty(size, np.uint8)
    firsts, lasts = np.empty(rows, np.int64), np.empty(rows, np.int64)
    cdef uint8_t[::1] into = joined
    cdef int64_t[::1] first = firsts, last = lasts
    size = 0
    if rows:
        with nogil:
            size = write_together(parts, &into[0], &first[0], &last[0])
    into[size] = 0
    return joined[: size + 1], firsts, lasts


def note(const int64_t[::1] numbers, const int64_t[::1] lines, int64_t[::1] line_of):
    """Note for the key of each row the line that asked for it, in line_of[number].

    Return the first row whose key was asked for before; None if none was. A number of -1 is passed
    over.
    """
    cdef Py_ssize_t row, rows = numbers.shape[0]
    if lines.shape[0] != rows:
        raise ValueError("the arrays differ in length")
    for row in range(rows):
        if not -1 <= numbers[row] < line_of.shape[0]:
            raise IndexError(row)
    if rows == 0 or line_of.shape[0] == 0:
        return None
    with nogil:
        row = note_lines(&numbers[0], &lines[0], rows, &line_of[0])
    return None if row == rows else row
