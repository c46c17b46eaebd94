"""Rows in order of time: the standard error of slow waves, and the watch over neighbours."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import cecli
from cecli.commands.compare import in_time
from cecli.commands.compare.in_time import Blocks, BlocksState, cos_pi
from cecli.core.chunk import Chunk
from cecli.core.table import INPUT, ROW


def series(rows, rho, seed=0):
    """Return soft labels and predictions whose differences of loss are an AR(1) series."""
    rng = np.random.default_rng(seed)
    noise, x = rng.normal(size=rows), np.zeros(rows)
    for t in range(1, rows):
        x[t] = rho * x[t - 1] + noise[t]
    # At a prediction of one half, the other's loss is linear in the target.
    target = 0.5 + 0.4 * np.tanh(0.5 * x)
    return {"t": target, "a": np.full(rows, 0.5), "b": np.full(rows, 0.6)}


def differences(data):
    t, a, b = data["t"], data["a"], data["b"]
    return t * (np.log(a) - np.log(b)) + (1 - t) * (np.log1p(-a) - np.log1p(-b))


def cosines(d, w=None):
    """Return the standard error of equal-weighted cosines, and its degrees of freedom."""
    n, w = len(d), np.ones(len(d)) if w is None else w
    waves = int(0.4 * n ** (2 / 3) + 1e-9)
    rest, t = w * (d - np.average(d, weights=w)), np.arange(1, n + 1) - 0.5
    projected = [
        math.sqrt(2) * (rest * np.cos(np.pi * j * t / n)).sum() for j in range(1, waves + 1)
    ]
    return math.sqrt(np.mean(np.square(projected))) / w.sum(), waves


@pytest.mark.parametrize("weight", [None, "w"])
def test_it_is_the_standard_error_of_equal_weighted_cosines(weight):
    data = series(600, 0.5)
    data["w"] = np.random.default_rng(2).integers(1, 4, 600).astype(float)
    report = cecli.compare(data, target="t", prob=["a", "b"], weight=weight, order=True)
    d = differences(data)
    se, degrees = cosines(d, None if weight is None else data["w"])
    interval = report.intervals["difference"]
    assert interval.se == pytest.approx(se, rel=1e-9)
    p = 2 * stats.t.sf(abs(report["difference"]) / se, degrees)
    assert report["p_value"] == pytest.approx(p, rel=1e-8)
    plain = cecli.compare(data, target="t", prob=["a", "b"], weight=weight)
    assert interval.se > 1.3 * plain.intervals["difference"].se
    codes = [[n.code for n in found.notices] for found in (plain, report)]
    assert ["order-matters" in each for each in codes] == [True, False]


def test_blocks_of_rows_have_nearly_the_error_of_single_rows(monkeypatch):
    data = series(2000, 0.5, seed=3)
    monkeypatch.setattr(in_time, "MOST_BLOCKS", 700)
    report = cecli.compare(data, target="t", prob=["a", "b"], order=True)
    assert report.intervals["difference"].se == pytest.approx(
        cosines(differences(data))[0], rel=0.01
    )


def test_the_order_of_rows_matters_and_no_cut_of_them(tmp_path):
    data = pd.DataFrame(series(500, 0.6))
    options = {"target": "t", "prob": ["a", "b"], "order": True}
    whole = cecli.compare(data, **options)
    data.to_csv(tmp_path / "all.csv", index=False)
    data[:200].to_csv(tmp_path / "1.csv", index=False)
    data[200:].to_csv(tmp_path / "2.csv", index=False)
    for chunk_bytes, workers in ((64, 3), (1 << 20, 1)):
        how = {"chunk_bytes": chunk_bytes, "workers": workers}
        for paths in ([tmp_path / "all.csv"], [tmp_path / "1.csv", tmp_path / "2.csv"]):
            assert cecli.compare(paths, **options, **how).intervals == whole.intervals
    shuffled = cecli.compare(data.sample(frac=1.0, random_state=0), **options)
    assert shuffled["difference"] == whole["difference"]
    assert shuffled.intervals["difference"].se < 0.8 * whole.intervals["difference"].se


@pytest.mark.parametrize(
    "options",
    [{"by": "g"}, {"cluster": "g"}, {"anytime": True, "clip": 0.1}, {"id": "g"}],
)
def test_what_is_no_single_series_is_refused(options):
    data = series(10, 0.0) | {"g": ["u"] * 10}
    with pytest.raises(cecli.UsageError, match="--order and"):
        cecli.compare(data, target="t", prob=["a", "b"], order=True, **options)
    with pytest.raises(cecli.UsageError, match="two inputs"):
        cecli.compare(data, data, target="t", prob=["a", "b"], order=True)


def test_too_few_rows_have_no_error():
    report = cecli.compare(series(3, 0.0), target="t", prob=["a", "b"], order=True)
    assert report["p_value"] is None
    assert "needs more than 3 rows" in report.comparisons[0].sentence


@given(st.integers(0, 10**12), st.integers(1, 10**9))
def test_cosines_are_those_of_the_angle(numerator, denominator):
    turn = (numerator % (2 * denominator)) / denominator
    found = cos_pi(np.array([numerator]), denominator)[0]
    assert found == pytest.approx(math.cos(math.pi * turn), abs=1e-14)


values = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40)


def chunk(x, first):
    numbers = {"x": np.array(x, float), INPUT: np.zeros(len(x)), ROW: first + np.arange(len(x))}
    return Chunk("x", np.arange(len(x)), numbers)


def score(chunk):
    return chunk.numbers["x"]


@settings(max_examples=50)
@given(values, st.lists(st.integers(0, 40), max_size=5))
def test_states_do_not_depend_on_where_rows_are_cut(x, cuts):
    bounds = sorted({0, len(x), *(cut for cut in cuts if cut < len(x))})
    parts = [chunk(x[a:b], float(a)) for a, b in itertools.pairwise(bounds)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_time, "MOST_BLOCKS", 8)
        whole, blocks = Blocks(score).summarize(chunk(x, 0.0)), BlocksState()
        for part in reversed(parts):
            blocks = blocks.merge(Blocks(score).summarize(part))
    assert (blocks.level, dict(blocks.totals)) == (whole.level, dict(whole.totals))


def test_independent_rows_are_not_said_to_depend():
    report = cecli.compare(series(500, 0.0), target="t", prob=["a", "b"])
    assert "order-matters" not in [notice.code for notice in report.notices]
    alike = cecli.compare({"y": [1] * 50, "a": [0.5] * 50, "b": [0.6] * 50}, prob=["a", "b"])
    assert "order-matters" not in [notice.code for notice in alike.notices]
