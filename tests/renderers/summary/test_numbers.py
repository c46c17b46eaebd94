"""Numbers in words: digits that mean something, and as many as were asked for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.renderers.summary.numbers import decimals, fixed, measured, percentage, significant


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
    assert significant(value, digits) == text


@given(st.floats(-1e300, 1e300), st.integers(1, 17))
def test_a_number_has_all_the_digits_that_were_asked_for(value, digits):
    text = significant(value, digits)
    assert not text.replace("e", " ").split()[0].endswith(".")
    assert float(text) == pytest.approx(value, rel=0.5000001 * 10.0 ** (1 - digits), abs=1e-300)


# The first four are examples of the Particle Data Group; but a number that is not less than its
# standard error has two digits here.
@pytest.mark.parametrize(
    ("value", "se", "text"),
    [
        (0.827, 0.119, "0.83"),
        (0.827, 0.367, "0.83"),
        (0.8274, 0.0354, "0.827"),
        (0.8274, 0.0356, "0.83"),
        (0.827, 0.967, "0.8"),
        (155044.3, 232.0, "155044"),
        (0.25, 0.0, "0.2500"),
        (0.25, None, "0.2500"),
        (math.inf, 1.0, "infinite"),
        (-0.001, 0.5, "0.0"),
        (1e-12, 1e-13, "1.000e-12"),
    ],
)
def test_digits_end_where_the_standard_error_begins(value, se, text):
    assert measured(value, se) == text


@given(st.floats(1e-3, 1e3), st.floats(1e-6, 1e3))
def test_rounding_changes_a_number_by_less_than_half_of_its_standard_error(value, se):
    assert abs(float(measured(value, se)) - value) <= 0.5 * se


def test_value_and_ends_of_an_interval_have_the_same_decimals():
    places = decimals(0.47364, 0.00101)
    assert [fixed(x, places) for x in (0.47364, 0.4717, 0.47561)] == ["0.4736", "0.4717", "0.4756"]


def test_a_share_without_a_standard_error_has_three_digits():
    assert percentage(2.0 / 3.0, None) == "66.7"


def test_a_number_is_large_with_decimals_and_without():
    assert fixed(768380226184967749632.0, 0) == fixed(768380226184967749632.0, None) == "7.684e+20"
    assert fixed(999999999.0, 0) == "999999999"
