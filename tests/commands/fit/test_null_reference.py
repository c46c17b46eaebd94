"""The calibration loss of labels drawn from predictions, against scikit-learn and by its laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, xlogy
from sklearn.isotonic import IsotonicRegression

import cecli
from cecli.commands.fit.null_reference import DrawnLosses, isotonic_losses

LEVELS = st.lists(
    st.integers(1, 9).flatmap(lambda w: st.tuples(st.just(w), st.integers(0, w))),
    min_size=1,
    max_size=40,
)


def by_scikit_learn(weight, total):
    places = np.arange(len(weight))
    mean = IsotonicRegression().fit(places, total / weight, sample_weight=weight).predict(places)
    return -np.sum(xlogy(total, mean) + xlogy(weight - total, 1 - mean))


@given(LEVELS)
def test_the_least_loss_is_that_of_scikit_learn(levels):
    weight, total = np.array(levels, dtype=float).T
    expected = by_scikit_learn(weight, total)
    # The same levels, reversed in a second draw, do not meet those of the first.
    weights, totals = np.stack((weight, weight[::-1])), np.stack((total, total[::-1]))
    ours = isotonic_losses(weights, totals)
    assert ours[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert ours[1] == pytest.approx(by_scikit_learn(*np.array(levels[::-1], float).T), abs=1e-9)


def test_the_quantile_and_the_chance_count_draws():
    draws = DrawnLosses(np.arange(1.0, 100.0))
    assert draws.quantile(0.0) == 95.0
    assert draws.chance(95.0) == pytest.approx(0.06)
    assert draws.chance(200.0) == pytest.approx(0.01)


def sample(rows, slope, seed):
    generator = np.random.default_rng(seed)
    z = generator.normal(-1, 1.5, rows)
    return {"y": (generator.random(rows) < expit(slope * z)).astype(int), "p": expit(z)}


def test_calibrated_predictions_lose_what_is_expected_and_others_more():
    calibrated = cecli.fit(sample(1000, 1.0, 0), model="isotonic")
    assert calibrated["miscalibration_expected"] == pytest.approx(0.017, abs=0.004)
    assert calibrated["calibration_loss"] < calibrated["miscalibration_quantile"]
    assert calibrated["miscalibration_p_value"] > 0.05
    other = cecli.fit(sample(1000, 0.5, 0), model="isotonic")
    assert other["miscalibration_p_value"] == pytest.approx(0.001)
    assert "calibration_loss" not in other.intervals


def test_the_mean_is_that_of_labels_drawn_by_another_generator():
    data = sample(200, 1.0, 3)
    report = cecli.fit(data, model="isotonic")
    generator, order = np.random.default_rng(1), np.argsort(data["p"])
    q = data["p"][order]
    won = []
    for _ in range(400):
        y = (generator.random(200) < q).astype(float)
        won.append(
            (-np.sum(xlogy(y, q) + xlogy(1 - y, 1 - q)) - by_scikit_learn(q * 0 + 1, y)) / 200
        )
    error = np.std(won) * np.sqrt(1 / 400 + 1 / 999)
    assert report["miscalibration_expected"] == pytest.approx(np.mean(won), abs=4 * error)


def test_the_draws_depend_on_neither_order_nor_cuts_nor_scale(tmp_path):
    data = sample(300, 0.8, 5)
    y, p = data["y"], np.round(data["p"], 2).clip(0.01, 0.99)
    w = np.random.default_rng(2).integers(1, 4, 300)
    names = ("miscalibration_expected", "miscalibration_quantile", "miscalibration_p_value")
    found = []
    for place, (rows, size) in enumerate([(slice(None), 1 << 20), (slice(None, None, -1), 100)]):
        path = tmp_path / f"{place}.csv"
        columns = zip(y[rows], p[rows].tolist(), w[rows], strict=True)
        path.write_text("y,p,w\n" + "".join(f"{a},{b!r},{c}\n" for a, b, c in columns))
        report = cecli.fit(path, model="isotonic", weight="w", chunk_bytes=size)
        found.append([report[name] for name in names])
    assert found[0] == found[1]
    percent = cecli.fit({"y": y, "p": 100 * p, "w": w}, model="isotonic", weight="w",
                        scale="percent")  # fmt: skip
    assert [percent[name] for name in names] == pytest.approx(found[0], rel=1e-9)


def test_labels_are_not_drawn_for_too_many_rows(monkeypatch):
    from cecli.commands.fit import null_reference

    monkeypatch.setattr(null_reference, "MOST_ROWS", 100)
    report = cecli.fit(sample(101, 1.0, 0), model="isotonic")
    assert report["miscalibration_p_value"] is None
    assert report["calibration_loss"] > 0


def test_steps_that_are_certain_of_rows_outside_name_the_way_out():
    report = cecli.fit(sample(200, 1.0, 1), model="isotonic", folds=3)
    assert report["out_of_fold_cross_entropy"] == np.inf
    assert report["out_of_fold_gain"] is None
    assert any("--model beta" in notice.message for notice in report.notices)
    smooth = cecli.fit(sample(200, 1.0, 1), model="beta", folds=3)
    assert smooth["out_of_fold_cross_entropy"] < np.inf


@pytest.mark.parametrize("scale", [2.0**-900, 2.0**900])
def test_the_scale_of_weights_changes_no_bit(scale):
    data = {**sample(300, 1.0, 2), "w": np.random.default_rng(3).exponential(1.0, 300)}
    usual = cecli.fit(data, model="isotonic", weight="w")
    found = cecli.fit({**data, "w": data["w"] * scale}, model="isotonic", weight="w")
    for name in ("miscalibration_expected", "miscalibration_quantile", "miscalibration_p_value"):
        assert found[name] == usual[name]
