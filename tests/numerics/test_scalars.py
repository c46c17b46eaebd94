"""Functions of one number: the bits of those of arrays, and mpmath's digits."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.numerics import scalars
from cecli.numerics.distributions import exponential, logarithm


def spread(low, high, seed):
    """Return numbers from low to high, and numbers of all magnitudes among them."""
    rng = np.random.default_rng(seed)
    small = np.ldexp(rng.uniform(-1.0, 1.0, 20_000), rng.integers(-1074, 1024, 20_000))
    return np.concatenate([rng.uniform(low, high, 20_000), small[(small > low) & (small < high)]])


@pytest.mark.parametrize(
    ("one", "many", "x"),
    [
        (scalars.log, logarithm.log, spread(0.0, 1.7e308, 1)),
        (scalars.log1p, logarithm.log1p, spread(-1.0, 1.7e308, 2)),
        (scalars.exp, exponential.exp, spread(-750.0, 709.78, 3)),
    ],
)
def test_one_number_has_the_bits_of_arrays(one, many, x):
    assert [one(v) for v in x.tolist()] == many(x).tolist()


def test_the_ends_are_those_of_the_mathematics():
    assert [scalars.log(x) for x in (0.0, -0.0, math.inf)] == [-math.inf, -math.inf, math.inf]
    assert scalars.log1p(-1.0) == -math.inf
    assert [scalars.exp(x) for x in (-math.inf, -1e300, math.inf)] == [0.0, 0.0, math.inf]
    assert math.isnan(scalars.exp(math.nan))
    assert [scalars.erfc(x) for x in (-math.inf, math.inf)] == [2.0, 0.0]
    with pytest.raises(OverflowError):
        scalars.exp(709.7827128933841)
    for x in (-1.0, math.nan, -math.inf):
        with pytest.raises(ValueError, match="logarithm"):
            scalars.log(x)


@given(st.floats(-7.0, 26.5) | st.floats(-2.0, 2.0))
@example(0.84375)
@example(1.25)
@example(-0.84375)
@example(1.0 / 0.35)
@example(26.5)
@example(1e-300)
def test_erfc_is_within_its_error(x):
    with mpmath.workdps(50):
        exact = mpmath.erfc(mpmath.mpf(x))
        assert abs(scalars.erfc(x) - exact) <= 2 * mpmath.mpf(math.ulp(float(exact)))
