"""The costliest rows against sorting them all."""

import numpy as np
import pytest

import cecli


@pytest.mark.parametrize("seed", range(3))
def test_the_share_of_the_costliest_rows_is_that_of_the_sorted_losses(seed):
    rng = np.random.default_rng(seed)
    q, y = rng.beta(1, 3, 5000), rng.integers(0, 2, 5000)
    loss = np.sort(-np.log(np.where(y == 1, q, 1 - q)))
    report = cecli.score({"y": y, "p": q}, label="y", prob="p")
    assert report["top_1pct_loss_share"] == pytest.approx(loss[-50:].sum() / loss.sum(), rel=0.005)
    assert report["top_row_loss_share"] == pytest.approx(loss[-1] / loss.sum(), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-200, 1e-4, 1.0, 1e4, 1e200])
@pytest.mark.parametrize("classes", [2, 3])
def test_the_share_of_a_row_with_weight_is_the_same_on_any_scale_of_weights(classes, scale):
    rng = np.random.default_rng(5)
    q, y = rng.dirichlet([1.0] * classes, 500), rng.integers(0, classes, 500)
    weight = rng.exponential(1.0, 500)
    cost = -np.log(q[np.arange(500), y]) * weight
    data = {f"p_{k}": q[:, k] for k in range(classes)} if classes > 2 else {"p": q[:, 1]}
    prob = "p_*" if classes > 2 else "p"
    report = cecli.score({"y": y, **data, "w": weight * scale}, label="y", prob=prob, weight="w")
    assert report["top_row_loss_share"] == pytest.approx(cost.max() / cost.sum(), rel=1e-12)


def test_a_row_with_a_count_is_several():
    data = {"y": [1, 1], "p": [0.5, 0.25], "n": [9, 2]}
    report = cecli.score(data, label="y", prob="p", count="n")
    assert report["top_row_loss_share"] == pytest.approx(2 / (9 + 4), rel=1e-14)


def test_the_costliest_row_is_told_with_its_weight():
    data = {"y": [1] * 300, "p": [0.9] * 298 + [0.8, 0.01], "w": [1.0] * 298 + [1000.0, 0.001]}
    report = cecli.score(data, label="y", prob="p", weight="w")
    (notice,) = [n for n in report.notices if n.code == "concentrated-loss"]
    assert "largest weight × loss (<arrays>:299)" in notice.message
    assert "before weighting" in notice.message  # worst need not list that row


def test_one_catastrophe_is_told_with_its_place():
    data = {"y": [1] * 300, "p": [0.9] * 299 + [1e-300]}
    report = cecli.score(data, label="y", prob="p")
    (notice,) = [n for n in report.notices if n.code == "concentrated-loss"]
    assert "<arrays>:300" in notice.message
    assert report["top_row_loss_share"] > 0.9


def test_equal_losses_are_not_concentrated():
    report = cecli.score({"y": [1, 0] * 200, "p": [0.5] * 400}, label="y", prob="p")
    assert report["top_1pct_loss_share"] == pytest.approx(0.01)
    assert not [n for n in report.notices if n.code == "concentrated-loss"]


def test_nothing_lost_has_no_shares():
    report = cecli.score({"y": [1, 0], "p": [1.0, 0.0]}, label="y", prob="p")
    assert report["top_1pct_loss_share"] is report["top_row_loss_share"] is None


@pytest.mark.parametrize(
    ("events", "told"), [(0, True), (1, True), (4, True), (5, False), (500, False)]
)
def test_few_events_are_told(events, told):
    y = [1] * events + [0] * (1000 - events)
    report = cecli.score({"y": y, "p": [0.1] * 1000}, label="y", prob="p")
    found = [n for n in report.notices if n.code == "few-events" and "AUC" not in n.message]
    assert bool(found) is told


def test_no_interval_of_skill_is_spoken_of_where_there_is_no_skill():
    report = cecli.score({"y": [0] * 100, "p": [0.1] * 100}, label="y", prob="p")
    (told,) = [notice.message for notice in report.notices if notice.code == "few-events"]
    assert report["skill"] is None
    assert "skill" not in told
