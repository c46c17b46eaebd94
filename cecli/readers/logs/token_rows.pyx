# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""The tokens in the records of a log, compiled; `tokens` beside it gives the same."""

import numpy as np

from libc.stdint cimport int64_t
from libcpp.string cimport string
from libcpp.vector cimport vector


cdef extern from "token_rows.hpp" namespace "cecli" nogil:
    struct Texts:
        vector[string] names

    cppclass TokenRows:
        TokenRows(
            const vector[string]& paths, const vector[int]& parts, bint with_tops,
            bint with_contexts
        ) except +
        size_t read(const char* text, size_t start, size_t size, int64_t first_line) except +
        vector[int64_t] lines, choices, positions, tokens, docs, epochs, blanks
        vector[double] logprobs, sizes
        vector[string] tops, contexts
        Texts token_texts, doc_texts, epoch_texts
        int64_t read_lines


cdef extern from "common.hpp" namespace "cecli" nogil:
    cppclass Common:
        vector[double] p, q
        bint has_same_likeliest
        bint find(const string& ours, const string& theirs) except +


def read(
    bytes text, Py_ssize_t start, Py_ssize_t size, int64_t first_line, list paths, list parts,
    bint with_tops, bint with_contexts,
):
    """Return the rows of whole lines, the offset after them, and their number.

    They end at `size`, or before the first line that is no plain record. The rows are arrays of
    lines, choices, positions, log-probabilities and sizes; codes and names of tokens, documents and
    epochs; the likeliest tokens of each, and what is around it, as texts; and the lines that are blank.

    Parameters
    ----------
    paths : the paths of values, as UTF-8, and `parts` what they are, by its number.
    """
    cdef vector[string] places = paths
    cdef vector[int] wanted = parts
    cdef TokenRows* rows = new TokenRows(places, wanted, with_tops, with_contexts)
    cdef const char* begin = text
    cdef size_t end = start, first = start, stop = size
    try:
        with nogil:
            end = rows.read(begin, first, stop, first_line)
        found = (
            _integers(rows.lines), _integers(rows.choices), _integers(rows.positions),
            _floats(rows.logprobs), _floats(rows.sizes),
            (_integers(rows.tokens), _texts(rows.token_texts.names)),
            (_integers(rows.docs), _texts(rows.doc_texts.names)),
            (_integers(rows.epochs), _texts(rows.epoch_texts.names)),
            _texts(rows.tops), _texts(rows.contexts), _integers(rows.blanks),
        )
        return found, <Py_ssize_t> end, rows.read_lines
    finally:
        del rows


def common(list p, list q):
    """Return what cells of p and of q have in common.

    Returns
    -------
    the number of such tokens in each row; all their log-probabilities of p, and of q; and whether
    the likeliest token is the same.
    """
    cdef Common found
    cdef vector[int64_t] counts
    cdef vector[double] ours, theirs, same
    cdef size_t i
    for ours_cell, theirs_cell in zip(p, q, strict=True):
        first, second = ours_cell.encode("utf-8", "surrogateescape"), theirs_cell.encode(
            "utf-8", "surrogateescape"
        )
        if not found.find(first, second):
            raise ValueError(ours_cell)
        counts.push_back(found.p.size())
        for i in range(found.p.size()):
            ours.push_back(found.p[i])
            theirs.push_back(found.q[i])
        same.push_back(found.has_same_likeliest)
    return _integers(counts), _floats(ours), _floats(theirs), _floats(same)


cdef _integers(const vector[int64_t]& values):
    made = np.empty(values.size(), np.int64)
    cdef int64_t[::1] into = made
    cdef size_t i
    for i in range(values.size()):
        into[i] = values[i]
    return made


cdef _floats(const vector[double]& values):
    made = np.empty(values.size(), np.float64)
    cdef double[::1] into = made
    cdef size_t i
    for i in range(values.size()):
        into[i] = values[i]
    return made


cdef _texts(const vector[string]& names):
    cdef size_t i
    cdef bytes name
    made = []
    for i in range(names.size()):
        name = names[i]
        made.append(name.decode("utf-8", "surrogateescape"))
    return made
