"""Groups at once against each group alone, bit for bit."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.metrics.many import results
from cecli.numerics.scalars import log

GROUPS = 60


def binary(rows, rng):
    group = rng.integers(0, GROUPS, rows)
    q = rng.beta(1, 4, rows).round(rng.integers(1, 6))
    return pd.DataFrame(
        {
            "y": (rng.random(rows) < q).astype(int),
            "p": q.clip(0.001, 0.999),
            "t": rng.random(rows),
            "n": rng.integers(1, 4, rows),
            "w": rng.gamma(1.0, 1.0, rows) + 0.01,
            "user": (group * 7 + rng.integers(0, 6, rows)).astype(str),
            "g": group.astype(str),
        }
    )


def alone(monkeypatch, run):
    """Return a report for which every group is computed alone."""

    def none(metric, sampling, columns):
        column = usual(metric, sampling, columns)
        return replace(column, values=np.full(len(columns), np.nan))

    usual = results._usual
    with monkeypatch.context() as patched:
        patched.setattr(results, "_usual", none)
        return run()


CASES = {
    "labels": {"label": "y"},
    "soft": {"target": "t"},
    "bits": {"label": "y", "units": "bits"},
    "reference": {"label": "y", "base_rate": 0.125},
    "counts": {"label": "y", "count": "n"},
    "weights": {"label": "y", "weight": "w"},
    "clusters": {"label": "y", "cluster": "user"},
    "level": {"label": "y", "level": 0.8},
}


@pytest.mark.parametrize("rows", [GROUPS, 400, 6000])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_groups_at_once_have_the_bits_of_groups_alone(case, rows, monkeypatch):
    frame = binary(rows, np.random.default_rng(rows))

    def run():
        return cecli.score(frame, prob="p", by="g", **case)

    found, wanted = run(), alone(monkeypatch, run)
    assert found.to_json() == wanted.to_json()
    assert found.groups == wanted.groups


def test_groups_without_events_or_with_an_infinite_loss_are_as_alone(monkeypatch):
    frame = binary(3000, np.random.default_rng(2))
    frame.loc[frame["g"].astype(int) % 3 == 0, "y"] = 0
    frame.loc[frame["g"] == "1", ["y", "p"]] = [1, 1.0]
    frame.loc[frame["g"] == "2", "p"] = 0.25
    frame.loc[frame.index[frame["g"] == "4"][0], ["y", "p"]] = [1, 0.0]

    def run():
        return cecli.score(frame, label="y", prob="p", by="g")

    assert run().to_json() == alone(monkeypatch, run).to_json()


@pytest.mark.parametrize("scale", [1e-200, 1e-40, 1e40, 1e150])
def test_extreme_weights_are_as_alone(scale, monkeypatch):
    frame = binary(500, np.random.default_rng(7))
    frame["w"] *= scale

    def run():
        return cecli.score(frame, label="y", prob="p", weight="w", by="g")

    assert run().to_json() == alone(monkeypatch, run).to_json()


def test_several_classes_are_as_alone(monkeypatch):
    rng = np.random.default_rng(4)
    q = rng.dirichlet([1.0, 2.0, 3.0], 2000)
    data = {f"p_{name}": q[:, place] for place, name in enumerate("abc")}
    data["y"] = np.array(list("abc"))[[rng.choice(3, p=row) for row in q]]
    data["g"] = rng.integers(0, GROUPS, 2000).astype(str)

    def run():
        return cecli.score(data, label="y", prob="p_*", by="g")

    assert run().to_json() == alone(monkeypatch, run).to_json()


def test_hardly_any_usual_group_is_computed_alone(monkeypatch):
    rng = np.random.default_rng(6)
    rows = 60 * 1000
    q = rng.beta(2, 5, rows)
    data = {"y": (rng.random(rows) < q).astype(int), "p": q, "g": np.repeat(np.arange(1000), 60)}
    data["g"] = data["g"].astype(str)
    places = []
    states = results.ManyGroups.states

    def counted(self, some):
        places.extend(some.tolist())
        return states(self, some)

    monkeypatch.setattr(results.ManyGroups, "states", counted)
    cecli.score(data, label="y", prob="p", by="g")
    assert len(places) < 100


def test_shares_of_the_loss_are_those_of_exact_sums():
    frame = binary(2000, np.random.default_rng(8))
    frame = frame.assign(y=1, loss=[-log(p) for p in frame["p"]])
    report = cecli.score(frame, label="y", prob="p", by="g")
    whole = sum(map(Fraction, frame["loss"]))
    assert len(report.groups) == GROUPS
    for group in report.groups:
        part = sum(map(Fraction, frame["loss"][frame["g"] == group.key["g"]]))
        assert group.metrics["loss_share"] == float(part / whole)
