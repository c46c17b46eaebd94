"""The statistics of fits: merging parts is summarizing the whole, to the last bit."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.commands.fit import statistics as levels
from cecli.commands.fit.models import (
    Event,
    SoftmaxTemperature,
    SoftmaxVector,
    beta,
    platt,
    temperature,
)
from cecli.commands.fit.passes import FOLD, Kept, Outside
from cecli.commands.fit.statistics import Levels, Likelihood, Ranges
from cecli.core.chunk import Chunk
from cecli.core.errors import InputError
from cecli.metrics.reliability.seen_by import SeenBy

BINARY = Event()
FIRST = Event(0)
ONE = [
    Likelihood(temperature(BINARY).terms, (0.7,)),
    Likelihood(platt(BINARY).terms, (1.3, -0.2)),
    Likelihood(beta(BINARY).terms, (0.7, 1.1, 0.4)),
    SeenBy(Outside(1), Likelihood(platt(BINARY).terms, (1.3, -0.2))),
    Ranges(BINARY.logit, BINARY.target),
]
SEVERAL = [
    Likelihood(SoftmaxTemperature().terms, (0.7,)),
    Likelihood(SoftmaxVector(2).terms, (1.2, 0.7, 0.1, -0.3)),
    Likelihood(platt(FIRST).terms, (1.3, -0.2)),
    Ranges(FIRST.logit, FIRST.target),
]

rows = st.tuples(
    st.floats(1e-300, 1 - 2.0**-53),
    st.sampled_from([0.0, 0.25, 1.0]),
    st.one_of(st.sampled_from([1.0, 1e-200, 1e100]), st.floats(1e-9, 1e9)),
    st.integers(0, 2),
)
weighted = st.booleans()


def chunk(rows, *, weighted=True, several=False):
    columns = np.array(rows, dtype=float).reshape(-1, 4).T
    prob, target, weight, fold = (np.ascontiguousarray(column) for column in columns)
    if several:
        prob = np.clip(prob, 1e-15, 1 - 1e-15)
        prob, target = np.stack((1.0 - prob, prob)), np.stack((1.0 - target, target))
    numbers = {"prob": prob, "target": target, FOLD: fold}
    if weighted:
        numbers["weight"] = weight
    return Chunk("preds.csv", np.arange(2, len(rows) + 2), numbers)


@pytest.mark.parametrize(
    ("statistic", "several"), [*((s, False) for s in ONE), *((s, True) for s in SEVERAL)]
)
@given(st.lists(rows, max_size=12), st.lists(rows, max_size=12), weighted)
def test_merging_parts_is_summarizing_the_whole(statistic, several, a, b, weighted):
    parts = [
        statistic.summarize(chunk(part, weighted=weighted, several=several)) for part in (a, b)
    ]
    whole = statistic.summarize(chunk(a + b, weighted=weighted, several=several))
    assert parts[0].merge(parts[1]) == whole == parts[1].merge(parts[0])
    assert statistic.empty().merge(whole) == whole == whole.merge(statistic.empty())
    assert pickle.loads(pickle.dumps(whole)) == whole


def table(state):
    scores, levels = state.table()
    return scores.tolist(), list(levels)


@given(st.lists(rows, max_size=30), st.integers(1, 7), weighted)
def test_levels_are_those_of_all_rows_however_they_are_cut(rows, size, weighted):
    statistic = Levels(BINARY.stated, BINARY.target, "preds.csv")
    state = statistic.empty()
    for start in range(0, len(rows), size):
        part = chunk(rows[start : start + size], weighted=weighted)
        state = state.merge(statistic.summarize(part))
    assert table(state) == table(statistic.summarize(chunk(rows[::-1], weighted=weighted)))


@given(st.lists(rows, min_size=1, max_size=30), weighted)
def test_levels_add_up_what_happened_at_each_score(rows, weighted):
    state = Levels(BINARY.stated, BINARY.target, "").summarize(chunk(rows, weighted=weighted))
    scores, levels = table(state)
    assert scores == sorted({row[0] for row in rows})
    units = set()
    for score, (weight, total) in zip(scores, levels, strict=True):
        at = [(Fraction(t), Fraction(w if weighted else 1)) for q, t, w, _ in rows if q == score]
        exact = sum(w for _, w in at)
        units.add(weight / exact)
        assert Fraction(total, weight) == sum(w * t for t, w in at) / exact
    assert len(units) == 1


def test_levels_compact_repetitions_and_refuse_what_does_not_fit(monkeypatch):
    monkeypatch.setattr(levels, "MOST", 10)
    monkeypatch.setattr(levels, "LEAST", 4)
    statistic = Levels(BINARY.stated, BINARY.target, "preds.csv")
    state = statistic.empty()
    few = chunk([(0.1 * k, 1.0, 1.0, 0) for k in range(1, 9)])
    for _ in range(20):
        state = state.merge(statistic.summarize(few))
    assert table(state)[1] == [(20, 20)] * 8
    many = chunk([(0.01 * k, 1.0, 1.0, 0) for k in range(1, 20)])
    with pytest.raises(InputError, match="more than 10 different rows"):
        state.merge(statistic.summarize(many))


def test_kept_rows_are_all_of_them_in_order_or_none():
    kept = Kept(1 << 20)
    a, b = chunk([(0.5, 1.0, 1.0, 0)]), chunk([(0.25, 0.0, 2.0, 1)])
    state = kept.summarize(a).merge(kept.summarize(b).moved(10))
    assert [c.numbers["prob"].tolist() for c in state.chunks] == [[0.5], [0.25]]
    assert [c.lines.tolist() for c in state.chunks] == [[2], [12]]
    assert Kept(20).summarize(a).merge(Kept(20).summarize(b)).chunks is None
