"""Each compiled way to take logarithms and others, against the numpy form, bit for bit."""

import numpy as np
import pytest

from cecli.numerics.distributions import bernoulli, divergences, exponential, logarithm

elementary = pytest.importorskip(
    "cecli.numerics.distributions.elementary", reason="not compiled here"
)

KERNELS = range(len(elementary.KERNELS))


def same_bits(some, others):
    return bool((some.view(np.int64) == others.view(np.int64)).all())


def everywhere(size):
    """Return numbers of all magnitudes, and many near 1 and near 0."""
    rng = np.random.default_rng(size)
    exponents = rng.integers(-1074, 1020, size)
    return np.concatenate(
        [
            np.ldexp(rng.random(size), exponents),
            rng.random(size),
            1.0 - np.ldexp(rng.random(size), rng.integers(-54, 0, size)),
            [0.0, 1.0, 5e-324, 2.0**-1022, 1.7976931348623157e308][:size],
        ]
    )


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 2, 7, 8, 1000, 300_000])
def test_every_kernel_has_the_logarithms_of_numpy(kernel, size, monkeypatch):
    x = everywhere(size)
    small = np.concatenate([x, -x[x <= 1.0]])
    found = elementary.log_of(x, kernel), elementary.log1p_of(small, kernel)
    monkeypatch.setattr(logarithm, "elementary", None)
    assert same_bits(found[0], logarithm.log(x))
    assert same_bits(found[1], logarithm.log1p(small))


def exponents(size):
    """Return numbers of all magnitudes with both signs, and many whose exponential is finite."""
    rng = np.random.default_rng(size)
    multiples = np.log(2.0) * rng.integers(-2200, 2200, size) / 2.0
    ends = [0.0, -0.0, np.inf, -np.inf, 709.782712893384, -745.1332191019412, -1e308, 5e-324]
    x = everywhere(size)
    return np.concatenate([x, -x, rng.uniform(-750.0, 720.0, size), multiples, ends])


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 2, 7, 8, 1000, 300_000])
def test_every_kernel_has_the_exponentials_of_numpy(kernel, size, monkeypatch):
    x = exponents(size)
    found = elementary.exp_of(x, kernel), elementary.expm1_of(x, kernel)
    monkeypatch.setattr(exponential, "elementary", None)
    assert same_bits(found[0], exponential.exp(x))
    assert same_bits(found[1], exponential.expm1(x))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 2, 7, 8, 1000, 100_000])
def test_every_kernel_has_the_bernoulli_distributions_of_numpy(kernel, size, monkeypatch):
    z, x = exponents(size), everywhere(size)
    q = x[x <= 1.0]
    found = (
        elementary.prob_of_logits(z, kernel),
        elementary.surprisal_of_logits(z, kernel),
        elementary.surprisal_of_probs(q, kernel),
    )
    monkeypatch.setattr(bernoulli, "elementary", None)
    of_logits = bernoulli.BernoulliLogits(z)
    assert same_bits(found[0], of_logits.prob)
    assert same_bits(found[1], of_logits.surprisal)
    assert same_bits(found[2], bernoulli.BernoulliProbabilities(q).surprisal)


def test_distributions_keep_the_shape_of_their_rows():
    q = np.array([[0.25, 0.5, 1.0], [0.0, 0.125, 0.75]])
    surprisal = bernoulli.BernoulliProbabilities(q).surprisal
    assert surprisal.shape == (2, 2, 3)
    assert same_bits(surprisal[:, 1], bernoulli.BernoulliProbabilities(q[1]).surprisal)
    assert bernoulli.BernoulliLogits(q).prob.shape == (2, 2, 3)


def pairs_of(size):
    """Return p, q and q − p: far apart, near each other, equal, and with p = 0."""
    rng = np.random.default_rng(size)
    p = rng.random(size) ** rng.integers(1, 60, size)
    near = p * (1.0 + rng.normal(size=size) * 10.0 ** -rng.integers(0, 17, size))
    q = np.where(rng.random(size) < 0.5, np.abs(near), rng.random(size))
    q[::7], p[::11] = p[::7], 0.0
    return p, q, q - p


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 2, 7, 8, 1000, 100_000])
def test_every_kernel_has_the_terms_of_divergences_of_numpy(kernel, size, monkeypatch):
    rows = pairs_of(size)
    found = elementary.excess_of(*rows, kernel)
    monkeypatch.setattr(divergences, "elementary", None)
    assert same_bits(found, divergences.excess(*rows))


def test_terms_of_pairs_that_are_all_near_each_other_are_those_of_numpy(monkeypatch):
    rng = np.random.default_rng(1)
    p = rng.random(1000) + 0.1
    q = p * rng.uniform(0.6, 1.9, 1000)
    found = divergences.excess(p, q, q - p)
    monkeypatch.setattr(divergences, "elementary", None)
    assert same_bits(found, divergences.excess(p, q, q - p))
    np.testing.assert_allclose(found, q - p - p * np.log(q / p), atol=1e-15)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("row", [0, 5, 8])
@pytest.mark.parametrize(
    ("p", "q", "is_told"),
    [
        (0.5, 0.0, False),
        (5e-324, 0.5, False),
        (0.5, 1e-310, False),
        (1e-300, 1e300, False),
        (0.0, 5e-324, True),
        (1e-310, 1.5e-310, True),
    ],
)
def test_terms_that_need_other_logarithms_are_left_to_numpy(kernel, row, p, q, is_told):
    rows = [np.full(9, 0.25), np.full(9, 0.75)]
    rows[0][row], rows[1][row] = p, q
    found = elementary.excess_of(*rows, rows[1] - rows[0], kernel)
    assert (found is not None) == is_told
    told = divergences.excess(*rows, rows[1] - rows[0])
    assert told.shape == (9,)
    assert told[row] == np.inf if q == 0.0 else told[row] >= 0.0


def test_terms_keep_the_shape_of_their_rows():
    p, q, difference = (x.reshape(2, -1) for x in pairs_of(10))
    terms = divergences.excess(p, q, difference)
    assert terms.shape == (2, 5)
    assert same_bits(terms[1], divergences.excess(p[1], q[1], difference[1]))


def test_rows_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        elementary.excess_of(np.ones(2), np.ones(2), np.ones(3))


def test_there_is_no_kernel_beyond_the_last():
    for kernel in (len(KERNELS), -2):
        with pytest.raises(IndexError):
            elementary.log_of(np.ones(3), kernel)
        with pytest.raises(IndexError):
            elementary.excess_of(np.ones(3), np.ones(3), np.zeros(3), kernel)
