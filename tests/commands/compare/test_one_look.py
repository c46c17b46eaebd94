"""What one look concludes where little varies: rare events, few differing rows, equal losses."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import cecli
from cecli.commands.compare.signs import Powers, powers_of, sign_test
from cecli.metrics.paired.few_values import MOST
from cecli.report.parts import Conclusion


def floor(a, b, weight=None):
    """Return the standard error that predictions imply, by a sum over the two outcomes."""
    w = np.ones(len(a)) if weight is None else np.asarray(weight)
    q = (a + b) / 2
    happens, fails = np.log(a) - np.log(b), np.log1p(-a) - np.log1p(-b)
    mean = q * happens + (1 - q) * fails
    variance = q * happens**2 + (1 - q) * fails**2 - mean**2
    second, third = (w**2).sum() / w.sum() ** 2, (w**3).sum() / w.sum() ** 3
    factor = second / (second - 2 * third + second**2)
    of_means = (w**2 * (mean - np.average(mean, weights=w)) ** 2).sum() * factor
    return math.sqrt((w**2 * variance).sum() + of_means) / w.sum()


@pytest.mark.parametrize("weighted", [False, True])
def test_without_events_the_predictions_say_how_uncertain_the_difference_is(weighted):
    rng = np.random.default_rng(0)
    a, b = 0.002 * rng.random(400) + 0.001, 0.006 * rng.random(400) + 0.001
    w = rng.random(400) + 0.5 if weighted else None
    data = {"y": np.zeros(400, int), "a": a, "b": b, **({} if w is None else {"w": w})}
    report = cecli.compare(data, prob=["a", "b"], weight="w" if weighted else None)
    interval = report.intervals["difference"]
    assert interval.se == pytest.approx(floor(a, b, w), rel=1e-9)
    assert interval.floor == "predictions"
    degrees = interval.degrees
    assert degrees < 399 if weighted else degrees == 399
    p = 2 * stats.t.sf(abs(report["difference"]) / interval.se, degrees)
    assert report["p_value"] == pytest.approx(p, rel=1e-9)
    assert report.comparisons[0].verdict is Conclusion.UNDECIDED
    assert report.to_dict()["intervals"]["difference"]["floor"] == "predictions"


def test_several_classes_have_the_floor_of_two():
    rng = np.random.default_rng(1)
    a, b = 0.3 * rng.random(50) + 0.1, 0.5 * rng.random(50) + 0.1
    two = {"y": np.zeros(50, int), "a": a, "b": b}
    several = {
        "y": ["u"] * 50,
        "a_u": 1 - a, "a_v": a / 2, "a_w": a / 2,
        "b_u": 1 - b, "b_v": b / 2, "b_w": b / 2,
    }  # fmt: skip
    expected = cecli.compare(two, prob=["a", "b"]).intervals["difference"]
    found = cecli.compare(several, prob=["a_*", "b_*"]).intervals["difference"]
    assert (expected.floor, found.floor) == ("predictions", "predictions")
    assert found.se == pytest.approx(expected.se, rel=1e-9)


def test_groups_without_events_have_it_too():
    rng = np.random.default_rng(5)
    z = rng.normal(-5.3, 0.5, 300)
    a, b = 1 / (1 + np.exp(0.7 - z)), 1 / (1 + np.exp(-0.569 - z))
    y = np.zeros(300, int)
    y[0] = 1
    data = {"y": y, "a": a, "b": b, "g": np.repeat(["u", "v", "w"], 100)}
    report = cecli.compare(data, prob=["a", "b"], by="g")
    for group in report.groups:
        assert group.metrics["p_value_adjusted"] > 0.05
    (v,) = (g for g in report.groups if g.key == {"g": "v"})
    (interval,) = (r.interval for r in v.results if r.name == "difference")
    assert interval.floor == "predictions"
    assert interval.se == pytest.approx(floor(a[100:200], b[100:200]), rel=1e-9)


def test_soft_labels_have_no_floor():
    data = {"t": [0.01, 0.011, 0.012] * 20, "a": [0.001, 0.002, 0.0015] * 20, "b": [0.004] * 60}
    report = cecli.compare(data, target="t", prob=["a", "b"])
    t, a, b = (np.asarray(data[name]) for name in ("t", "a", "b"))
    d = t * (np.log(a) - np.log(b)) + (1 - t) * (np.log1p(-a) - np.log1p(-b))
    interval = report.intervals["difference"]
    assert interval.floor is None
    assert interval.se == pytest.approx(d.std(ddof=1) / math.sqrt(60), rel=1e-9)


@pytest.mark.parametrize("margin", [None, 1.0])
def test_a_difference_without_noise_is_no_certainty(margin):
    """One model excludes the class that did not happen, so the predictions imply nothing either."""
    data = {"y": [0] * 50, "a": [0.5] * 50, "b": [0.0] * 50}
    report = cecli.compare(data, prob=["a", "b"], margin=margin)
    assert report["difference"] == pytest.approx(-math.log(2))
    assert report["p_value"] is None
    assert report.comparisons[0].verdict is Conclusion.UNDECIDED
    assert "nothing tells of its noise" in report.comparisons[0].sentence
    interval = report.intervals["difference"]
    assert (interval.se, interval.lower, interval.upper) == (None, None, None)


def test_three_alike_rows_are_undecided():
    report = cecli.compare({"y": [1] * 3, "p": [0.9] * 3, "q": [0.8] * 3}, prob=["p", "q"])
    assert report["p_value"] > 0.5
    interval = report.intervals["difference"]
    assert interval.lower < 0.0 < report["difference"] < interval.upper
    assert report.comparisons[0].verdict is Conclusion.UNDECIDED


def test_losses_that_differ_in_their_last_bits_count_as_equal():
    a = np.linspace(0.1, 0.9, 40)
    data = {"y": np.arange(40) % 2, "a": a, "b": np.nextafter(a, 1.0)}
    plain = cecli.compare(data, prob=["a", "b"])
    assert plain["p_value"] == 1.0
    assert plain.comparisons[0].verdict is Conclusion.UNDECIDED
    report = cecli.compare(data, prob=["a", "b"], margin=1e-6)
    assert report.comparisons[0].verdict is Conclusion.EQUIVALENT
    assert report["p_noninferiority"] is report["p_equivalence"] is None
    assert "equal in every row, up to rounding" in report.comparisons[0].sentence
    interval = report.intervals["difference"]
    assert interval.lower < 0.0 < interval.upper < 1e-14
    assert interval.lower <= report["difference"] <= interval.upper


def test_equal_losses_are_not_said_to_be_higher():
    data = {"y": [1, 0], "a": [0.5, 0.25], "b": [0.5, 0.25]}
    for options in ({}, {"margin": 0.1}):
        said = cecli.compare(data, prob=["a", "b"], **options).comparisons[0].sentence
        assert "equal in every row" in said
        assert "higher" not in said
    balanced = {"y": [1, 1], "a": [0.5, 0.25], "b": [0.25, 0.5]}
    report = cecli.compare(balanced, prob=["a", "b"])
    assert (report["difference"], report["p_value"]) == (0.0, 1.0)
    assert "mean loss is the same" in report.comparisons[0].sentence


def of_few(values, rows, weight=1.0):
    """Return rows of which some differ by these values, and all others are alike."""
    b = np.full(rows, 0.5)
    b[: len(values)] = 0.5 * np.exp(-np.asarray(values))
    return {"y": np.ones(rows, int), "a": np.full(rows, 0.5), "b": b, "w": np.full(rows, weight)}


@pytest.mark.parametrize("values", [[0.4], [0.1] * 4, [-0.3, 0.1, 0.2, 0.05], [0.3, 0.2, 0.2, 0.1]])
@pytest.mark.parametrize("weight", [None, "w"])
def test_few_differing_rows_have_the_exact_test_of_signs(values, weight):
    report = cecli.compare(of_few(values, 2000, 2.0), prob=["a", "b"], weight=weight)
    signs = np.array(list(itertools.product([-1, 1], repeat=len(values))))
    totals = np.abs(signs @ np.asarray(values))
    exact = np.mean(totals >= abs(sum(values)) - 1e-9)
    assert report["p_value"] == max(exact, report["p_value"])
    if len(set(values)) == 1:
        assert report["p_value"] == exact
        assert report.comparisons[0].distribution == "signs"
    notice = next(n for n in report.notices if n.code == "few-differences")
    squares = np.asarray(values) ** 2
    assert f"about {squares.sum() ** 2 / (squares**2).sum():.2g} of one size" in notice.message
    interval = report.intervals["difference"]
    assert interval.lower <= 0.0 <= interval.upper


def test_many_differing_rows_are_no_matter_of_signs():
    rng = np.random.default_rng(0)
    report = cecli.compare(of_few(0.4 * rng.random(60) - 0.1, 2000), prob=["a", "b"])
    assert "few-differences" not in [notice.code for notice in report.notices]
    assert report.comparisons[0].distribution == "normal"


def test_the_order_of_rows_does_not_change_the_test_of_signs():
    values = [0.3, 0.2, 0.25, -0.1, 0.5]
    one = cecli.compare(of_few(values, 100), prob=["a", "b"])
    other = cecli.compare(of_few(values[::-1], 100), prob=["a", "b"])
    assert one.metrics == other.metrics


@given(st.lists(st.floats(-2.0, 2.0).filter(lambda x: abs(x) > 1e-3), min_size=1, max_size=9))
def test_the_bound_is_never_below_the_exact_p_value(values):
    exact = [round(x * 2**20) for x in values]
    signs = np.array(list(itertools.product([-1, 1], repeat=len(exact))))
    brute = np.mean(np.abs(signs @ np.array(exact)) >= abs(sum(exact)))
    assert sign_test([float(x) for x in exact]) == brute
    assert powers_of(np.array(exact, dtype=float)).most_likely >= brute - 1e-12


def test_of_no_terms_nothing_is_likely_to_differ():
    assert (sign_test([]), powers_of(np.array([], dtype=float)).effective) == (1.0, 0.0)
    assert Powers(*powers_of(np.array([1] * 7, dtype=float))).effective == 7.0
    assert MOST >= 6


@pytest.mark.parametrize("models", [2, 4])
def test_of_several_models_interval_verdict_and_margin_agree(models):
    """At t = 2.1 one comparison is decided; four are not, and no sentence says otherwise."""
    rng = np.random.default_rng(3)
    d = rng.normal(size=200)
    d = 0.02 * (d - d.mean()) / d.std(ddof=1) + 2.3 * 0.02 / math.sqrt(200)
    data = {"t": [0.5] * 200, "a": [0.5] * 200}
    # The loss of a logit z at a target of one half is ln(2 cosh(z/2)).
    z = 2.0 * np.arccosh(np.exp(d - d.min()))
    base = 2.0 * np.arccosh(np.exp(np.full(200, -d.min())))
    data = {"t": [0.5] * 200, "a": base, **{f"m{k}": z for k in range(models - 1)}}
    prob = ["a", *(f"m{k}" for k in range(models - 1))]
    report = cecli.compare(data, target="t", prob=prob, scale="logit", margin=1e-4)
    tested = models - 1
    of_first = "" if tested == 1 else "_2"
    interval = report.intervals[f"difference{of_first}"]
    quantile = stats.t.isf(0.025 / tested, 199)
    mean, se = d.mean(), d.std(ddof=1) / math.sqrt(200)
    assert interval.level == pytest.approx(1 - 0.05 / tested)
    assert (interval.lower, interval.upper) == pytest.approx(
        (mean - quantile * se, mean + quantile * se), rel=1e-6
    )
    comparison = report.comparisons[0]
    is_above = interval.lower > 0.0
    assert (comparison.verdict is Conclusion.WORSE) is is_above is (tested == 1)
    assert ("simultaneous 95% interval" in comparison.sentence) is (tested > 1)
    assert ("by more than the margin" in comparison.sentence) is (interval.lower > 1e-4)
    if tested > 1:
        assert "simultaneous" in report.results[1].meaning
