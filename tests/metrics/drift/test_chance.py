"""What chance explains of a change, against SciPy, where numbers are missing."""

import math

import pytest
from scipy.stats import chi2_contingency

from cecli.metrics.drift.binned import Bin, Binned
from cecli.metrics.drift.chance import ONE_BIN, DriftTest, Sizes, of_numbers

SIZES = Sizes(50.0, 80.0)


def missing(reference, current):
    return Bin("", None, None, reference, current, is_missing=True)


def test_numbers_that_one_sample_does_not_have_are_tested_as_missing_or_not():
    bins = Bin("", -math.inf, math.inf, 40.0, 0.0), missing(10.0, 80.0)
    found = of_numbers(Binned(bins, present=(40.0, 0.0)), SIZES)
    expected = chi2_contingency([[40, 0], [10, 80]], correction=False).pvalue
    assert found.p_value == pytest.approx(expected, rel=1e-9)


def test_a_column_that_is_missing_in_both_samples_has_a_single_bin():
    assert of_numbers(Binned((missing(50.0, 80.0),)), SIZES) == DriftTest(ONE_BIN)
