"""What follows from a threshold equals scikit-learn's metrics of the decisions."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import (
    confusion_matrix,
    matthews_corrcoef,
    precision_recall_fscore_support,
)

import cecli


def sample(size=2000):
    rng = np.random.default_rng(5)
    q = np.round(rng.beta(2, 3, size), 2)
    return {"y": (rng.random(size) < q).astype(int), "p": q, "w": rng.lognormal(0, 1, size)}


def at(data, *thresholds, **options):
    found = cecli.calibration(data, label="y", prob="p", draws=0, threshold=thresholds, **options)
    return [{r.name: r for r in each.results} for each in found.thresholds]


@pytest.mark.parametrize("is_weighted", [False, True])
@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.5, 0.77])
def test_decisions_are_those_of_scikit_learn(threshold, is_weighted):
    data = sample()
    weight = data["w"] if is_weighted else None
    (found,) = at(data, threshold, **({"weight": "w"} if is_weighted else {}))
    y, decision = data["y"], data["p"] >= threshold
    precision, recall, f1, _ = precision_recall_fscore_support(
        y, decision, average="binary", sample_weight=weight
    )
    mcc = matthews_corrcoef(y, decision, sample_weight=weight)
    for name, value in (("precision", precision), ("recall", recall), ("f1", f1), ("mcc", mcc)):
        assert found[name].value == pytest.approx(value, abs=1e-14), name
    tn, fp, fn, tp = confusion_matrix(y, decision, sample_weight=weight).ravel()
    assert found["true_negatives"].value == pytest.approx(tn)
    assert found["false_positives"].value == pytest.approx(fp)
    assert found["false_negatives"].value == pytest.approx(fn)
    assert found["true_positives"].value == pytest.approx(tp)
    assert found["specificity"].value == pytest.approx(tn / (tn + fp))
    rate = np.average(y, weights=weight)
    assert found["lift"].value == pytest.approx(precision / rate)
    share = np.average(decision, weights=weight)
    assert found["predicted_positives"].value == pytest.approx(share)


def test_shares_have_the_interval_of_wilson():
    data = sample()
    (found,) = at(data, 0.5)
    decision = data["p"] >= 0.5
    hits, all_ = int(data["y"][decision].sum()), int(decision.sum())
    expected = binomtest(hits, all_).proportion_ci(method="wilson")
    interval = found["precision"].interval
    assert [interval.lower, interval.upper] == pytest.approx(list(expected), abs=1e-12)


def test_a_prediction_equal_to_the_threshold_counts_as_positive():
    above = np.nextafter(0.3, 1.0)
    data = {"y": [1, 0, 1], "p": [0.3, np.nextafter(0.3, 0.0), above]}
    counts = [found["true_positives"].value for found in at(data, 0.3, float(above), 0.0, 1.0)]
    assert counts == [2, 2, 1, 0]


def test_what_is_undefined_says_why():
    data = {"y": [0, 1], "p": [0.2, 0.4]}
    (found,) = at(data, 0.5)
    assert found["precision"].value is None
    assert "as large as the threshold" in found["precision"].undefined
    assert found["recall"].value == 0.0
    (found,) = at({"y": [0, 0], "p": [0.2, 0.4]}, 0.3)
    assert found["recall"].value is None
    assert "positive class" in found["recall"].undefined
