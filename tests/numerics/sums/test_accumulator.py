"""Each compiled way to add up, against rational arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

accumulator = pytest.importorskip("cecli.numerics.sums.accumulator", reason="not compiled here")


KERNELS = range(len(accumulator.KERNELS))
# Blocks of the kernels have 1024 values: fewer, as many, and some more.
SIZES = (1, 7, 1024, 1025, 5000)


def spread(size, low, high, seed):
    rng = np.random.default_rng(seed)
    return np.ldexp(rng.uniform(-1.0, 1.0, size), rng.integers(low, high, size))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-60, 4), (-1074, 1020), (-1074, -1000), (1000, 1020), (-500, -400)]
)
def test_every_kernel_gives_the_rational_sums(kernel, size, low, high):
    x, y = spread(size, low, high, size), spread(size, -low // 2, 4 - low // 2, size + 1)
    x[::5] = 0.0
    y[::7] = -0.0
    x[3:6] = [1.0, -1.0, np.ldexp(1.0, low)][: len(x[3:6])]
    unit = Fraction(2) ** accumulator.LOWEST_EXPONENT
    xs, ys = [Fraction(v) for v in x.tolist()], [Fraction(v) for v in y.tolist()]
    total, squares = accumulator.moments_of(x, kernel)
    assert accumulator.sum_of(x, kernel) * unit == total * unit == sum(xs)
    assert squares * unit == sum(v * v for v in xs)
    assert accumulator.dot_of(x, y, kernel) * unit == sum(
        a * b for a, b in zip(xs, ys, strict=True)
    )


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("low", "high"), [(0, 1), (-60, 4), (-400, 400), (-440, -300), (300, 440)])
def test_every_kernel_gives_the_rational_weighted_sums(kernel, size, low, high):
    x, y = spread(size, low, high, size), spread(size, low, high, size + 1)
    w = np.abs(spread(size, low, high, size + 2))
    x[::5], w[::7], y[::11] = 0.0, 0.0, -0.0
    unit = Fraction(2) ** accumulator.LOWEST_EXPONENT
    xs, ys, ws = ([Fraction(v) for v in values.tolist()] for values in (x, y, w))
    rows = list(zip(xs, ys, ws, strict=True))
    sums = accumulator.weighted_moments_of(x, w, kernel)
    assert [each * unit for each in sums] == [
        sum(b * a for a, _, b in rows),
        sum(b * b * a for a, _, b in rows),
        sum(b * b * a * a for a, _, b in rows),
    ]
    dot = accumulator.weighted_dot_of(x, y, w, kernel)
    assert dot * unit == sum(c * c * a * b for a, b, c in rows)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("x", "w"), [(1e-300, 1e-20), (5e-324, 1.0), (1e200, 1e100)])
def test_a_product_that_is_more_than_two_doubles_is_left_to_others(kernel, x, w):
    values, weights = np.full(2000, 0.5), np.ones(2000)
    values[-1], weights[-1] = x, w
    assert accumulator.weighted_moments_of(values, weights, kernel) is None
    assert accumulator.weighted_dot_of(np.ones(2000), values, weights, kernel) is None
    assert accumulator.weighted_dot_of(values, np.ones(2000), weights, kernel) is None


def test_a_kernel_that_is_not_there_is_an_error():
    with pytest.raises(IndexError):
        accumulator.sum_of(np.ones(3), len(accumulator.KERNELS))
