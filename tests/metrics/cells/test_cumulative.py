"""Cumulative differences, against brute force, and the distribution of their range."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.metrics.cells.cumulative import ECCE, ECCE_MAD, ECCE_P_VALUE, ECCE_SIGMA, tail_of_range
from cecli.metrics.predicted_variance import OUTCOME_VARIANCE
from cecli.report.result import Undefined
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.mean import WEIGHT

probs = st.sampled_from([0.0, 0.2, 0.3, 0.3 + 1e-12, 0.3001, 0.3002, 0.5, 0.9, 1.0])
targets = st.sampled_from([0.0, 1.0, 1.0, 0.25])
rows = st.lists(st.tuples(probs, targets, st.integers(1, 5)), min_size=1, max_size=25)


def states(q, t, **columns):
    numbers = {"prob": np.array(q, float), "target": np.array(t, float), **columns}
    chunk = Chunk("x", np.arange(len(q)), numbers)
    return States.empty([CELLS, WEIGHT, OUTCOME_VARIANCE]).update(chunk)


def by_rows(q, t, w):
    along = (float((w * (t - q))[q <= x].sum() / w.sum()) for x in np.unique(q))
    found = [0.0, *along]
    return max(found) - min(found), max(map(abs, found))


# In a cell of two predictions, all events come last, or first.
@example([(0.3, 0.0, 1), (0.3 + 1e-12, 1.0, 1)])
@example([(0.3, 0.0, 5), (0.3, 0.0, 4), (0.3 + 1e-12, 1.0, 1)])
@example([(0.3, 1.0, 2), (0.3 + 1e-12, 0.0, 3)])
@given(rows)
def test_the_bounds_hold(found):
    q, t, w = (np.array(x, float) for x in zip(*found, strict=True))
    known = states(q, t, weight=w)
    for bracketed, true in zip((ECCE, ECCE_MAD), by_rows(q, t, w), strict=True):
        value, lower, upper = (metric.answer(known) for metric in bracketed.metrics)
        assert lower - 1e-12 <= true <= upper + 1e-12
        assert lower == value <= upper


@pytest.mark.parametrize(("order", "farthest"), [([0] * 9 + [1], 0.27), ([1] * 9 + [0], 0.63)])
def test_an_order_inside_of_a_cell_reaches_its_bound(order, farthest):
    known = states(0.3 + 1e-12 * (np.arange(10) >= 5), order)
    assert ECCE_MAD.upper.answer(known) == pytest.approx(farthest, rel=1e-9)


def test_it_is_exact_if_no_cell_holds_two_predictions():
    rng = np.random.default_rng(1)
    q = rng.beta(2, 3, 2000).round(3)
    t = (rng.random(2000) < q**1.2).astype(float)
    known = states(q, t)
    for bracketed, true in zip((ECCE, ECCE_MAD), by_rows(q, t, np.ones(2000)), strict=True):
        value, lower, upper = (metric.answer(known) for metric in bracketed.metrics)
        assert value == lower == upper == pytest.approx(true, rel=1e-12)
    sigma = math.sqrt((q * (1 - q)).sum()) / 2000
    assert ECCE_SIGMA.answer(known) == pytest.approx(sigma, rel=1e-12)


@pytest.mark.parametrize(("x", "chance"), [(2.4977, 0.05), (2.2414, 0.1)])
def test_the_tail_is_that_of_the_range_of_a_brownian_motion(x, chance):
    assert tail_of_range(x) == pytest.approx(chance, rel=0.02)


def test_the_tail_is_a_distribution():
    tails = [tail_of_range(x) for x in np.linspace(0.0, 12.0, 500)]
    assert tails[0] == 1.0
    assert tails[-1] < 1e-30
    assert (np.diff(tails) <= 1e-14).all()
    # Its mean is 2·√(2/π).
    area = np.trapezoid(tails, dx=12.0 / 499)
    assert area == pytest.approx(2.0 * math.sqrt(2.0 / math.pi), rel=1e-6)


def test_the_p_value_is_uniform_if_predictions_are_calibrated():
    rng = np.random.default_rng(2)
    found = []
    for _ in range(300):
        q = rng.beta(2, 3, 400)
        found.append(ECCE_P_VALUE.answer(states(q, rng.random(400) < q)))
    assert np.mean(np.array(found) < 0.1) == pytest.approx(0.1, abs=0.05)


def test_certain_predictions_leave_nothing_to_chance():
    assert isinstance(ECCE_P_VALUE.answer(states([0.0, 1.0], [0, 1])), Undefined)
    assert ECCE_P_VALUE.answer(states([0.0, 1.0], [1, 1])) == 0.0


def test_rare_events_have_no_p_value_and_a_reason():
    # One event among 1,000 rows of p = 1e-5 has a chance of 0.01, and the limit says 1e-22.
    answer = ECCE_P_VALUE.answer(states(np.full(1000, 1e-5), np.arange(1000) == 500))
    assert isinstance(answer, Undefined)
    assert "about 0.01 of the rarer outcome" in answer.reason
    # The rarer outcome may be the other one.
    others = ECCE_P_VALUE.answer(states(np.full(1000, 1 - 1e-5), np.ones(1000)))
    assert isinstance(others, Undefined)


@pytest.mark.parametrize(("rows", "defined"), [(19, False), (20, True)])
def test_a_p_value_needs_five_of_the_rarer_outcome(rows, defined):
    q, t = np.full(rows, 0.5), np.arange(rows) % 2
    for weight in (np.ones(rows), np.full(rows, 1e-3)):
        answer = ECCE_P_VALUE.answer(states(q, t, weight=weight))
        assert isinstance(answer, float) == defined
    # Rows that hardly count do not help.
    light = {"weight": np.append(np.ones(rows), np.full(500, 1e-6))}
    q, t = np.append(q, np.full(500, 0.5)), np.append(t, np.zeros(500))
    assert isinstance(ECCE_P_VALUE.answer(states(q, t, **light)), float) == defined
