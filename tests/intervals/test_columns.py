"""Intervals of many values at once have the bits of each alone."""

import math
from fractions import Fraction

import numpy as np
import pytest

from cecli.intervals import columns, formula, scales
from cecli.intervals.formula import IN_PROPORTION, Least, ManyLeast
from cecli.report.result import IntervalScale

ROWS = 200
# The logit is the scale of metrics that no group has by formula.
SCALES = [scale for scale in IntervalScale if scale is not IntervalScale.LOGIT]


def values_on(scale, rng):
    match scale:
        case IntervalScale.SHARE:
            return rng.uniform(0.01, 0.99, ROWS)
        case IntervalScale.COMPLEMENT:
            return rng.uniform(-3.0, 0.99, ROWS)
        case IntervalScale.EXPONENTIAL:
            return rng.uniform(1.01, 20.0, ROWS)
        case IntervalScale.LOG:
            return rng.exponential(size=ROWS)
        case _:
            return rng.normal(size=ROWS)


@pytest.mark.parametrize("scale", SCALES)
def test_estimates_and_ends_are_those_of_single_values(scale):
    rng = np.random.default_rng(1)
    value, se, margin = values_on(scale, rng), rng.exponential(0.1, ROWS), rng.uniform(1, 3, ROWS)
    found = columns._estimate(scale, value, se, np.full(ROWS, np.nan))
    alone = [
        scales.estimate(scale, *each) for each in zip(value.tolist(), se.tolist(), strict=True)
    ]
    assert found.value.tolist() == value.tolist()
    # Nothing in proportion to a negative value is known: such are left to the formula.
    if scale is not IntervalScale.LINEAR:
        assert found.size.tolist() == [each.size for each in alone]
    lower, upper = columns._ends(scale, found._replace(se=se), margin)
    expected = [scales.ends(scale, *each) for each in zip(alone, margin.tolist(), strict=True)]
    assert [*zip(lower.tolist(), upper.tolist(), strict=True)] == expected


def test_shares_of_zero_and_one_have_the_ends_of_single_ones():
    rng = np.random.default_rng(4)
    share, rows, margin = rng.integers(0, 2, ROWS) / 1.0, rng.uniform(1, 99, ROWS), np.full(ROWS, 2)
    found = zip(*(x.tolist() for x in columns._of_share(share, rows, margin)), strict=True)
    columns_of = (x.tolist() for x in (share, rows, margin))
    assert list(found) == [scales._of_share(*each) for each in zip(*columns_of, strict=True)]


@pytest.mark.parametrize("scale", sorted(IN_PROPORTION))
def test_floors_are_those_of_single_values(scale):
    rng = np.random.default_rng(2)
    value, se = values_on(scale, rng), rng.exponential(0.1, ROWS)
    least = ManyLeast(rng.exponential(size=ROWS), rng.exponential(0.1, ROWS))
    estimates = columns._estimate(scale, value, se, np.full(ROWS, np.nan))
    found, is_floored = columns._at_least(scale, estimates, least)
    assert 0 < is_floored.sum() < ROWS
    for place in range(ROWS):
        alone = scales.estimate(scale, float(value[place]), float(se[place]))
        one = Least(float(least.value[place]), float(least.se[place]))
        floored = formula._at_least(scale, alone, one)
        assert is_floored[place] == (floored is not None)
        known = floored or alone
        assert (found.se[place], found.size[place]) == (known.se, known.size)


@pytest.mark.parametrize(
    ("scale", "value", "se"),
    [
        (IntervalScale.PROPORTIONAL, 0.0, 0.1),
        (IntervalScale.PROPORTIONAL, 1.0, 0.0),
        (IntervalScale.SHARE, 1.0, 0.1),
        (IntervalScale.EXPONENTIAL, 1.0, 0.1),
        (IntervalScale.COMPLEMENT, 1.0, 0.1),
        (IntervalScale.PROPORTIONAL, 1e300, 1e-300),
    ],
)
def test_what_is_no_usual_case_is_not_a_number(scale, value, se):
    with np.errstate(all="ignore"):
        found = columns._estimate(scale, np.array([value]), np.array([se]), np.array([np.nan]))
    assert np.isnan(found.se[0])
    assert np.isnan(found.size[0])


def test_margins_are_quantiles_of_each_number_of_degrees():
    found = columns.margins(0.95, np.array([3.0, 0.0, math.inf, 3.0, 0.5]))
    assert np.isnan(found[1])
    expected = [columns.quantile(0.975, degrees) for degrees in (3.0, math.inf, 3.0, 0.5)]
    assert found[[0, 2, 3, 4]].tolist() == expected


def test_sums_and_squares_are_rounded_once_compiled_or_not(monkeypatch):
    rng = np.random.default_rng(3)
    terms = list(rng.normal(size=(3, ROWS)) * 10.0 ** rng.integers(-9, 9, (3, ROWS)))
    sums = [float(sum(map(Fraction, row))) for row in zip(*terms, strict=True)]
    squares = [float(Fraction(x) ** 2) for x in terms[0]]
    for loops in (columns.scalar_loops, None):
        monkeypatch.setattr(columns, "scalar_loops", loops)
        assert columns._sum(terms).tolist() == sums
        assert columns._square(terms[0]) == pytest.approx(squares, rel=2.3e-16)
