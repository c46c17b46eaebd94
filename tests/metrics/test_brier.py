"""The ranked probability score against its definition, term by term."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cecli
from cecli.core.errors import ExitCode, UsageError
from cecli.metrics.metric import Task
from cecli.metrics.registry import definition_of, metrics_of
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.categorical import CategoricalProbabilities
from cecli.numerics.distributions.distributions import Certain


def rps(forecast, outcome):
    """Return Σ_k (F_k − O_k)² of whole lists: as scoringrules and R's verification define it."""
    total, f, o = Fraction(0), Fraction(0), Fraction(0)
    for a, b in zip(forecast, outcome, strict=True):
        f, o = f + Fraction(a), o + Fraction(b)
        total += (f - o) ** 2
    return total


def sample(rows=400, classes=4, seed=2):
    rng = np.random.default_rng(seed)
    q = rng.dirichlet(np.ones(classes), rows)
    y = np.array([rng.choice(classes, p=p) for p in q])
    data = {"y": y.astype(str), "w": rng.integers(1, 4, rows) * 1.0}
    return data | {f"p_{k}": q[:, k] for k in range(classes)}, q, np.eye(classes)[y]


def test_the_score_is_that_of_the_definition_with_a_standard_error():
    data, q, t = sample()
    report = cecli.score(data, label="y", prob="p_*", ordered=True)
    each = np.array([float(rps(*row)) for row in zip(q, t, strict=True)])
    assert report["rps"] == pytest.approx(each.mean(), rel=1e-14)
    found = report.intervals["rps"]
    assert found.se == pytest.approx(each.std(ddof=1) / np.sqrt(len(each)), rel=1e-9)
    assert 0 < found.lower < report["rps"] < found.upper < 3
    weighted = cecli.score(data, label="y", prob="p_*", weight="w", ordered=True)
    assert weighted["rps"] == pytest.approx(np.average(each, weights=data["w"]), rel=1e-14)
    assert "rps" not in cecli.score(data, label="y", prob="p_*").metrics
    others = {name: value for name, value in report.metrics.items() if name != "rps"}
    assert others == cecli.score(data, label="y", prob="p_*").metrics
    assert report.options == {"ordered": True}


def test_it_is_the_sum_of_the_brier_scores_of_all_thresholds():
    data, q, t = sample()
    report = cecli.score(data, label="y", prob="p_*", ordered=True)
    of_thresholds = [
        cecli.score({"y": t[:, : k + 1].sum(axis=1).astype(int), "p": q[:, : k + 1].sum(axis=1)})
        for k in range(3)
    ]
    assert report["rps"] == pytest.approx(sum(r["brier"] for r in of_thresholds), rel=1e-13)


def test_the_opposite_order_has_the_same_score_and_another_order_has_not():
    data, *_ = sample()
    scores = [
        cecli.score({"y": data["y"]} | {f"p_{k}": data[f"p_{k}"] for k in order}, prob="p_*",
                    ordered=True)["rps"]
        for order in ((0, 1, 2, 3), (3, 2, 1, 0), (1, 0, 2, 3))
    ]  # fmt: skip
    assert scores[0] == pytest.approx(scores[1], rel=1e-15)
    assert abs(scores[0] - scores[2]) > 0.001


@given(st.lists(st.integers(0, 2**40), min_size=2, max_size=6).filter(any), st.integers(0, 5))
def test_a_row_keeps_its_digits_however_certain_the_prediction(parts, place):
    # Shares with few bits, so that their sums are exact; one of them takes the rest.
    parts[place % len(parts)] += 2**52 - sum(parts)
    q = [part / 2**52 for part in parts]
    for label in range(len(q)):
        t = np.eye(len(q))[label]
        target = Certain(np.array([label]), t[:, None])
        found = divergences.ranked_probability(
            target, CategoricalProbabilities(np.array(q)[:, None])
        )
        assert found[0] == pytest.approx(float(rps(q, t)), rel=1e-14, abs=0)


def test_near_certainty_nothing_cancels():
    q = np.array([[1e-20], [1.0], [1e-30]])
    target = Certain(np.array([1]), np.array([[0.0], [1.0], [0.0]]))
    found = divergences.ranked_probability(target, CategoricalProbabilities(q))
    assert found[0] == pytest.approx(1e-40, rel=1e-15)


def test_soft_labels_have_it_too():
    data, q, _ = sample(60)
    t = np.random.default_rng(1).dirichlet(np.ones(4), 60)
    data |= {f"t_{k}": t[:, k] for k in range(4)}
    report = cecli.score(data, target="t_*", prob="p_*", ordered=True)
    expected = np.mean([float(rps(*row)) for row in zip(q, t, strict=True)])
    assert report["rps"] == pytest.approx(expected, rel=1e-13)


def test_the_floor_is_the_variance_if_the_predictions_were_true():
    # The likely class was observed in all rows: the rows look too much alike.
    rare = np.linspace(0.001, 0.01, 40)
    q = np.stack([rare, 2 * rare, 1 - 3 * rare], axis=1)
    data = {"y": ["2"] * 40} | {f"p_{k}": q[:, k] for k in range(3)}
    found = cecli.score(data, prob="p_*", ordered=True).intervals["rps"]
    scores = np.array([[float(rps(row, np.eye(3)[k])) for k in range(3)] for row in q])
    expected = (q * scores).sum(axis=1)
    within = (q * (scores - expected[:, None]) ** 2).sum()
    variance = within / 40**2 + expected.var(ddof=1) / 40
    rate = expected.mean() / variance
    assert expected.mean() * rate < 20
    assert found.floor == "predictions"
    assert found.se == pytest.approx(np.sqrt(scores[:, 2].mean() / rate), rel=1e-9)


def test_its_range_ends_where_the_farthest_class_was_certain():
    data = {"y": ["0", "0"], "p_0": [0.0, 0.0], "p_1": [0.0, 0.1], "p_2": [1.0, 0.9]}
    report = cecli.score(data, prob="p_*", ordered=True)
    assert report["rps"] == pytest.approx((2 + 1.81) / 2)
    assert report.intervals["rps"].upper == 2.0
    (metric,) = (
        m for m in metrics_of(Task(several=True, classes=3, ordered=True)) if m.name == "rps"
    )
    assert metric.definition._replace(high=math.inf) == definition_of("rps")


def test_groups_and_the_bootstrap_have_it():
    data, *_ = sample(200)
    data["g"] = ["a", "b"] * 100
    report = cecli.score(data, label="y", prob="p_*", by="g", ordered=True, bootstrap=200)
    assert all("rps" in group.metrics for group in report.groups)
    assert report.intervals["rps"].method == "bootstrap"


def test_a_doubtful_order_is_said(write, cecli):
    text = "y,p_high,p_low,p_medium\nlow,0.2,0.5,0.3\nhigh,0.6,0.1,0.3\n"
    done = cecli("score", write(text), "--prob", "p_*", "--ordered", "--json")
    codes = {n["code"]: n["message"] for n in json.loads(done.stdout)["notices"]}
    assert "the usual order is 'low', 'medium', 'high'" in codes["order-of-classes"]
    assert "--classes names them in order" in codes["order-of-classes"]
    done = cecli("score", write(text), "--prob", "p_*", "--json")
    assert "order-of-classes" not in done.stdout


def test_classes_that_are_named_in_order_need_no_order_of_columns(write, cecli):
    rows = [("low", 0.2, 0.5, 0.3), ("high", 0.6, 0.1, 0.3)]
    text = "y,p_high,p_low,p_medium\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    named = ("--classes", "low,medium,high")
    done = cecli("score", write(text), "--prob", "p_*", "--ordered", *named, "--json")
    report = json.loads(done.stdout)
    assert "order-of-classes" not in {notice["code"] for notice in report["notices"]}
    # The first two of low, medium, high: at most low, and at most medium.
    squares = [(0.5 - 1) ** 2 + (0.8 - 1) ** 2, 0.1**2 + 0.4**2]
    assert report["metrics"]["rps"] == pytest.approx(np.mean(squares), rel=1e-12)


def test_a_rule_can_be_about_it(write, cecli):
    text = "y,p_low,p_medium,p_high\nlow,0.5,0.3,0.2\nhigh,0.1,0.3,0.6\n"
    options = ["--label", "y", "--prob", "p_*", "--ordered"]
    assert cecli("check", write(text), *options, "--max", "rps=0.3").returncode == ExitCode.OK
    assert (
        cecli("check", write(text), *options, "--max", "rps=0.1").returncode
        == ExitCode.CHECK_FAILED
    )


@pytest.mark.parametrize("options", [{"prob": "p_1"}, {"log_prob": "p_1"}])
def test_other_predictions_have_no_ordered_classes(options):
    data, *_ = sample(20)
    with pytest.raises(UsageError, match="--ordered"):
        cecli.score(data, ordered=True, **options)


def test_the_interval_of_two_classes_ends_at_their_largest_score():
    report = cecli.score({"y": [1, 0, 0], "p": [1.0, 0.0, 1.0]}, label="y", prob="p")
    (brier,) = (each for each in report.results if each.name == "brier")
    assert brier.interval.upper == 1.0
    certain = {"y": ["a", "b", "c"], "p_a": [1, 1, 0], "p_b": [0, 0, 1], "p_c": [0, 0, 0]}
    several = cecli.score(certain, label="y", prob="p_*")
    (brier,) = (each for each in several.results if each.name == "brier")
    assert 1.0 < brier.interval.upper <= 2.0
