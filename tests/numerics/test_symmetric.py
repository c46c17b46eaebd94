"""Eigenvalues against those of LAPACK, and the laws of a decomposition."""

import numpy as np
import pytest

from cecli.numerics.symmetric import eigen, inverse_form


def symmetric(size, rank=None, seed=0):
    rng = np.random.default_rng(seed + size)
    factor = rng.normal(size=(size, rank or size))
    return factor @ factor.T / size


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 20, 60])
@pytest.mark.parametrize("rank", [None, 1])
def test_the_decomposition_is_that_of_lapack(size, rank):
    matrix = symmetric(size, rank)
    values, vectors = eigen(matrix)
    largest = np.abs(values).max()
    np.testing.assert_allclose(values, np.linalg.eigvalsh(matrix), atol=1e-13 * largest)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(size), atol=1e-13)
    np.testing.assert_allclose(matrix @ vectors, vectors * values, atol=1e-13 * largest)


def test_a_diagonal_matrix_is_sorted_without_rounding():
    values, vectors = eigen(np.diag([3.0, -1.0, 2.0]))
    assert values.tolist() == [-1.0, 2.0, 3.0]
    assert vectors.tolist() == [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


def test_extreme_scales_are_decomposed():
    for scale in (1e-150, 1e150):
        values, _ = eigen(scale * np.array([[2.0, 1.0], [1.0, 2.0]]))
        np.testing.assert_allclose(values, [scale, 3.0 * scale], rtol=1e-15)


def test_equal_eigenvalues_are_found():
    values, vectors = eigen(np.full((5, 5), 1.0) + np.eye(5))
    np.testing.assert_allclose(values, [1.0] * 4 + [6.0], atol=1e-14)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(5), atol=1e-14)


@pytest.mark.parametrize("size", [1, 2, 5, 40])
def test_the_form_of_the_inverse_is_that_of_lapack(size):
    matrix, vector = symmetric(size) @ symmetric(size).T + np.eye(size), np.arange(size) - 2.0
    expected = vector @ np.linalg.solve(matrix, vector)
    assert inverse_form(matrix, vector) == pytest.approx(expected, rel=1e-11)
