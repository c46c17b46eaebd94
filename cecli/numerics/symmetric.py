"""Eigenvalues of small symmetric matrices, and forms of inverses, the same on every machine.

What LAPACK computes depends on its library and on the processor. Here, rotations touch rows and
columns by additions and multiplications of single numbers, so nothing depends on the order of a
sum.
"""

import math

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats

MOST_SWEEPS = 60
# Elements beside the diagonal that are smaller than this, relative to it, count as 0.
NEGLIGIBLE = 2.0**-60


def eigen(matrix: Floats) -> tuple[Floats, Floats]:
    """Return the eigenvalues of a symmetric matrix, ascending, and its eigenvectors as columns.

    Parameters
    ----------
    matrix : shape (k, k), finite.

    Returns
    -------
    shapes (k,) and (k, k).

    Notes
    -----
    Jacobi's method: each rotation makes one element beside the diagonal 0, and those of disjoint
    pairs of rows are done together. The errors are a few ulp of the largest eigenvalue.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013), Matrix Computations, sections 8.5.2 and 8.5.6.

    Examples
    --------
    >>> eigen(np.array([[2.0, 1.0], [1.0, 2.0]]))[0].round(12).tolist()
    [1.0, 3.0]
    """
    a, vectors = matrix.copy(), np.eye(len(matrix))
    pairings = _pairings(len(matrix))
    for _ in range(MOST_SWEEPS):
        beside = np.abs(a - np.diag(np.diag(a))).max(initial=0.0)
        if beside <= NEGLIGIBLE * np.abs(np.diag(a)).max(initial=0.0):
            break
        for p, q in pairings:
            c, s = _rotations(a[p, p], a[q, q], a[p, q])
            _rotate(a, p, q, c, s)
            _rotate(a.T, p, q, c, s)
            _rotate(vectors.T, p, q, c, s)
            # Rounding leaves a little there, which each sweep would rotate anew.
            a[p, q] = a[q, p] = 0.0
    values = np.diag(a)
    order = np.argsort(values, kind="stable")
    return values[order], vectors[:, order]


def inverse_form(matrix: Floats, vector: Floats) -> float:
    """Return vᵀM⁻¹v of a positive definite matrix M.

    Parameters
    ----------
    matrix : shape (k, k).
    vector : shape (k,).

    Notes
    -----
    By elimination, M = LDLᵀ, the form is Σ y²/d with Ly = v. Of a graph's Laplacian, less a row and
    column, the elements beside the diagonal only add up, and no digits are lost there.

    Examples
    --------
    >>> inverse_form(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([1.0, 1.0]))
    0.6666666666666666
    """
    rest, left, terms = matrix.copy(), vector.copy(), []
    for _ in range(len(vector)):
        pivot, first = rest[0, 0], left[0]
        terms.append(float(first * first / pivot))
        share = rest[1:, 0] / pivot
        left = left[1:] - share * first
        rest = rest[1:, 1:] - share[:, None] * rest[0, 1:]
    return math.fsum(terms)


Places = NDArray[np.intp]


def _pairings(size: int) -> list[tuple[Places, Places]]:
    """Return rounds of disjoint pairs of rows, in which each pair occurs once: a tournament."""
    rounds = []
    players = np.arange(size + size % 2)
    for _ in range(len(players) - 1):
        first, second = players[: len(players) // 2], players[::-1][: len(players) // 2]
        plays = (first < size) & (second < size)
        rounds.append((first[plays], second[plays]))
        players = np.concatenate((players[:1], players[-1:], players[1:-1]))
    return rounds


def _rotations(app: Floats, aqq: Floats, apq: Floats) -> tuple[Floats, Floats]:
    """Return the cosines and sines of the rotations that make a_pq 0."""
    with np.errstate(all="ignore"):
        tau = (aqq - app) / (2.0 * apq)
        tangent = 1.0 / (np.abs(tau) + np.sqrt(1.0 + tau * tau))
        tangent = np.where(apq == 0.0, 0.0, np.where(tau < 0.0, -tangent, tangent))
    cosine = 1.0 / np.sqrt(1.0 + tangent * tangent)
    return cosine, tangent * cosine


def _rotate(rows: Floats, p: Places, q: Places, c: Floats, s: Floats) -> None:
    """Rotate pairs of rows, in place."""
    first, second = rows[p], rows[q]
    rows[p] = c[:, None] * first - s[:, None] * second
    rows[q] = s[:, None] * first + c[:, None] * second
