import mpmath
import numpy as np
import pytest
from mpmath import mp

from cecli.numerics.distributions import log_ratios, shares
from cecli.numerics.distributions.bernoulli import BernoulliProbabilities
from cecli.numerics.distributions.categorical import CategoricalProbabilities
from cecli.numerics.distributions.log_ratios import log_ratio_moments


def drawn(classes, rows):
    """Return two predictions for some rows; some agree, and some exclude a class."""
    rng = np.random.default_rng(classes * rows)
    p, q = (rng.dirichlet(np.full(classes, 0.7), rows).T.copy() for _ in range(2))
    q[:, ::5] = p[:, ::5]
    p[0, 1::7], q[0, 2::7] = 0.0, 0.0
    p[0, 3::7] = q[0, 3::7] = 0.0
    return CategoricalProbabilities(p), CategoricalProbabilities(q)


def defined(p, q):
    """Return the moments of one row by their definition, in fifty digits."""
    with mp.workdps(50):
        p, q = ([mpmath.mpf(float(x)) for x in row] for row in (p, q))
        total = sum(p) + sum(q)
        kept = [(a + b, mpmath.log(a) - mpmath.log(b)) for a, b in zip(p, q, strict=True) if a + b]
        mean = sum(share * apart for share, apart in kept) / total
        central = [sum(s * (d - mean) ** power for s, d in kept) / total for power in (2, 4)]
        return [float(x) for x in (mean, *central)]


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_moments_are_those_of_the_definition(classes):
    p, q = drawn(classes, 60)
    found = np.array(log_ratio_moments(p, q))
    both_or_neither = ((p.prob == 0.0) == (q.prob == 0.0)).all(axis=0)
    assert 30 < both_or_neither.sum() < 60
    for row in np.flatnonzero(both_or_neither):
        expected = defined(p.prob[:, row], q.prob[:, row])
        assert found[:, row] == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert not np.isfinite(found[:2, ~both_or_neither]).any()


def test_of_two_classes_the_variance_is_that_of_the_distance_of_logits():
    """It is q̄(1 − q̄)δ², where δ is the difference of the logits."""
    a, b = np.array([0.2, 0.9, 1e-9]), np.array([0.3, 0.9, 0.5])
    mean, variance, _ = log_ratio_moments(BernoulliProbabilities(a), BernoulliProbabilities(b))
    apart = np.log(a / (1 - a)) - np.log(b / (1 - b))
    middle = (a + b) / 2
    assert variance == pytest.approx(middle * (1 - middle) * apart**2, rel=1e-12)
    assert (mean[1], variance[1]) == (0.0, 0.0)


@pytest.mark.parametrize("classes", [2, 3, 4, 7])
@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 100])
def test_compiled_moments_are_those_of_numpy(classes, rows, monkeypatch):
    loops = pytest.importorskip("cecli.numerics.distributions.class_loops")
    p, q = drawn(classes, rows)
    monkeypatch.setattr(log_ratios, "class_loops", None)
    monkeypatch.setattr(shares, "class_loops", None)
    plain = log_ratio_moments(p, q)
    given = [np.ascontiguousarray(x) for x in (p.prob, q.prob, p.surprisal, q.surprisal)]
    for kernel in range(len(loops.KERNELS)):
        for found, expected in zip(loops.log_ratio_moments(*given, kernel), plain, strict=True):
            # The bits of what is no number do not count.
            assert np.nan_to_num(found).tobytes() == np.nan_to_num(expected).tobytes()


def test_arrays_of_other_shapes_have_no_moments():
    loops = pytest.importorskip("cecli.numerics.distributions.class_loops")
    two, three = np.ones((2, 3)), np.ones((2, 4))
    for place in range(1, 4):
        given = [two] * 4
        given[place] = three
        with pytest.raises(ValueError, match="different shapes"):
            loops.log_ratio_moments(*given)
    with pytest.raises(ValueError, match="no classes"):
        loops.log_ratio_moments(*[np.ones((0, 3))] * 4)
