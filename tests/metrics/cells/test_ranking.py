"""Ranking by cells, against scikit-learn and brute force; its bounds hold for every order."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.formula import BY_FORMULA
from cecli.metrics.cells.ranking import (
    AUC,
    AVERAGE_PRECISION,
    DEFINITIONS,
    GINI,
    KS,
    delong_variance,
)
from cecli.report.result import Undefined
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.mean import WEIGHT

# Some predictions are equal, some share a cell, and some are an ulp apart.
probs = st.sampled_from([0.0, 0.2, 0.3, 0.3 + 1e-12, np.nextafter(0.3, 1), 0.5, 0.7, 0.70001, 1.0])
weights = st.integers(1, 5)
rows = st.lists(st.tuples(probs, st.booleans(), weights), min_size=2, max_size=25)


def states(q, y, **columns):
    numbers = {"prob": np.array(q, float), "target": np.array(y, float), **columns}
    chunk = Chunk("x", np.arange(len(q)), numbers)
    return States.empty([CELLS, WEIGHT]).update(chunk)


def of(found):
    return (np.array(x) for x in zip(*found, strict=True))


def answers(bracketed, known):
    return [metric.answer(known) for metric in bracketed.metrics]


def ks_of(y, q, w):
    fpr, tpr, _ = roc_curve(y, q, sample_weight=w, drop_intermediate=False)
    return np.abs(tpr - fpr).max()


CHECKED = [
    (AUC, lambda y, q, w: roc_auc_score(y, q, sample_weight=w)),
    (GINI, lambda y, q, w: 2 * roc_auc_score(y, q, sample_weight=w) - 1),
    (AVERAGE_PRECISION, lambda y, q, w: average_precision_score(y, q, sample_weight=w)),
    (KS, ks_of),
]
checked = pytest.mark.parametrize(("metric", "true"), CHECKED, ids=lambda x: getattr(x, "value", x))
weighted = pytest.mark.parametrize("role", [None, "count", "weight"])


@checked
@weighted
@settings(max_examples=25)
@given(found=rows)
def test_the_bounds_hold(metric, true, role, found):
    q, y, w = of(found)
    columns = {} if role is None else {role: w.astype(float)}
    value, lower, upper = answers(metric, states(q, y, **columns))
    if len(set(y)) < 2:
        assert isinstance(value, Undefined) or metric is AVERAGE_PRECISION
        return
    exact = true(y, q, w if columns else None)
    assert lower - 1e-12 <= exact <= upper + 1e-12
    assert lower <= value <= upper


@checked
@weighted
def test_it_is_exact_if_no_cell_holds_two_predictions(metric, true, role):
    rng = np.random.default_rng(1)
    q = rng.beta(2, 3, 3000).round(2)
    y, w = rng.random(3000) < q, rng.integers(1, 4, 3000).astype(float)
    columns = {} if role is None else {role: w}
    value, lower, upper = answers(metric, states(q, y, **columns))
    assert value == lower == upper
    assert value == pytest.approx(true(y, q, w if columns else None), rel=1e-13)


def test_the_auc_of_many_rows_is_rounded_once():
    rng = np.random.default_rng(2)
    counts, q = rng.integers(10**11, 10**12, 20).astype(float), np.arange(20) / 20
    y = rng.random(20) < q
    value, _, _ = answers(AUC, states(q, y, count=counts))
    whole = [int(count) for count in counts.tolist()]
    happened, others = np.flatnonzero(y).tolist(), np.flatnonzero(~y).tolist()
    pairs = [(whole[i] * whole[j], i > j) for i in happened for j in others]
    right, total = (sum(n for n, ranked in pairs if ranked or every) for every in (False, True))
    assert value == float(Fraction(right, total))


def delong_by_rows(q, y):
    events, others = q[y], q[~y]
    wins = (events[:, None] > others) + 0.5 * (events[:, None] == others)
    placed, other = wins.mean(axis=1), wins.mean(axis=0)
    return placed.var(ddof=1) / len(events) + other.var(ddof=1) / len(others)


@pytest.mark.parametrize("digits", [1, 3, 17])
def test_the_variance_is_delongs(digits):
    rng = np.random.default_rng(3)
    q = rng.beta(2, 3, 2000).round(digits)
    y = rng.random(2000) < q
    assert float(delong_variance(states(q, y))) == pytest.approx(delong_by_rows(q, y), rel=1e-4)


def test_a_count_gives_the_variance_of_as_many_rows():
    rng = np.random.default_rng(4)
    q, k = rng.random(200).round(2), rng.integers(1, 6, 200)
    y = rng.random(200) < q
    counted = delong_variance(states(q, y, count=k.astype(float)))
    assert counted == delong_variance(states(np.repeat(q, k), np.repeat(y, k)))


def test_the_interval_is_symmetric_in_the_logit_and_maps_to_that_of_gini():
    rng = np.random.default_rng(5)
    q = rng.beta(1, 9, 5000)
    y = rng.random(5000) < q
    known = states(q, y)
    auc = AUC.value.result(known, BY_FORMULA)
    degrees = min(y.sum(), (~y).sum()) - 1
    assert auc.interval.degrees == degrees
    logit = [np.log(x / (1 - x)) for x in (auc.interval.lower, auc.value, auc.interval.upper)]
    assert logit[1] - logit[0] == pytest.approx(logit[2] - logit[1])
    slope = auc.value * (1 - auc.value)
    assert logit[2] - logit[1] == pytest.approx(
        stats.t.ppf(0.975, degrees) * auc.interval.se / slope, rel=1e-4
    )
    gini = GINI.value.result(known, BY_FORMULA).interval
    assert gini.lower == 2 * auc.interval.lower - 1
    assert gini.se == pytest.approx(2 * auc.interval.se)


@pytest.mark.parametrize("q", [[0.1, 0.2, 0.8, 0.9], [0.9, 0.8, 0.2, 0.1]])
def test_a_perfect_ranking_has_neither_error_nor_interval(q):
    for metric in (AUC, GINI):
        found = metric.value.result(states(q, [0, 0, 1, 1]), BY_FORMULA)
        assert found.value in {-1.0, 0.0, 1.0}
        assert found.interval.lower is found.interval.se is None


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_cannot_be_ranked(label):
    known = states([0.2, 0.7], [label, label])
    for metric in (AUC, GINI, KS):
        assert all(isinstance(answer, Undefined) for answer in answers(metric, known))


def test_names_are_distinct():
    assert len({definition.name for definition in DEFINITIONS}) == len(DEFINITIONS) == 12


@pytest.mark.parametrize("happened", [0.0, 1.0])
def test_one_class_has_no_variance(happened):
    assert delong_variance(states([0.1, 0.2, 0.9], [happened] * 3)) is None
