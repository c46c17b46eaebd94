# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""Products of hashed rows, compiled; `cecli.numerics.multisets.muhash` describes them.

`kernel` is one of range(len(KERNELS)); all give the same result.
"""

from libc.stdint cimport int64_t, uint64_t
from libcpp.vector cimport vector

import numpy as np


include "../kernel_choice.pxi"


cdef extern from "muhash.hpp" namespace "cecli" nogil:
    const int WORDS
    const int HASH_WORDS
    const int TEXT_DIGEST

    struct Rows:
        const uint64_t* columns
        Py_ssize_t width
        Py_ssize_t rows
        const uint64_t* key
        uint64_t* product

    struct Multiplier:
        const char* name
        void (*run)(const Rows& of) noexcept nogil

    vector[Multiplier] multipliers_of_this_machine() except +
    void hash_texts(
        const unsigned char* letters, const int64_t* ends, Py_ssize_t texts, uint64_t* into
    ) noexcept


cdef vector[Multiplier] kernels = multipliers_of_this_machine()
# The implementations that this machine supports, the fastest last.
KERNELS = tuple(kernel.name.decode() for kernel in kernels)


def product(const uint64_t[:, ::1] columns, const uint64_t[::1] key, int kernel=-1):
    """Return the product of the hashes of rows as words, shape (48,), the lowest first.

    It is below 2^3072, and may be above the prime.
    """
    if key.shape[0] != HASH_WORDS or not columns.shape[0]:
        raise ValueError("a key has eight words, and a row has one or more")
    found = np.zeros(WORDS, dtype=np.uint64)
    found[0] = 1
    cdef uint64_t[::1] into = found
    cdef Multiplier chosen = kernel_of(kernels, kernel)
    cdef Rows task
    if not columns.shape[1]:
        return found
    task.columns, task.width, task.rows = &columns[0, 0], columns.shape[0], columns.shape[1]
    task.key, task.product = &key[0], &into[0]
    with nogil:
        chosen.run(task)
    return found


def text_hashes(const unsigned char[::1] letters, const int64_t[::1] ends):
    """Return the hash of each text as words, shape (texts, 4)."""
    cdef Py_ssize_t texts = ends.shape[0], place
    if texts and (ends[texts - 1] != letters.shape[0] or ends[0] < 0):
        raise ValueError("the texts do not end with the letters")
    for place in range(1, texts):
        if ends[place] < ends[place - 1]:
            raise ValueError("a text ends before it begins")
    found = np.zeros((texts, TEXT_DIGEST // 8), dtype=np.uint64)
    cdef uint64_t[:, ::1] into = found
    if not texts:
        return found
    with nogil:
        hash_texts(&letters[0] if letters.shape[0] else NULL, &ends[0], texts, &into[0, 0])
    return found
