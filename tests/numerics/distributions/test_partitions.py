"""Bounds of divergences: never above those of all classes, and equal if all classes are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax, rel_entr

from cecli.numerics.distributions.partitions import ROUNDING, bounds

CLASSES = 300


def models(seed, rows, noise):
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=rng.uniform(0.1, 5.0), size=(rows, CLASSES))
    other = logits + rng.normal(scale=noise, size=logits.shape)
    return log_softmax(logits, axis=1), log_softmax(other, axis=1)


def divergences(log_p, log_q):
    p, q = np.exp(log_p), np.exp(log_q)
    middle = (p + q) / 2
    js = (rel_entr(p, middle).sum(axis=1) + rel_entr(q, middle).sum(axis=1)) / 2
    return rel_entr(p, q).sum(axis=1), rel_entr(q, p).sum(axis=1), js


def listed(log_p, log_q, k):
    """The classes that are among the k likeliest of both, row after row."""
    tops = [np.argsort(-side, axis=1, kind="stable")[:, :k] for side in (log_p, log_q)]
    pairs = zip(*map(np.ndarray.tolist, tops), strict=True)
    both = [[c for c in ours if c in theirs] for ours, theirs in pairs]
    places = [(row, c) for row, found in enumerate(both) for c in found]
    rows, classes = np.array(places).reshape(-1, 2).T.astype(int)
    return np.array([len(found) for found in both]), log_p[rows, classes], log_q[rows, classes]


@given(
    st.integers(0, 2**32 - 1), st.integers(0, CLASSES), st.floats(1e-3, 5.0)
)  # fmt: skip
def test_bounds_are_not_above_the_divergences_of_all_classes(seed, k, noise):
    log_p, log_q = models(seed, 6, noise)
    found = bounds(*listed(log_p, log_q, k))
    for bound, whole in zip(found, divergences(log_p, log_q), strict=False):
        assert (bound >= 0.0).all()
        assert (bound <= whole * (1.0 + 1e-12) + 1e-14).all()


@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 5.0))
def test_bounds_are_the_divergences_if_all_classes_are_known(seed, noise):
    log_p, log_q = models(seed, 6, noise)
    found = bounds(*listed(log_p, log_q, CLASSES))
    for bound, whole in zip(found, divergences(log_p, log_q), strict=False):
        np.testing.assert_allclose(bound, whole, rtol=1e-9, atol=1e-13)


def test_bounds_are_those_of_the_partition():
    log_p, log_q = models(5, 40, 0.7)
    counts, ours, theirs = listed(log_p, log_q, 20)
    found, start = bounds(counts, ours, theirs), 0
    for row, count in enumerate(counts.tolist()):
        p, q = (np.exp(side[start : start + count]) for side in (ours, theirs))
        start += count
        p, q = (np.append(side, 1.0 - side.sum()) for side in (p, q))
        assert found.kl[row] == pytest.approx(rel_entr(p, q).sum(), rel=1e-10)
        assert found.known_p[row] == pytest.approx(p[:-1].sum(), rel=1e-14)


def test_a_rest_that_may_be_rounding_makes_no_divergence_infinite():
    # What is left of q is a rounding error of float32, and what is left of p is not.
    log_p = np.log(np.array([0.6, 0.3]))
    log_q = np.log(np.array([0.6, 0.4 - 1e-9]))
    found = bounds(np.array([2]), log_p, log_q)
    whole = rel_entr([0.7, 0.3], [0.6 + 1e-9, 0.4 - 1e-9]).sum()
    assert found.kl[0] == pytest.approx(whole, rel=1e-12)
    assert ROUNDING > 1e-9


def test_rows_with_nothing_in_common_tell_nothing_and_no_row_depends_on_others():
    log_p, log_q = models(9, 12, 0.5)
    counts, ours, theirs = listed(log_p, log_q, 7)
    whole = bounds(counts, ours, theirs)
    ends = np.cumsum(counts)
    for row, (end, count) in enumerate(zip(ends.tolist(), counts.tolist(), strict=True)):
        alone = bounds(counts[row : row + 1], ours[end - count : end], theirs[end - count : end])
        assert [x[0] for x in alone] == [x[row] for x in whole]
    none = bounds(np.array([0, 0]), np.empty(0), np.empty(0))
    assert [x.tolist() for x in none] == [[0.0, 0.0]] * 5
