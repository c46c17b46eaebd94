"""Calibration and ranking in a score: exact for few rows, and within certain bounds for many."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from sklearn.metrics import log_loss, roc_auc_score

import cecli
from cecli.core.chunk import Chunk
from cecli.metrics.cells.ranking import AUC
from cecli.statistics.cells import prediction_cells
from cecli.statistics.cells.prediction_cells import CELLS

KEYS = ("auc", "miscalibration", "ecce", "ecce_p_value")
BRACKETED = KEYS[:3]
OURS = re.compile("auc|miscalibration|ecce")
# Some predictions are equal, some share a cell, and some are an ulp apart.
probs = st.sampled_from([1e-9, 0.2, 0.3, 0.3 + 1e-12, np.nextafter(0.3, 1), 0.7, 0.70001, 0.95])
rows = st.lists(st.tuples(probs, st.booleans()), min_size=2, max_size=25)


def sample(n=400, seed=1):
    """Return predictions, many of which share a cell, and labels that they are too high for."""
    rng = np.random.default_rng(seed)
    q = 0.3 + rng.choice([0.0, 1e-7, 2e-7, 1e-3, 0.1, 0.4], n) + 1e-8 * rng.random(n)
    return {"y": (rng.random(n) < q**1.3).astype(int), "p": q}


def drawn(found):
    p, y = zip(*found, strict=True)
    return {"y": np.array(y, dtype=int), "p": np.array(p)}


def auc_of(y, p):
    return roc_auc_score(y, p) if 0 < y.sum() < len(y) else None


def ecce_of(y, p):
    """Return the range of the cumulative differences at the distinct predictions."""
    at = [0.0, *(float((y - p)[p <= x].sum()) / len(y) for x in np.unique(p))]
    return max(at) - min(at)


def miscalibration_of(y, p):
    _, places, counts = np.unique(p, return_inverse=True, return_counts=True)
    rates = np.bincount(places, y) / counts
    fitted = isotonic_regression(rates, weights=counts).x[places]
    return log_loss(y, p, labels=[0, 1]) - log_loss(y, fitted, labels=[0, 1])


TRUE = {"auc": auc_of, "ecce": ecce_of, "miscalibration": miscalibration_of}


@settings(max_examples=25)
@given(rows)
def test_of_few_rows_they_are_exact(found):
    data = drawn(found)
    report = cecli.score(data, label="y", prob="p")
    for name, true in TRUE.items():
        exact = true(data["y"], data["p"])
        assert report[name] == (None if exact is None else pytest.approx(exact, abs=1e-12))
        assert not {f"{name}_lower", f"{name}_upper"} & {r.name for r in report.results}


@pytest.mark.parametrize("role", [{}, {"count": "k"}])
def test_they_are_those_of_a_calibration_to_the_last_bit(role):
    data = {**sample(), "k": np.arange(400) % 3}
    ours = cecli.score(data, label="y", prob="p", **role).to_dict()
    theirs = cecli.calibration(data, label="y", prob="p", draws=0, **role).to_dict()
    for name in KEYS:
        assert ours["metrics"][name] == theirs["metrics"][name]
        assert ours["intervals"].get(name) == theirs["intervals"].get(name)
    assert not [name for name in ours["metrics"] if name.endswith("_lower")]


@settings(max_examples=25)
@given(rows)
def test_of_many_rows_certain_bounds_stand_beside_them(found):
    data = drawn(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prediction_cells, "FEW", 1)
        report = cecli.score(data, label="y", prob="p")
    metrics = report.to_dict()["metrics"]
    for name in BRACKETED:
        true = TRUE[name](data["y"], data["p"])
        if true is None:
            assert metrics[name] is None
            continue
        lower, upper = (metrics.get(f"{name}_{end}", metrics[name]) for end in ("lower", "upper"))
        assert lower <= metrics[name] <= upper
        assert lower - 1e-12 <= true <= upper + 1e-12
        # Bounds that meet are told by the value alone.
        assert (f"{name}_lower" in metrics) is (lower < upper)


@pytest.mark.parametrize("few", [50, 400, 1000])
def test_they_are_the_same_in_any_order_and_however_rows_are_cut(few, monkeypatch, tmp_path):
    monkeypatch.setattr(prediction_cells, "FEW", few)
    data = sample()
    order = np.random.default_rng(2).permutation(400)
    mixed = {name: values[order] for name, values in data.items()}
    reports = [cecli.score(some, label="y", prob="p") for some in (data, mixed)]
    parts = []
    for place, some in enumerate(np.array_split(order, 7)):
        lines = (f"{data['y'][row]},{float(data['p'][row])!r}" for row in some)
        parts.append(tmp_path / f"{place}.csv")
        parts[-1].write_text("\n".join(["y,p", *lines]))
    reports += [cecli.score(parts, label="y", prob="p", workers=workers) for workers in (1, 2)]
    found = [
        {name: value for name, value in report.to_dict()["metrics"].items() if OURS.match(name)}
        for report in reports
    ]
    assert all(each == found[0] for each in found)
    assert ("auc_lower" in found[0]) is (few < 400)


def test_rows_are_kept_one_by_one_up_to_a_number_that_no_cut_changes(monkeypatch):
    monkeypatch.setattr(prediction_cells, "FEW", 40)
    for n in (39, 40, 41):
        data = sample(n)
        numbers = {"target": data["y"].astype(float), "prob": data["p"]}
        chunk = Chunk("x", np.arange(n), numbers)
        pieces = [CELLS.summarize(some) for some in chunk.pieces(7)]
        whole = CELLS.summarize(chunk)
        forwards, backwards = CELLS.empty(), CELLS.empty()
        for piece in pieces:
            forwards, backwards = forwards.merge(piece), piece.merge(backwards)
        found = [state.resolved for state in (whole, forwards, backwards)]
        assert {len(cells) for cells in found} == {len(found[0])}
        mixed = found[0].is_wide & (found[0].events > 0)
        assert mixed.any() == (n > 40)


def test_the_interval_of_the_auc_has_the_error_of_delong():
    data = sample()
    interval = cecli.score(data, label="y", prob="p").to_dict()["intervals"]["auc"]
    p, y = data["p"], data["y"]
    events, others = p[y == 1], p[y == 0]
    ranked = (events[:, None] > others) + 0.5 * (events[:, None] == others)
    variance = ranked.mean(1).var(ddof=1) / len(events) + ranked.mean(0).var(ddof=1) / len(others)
    assert interval["se"] == pytest.approx(np.sqrt(variance), rel=1e-9)
    # It is symmetric in the logit.
    logit = [np.log(x / (1 - x)) for x in (interval["lower"], ranked.mean(), interval["upper"])]
    assert logit[1] - logit[0] == pytest.approx(logit[2] - logit[1], rel=1e-9)


def test_replicates_leave_the_auc_its_own_interval():
    found = cecli.score(sample(), label="y", prob="p", bootstrap=100).to_dict()["intervals"]
    assert found["brier"]["method"] == "bootstrap"
    assert found["auc"] == cecli.score(sample(), label="y", prob="p").to_dict()["intervals"]["auc"]


def test_soft_labels_have_no_ranking_and_no_p_value():
    data = sample()
    report = cecli.score({"t": data["p"] ** 1.2, "p": data["p"]}, target="t", prob="p")
    names = {result.name for result in report.results}
    assert {"miscalibration", "ecce"} <= names
    assert not {"auc", "ecce_p_value"} & names


def test_rows_that_depend_on_others_have_no_p_value_and_no_error_of_independent_rows():
    data = {**sample(), "c": np.arange(400) // 4}
    report = cecli.score(data, label="y", prob="p", cluster="c")
    assert report["auc"] == cecli.score(data, label="y", prob="p")["auc"]
    assert "auc" not in report.to_dict()["intervals"]
    assert "ecce_p_value" not in {result.name for result in report.results}


@pytest.mark.parametrize("role", ["weight", "count"])
def test_weights_and_counts_are_those_of_the_rows_written_out(role):
    data = {**sample(60), "w": np.arange(60) % 4 + 1}
    out = {name: np.repeat(values, data["w"]) for name, values in data.items()}
    found = cecli.score(data, label="y", prob="p", **{role: "w"}).to_dict()["metrics"]
    exact = cecli.score(out, label="y", prob="p").to_dict()["metrics"]
    for name in BRACKETED:
        ends = [found.get(f"{name}_{end}", found[name]) for end in ("lower", "upper")]
        assert ends[0] - 1e-12 <= exact[name] <= ends[1] + 1e-12


def test_groups_and_several_classes_have_none():
    data = {**sample(), "g": np.arange(400) % 2}
    report = cecli.score(data, label="y", prob="p", by="g")
    assert not {"auc", "ecce"} & set(report.to_dict()["groups"][0]["metrics"])
    classes = {"y": ["a", "b"], "p_a": [0.7, 0.4], "p_b": [0.3, 0.6]}
    assert "auc" not in {r.name for r in cecli.score(classes, label="y", prob="p_*").results}


def test_one_class_has_no_auc_and_an_infinite_loss_no_finite_miscalibration():
    report = cecli.score({"y": [1, 1], "p": [0.5, 0.25]}, label="y", prob="p")
    assert report["auc"] is None
    assert any("one class only" in notice.message for notice in report.notices)
    infinite = cecli.score({"y": [1, 0, 1], "p": [0.0, 0.25, 0.5]}, label="y", prob="p")
    assert infinite["miscalibration"] == float("inf")


@pytest.mark.parametrize("n", [19, 20])
def test_it_is_said_that_few_expected_events_have_no_p_value(n):
    data = {"y": np.arange(n) == 3, "p": np.full(n, 0.05)}
    report = cecli.score(data, label="y", prob="p")
    assert report["ecce_p_value"] is None
    assert any("ecce_p_value" in notice.message for notice in report.notices)


@pytest.mark.parametrize(("events", "told"), [(19, True), (20, False)])
def test_few_rows_of_a_class_are_noticed(events, told):
    data = {"y": np.arange(300) < events, "p": sample(300)["p"]}
    notices = cecli.score(data, label="y", prob="p").notices
    assert any("the AUC rests on 19 rows" in notice.message for notice in notices) is told


def test_the_bounds_of_a_metric_are_those_of_its_bracket():
    assert AUC.value.bounds == (AUC.lower, AUC.upper)
