"""Of several classes: the likeliest one as an event, and each against the others."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

import cecli

NAMES = ("a", "b", "c")


def sample(size=1500):
    rng = np.random.default_rng(8)
    q = rng.dirichlet([0.7, 1.0, 1.5], size)
    y = np.array([rng.choice(3, p=row) for row in q**1.3 / (q**1.3).sum(1, keepdims=True)])
    columns = {f"p_{name}": q[:, place] for place, name in enumerate(NAMES)}
    return {"y": np.array(NAMES)[y], "w": rng.lognormal(0, 1, size), **columns}, q, y


def report(data, **options):
    return cecli.calibration(data, prob="p_*", draws=0, **{"label": "y"} | options)


@pytest.mark.parametrize("options", [{}, {"weight": "w"}])
def test_the_likeliest_class_is_an_event_like_any_other(options):
    data, q, y = sample()
    event = {"hit": (q.argmax(1) == y).astype(int), "top": q.max(1), "w": data["w"]}
    found = report(data, threshold=0.5, **options)
    alone = cecli.calibration(event, label="hit", prob="top", draws=0, threshold=0.5, **options)
    assert found.metrics == alone.metrics
    assert found.reliability[0].bins == alone.reliability[0].bins
    assert found.thresholds == alone.thresholds


def test_each_class_against_the_others_is_that_of_scikit_learn():
    data, q, y = sample()
    found = report(data)
    for place, (name, group) in enumerate(zip(NAMES, found.per_class, strict=True)):
        assert group.key == {"class": name}
        auc = roc_auc_score(y == place, q[:, place])
        assert group.metrics["auc"] == pytest.approx(auc, abs=1e-4)
        assert group.metrics["base_rate"] == pytest.approx((y == place).mean())
        table = next(each for each in found.reliability if each.of == name)
        rates, predictions = calibration_curve(y == place, q[:, place], n_bins=10)
        assert [each.observed_rate for each in table.bins] == pytest.approx(rates)
        assert [each.mean_prediction for each in table.bins] == pytest.approx(predictions)


def test_soft_labels_of_classes_have_tables_too():
    data, q, _ = sample(200)
    soft = q**2 / (q**2).sum(1, keepdims=True)
    data |= {f"t_{name}": soft[:, place] for place, name in enumerate(NAMES)}
    found = report(data, label=None, target="t_*")
    expected = np.abs(soft[:, 0].mean() - q[:, 0].mean())
    one = report(data, label=None, target="t_*", bins=1)
    assert one.per_class[0].metrics["ece"] == pytest.approx(expected)
    assert "auc" not in found.per_class[0].metrics
