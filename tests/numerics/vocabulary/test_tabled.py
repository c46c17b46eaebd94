"""Exponentials and logarithms of weights: those of mpmath, within the errors that they state."""

import mpmath
import numpy as np

from cecli.numerics.vocabulary.tabled import (
    LOGARITHMS,
    NOTHING,
    POWERS,
    RECIPROCALS,
    logarithm_of,
    power_of,
)

RNG = np.random.default_rng(20261129)


def test_tables_are_rounded_once():
    with mpmath.workdps(40):
        assert POWERS.tolist() == [float(mpmath.mpf(2) ** (mpmath.mpf(i) / 16)) for i in range(16)]
        assert LOGARITHMS.tolist() == [float(-mpmath.log(mpmath.mpf(c))) for c in RECIPROCALS]


def test_powers_are_within_their_error():
    x = np.concatenate([-RNG.exponential(8.0, 300), -RNG.uniform(0, 708, 100), [0.0, -708.0]])
    with mpmath.workdps(40):
        for each, found in zip(x.tolist(), power_of(x).tolist(), strict=True):
            exact = mpmath.exp(mpmath.mpf(each))
            assert abs(found - exact) <= (1.0 - each) * 2.0**-52 * exact


def test_what_is_next_to_nothing_is_zero():
    below = np.nextafter(NOTHING, -np.inf)
    assert power_of(np.array([-np.inf, -1e9, below])).tolist() == [0.0, 0.0, 0.0]


def test_logarithms_are_within_their_error():
    x = np.concatenate([np.exp(-RNG.exponential(8.0, 300)), [1.0, 0.5, 2.0**-1022, 1 - 2.0**-53]])
    with mpmath.workdps(40):
        for each, found in zip(x.tolist(), logarithm_of(x).tolist(), strict=True):
            exact = mpmath.log(mpmath.mpf(each))
            assert abs(found - exact) <= 2.0**-52 * max(1.0, abs(exact))


def test_the_logarithm_of_nothing_is_finite():
    assert np.isfinite(logarithm_of(np.array([0.0, 5e-324]))).all()
