"""Loops over single numbers against Python, one number after the other."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics import tails

scalar_loops = pytest.importorskip("cecli.numerics.scalar_loops", reason="not compiled here")

numbers = st.one_of(
    st.floats(-1e300, 1e300), st.sampled_from([1.0, 2.0**-53, 2.0**-54, -(2.0**-53), 0.0, 5e-324])
)


def bits(values):
    return np.array(values).view(np.int64).tolist()


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.lists(numbers, min_size=n, max_size=n))))
def test_a_sum_is_the_exact_one_rounded(rows):
    rows = [*rows, [1.0] * len(rows[0] if rows else [1.0])]
    terms = [np.array(column) for column in zip(*rows, strict=True)]
    wanted = [float(sum(map(Fraction, row))) for row in rows]
    found = scalar_loops.sums(terms)
    assert found.tolist() == wanted
    assert bits(found) == bits(list(map(math.fsum, rows)))


def test_a_sum_of_what_is_not_finite_is_pythons():
    terms = [np.array([math.inf, math.nan, -math.inf, 1.0]), np.array([1.0, 2.0, -math.inf, 2.0])]
    assert str(scalar_loops.sums(terms).tolist()) == "[inf, nan, -inf, 3.0]"
    for row, error in (([math.inf, -math.inf], ValueError), ([1.7e308, 1.7e308], OverflowError)):
        for add in (math.fsum, lambda x: scalar_loops.sums([np.array([each]) for each in x])):
            with pytest.raises(error):
                add(row)


def test_more_terms_than_are_compiled_and_none_have_sums_too():
    many = [np.array([0.1, 0.2]) for _ in range(100)]
    assert scalar_loops.sums(many).tolist() == [10.0, 20.0]
    assert scalar_loops.sums([np.empty(0), np.empty(0)]).tolist() == []
    with pytest.raises(ValueError, match="differ in length"):
        scalar_loops.sums([np.ones(2), np.ones(1)])


def test_a_square_has_pythons_bits():
    # One of a thousand is not what a multiplication rounds to.
    x = np.random.default_rng(1).random(20_000)
    assert bits(scalar_loops.squares(x)) == bits([value**2 for value in x.tolist()])
    assert scalar_loops.squares(np.empty(0)).tolist() == []


@pytest.mark.parametrize("size", [1, 15, 16, 17, 33, 100])
@pytest.mark.parametrize("reach", [0, 1, 5, 40])
def test_a_convolution_adds_from_the_middle_outwards(size, reach):
    rng = np.random.default_rng(size)
    x, kernel = rng.normal(size=size + 2 * reach), rng.random(reach + 1)
    wanted = []
    for i in range(reach, reach + size):
        total = kernel[0] * x[i]
        for k in range(1, reach + 1):
            total += kernel[k] * (x[i - k] + x[i + k])
        wanted.append(total)
    assert bits(scalar_loops.convolved(x, kernel)) == bits(wanted)


def test_a_kernel_reaches_no_further_than_the_values():
    assert scalar_loops.convolved(np.ones(4), np.ones(3)).tolist() == []
    for x, kernel in ((np.ones(3), np.ones(3)), (np.ones(3), np.empty(0))):
        with pytest.raises(ValueError, match="reaches beyond"):
            scalar_loops.convolved(x, kernel)


@given(st.floats(0.5, 1e4), st.floats(0.5, 50.0), st.floats(1e-9, 0.999))
def test_the_fraction_has_pythons_bits(a, b, x):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tails, "scalar_loops", None)
        wanted = tails._fraction(a, b, x)
    assert tails._fraction(a, b, x) == wanted
