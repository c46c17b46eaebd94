# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=True
"""What Python or numpy computes of one number after the other, compiled, with its bits."""

import math

import numpy as np

from libcpp.vector cimport vector


cdef extern from "scalar_loops.hpp" namespace "cecli" nogil:
    void square_each(const double* x, Py_ssize_t size, double* into)
    void convolve(
        const double* x, Py_ssize_t size, const double* kernel, Py_ssize_t reach, double* into
    )
    double fraction "cecli::beta_fraction"(
        double a, double b, double x, int most, double least, double tiny
    )

    vector[Py_ssize_t] sum_each(
        const vector[const double*]& columns, Py_ssize_t rows, double* into
    ) except +


cdef extern from "scalar_loops.hpp" namespace "cecli::RoundedSum" nogil:
    const int MOST


def squares(const double[::1] x):
    """Return x**2 of each, shape (n,)."""
    found = np.empty(x.shape[0])
    cdef double[::1] into = found
    if x.shape[0]:
        with nogil:
            square_each(&x[0], x.shape[0], &into[0])
    return found


def convolved(const double[::1] x, const double[::1] kernel):
    """Return the sums of kernel[|k|] x[i + k], from the middle outwards.

    Parameters
    ----------
    x : shape (n + 2 reach,): as many before the first place and after the last as the kernel reaches.
    kernel : one half of it, from the middle, shape (reach + 1,).

    Returns
    -------
    Shape (n,).
    """
    cdef Py_ssize_t reach = kernel.shape[0] - 1, size = x.shape[0] - 2 * reach
    if reach < 0 or size < 0:
        raise ValueError("the kernel reaches beyond the values")
    found = np.empty(size)
    cdef double[::1] into = found
    if size:
        with nogil:
            convolve(&x[reach], size, &kernel[0], reach, &into[0])
    return found


def sums(list terms):
    """Return `math.fsum` of each place of one or more arrays, shape (n,) each."""
    cdef vector[const double*] columns
    cdef const double[::1] column
    cdef Py_ssize_t size = len(terms[0])
    if len(terms) > MOST:
        return np.array([math.fsum(row) for row in zip(*terms, strict=True)])
    for term in terms:
        column = term
        if column.shape[0] != size:
            raise ValueError("the arrays differ in length")
        columns.push_back(&column[0] if size else NULL)
    found = np.empty(size)
    cdef double[::1] into = found
    cdef vector[Py_ssize_t] others
    if size:
        with nogil:
            others = sum_each(columns, size, &into[0])
    for row in others:
        found[row] = math.fsum([term[row] for term in terms])
    return found


def beta_fraction(double a, double b, double x, int most, double least, double tiny):
    """Return `tails._fraction`, in fewer than `most` steps, with its other constants."""
    return fraction(a, b, x, most, least, tiny)
