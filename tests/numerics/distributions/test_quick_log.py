"""Each compiled way to take logarithms, against the numpy form, bit for bit."""

import numpy as np
import pytest

from cecli.numerics.distributions import logarithm

quick_log = pytest.importorskip(
    "cecli.numerics.distributions.quick_log", reason="not compiled here"
)

KERNELS = range(len(quick_log.KERNELS))


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
@pytest.mark.parametrize("size", [1, 2, 7, 8, 1000, 100_000])
def test_every_kernel_has_the_bits_of_numpy(kernel, size, monkeypatch):
    x = everywhere(size)
    small = np.concatenate([x, -x[x <= 1.0]])
    found = quick_log.log_of(x, kernel), quick_log.log1p_of(small, kernel)
    monkeypatch.setattr(logarithm, "quick_log", None)
    assert same_bits(found[0], logarithm.log(x))
    assert same_bits(found[1], logarithm.log1p(small))


def test_there_is_no_kernel_beyond_the_last():
    for kernel in (len(KERNELS), -2):
        with pytest.raises(IndexError):
            quick_log.log_of(np.ones(3), kernel)
