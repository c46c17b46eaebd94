"""The difference of two AUCs has the error of DeLong, DeLong and Clarke-Pearson, by all pairs."""

import numpy as np
import pytest
from scipy import stats

import cecli


def sample(size=400, seed=9):
    rng = np.random.default_rng(seed)
    q = rng.beta(2, 3, size)
    other = np.clip(q + rng.normal(0, 0.15, size), 0.01, 0.99).round(2)
    y = (rng.random(size) < q).astype(int)
    return {"y": y, "a": q, "b": other, "w": rng.lognormal(0, 0.7, size)}


def placements(y, q, w):
    """Return the placements of events and of the others, by all pairs."""
    events, others = y == 1, y == 0
    right = (q[events][:, None] > q[others]) + 0.5 * (q[events][:, None] == q[others])
    return right @ w[others] / w[others].sum(), w[events] @ right / w[events].sum()


def by_pairs(data, w, *, is_weighted):
    """Return the difference and its standard error."""
    y = data["y"]
    (a1, a0), (b1, b0) = (placements(y, data[name], w) for name in "ab")
    w1, w0 = w[y == 1], w[y == 0]
    gap = np.average(b1 - a1, weights=w1)
    if not is_weighted:
        return gap, np.sqrt(np.var(b1 - a1, ddof=1) / len(a1) + np.var(b0 - a0, ddof=1) / len(a0))
    variance = sum(
        (each**2 * (x - gap) ** 2).sum() / each.sum() ** 2 / (1 - (each**2).sum() / each.sum() ** 2)
        for each, x in ((w1, b1 - a1), (w0, b0 - a0))
    )
    return gap, np.sqrt(variance)


def compared(data, **options):
    found = cecli.calibration(data, label="y", prob="a", versus="b", draws=0, **options)
    return found, found.comparisons[0].results[0]


@pytest.mark.parametrize("is_weighted", [False, True])
def test_the_difference_is_that_of_all_pairs(is_weighted):
    data = sample()
    w = data["w"] if is_weighted else np.ones(400)
    found, difference = compared(data, **({"weight": "w"} if is_weighted else {}))
    gap, se = by_pairs(data, w, is_weighted=is_weighted)
    assert difference.value == pytest.approx(gap, abs=1e-12)
    assert difference.interval.se == pytest.approx(se, rel=1e-6)
    assert found.comparisons[0].verdict == "worse"


@pytest.mark.parametrize("weight", [1.0, 0.1, 3.0])
@pytest.mark.parametrize("events", [2, 3, 40])
def test_equal_weights_change_nothing(weight, events):
    data = {name: values[:60] for name, values in sample().items()}
    data |= {"y": (np.arange(60) < events).astype(int), "w": np.full(60, weight)}
    plain, weighted = (
        cecli.calibration(data, label="y", prob="a", versus="b", draws=0, **w)
        for w in ({}, {"weight": "w"})
    )
    for found, same in zip(
        plain.comparisons[0].results, weighted.comparisons[0].results, strict=True
    ):
        assert same.value == pytest.approx(found.value, rel=1e-9)
    pairs = [(r.comparisons[0].results[0].interval, r.intervals["auc"]) for r in (plain, weighted)]
    for found, same in zip(*pairs, strict=True):
        assert (same.se, same.lower) == pytest.approx((found.se, found.lower), rel=1e-6)
        assert same.degrees == found.degrees == min(events, 60 - events) - 1


def test_one_heavy_event_has_no_error():
    data = {name: values[:60] for name, values in sample().items()}
    data["w"] = np.where(np.arange(60) == np.flatnonzero(data["y"])[0], 1e6, 1.0)
    found, difference = compared(data, weight="w")
    assert difference.interval is None
    assert found.comparisons[0]["p_value"] is None
    assert found.intervals["auc"].se is None


def test_the_test_of_few_events_is_students_with_those_of_the_rarer_class():
    data = {name: values[:60] for name, values in sample().items()}
    data["y"] = (np.arange(60) < 5).astype(int)
    found, difference = compared(data)
    p = 2 * stats.t.sf(abs(difference.value) / difference.interval.se, 4)
    assert found.comparisons[0].distribution == "t"
    assert found.comparisons[0]["p_value"] == pytest.approx(p, rel=1e-9)


def test_counts_are_copies():
    data = sample(120)
    count = np.random.default_rng(1).integers(1, 4, 120)
    copies = {name: np.repeat(values, count) for name, values in data.items()}
    _, difference = compared({**data, "n": count.astype(float)}, count="n")
    assert difference == compared(copies)[1]


def test_each_model_has_the_results_that_it_has_alone():
    data = sample()
    found, _ = compared(data)
    alone = cecli.calibration(data, label="y", prob="b", draws=0)
    assert found.models[0].model == "b"
    assert found.models[0].results == alone.results
    assert found.reliability[1].bins == alone.reliability[0].bins
    assert found.reliability[1].of == "b"


def test_equal_models_are_undecided_without_a_p_value():
    data = sample()
    data["b"] = data["a"]
    found, difference = compared(data)
    assert difference.value == 0.0
    assert found.comparisons[0].verdict == "undecided"
    assert found.comparisons[0]["p_value"] is None


def test_p_values_of_several_models_are_adjusted_together():
    data = sample()
    data["c"] = np.random.default_rng(2).permutation(data["b"])
    found = cecli.calibration(data, label="y", prob="a", versus=["b", "c"], draws=0)
    raw = [comparison["p_value"] for comparison in found.comparisons]
    adjusted = [comparison["p_value_adjusted"] for comparison in found.comparisons]
    assert min(adjusted) == pytest.approx(2 * min(raw))
    assert max(adjusted) == pytest.approx(max(*raw, 2 * min(raw)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"versus": "a"}, "named twice"),
        ({"versus": "b", "threshold": 0.5}, "--versus and --threshold"),
        ({"versus": "b", "by": "w"}, "--versus and --by"),
    ],
)
def test_what_has_no_answer_for_several_models_is_refused(options, words):
    with pytest.raises(cecli.UsageError, match=words):
        cecli.calibration(sample(20), label="y", prob="a", **options)


@pytest.mark.parametrize(("events", "told"), [(0, False), (1, True), (19, True), (20, False)])
@pytest.mark.parametrize("rarer", [0, 1])
def test_few_rows_of_a_class_are_noticed_in_words_that_name_the_auc(events, told, rarer):
    data = sample()
    data["y"] = np.where(np.arange(400) < events, rarer, 1 - rarer)
    found = cecli.calibration(data, label="y", prob="a", draws=0)
    said = [n.message for n in found.notices if n.code == "few-events" and "AUC" in n.message]
    assert len(said) == told
    assert all(f"rests on {events} row" in message for message in said)
