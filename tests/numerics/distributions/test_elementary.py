"""Each compiled way to take logarithms and exponentials, against the numpy form, bit for bit."""

import numpy as np
import pytest

from cecli.numerics.distributions import exponential, logarithm

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


def test_there_is_no_kernel_beyond_the_last():
    for kernel in (len(KERNELS), -2):
        with pytest.raises(IndexError):
            elementary.log_of(np.ones(3), kernel)
