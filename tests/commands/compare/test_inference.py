"""The bound that holds at all times."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.commands.compare.inference import log_evidence, radius

RATES = [2.0 ** (-k / 2 - 0.25) for k in range(120)]
WEIGHTS = [1 / ((k + 1) * (k + 2)) for k in range(120)]


@given(st.floats(-50.0, 50.0), st.floats(0.0, 200.0), st.floats(0.5, 5.0))
def test_the_evidence_is_the_mixture_that_the_docstring_states(total, squares, bound):
    psi = [-math.log1p(-rate) - rate for rate in RATES]
    terms = (
        weight * math.exp(rate * total / bound - p * squares / bound**2)
        for rate, weight, p in zip(RATES, WEIGHTS, psi, strict=True)
    )
    direct = math.log(math.fsum(terms))
    assert log_evidence(total, squares, bound) == pytest.approx(direct, rel=1e-9, abs=1e-9)


@given(st.floats(-1.0, 60.0), st.integers(0, 119))
def test_each_term_is_what_makes_a_supermartingale(x, k):
    """The lemma of Fan, Grama and Liu, for c = 1: exp(λx − ψ(λ)x²) ≤ 1 + λx where x ≥ −1."""
    rate = RATES[k]
    psi = -math.log1p(-rate) - rate
    assert math.exp(rate * x - psi * x * x) <= (1.0 + rate * x) * (1.0 + 1e-12)


def test_the_weights_are_no_more_than_one():
    assert sum(WEIGHTS) < 1.0


@pytest.mark.parametrize("squares", [0.0, 1e-3, 1.0, 100.0, 1e8])
@pytest.mark.parametrize("error", [0.05, 1e-6])
def test_at_the_radius_the_evidence_is_what_was_asked_for(squares, error):
    at = radius(squares, 3.0, error)
    assert log_evidence(at, squares, 3.0) == pytest.approx(-math.log(error), rel=1e-9)
    # One look at a known time needs less.
    assert at > math.sqrt(squares) * math.sqrt(2.0 * math.log(1.0 / (2.0 * error)))


@pytest.mark.parametrize("p", [0.5, 0.02])
def test_few_sequences_ever_leave_it(p):
    """Of fair sequences of two values, at most 5 % may be beyond at any of 2,000 looks."""
    generator = np.random.default_rng(0)
    high, low, enough = 1.0, -p / (1.0 - p), math.log(1.0 / 0.025)
    left = 0
    for _ in range(300):
        x = np.where(generator.random(2000) < p, high, low)
        totals, squares = np.cumsum(x), np.cumsum(x * x)
        # The radius grows with the squares: between looks that are 2 % apart it cannot shrink.
        looks = np.unique(np.geomspace(1, 2000, 120).astype(int)) - 1
        # The evidence is at most total² / (2 squares): ψ(λ) ≥ λ²/2, and the weights are below 1.
        near = looks[totals[looks] ** 2 >= 2.0 * squares[looks] * enough]
        left += any(log_evidence(abs(totals[i]), squares[i], 1.0) >= enough for i in near)
    assert left <= 0.05 * 300
