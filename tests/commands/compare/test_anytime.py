"""The bound that holds at all times."""

import itertools
import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cecli
from cecli.commands.compare.anytime import BETS, Bets, BetsState, Bettors, psi
from cecli.core.chunk import Chunk
from cecli.numerics.sums.exact import from_units

RATES = [2.0 ** (-k / 2 - 0.25) for k in range(120)]
SHARES = [1 / ((k + 1) * (k + 2)) for k in range(120)]


def bettors(x):
    x = np.asarray(x, float)
    logs = [math.fsum(np.log1p(rate * x)) for rate in RATES[:BETS]]
    return Bettors(len(x), math.fsum(x), math.fsum(x * x), logs)


def empirical_bernstein(x, mean):
    """Return the evidence of the sums Σx and Σx² alone, which is the older bound."""
    total, squares = math.fsum(x) - len(x) * mean, math.fsum(np.asarray(x) ** 2)
    exponents = [
        math.log(share) + rate * total - (-math.log1p(-rate) - rate) * squares
        for rate, share in zip(RATES, SHARES, strict=True)
    ]
    return np.logaddexp.reduce(exponents)


terms = st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=60)


@given(terms, st.floats(-0.95, 0.95))
def test_it_is_the_capital_of_bettors_who_stake_row_by_row(x, mean):
    capital = sum(
        share * math.prod((1 + rate * each) / (1 + rate * mean) for each in x)
        for rate, share in zip(RATES[:BETS], SHARES[:BETS], strict=True)
    )
    rest = sum(
        share * math.exp(rate * (sum(x) - len(x) * mean) - psi(rate) * sum(e * e for e in x))
        for rate, share in zip(RATES[BETS:], SHARES[BETS:], strict=True)
    )
    assert bettors(x).log_evidence(mean) == pytest.approx(math.log(capital + rest), abs=1e-8)


@given(terms, st.floats(-1.0, 1.0))
def test_it_is_never_weaker_than_empirical_bernstein(x, mean):
    assert bettors(x).log_evidence(mean) >= empirical_bernstein(x, mean) - 1e-9


@given(st.floats(-1.0, 60.0), st.integers(0, 119))
def test_each_term_is_what_makes_a_supermartingale(x, k):
    """The lemma of Fan, Grama and Liu, for c = 1: exp(λx − ψ(λ)x²) ≤ 1 + λx where x ≥ −1."""
    rate = RATES[k]
    assert math.exp(rate * x - psi(rate) * x * x) <= (1.0 + rate * x) * (1.0 + 1e-12)


def test_the_shares_of_the_capital_are_no_more_than_one():
    assert sum(SHARES) < 1.0


@pytest.mark.parametrize("error", [0.05, 1e-6])
@pytest.mark.parametrize("rows", [30, 3000])
def test_at_the_end_the_evidence_is_what_was_asked_for(rows, error):
    x = np.random.default_rng(0).uniform(-0.4, 0.6, rows)
    side = bettors(x)
    end = side.lower_end(error)
    assert side.log_evidence(end) == pytest.approx(-math.log(error), rel=1e-6)
    # One look at a known time needs less.
    one_look = x.mean() - x.std() / math.sqrt(rows) * math.sqrt(2.0 * math.log(0.5 / error))
    assert -1.0 < end < one_look


def test_a_few_rows_leave_the_whole_range():
    assert bettors([-0.9]).lower_end(0.025) == -1.0


@pytest.mark.parametrize("p", [0.5, 0.02])
def test_few_sequences_ever_leave_it(p):
    """Of fair sequences of 2,000 values, at most 5 % may be beyond at any of forty looks."""
    generator = np.random.default_rng(0)
    high, low, enough = 1.0, -p / (1.0 - p), math.log(1.0 / 0.025)
    looks = np.unique(np.geomspace(1, 2000, 40).astype(int))
    left = 0
    for _ in range(200):
        ones = np.cumsum(generator.random(2000) < p)
        left += any(_two_values(ones[n - 1], n, high, low) >= enough for n in looks)
    assert left <= 0.05 * 200


@cache  # many sequences have the same number of high values at a look
def _two_values(ones, n, high, low):
    """Return the larger evidence of both sides, for so many high values of n."""
    total = ones * high + (n - ones) * low
    squares = ones * high**2 + (n - ones) * low**2
    sides = []
    for sign in (1.0, -1.0):
        logs = [
            ones * math.log1p(sign * rate * high) + (n - ones) * math.log1p(sign * rate * low)
            for rate in RATES[:BETS]
        ]
        sides.append(Bettors(int(n), sign * total, squares, logs).log_evidence(0.0))
    return max(sides)


@given(st.lists(st.floats(-3.0, 3.0), max_size=20), st.randoms())
def test_the_sums_are_exact_and_free_of_order(x, random):
    bets = Bets(_score, 3.0)
    shuffled = random.sample(x, len(x))
    state = bets.summarize(_chunk(x))
    parts = [bets.summarize(_chunk([each])) for each in shuffled]
    assert list(itertools.accumulate([BetsState(), *parts], BetsState.merge))[-1] == state
    for k, sign in ((0, 1), (BETS - 1, -1)):
        place = k if sign > 0 else BETS + k
        expected = math.fsum(math.log1p(sign * RATES[k] * each / 3.0) for each in x)
        assert float(from_units(state.sums[place])) == pytest.approx(expected, abs=1e-12)


def _score(chunk):
    return chunk.numbers["x"]


def _chunk(x):
    return Chunk("x", np.arange(len(x)), {"x": np.array(x, float)})


def test_the_report_has_the_evidence_and_all_agree():
    rng = np.random.default_rng(0)
    z = rng.normal(size=3000)
    y = (rng.random(3000) < 1 / (1 + np.exp(-z))).astype(int)
    data = {"y": y, "a": 1 / (1 + np.exp(-z)), "b": 1 / (1 + np.exp(-0.2 * z))}
    report = cecli.compare(data, prob=["a", "b"], clip=0.1, anytime=True, margin=0.01)
    models = (np.clip(data[name], 0.1, 0.9) for name in "ab")
    a, b = (-np.log(np.where(y == 1, q, 1 - q)) for q in models)
    x, bound = b - a, math.log(9)
    e = math.exp(bettors(x / bound).log_evidence(0.0)) / 2.0
    assert report["e_value"] == pytest.approx(e, rel=1e-6)
    assert report["p_value"] == pytest.approx(1.0 / e, rel=1e-6)
    interval = report.intervals["difference"]
    assert interval.lower == pytest.approx(bound * bettors(x / bound).lower_end(0.025), rel=1e-6)
    assert interval.upper == pytest.approx(-bound * bettors(-x / bound).lower_end(0.025), rel=1e-6)
    below = math.exp(min(0.0, -bettors(-x / bound).log_evidence(-0.01 / bound)))
    assert report["p_noninferiority"] == pytest.approx(below, rel=1e-6)
    assert (report["p_value"] <= 0.05) is (interval.lower > 0.0)
