"""The reliability table equals scikit-learn's curve, and its errors those of a sum over rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve

import cecli
from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.metrics.reliability.bins import Binning, InBins, uniform
from cecli.metrics.reliability.divided import Divided
from cecli.numerics.cells.borders import CellsAtBorders
from cecli.report.reliability import Strategy


def sample(size=3000, seed=1):
    rng = np.random.default_rng(seed)
    q = np.round(rng.beta(2, 5, size), 3)
    q[:9] = [0.0, 0.1, 0.3, 0.7, 1.0, np.nextafter(0.1, 1.0), 0.95, 0.85, 0.85]
    return {"y": (rng.random(size) < q**1.3).astype(int), "p": q}


def report(data, **options):
    return cecli.calibration(data, label="y", prob="p", draws=0, **options)


def bins(found):
    return found.reliability[0].bins


def columns(found, *names):
    return [[getattr(each, name) for each in bins(found)] for name in names]


@pytest.mark.parametrize("number", [1, 2, 4, 5, 10, 16])
def test_it_is_the_curve_of_scikit_learn(number):
    data = sample()
    rate, prediction = columns(report(data, bins=number), "observed_rate", "mean_prediction")
    expected = calibration_curve(data["y"], data["p"], n_bins=number)
    assert rate == pytest.approx(expected[0], abs=1e-15)
    assert prediction == pytest.approx(expected[1], abs=1e-14)


def test_a_prediction_at_an_edge_is_in_the_bin_below_it():
    data = {"y": [0, 1, 0, 1], "p": [0.1, np.nextafter(0.1, 1.0), 0.0, 1.0]}
    rows = columns(report(data), "low", "high", "rows")
    assert rows == [[0.0, 0.1, 0.9], [0.1, 0.2, 1.0], [2, 1, 1]]


def test_intervals_are_those_of_wilson():
    found = report(sample(), level=0.9)
    for each in bins(found):
        events = round(each.observed_rate * each.rows)
        expected = binomtest(events, each.rows).proportion_ci(0.9, method="wilson")
        assert [each.lower, each.upper] == pytest.approx(list(expected), abs=1e-12)


@pytest.mark.parametrize("kind", ["rows", "weight", "count"])
def test_errors_are_those_of_sums_over_rows(kind):
    data = sample()
    rng = np.random.default_rng(2)
    w = {
        "rows": np.ones(len(data["p"])),
        "weight": rng.lognormal(0, 1, len(data["p"])),
        "count": rng.integers(1, 9, len(data["p"])).astype(float),
    }[kind]
    options = {} if kind == "rows" else {kind: "w"}
    found = report({**data, "w": w}, debiased=True, **options)
    q, y = data["p"], data["y"]
    place = np.searchsorted([k / 10 for k in range(1, 10)], q)
    gaps, weights, noise = [], [], []
    for k in range(10):
        some = place == k
        if not some.any():
            continue
        weight = w[some].sum()
        rate = (w * y)[some].sum() / weight
        size = weight if kind == "count" else weight**2 / (w[some] ** 2).sum()
        gaps.append(rate - (w * q)[some].sum() / weight)
        weights.append(weight / w.sum())
        noise.append(rate * (1 - rate) / (size - 1))
    gaps, weights, noise = map(np.array, (gaps, weights, noise))
    assert found["ece"] == pytest.approx(weights @ abs(gaps), abs=1e-14)
    assert sum(each.contribution for each in bins(found)) == pytest.approx(found["ece"])
    assert found["mce"] == pytest.approx(abs(gaps).max(), abs=1e-14)
    assert found["rmsce"] == pytest.approx(np.sqrt(weights @ gaps**2), abs=1e-14)
    debiased = np.sqrt(max(0.0, weights @ (gaps**2 - noise)))
    assert found["rmsce_debiased"] == pytest.approx(debiased, abs=1e-12)


def test_quantile_bins_have_about_equal_weight_and_edges_that_give_them_again():
    data = sample(20_000)
    data["p"] = data["p"] + np.random.default_rng(3).random(20_000) * 1e-4
    data["p"] = np.minimum(data["p"], 1.0)
    found = report(data, bins=8, strategy="quantile")
    (rows,) = columns(found, "rows")
    assert len(rows) == 8
    assert max(rows) - min(rows) < 40
    edges = [each.high for each in bins(found)[:-1]]
    again = report(data, edges=edges)
    assert bins(again) == bins(found)
    assert again["ece"] == found["ece"]


def test_tied_predictions_share_a_bin():
    data = {"y": [0, 1] * 50, "p": [0.5] * 80 + [0.75] * 20}
    assert columns(report(data, bins=10, strategy="quantile"), "rows") == [[80, 20]]


def in_bins(q, y, binning, **options):
    """Return the table and the results of some rows, without the rest of a report."""
    chunk = Chunk("x", np.arange(len(q)), {"prob": q, "target": y.astype(float)})
    found = InBins(binning, Divided(CellsAtBorders.at(binning.borders)), 0.95, **options)
    states = States.empty(found.statistics).update(chunk)
    return list(found.finish(states))


def test_debiasing_removes_what_chance_adds():
    rng = np.random.default_rng(4)
    squares = []
    for _ in range(40):
        q = rng.random(500)
        y = rng.random(500) < q
        _, _, plain, debiased, _ = in_bins(q, y, uniform(10), debiased=True)
        squares.append([plain.value**2, debiased.value**2])
    plain, debiased = np.mean(squares, axis=0)
    assert debiased < plain / 2


def test_a_bin_with_one_row_has_no_debiased_error():
    found = report({"y": [0, 1, 1], "p": [0.15, 0.55, 0.95]}, debiased=True)
    assert found["rmsce_debiased"] is None
    assert any("fewer --bins" in notice.message for notice in found.notices)


@given(st.permutations(range(60)), st.sampled_from([uniform(7), Binning(Strategy.QUANTILE, 4)]))
def test_the_order_of_rows_changes_no_bit(order, binning):
    q, y = (sample(60)[name] for name in "py")
    places = np.array(order)
    assert in_bins(q[places], y[places], binning) == in_bins(q, y, binning)


def test_soft_labels_have_bins_without_intervals():
    q = np.linspace(0.05, 0.95, 50)
    found = cecli.calibration({"t": q**2, "p": q}, target="t", prob="p")
    assert found["ece"] == pytest.approx(np.abs(q**2 - q).mean())
    assert all(each.lower is None for each in bins(found))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"bins": 0}, "--bins 0 is not between 1 and 1000"),
        ({"bins": 5, "edges": [0.5]}, "--edges and --bins cannot be used together"),
        ({"strategy": "edges"}, "--strategy edges needs --edges"),
        ({"edges": [0.5, 0.2]}, "not in ascending order: 0.2 follows 0.5"),
        ({"edges": "0.5,x"}, "--edges 'x' is not a probability"),
        ({"threshold": 50}, "--threshold '50' is not a probability"),
    ],
)
def test_bins_that_make_no_sense_are_refused(options, words):
    with pytest.raises(cecli.UsageError, match=words):
        report({"y": [0, 1], "p": [0.2, 0.8]}, **options)


def codes(found):
    return [notice.code for notice in found.notices]


def test_bins_that_tell_nothing_of_a_rare_event_are_told():
    rng = np.random.default_rng(4)
    q = rng.beta(1.0, 200.0, 4000)
    rare = {"y": (rng.random(4000) < q).astype(int), "p": q}
    found = report(rare)
    assert len(bins(found)) == 1
    (message,) = [n.message for n in found.notices if n.code == "one-bin"]
    assert message.startswith("all rows are in one bin")
    quantile = report(rare, strategy="quantile")
    assert len(bins(quantile)) == 10
    assert "one-bin" not in codes(quantile)
    rare["p"][:100] = 0.5
    (message,) = [n.message for n in report(rare).notices if n.code == "one-bin"]
    assert message.startswith("97.5 % of the rows are in one bin")


def test_nothing_is_told_where_other_bins_would_tell_no_more():
    tied = {"y": [0, 1] * 50, "p": [0.01] * 100}
    for found in (report(tied), report(sample()), report(sample(), bins=1)):
        assert "one-bin" not in codes(found)
    rng = np.random.default_rng(4)
    data = {"y": rng.integers(0, 2, 100), "p": rng.random(100) / 10}
    assert "one-bin" not in codes(report(data, edges=["0.2"]))
