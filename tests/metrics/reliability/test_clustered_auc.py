"""The error of an AUC between clusters is that of Obuchowski (1997), computed pair by pair.

Placements are by cells, in which rows of near predictions tie.
"""

import numpy as np
import pytest

import cecli


def sample(clusters=40, seed=1):
    rng = np.random.default_rng(seed)
    size = rng.integers(1, 12, clusters)
    c = np.repeat(np.arange(clusters), size)
    shared = rng.normal(size=clusters)[c]
    z = shared + rng.normal(size=len(c))
    a, b = (1 / (1 + np.exp(0.5 - 0.8 * z - rng.normal(size=len(c)))) for _ in range(2))
    y = (rng.random(len(c)) < 1 / (1 + np.exp(0.5 - z))).astype(int)
    return {"y": y, "a": a, "b": b, "c": [f"c{each:02}" for each in c], "w": rng.random(len(c))}


def obuchowski(y, scores, c, w):
    """Return the AUCs, and the covariance of several AUCs of the same clustered rows."""
    names = sorted(set(c))
    c = np.array([names.index(each) for each in c])
    aucs, by_cluster = [], []
    m, n = w[y == 1].sum(), w[y == 0].sum()
    for x in scores:
        wins = (x[y == 1][:, None] > x[y == 0]) + 0.5 * (x[y == 1][:, None] == x[y == 0])
        v10, v01 = wins @ w[y == 0] / n, w[y == 1] @ wins / m
        auc = w[y == 1] @ v10 / m
        first, second = np.zeros(len(names)), np.zeros(len(names))
        for v, cluster, weight in zip(v10, c[y == 1], w[y == 1], strict=True):
            first[cluster] += weight * (v - auc)
        for v, cluster, weight in zip(v01, c[y == 0], w[y == 0], strict=True):
            second[cluster] += weight * (v - auc)
        aucs.append(auc)
        by_cluster.append((first, second))
    i10, i01 = len(set(c[y == 1])), len(set(c[y == 0]))
    i = len(names)
    covariance = np.empty((len(scores), len(scores)))
    for r, (f, g) in enumerate(by_cluster):
        for s, (h, k) in enumerate(by_cluster):
            covariance[r, s] = (
                i10 / (i10 - 1) * (f @ h) / m**2
                + i01 / (i01 - 1) * (g @ k) / n**2
                + i / (i - 1) * (f @ k + g @ h) / (m * n)
            )
    return aucs, covariance


@pytest.mark.parametrize("weight", [None, "w"])
def test_the_errors_of_an_auc_and_of_a_difference_are_those_of_obuchowski(weight):
    data = sample()
    w = np.ones(len(data["y"])) if weight is None else data["w"]
    options = {"label": "y", "prob": "a", "draws": 0, "cluster": "c", "weight": weight}
    found = cecli.calibration(data, versus="b", **options)
    aucs, covariance = obuchowski(data["y"], [data["a"], data["b"]], data["c"], w)
    assert found["auc"] == pytest.approx(aucs[0])
    assert found.intervals["auc"].se == pytest.approx(np.sqrt(covariance[0, 0]), rel=1e-3)
    assert found.intervals["gini"].se == pytest.approx(2 * np.sqrt(covariance[0, 0]), rel=1e-3)
    difference = found.comparisons[0].results[0]
    assert difference.value == pytest.approx(aucs[1] - aucs[0])
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    assert difference.interval.se == pytest.approx(np.sqrt(variance), rel=1e-3)


def test_clusters_of_one_row_are_independent_rows():
    data = sample(200)
    data["c"] = [f"c{each}" for each in range(len(data["y"]))]
    options = {"label": "y", "prob": "a", "draws": 0}
    alone, clustered = (cecli.calibration(data, **options, **c) for c in ({}, {"cluster": "c"}))
    found, expected = clustered.intervals["auc"], alone.intervals["auc"]
    assert found.se == pytest.approx(expected.se, rel=1e-3)
    assert (found.lower, found.upper) == pytest.approx((expected.lower, expected.upper), rel=1e-3)


def test_a_class_in_one_cluster_leaves_no_error():
    data = {"y": [1, 1, 0, 0, 0], "a": [0.9, 0.6, 0.7, 0.2, 0.1], "c": ["a", "a", "b", "c", "c"]}
    found = cecli.calibration(data, label="y", prob="a", draws=0, cluster="c")
    assert found.intervals["auc"].se is None
