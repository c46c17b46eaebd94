"""Numbers in words: with so many digits, and without a point or a power that nobody needs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.renderers.reports import _number


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-155044.3, 6, "-155044"),
        (330.4, 3, "330"),
        (2130.4, 3, "2130"),
        (99.95, 3, "100"),
        (0.5, 6, "0.500000"),
        (17.0, 3, "17"),
        (1.5e9, 6, "1.50000e+09"),
        (-math.inf, 6, "-infinite"),
    ],
)
def test_a_number_reads_well(value, digits, text):
    assert _number(value, digits) == text


@given(st.floats(-1e300, 1e300), st.integers(1, 17))
def test_a_number_has_all_the_digits_that_were_asked_for(value, digits):
    text = _number(value, digits)
    assert not text.replace("e", " ").split()[0].endswith(".")
    assert float(text) == pytest.approx(value, rel=0.5000001 * 10.0 ** (1 - digits), abs=1e-300)
