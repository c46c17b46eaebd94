"""The report on calibration: exact for rows in any order, cut and form, in little memory."""

import json
import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from sklearn.metrics import average_precision_score, roc_auc_score

import cecli
from cecli.commands.calibration import kept, open_cells, plan
from cecli.commands.calibration.store import Store

EXACT = ("miscalibration", "calibrated_cross_entropy", "brier_miscalibration", "auc", "ecce")


def sample(size, seed=1):
    rng = np.random.default_rng(seed)
    q = rng.beta(2, 5, size)
    logit = np.log(q) - np.log1p(-q)
    y = (rng.random(size) < 1 / (1 + np.exp(-1.3 * logit - 0.1))).astype(int)
    return {"y": y, "p": q}


def report(data, **options):
    return cecli.calibration(data, label="y", prob="p", **{"draws": 0} | options)


def calibrated(q, y, w=None):
    """Return the losses of isotonic regression in memory: cross-entropy and Brier score."""
    w = np.ones(len(q)) if w is None else w
    _, places = np.unique(q, return_inverse=True)
    n, s = np.bincount(places, w), np.bincount(places, w * y)
    g = isotonic_regression(s / n, weights=n).x
    with np.errstate(divide="ignore", invalid="ignore"):
        losses = -np.where(s > 0, s * np.log(g), 0) - np.where(n > s, (n - s) * np.log1p(-g), 0)
    squares = s * (1 - g) ** 2 + (n - s) * g**2
    return math.fsum(losses) / w.sum(), math.fsum(squares) / w.sum()


def bounds(found):
    name = "calibrated_cross_entropy"
    return [found.metrics.get(f"{name}_{end}", found[name]) for end in ("lower", "upper")]


def assert_exact(found, q, y, w=None):
    loss, brier = calibrated(q, y, w)
    assert found["calibrated_cross_entropy"] == pytest.approx(loss, abs=2e-15)
    assert found["brier"] - found["brier_miscalibration"] == pytest.approx(brier, abs=2e-15)
    assert "miscalibration_lower" not in found.metrics


def test_it_is_isotonic_regression_in_memory():
    data = sample(20_000)
    found = report(data)
    assert_exact(found, data["p"], data["y"])
    assert found["auc"] == pytest.approx(roc_auc_score(data["y"], data["p"]), abs=1e-15)
    precision = average_precision_score(data["y"], data["p"])
    assert found["average_precision"] == pytest.approx(precision, abs=1e-14)
    # That of the smooth error has an integral, which has an error of its own.
    assert {name for name in found.metrics if name.endswith("_lower")} == {"smece_lower"}


# Fewer rows and cells in memory take more passes.
@pytest.fixture(params=[(1 << 22, 1 << 20), (500, 1 << 12), (50, 2000)], ids=str)
def memory(request, monkeypatch):
    rows, cells = request.param
    monkeypatch.setattr(open_cells, "MOST_COLLECTED", rows)
    monkeypatch.setattr(open_cells, "MOST_CELLS", cells)
    return request.param


@pytest.mark.usefixtures("memory")
class TestMemory:
    @pytest.mark.parametrize("form", ["plain", "weight", "count", "soft"])
    def test_the_decomposition_is_exact_in_more_passes(self, form):
        data = sample(8000)
        y, w, options = data["y"].astype(float), None, {}
        rng = np.random.default_rng(2)
        if form in {"weight", "count"}:
            w = rng.integers(1, 5, len(y)).astype(float)
            w = w if form == "count" else w / 8
            data[form], options[form] = w, form
        if form == "soft":
            y = data["t"] = rng.random(len(y))
            found = cecli.calibration(data, target="t", prob="p", draws=0)
            (low, high), (loss, _) = bounds(found), calibrated(data["p"], y)
            # Nearly all cells stay open, which is too much for the least memory.
            assert low - 2e-15 <= loss <= high + 2e-15
            assert (low == high) == (open_cells.MOST_COLLECTED > 50)
            return
        assert_exact(report(data, **options), data["p"], y, w)

    def test_the_range_of_the_differences_is_exact(self):
        data = sample(8000)
        q, y = data["p"], data["y"]
        order = np.argsort(q)
        along = np.append(0.0, np.cumsum((y - q)[order])) / len(q)
        found = report(data)
        assert found["ecce"] == pytest.approx(along.max() - along.min(), abs=1e-15)
        low, high = (found.metrics.get(f"auc_{end}", found["auc"]) for end in ("lower", "upper"))
        assert low - 1e-15 <= roc_auc_score(y, q) <= high + 1e-15


@pytest.fixture
def little(monkeypatch):
    """Keep few rows in memory, and hand them on in small partitions."""
    monkeypatch.setattr(plan, "KEPT_IN_MEMORY", 100_000)
    monkeypatch.setattr(kept, "IN_ORDER", 20_000)
    monkeypatch.setattr(kept, "LEAST_IN_PARTITION", 3000)
    monkeypatch.setattr(kept, "PACKED_ROWS", 2000)
    monkeypatch.setattr(open_cells, "MOST_COLLECTED", 3000)
    monkeypatch.setattr(open_cells, "MOST_CELLS", 1 << 16)


@pytest.mark.usefixtures("little")
def test_rows_in_a_file_are_those_in_memory_to_the_last_digit(tmp_path):
    data, path = sample(100_000, seed=9), tmp_path / "preds.csv"
    rows = zip(data["y"].tolist(), data["p"].tolist(), strict=True)
    path.write_text("y,p\n" + "".join(f"{y},{p!r}\n" for y, p in rows))
    found = report(path, workers=2, chunk_bytes=1 << 17, draws=2)
    loss, brier = calibrated(data["p"], data["y"])
    assert found["calibrated_cross_entropy"] == pytest.approx(loss, abs=1e-15)
    assert found["brier"] - found["brier_miscalibration"] == pytest.approx(brier, abs=1e-15)
    assert "miscalibration_lower" not in found.metrics
    order = np.random.default_rng(1).permutation(100_000)
    shuffled = {name: values[order] for name, values in data.items()}
    assert report(shuffled, workers=1, draws=2).metrics == found.metrics


@pytest.mark.usefixtures("little")
def test_rows_of_one_prediction_need_no_more_memory():
    q = np.repeat([0.1, 0.3, 0.30000000000000004], [50_000, 9000, 1000])
    y = (np.arange(60_000) % 7 == 0).astype(int)
    assert_exact(report({"y": y, "p": q}), q, y)


HARD = {
    "near ties": lambda rng, n: 0.3 + 1e-15 * rng.integers(0, 20, n),
    "neighbours": lambda rng, n: 0.6 + rng.integers(0, 50, n) * 2.0**-53,
    "two values": lambda rng, n: rng.choice([0.2, 0.8], n),
    "one value": lambda rng, n: np.full(n, 0.25),
    "all scales": lambda rng, n: 10.0 ** -rng.uniform(0.01, 300, n),
    "near one": lambda rng, n: 1.0 - 10.0 ** -rng.uniform(0.01, 15.9, n),
    "one cell": lambda rng, n: 0.3 + 1e-6 * rng.random(n),
    "certain": lambda rng, n: rng.choice([0.0, 0.5, 0.7, 1.0], n),
}


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("kind", HARD)
@pytest.mark.parametrize("labels", ["drawn", "alternating", "separated", "inverted", "one class"])
def test_hard_data_are_exact_or_within_bounds(kind, labels):
    rng = np.random.default_rng(3)
    q = np.sort(HARD[kind](rng, 600))
    y = {
        "drawn": lambda: (rng.random(600) < q).astype(int),
        "alternating": lambda: np.arange(600) % 2,
        "separated": lambda: (q > np.median(q)).astype(int),
        "inverted": lambda: (q < np.median(q)).astype(int),
        "one class": lambda: np.ones(600, dtype=int),
    }[labels]()
    found = report({"y": y, "p": q})
    loss, brier = calibrated(q, y)
    low, high = bounds(found)
    assert low - 2e-15 <= loss <= high + 2e-15
    is_said = any(notice.code == "bracket" for notice in found.notices)
    assert is_said == (low < high)
    if not is_said:
        assert found["brier"] - found["brier_miscalibration"] == pytest.approx(brier, abs=2e-15)
    json.loads(found.to_json())


def drawn(data, limit):
    """Return the metrics of rows of which so many bytes are kept in memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "KEPT_IN_MEMORY", limit)
        return report(data, draws=20).metrics


in_order = cache(lambda limit: drawn(sample(60), limit))


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(60)), st.sampled_from([0, 1 << 28]))
def test_the_order_of_rows_and_where_they_are_kept_change_no_bit(order, limit):
    shuffled = {name: values[list(order)] for name, values in sample(60).items()}
    assert drawn(shuffled, limit) == in_order(limit)


def test_the_report_does_not_depend_on_workers_or_cuts(tmp_path):
    data, path = sample(5000), tmp_path / "preds.csv"
    rows = zip(data["y"].tolist(), data["p"].tolist(), strict=True)
    path.write_text("y,p\n" + "".join(f"{y},{p!r}\n" for y, p in rows))
    alone = report(path, workers=1, draws=10).to_json()
    assert report(path, workers=2, chunk_bytes=5000, draws=10).to_json() == alone


def test_a_count_is_as_many_rows():
    data = sample(300)
    k = np.random.default_rng(4).integers(1, 4, 300)
    out = {name: np.repeat(values, k) for name, values in data.items()}
    counted = report(data | {"k": k}, count="k", draws=20)
    written_out = report(out, draws=20)
    for name, value in written_out.metrics.items():
        assert counted[name] == pytest.approx(value, rel=1e-12), name
    assert counted.intervals["auc"] == written_out.intervals["auc"]


def test_values_are_in_units():
    data = sample(500)
    nats, bits = report(data), report(data, units="bits")
    for name in ("miscalibration", "discrimination", "uncertainty"):
        assert bits[name] == pytest.approx(nats[name] / math.log(2.0))
    assert bits["brier_miscalibration"] == nats["brier_miscalibration"]
    assert bits["auc"] == nats["auc"]


def test_soft_labels_have_no_ranking_and_no_draws():
    data = {"t": [0.25, 0.5, 0.75, 0.5], "p": [0.2, 0.4, 0.6, 0.8]}
    found = cecli.calibration(data, target="t", prob="p")
    assert "auc" not in found.metrics
    assert found["miscalibration_expected"] is None
    assert any("soft labels" in notice.message for notice in found.notices)


def test_a_stream_that_can_be_read_only_once_is_kept():
    data = sample(1000)
    parts = ({name: x[i : i + 100] for name, x in data.items()} for i in range(0, 1000, 100))
    assert report(parts).metrics == report(data).metrics


def test_rows_that_change_between_passes_are_an_error(monkeypatch):
    monkeypatch.setattr(Store, "keep", lambda *_: None)
    data = sample(1000)
    parts = ({name: x[i : i + 100] for name, x in data.items()} for i in range(0, 1000, 100))
    with pytest.raises(cecli.UnreadableError, match="changed between two passes"):
        report(parts)
