"""The mean of the classes' mean losses, against scikit-learn, brute force and simulation."""

import numpy as np
import pytest
from sklearn.metrics import log_loss
from sklearn.utils.class_weight import compute_sample_weight

import cecli

RANDOM = np.random.default_rng(11)
NAME = "cross_entropy_balanced"


def drawn(rows, rate=0.2, random=RANDOM):
    y = (random.random(rows) < rate).astype(int)
    y[:2] = 0, 1
    return {"y": y, "p": random.uniform(0.01, 0.99, rows), "w": random.exponential(size=rows)}


def by_classes(y, losses, weight=None):
    """Return the mean over the classes of the mean loss of each."""
    return np.mean([np.average(losses[y == k], weights=None if weight is None else weight[y == k])
                    for k in np.unique(y)])  # fmt: skip


def test_it_is_scikit_learns_log_loss_with_balanced_weights():
    data = drawn(500)
    balanced = compute_sample_weight("balanced", data["y"])
    expected = log_loss(data["y"], data["p"], sample_weight=balanced)
    assert cecli.score(data, label="y", prob="p")[NAME] == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("scale", ["probability", "logit"])
def test_weights_count_within_each_class(scale):
    data = drawn(300)
    losses = -np.log(np.where(data["y"] == 1, data["p"], 1 - data["p"]))
    if scale == "logit":
        data["p"] = np.log(data["p"] / (1 - data["p"]))
    report = cecli.score(data, label="y", prob="p", weight="w", scale=scale)
    assert report[NAME] == pytest.approx(by_classes(data["y"], losses, data["w"]), rel=1e-13)


def test_of_several_classes_each_counts_alike(samples):
    report = cecli.score(str(samples / "wine.csv"), label="cultivar", prob="p_*")
    each = [group.metrics["cross_entropy"] for group in report.per_class]
    assert report[NAME] == pytest.approx(np.mean(each), rel=1e-14)
    drawn_again = cecli.score(
        str(samples / "wine.csv"), label="cultivar", prob="p_*", bootstrap=200
    )
    assert drawn_again.intervals[NAME].se > 0


def test_soft_labels_are_shares_of_both_classes():
    t, p = np.array([0.2, 0.9, 0.5]), np.array([0.3, 0.6, 0.5])
    expected = np.mean([(t @ -np.log(p)) / t.sum(), ((1 - t) @ -np.log(1 - p)) / (1 - t).sum()])
    report = cecli.score({"t": t, "p": p}, target="t", prob="p")
    assert report[NAME] == pytest.approx(expected, rel=1e-14)


def test_its_standard_error_is_that_of_the_classes_means():
    """The delta method on sums is Σ over the classes of their own variance, by influence."""
    data = drawn(400)
    y, losses = data["y"], -np.log(np.where(data["y"] == 1, data["p"], 1 - data["p"]))
    n, share = len(y), np.bincount(y) / len(y)
    means = np.array([losses[y == k].mean() for k in (0, 1)])
    influence = (losses - means[y]) / (2 * share[y])
    expected = np.sqrt((influence**2).sum() / n / (n - 1))
    interval = cecli.score(data, label="y", prob="p").intervals[NAME]
    assert interval.se == pytest.approx(expected, rel=1e-12)


def test_balanced_labels_need_no_balance():
    data = {"y": [0, 1, 0, 1], "p": [0.2, 0.7, 0.4, 0.9]}
    report = cecli.score(data, label="y", prob="p")
    assert report[NAME] == pytest.approx(report["cross_entropy"], rel=1e-15)


@pytest.mark.parametrize(("y", "p"), [([1, 1], [0.5, 0.6]), ([0, 0], [0.5, 0.6])])
def test_a_class_that_does_not_occur_leaves_it_undefined(y, p):
    report = cecli.score({"y": y, "p": p}, label="y", prob="p")
    assert report[NAME] is None
    assert any("a class does not occur" in notice.message for notice in report.notices)
    three = {"y": ["a", "b"], "p_a": [0.5, 0.1], "p_b": [0.3, 0.8], "p_c": [0.2, 0.1]}
    assert cecli.score(three, label="y", prob="p_*")[NAME] is None


def test_an_infinite_loss_makes_it_infinite():
    assert cecli.score({"y": [0, 1], "p": [0.5, 0.0]}, label="y", prob="p")[NAME] == np.inf
    assert cecli.score({"y": [0, 1], "p": [1.0, 0.5]}, label="y", prob="p")[NAME] == np.inf
    # The share of the other class is less than any float.
    rare = {"y": [0, 1], "p": [0.5, 0.0], "w": [1e150, 1e-300]}
    assert cecli.score(rare, label="y", prob="p", weight="w")[NAME] == np.inf


@pytest.mark.parametrize("several", [False, True])
def test_the_label_may_form_groups(several):
    data = {"y": [0, 1, 1, 0], "p": [0.2, 0.7, 0.4, 0.1], "q": [0.8, 0.3, 0.6, 0.9]}
    names = {"p_0": data["q"], "p_1": data["p"], "y": ["0", "1", "1", "0"]} if several else data
    report = cecli.score(names, label="y", prob="p_*" if several else "p", by="y")
    groups = {group.key["y"]: group.metrics["cross_entropy"] for group in report.groups}
    assert groups == pytest.approx(
        {"0": -np.log([0.8, 0.9]).mean(), "1": -np.log([0.7, 0.4]).mean()}, rel=1e-14
    )
    assert np.mean(list(groups.values())) == pytest.approx(report[NAME], rel=1e-14)


def test_another_column_still_has_one_role():
    data = {"y": [0, 1], "p": [0.2, 0.7]}
    with pytest.raises(cecli.ColumnError, match="cannot be both"):
        cecli.score(data, label="y", prob="p", by="p")
    with pytest.raises(cecli.ColumnError, match="cannot be both"):
        cecli.score(data, label="y", prob="y")
