"""The decomposition from cells, against isotonic regression in memory; its bounds always hold."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.metrics.cells.decomposition import BRIER, HEDGING, OF_BRIER, OF_LOSS
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.statistics.cells.prediction_cells import CELLS

probs = st.sampled_from([0.01, 0.2, 0.3, 0.3 + 1e-15, 0.3001, 0.30011, 0.30012, 0.5, 0.9, 0.99])
targets = st.sampled_from([0.0, 1.0, 0.0, 1.0, 0.25])
rows = st.lists(st.tuples(probs, targets, st.integers(1, 5)), min_size=1, max_size=30)


def states(q, t, **columns):
    numbers = {"prob": np.array(q, float), "target": np.array(t, float), **columns}
    chunk = Chunk("x", np.arange(len(q)), numbers)
    return States.empty([CELLS, CROSS_ENTROPY, BRIER, HEDGING]).update(chunk)


def entropies(t, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -(np.where(t > 0, t * np.log(q), 0) + np.where(t < 1, (1 - t) * np.log1p(-q), 0))


def by_rows(q, t, w):
    """Return (miscalibration, discrimination, uncertainty, loss) of both scores."""
    _, places = np.unique(q, return_inverse=True)
    weight, happened = np.bincount(places, w), np.bincount(places, w * t)
    fitted = isotonic_regression(happened / weight, weights=weight).x[places]
    rate = np.full(len(q), (w * t).sum() / w.sum())
    for loss in (entropies, lambda t, q: (t - q) ** 2):
        losses = [float((w * loss(t, x)).sum() / w.sum()) for x in (q, fitted, rate)]
        stated, after, constant = losses
        yield stated - after, constant - after, constant, stated


@settings(max_examples=200)
@given(rows)
def test_the_bounds_hold(found):
    q, t, w = (np.array(x, float) for x in zip(*found, strict=True))
    known = states(q, t, weight=w)
    for parts, true in zip((OF_LOSS, OF_BRIER), by_rows(q, t, w), strict=True):
        for bracketed, exact in zip(parts.brackets[:2], true, strict=False):
            value, lower, upper = (metric.answer(known) for metric in bracketed.metrics)
            assert lower - 1e-12 <= exact <= upper + 1e-12
            assert lower <= value <= upper


@pytest.mark.parametrize("role", [None, "weight", "count"])
@pytest.mark.parametrize("soft", [False, True])
def test_it_is_exact_if_no_cell_holds_two_predictions(role, soft):
    rng = np.random.default_rng(1)
    q = rng.beta(2, 3, 2000).round(3).clip(0.001, 0.999)
    t = rng.random(2000) if soft else (rng.random(2000) < q**1.2).astype(float)
    w = rng.integers(1, 4, 2000).astype(float) if role else np.ones(2000)
    known = states(q, t, **({} if role is None else {role: w}))
    for parts, true in zip((OF_LOSS, OF_BRIER), by_rows(q, t, w), strict=True):
        for bracketed, exact in zip(parts.brackets[:2], true, strict=False):
            value, lower, upper = (metric.answer(known) for metric in bracketed.metrics)
            assert value == lower == upper == pytest.approx(exact, abs=1e-14)
        assert parts.uncertainty.answer(known) == pytest.approx(true[2], abs=1e-14)


@given(rows)
def test_the_parts_add_up_to_the_loss(found):
    q, t, w = (np.array(x, float) for x in zip(*found, strict=True))
    known = states(q, t, weight=w)
    for parts, mean in ((OF_LOSS, CROSS_ENTROPY), (OF_BRIER, BRIER)):
        wrong, known_better = (b.value.answer(known) for b in parts.brackets[:2])
        total = wrong - known_better + parts.uncertainty.answer(known)
        assert total == pytest.approx(float(known[mean].mean), abs=1e-13)


def test_an_infinite_loss_is_infinite_miscalibration():
    known = states([0.0, 0.5, 0.5], [1, 0, 1])
    assert OF_LOSS.miscalibration.value.answer(known) == math.inf
    assert OF_BRIER.miscalibration.value.answer(known) < 1.0


@pytest.mark.parametrize("label", [0, 1])
def test_of_one_class_nothing_is_uncertain(label):
    known = states([0.2, 0.7, 0.7001], [label] * 3)
    assert OF_LOSS.uncertainty.answer(known) == 0.0
    assert OF_LOSS.discrimination.value.answer(known) == 0.0
    assert OF_LOSS.miscalibration.value.answer(known) == pytest.approx(
        float(known[CROSS_ENTROPY].mean)
    )
