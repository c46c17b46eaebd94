"""Where a difference comes from: groups of a comparison against comparisons of their rows."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

import cecli
from cecli.core.errors import CecliError, ColumnError, InputError, UsageError

OF_WHOLE = {"contribution", "difference_share"}


@pytest.fixture
def frame():
    rng = np.random.default_rng(5)
    rows = 2000
    q = 0.05 + 0.9 * rng.random(rows)
    return pd.DataFrame(
        {
            # Less certain than predicted: the differences vary more than the predictions imply.
            "y": (rng.random(rows) < 0.35 + 0.3 * q).astype(int),
            "a": q,
            "b": 0.9 * q + 0.05,
            "c": 0.5 * q + 0.2,
            "w": rng.random(rows),
            "segment": rng.choice(["u", "v", "x,y", ""], rows, p=[0.4, 0.3, 0.2, 0.1]),
            "day": rng.integers(1, 4, rows).astype(str),
        }
    )


def differences(frame, model="b"):
    a, b = (np.where(frame["y"] == 1, frame[m], 1 - frame[m]) for m in ("a", model))
    return np.log(a) - np.log(b)


def by_key(report):
    return {tuple(group.key.values()): group for group in report.groups}


def without_adjustment(results):
    """Return results by name, without what a group has because of the others."""
    return {
        r.name: (r.value, r.interval, r.undefined)
        for r in results
        if r.name not in OF_WHOLE and "adjusted" not in r.name and "cross_entropy" not in r.name
    }


@pytest.mark.parametrize("by", [["segment"], ["segment", "day"], ["segment,day"]])
@pytest.mark.parametrize("weight", [None, "w"])
def test_each_group_is_a_comparison_of_its_rows(frame, by, weight):
    options = {"label": "y", "prob": ["a", "b"], "weight": weight, "margin": 0.01}
    report = cecli.compare(frame, **options, by=by)
    groups = by_key(report)
    names = ["segment", "day"][: len(next(iter(groups)))]
    parts = {(k if isinstance(k, tuple) else (k,)): part for k, part in frame.groupby(names)}
    assert set(groups) == set(parts)
    for key, part in parts.items():
        # All intervals of groups hold at once: by themselves they have a higher level.
        alone = cecli.compare(part, **options, level=1.0 - (1.0 - 0.95) / len(parts))
        expected = without_adjustment(alone.results)
        expected.pop("rows_needed", None)
        assert without_adjustment(groups[key].results) == expected
        assert (groups[key].rows, groups[key].weight) == (len(part), alone.input.weight)


@pytest.mark.parametrize("weight", [None, "w"])
def test_a_contribution_is_the_share_of_the_weight_times_the_difference(frame, weight):
    report = cecli.compare(frame, label="y", prob=["a", "b"], weight=weight, by="segment")
    d = differences(frame)
    w = np.ones(len(frame)) if weight is None else frame["w"].to_numpy()
    sizes = []
    for (segment,), group in by_key(report).items():
        inside = (frame["segment"] == segment).to_numpy()
        part = (w * d)[inside].sum() / w.sum()
        assert group.metrics["contribution"] == pytest.approx(part, rel=1e-9)
        assert group.metrics["difference_share"] == pytest.approx(
            part / np.average(d, weights=w), rel=1e-9
        )
        sizes.append(abs(group.metrics["contribution"]))
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("weight", [None, "w"])
def test_in_a_mean_over_groups_each_contributes_the_same_share(frame, weight):
    asked = {"label": "y", "prob": ["a", "b"], "weight": weight, "by": "segment"}
    report = cecli.compare(frame, **asked, average="groups")
    parts = [group.metrics["contribution"] for group in report.groups]
    differences = [group.metrics["difference"] / len(parts) for group in report.groups]
    assert parts == pytest.approx(differences, rel=1e-12)
    assert sum(parts) == pytest.approx(report["difference"], rel=1e-9)
    shares = [group.metrics["difference_share"] for group in report.groups]
    assert shares == pytest.approx([part / report["difference"] for part in parts], rel=1e-9)
    assert [abs(part) for part in parts] == sorted(map(abs, parts), reverse=True)


cells = st.sampled_from([0.5, 0.25, 0.125, 0.99, 1e-9, 1 - 1e-12])
rows = st.tuples(
    st.integers(0, 1), cells, cells, st.sampled_from([0.0, 0.3, 1.0, 7.5, 1e9]),
    st.sampled_from(["", "s", "t", "nan", "S"]),
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(rows, min_size=1, max_size=40).filter(lambda rows: any(r[3] for r in rows)))
def test_contributions_add_up_to_the_difference(rows):
    """Each is the exact part, rounded once: the sum is off by half an ulp of each, and no more."""
    data = dict(zip(["y", "a", "b", "w", "g"], map(list, zip(*rows, strict=True)), strict=True))
    report = cecli.compare(data, label="y", prob=["a", "b"], weight="w", by="g")
    parts = [group.metrics["contribution"] for group in report.groups]
    whole = report["difference"]
    error = abs(sum(map(Fraction, parts)) - Fraction(whole))
    assert error <= sum(Fraction(math.ulp(x)) for x in (*parts, whole)) / 2
    if whole:
        shares = [group.metrics["difference_share"] for group in report.groups]
        assert math.fsum(shares) == pytest.approx(1.0, abs=1e-9 * sum(map(abs, shares)))
    assert sum(group.weight for group in report.groups) == pytest.approx(report.input.weight)
    counted = {g for _, _, _, w, g in rows if w}
    assert {group.key["g"] for group in report.groups} == counted


def test_one_group_is_the_whole_bit_for_bit(frame):
    frame["all"] = "x"
    (group,) = cecli.compare(frame, label="y", prob=["a", "b"], by="all").groups
    assert group.metrics["contribution"] == group.metrics["difference"]
    assert group.metrics["difference_share"] == 1.0
    assert "p_value_adjusted" not in group.metrics


def test_p_values_are_adjusted_over_groups_and_models(frame):
    report = cecli.compare(frame, label="y", prob=["a", "b", "c"], by="segment")
    known, adjusted = [], []
    for group in report.groups:
        part = frame[frame["segment"] == group.key["segment"]]
        for number, model in ((2, "b"), (3, "c")):
            p = group.metrics[f"p_value_{number}"]
            assert p == pytest.approx(stats.ttest_1samp(differences(part, model), 0).pvalue)
            known.append(p)
            adjusted.append(group.metrics[f"p_value_adjusted_{number}"])
    assert adjusted == pytest.approx(multipletests(known, method="holm")[1], rel=1e-12)


def test_several_models_are_each_compared_with_the_first(frame):
    report = cecli.compare(frame, label="y", prob=["a", "b", "c"], by="segment")
    for number, model in ((2, "b"), (3, "c")):
        alone = by_key(cecli.compare(frame, label="y", prob=["a", model], by="segment"))
        for key, group in by_key(report).items():
            for name in ("difference", "p_value", "cross_entropy_model", "contribution"):
                assert group.metrics[f"{name}_{number}"] == alone[key].metrics[name]
            baseline = alone[key].metrics["cross_entropy_baseline"]
            assert group.metrics["cross_entropy_baseline"] == baseline
    largest = [
        max(abs(group.metrics[f"contribution_{n}"]) for n in (2, 3)) for group in report.groups
    ]
    assert largest == sorted(largest, reverse=True)


def test_groups_that_differ_either_way_cancel():
    data = {"y": [1, 1, 1, 1], "a": [0.5, 0.5, 0.5, 0.5], "b": [0.25, 0.25, 1.0, 1.0]}
    report = cecli.compare({**data, "g": ["u", "u", "v", "v"]}, prob=["a", "b"], by="g")
    assert report["difference"] == 0.0
    groups = by_key(report)
    assert groups["u",].metrics["contribution"] == -groups["v",].metrics["contribution"]
    assert groups["u",].metrics["contribution"] == pytest.approx(math.log(2) / 2)
    assert groups["u",].metrics["difference_share"] is None


def test_units_change_the_unit_of_contributions_alone(frame):
    nats, bits = (
        cecli.compare(frame, label="y", prob=["a", "b"], by="day", units=units).groups
        for units in ("nats", "bits")
    )
    for one, other in zip(nats, bits, strict=True):
        in_bits = one.metrics["contribution"] / math.log(2)
        assert other.metrics["contribution"] == pytest.approx(in_bits, rel=1e-15)
        assert other.metrics["difference_share"] == one.metrics["difference_share"]


def test_a_group_of_one_row_has_a_mean_and_no_p_value():
    data = {"y": [1] * 5, "a": [0.5] * 5, "b": [0.25, 0.4, 0.3, 0.2, 0.1], "g": [*"uuuu", "v"]}
    report = cecli.compare(data, prob=["a", "b"], by="g", min_count=2)
    groups = by_key(report)
    one = groups["v",]
    assert one.is_small
    assert not groups["u",].is_small
    assert one.metrics["difference"] == pytest.approx(math.log(5))
    assert one.metrics["p_value"] is one.metrics["p_value_adjusted"] is None
    (interval,) = (r.interval for r in one.results if r.name == "difference")
    assert (interval.se, interval.lower, interval.upper) == (None, None, None)
    assert one.metrics["contribution"] == pytest.approx(math.log(5) / 5)
    # What cannot be tested counts as a hypothesis all the same.
    p = groups["u",].metrics["p_value"]
    assert groups["u",].metrics["p_value_adjusted"] == min(1.0, 2 * p)
    assert [notice.code for notice in report.notices].count("small-groups") == 1


INFINITE = {
    "y": [1] * 6, "a": [0.5] * 6, "b": [0.0, 0.4, 0.4, 0.4, 0.6, 0.7], "g": [*"uuvvww"],
}  # fmt: skip


def test_an_infinite_loss_stays_in_its_group():
    groups = by_key(cecli.compare(INFINITE, prob=["a", "b"], by="g"))
    u, v = groups["u",].metrics, groups["v",].metrics
    assert (u["difference"], u["contribution"], u["p_value"]) == (math.inf, math.inf, None)
    assert next(iter(groups)) == ("u",)
    assert v["difference"] == pytest.approx(math.log(0.5 / 0.4))
    assert v["contribution"] == pytest.approx(math.log(0.5 / 0.4) / 3)
    assert v["p_value"] is not None
    assert u["difference_share"] is v["difference_share"] is None


def test_infinite_losses_of_both_models_leave_one_group_undefined():
    both = {**INFINITE, "a": [0.5, 0.5, 0.0, 0.5, 0.5, 0.5], "b": [0.4, 0.4, 0.0, 0.4, 0.6, 0.7]}
    report = cecli.compare(both, prob=["a", "b"], by="g")
    groups = by_key(report)
    assert report["difference"] is None
    assert next(iter(groups)) == ("v",)
    assert groups["v",].metrics["difference"] is groups["v",].metrics["contribution"] is None
    assert groups["v",].metrics["cross_entropy_model"] == math.inf
    assert groups["u",].metrics["contribution"] > 0 > groups["w",].metrics["contribution"]
    assert "NaN" not in report.to_json()


def test_infinite_losses_of_each_in_groups_of_their_own():
    each = {**INFINITE, "a": [0.5, 0.5, 0.0, 0.5, 0.5, 0.5]}
    report = cecli.compare(each, prob=["a", "b"], by="g")
    groups = by_key(report)
    assert report["difference"] is None
    assert groups["u",].metrics["contribution"] == math.inf
    assert groups["v",].metrics["contribution"] == -math.inf
    assert all(group.metrics["difference_share"] is None for group in report.groups)


def test_a_group_of_weight_zero_does_not_count():
    data = {**INFINITE, "w": [0.0, 0.0, 1.0, 2.0, 1.0, 3.0]}
    report = cecli.compare(data, prob=["a", "b"], weight="w", by="g")
    assert set(by_key(report)) == {("v",), ("w",)}
    assert math.isfinite(report["difference"])
    assert [notice.code for notice in report.notices].count("zero-weight") == 1


def test_too_many_groups_are_an_error_and_no_truncation(frame):
    options = {"label": "y", "prob": ["a", "b"], "by": "segment"}
    with pytest.raises(InputError, match="more than 3 groups"):
        cecli.compare(frame, **options, max_groups=3)
    assert len(cecli.compare(frame, **options, max_groups=4).groups) == 4


@pytest.mark.parametrize("options", [{}, {"id": "k"}])
def test_groups_of_two_tables_are_those_of_the_first(frame, options):
    frame["k"] = np.arange(len(frame)).astype(str)
    one = cecli.compare(frame, label="y", prob=["a", "b"], weight="w", by="segment,day")
    first = frame[["k", "y", "a", "w", "segment", "day"]]
    # The second's own column of that name is another one, and no guess for the label either.
    second = frame[["k", "y", "b"]].assign(segment="?", day="?")
    said = []
    two = cecli.compare(
        first, second, label="y", prob=["a", "b"], weight="w", by=["segment", "day"],
        tell=said.append, **options,
    )  # fmt: skip
    assert two.groups == one.groups
    assert two.columns["by"] == ["segment", "day"]
    assert any("have the groups: those of" in sentence for sentence in said)
    with pytest.raises(ColumnError, match="segment"):
        cecli.compare(second[["k", "y", "b"]], first, label="y", prob=["b", "a"], by="segment")


def test_a_column_of_groups_is_not_guessed_to_be_the_label(frame):
    """Neither alone nor among several with commas between them, and in no input."""
    frame = frame.rename(columns={"segment": "class", "a": "p_old", "b": "p_new"})
    for by in ("class", "class,day"):
        assert cecli.score(frame, prob="p_old", by=by).columns["label"] == "y"
        two = cecli.compare(frame, frame, prob=["p_old", "p_new"], by=by)
        assert two.groups == cecli.compare(frame, prob=["p_old", "p_new"], by=by).groups


@pytest.mark.parametrize(("chunk_bytes", "workers"), [(400, 3), (999, 1), (1 << 20, 2)])
def test_the_same_bits_however_it_is_read(frame, tmp_path, chunk_bytes, workers):
    path = tmp_path / "preds.csv"
    frame.to_csv(path, index_label="k", index=True)
    options = {"label": "y", "prob": ["a", "b", "c"], "weight": "w"}
    how = {"chunk_bytes": chunk_bytes, "workers": workers}
    for part in ({"by": "segment,day"}, {"cluster": "day"}):
        whole = cecli.compare(path, **options, **part, workers=1).to_json()
        assert cecli.compare(path, **options, **part, **how).to_json() == whole
        options_of_two = options | part | {"prob": ["a", "b"]}
        one = cecli.compare(path, **options_of_two)
        for join in ({}, {"id": "k"}):
            two = cecli.compare(path, path, **options_of_two, **join, **how)
            assert (two.metrics, two.groups) == (one.metrics, one.groups)


def test_the_order_of_rows_changes_no_group(frame):
    options = {"label": "y", "prob": ["a", "b"], "weight": "w", "by": "segment"}
    shuffled = frame.sample(frac=1.0, random_state=1)
    assert cecli.compare(shuffled, **options).groups == cecli.compare(frame, **options).groups


def test_several_classes_have_groups_too():
    data = {
        "y": ["u", "v", "w"] * 4,
        "a_u": [0.5, 0.2, 0.1] * 4, "a_v": [0.3, 0.5, 0.1] * 4, "a_w": [0.2, 0.3, 0.8] * 4,
        "b_u": [0.6, 0.2, 0.05] * 4, "b_v": [0.3, 0.6, 0.05] * 4, "b_w": [0.1, 0.2, 0.9] * 4,
        "g": ["m", "n"] * 6,
    }  # fmt: skip
    report = cecli.compare(data, prob=["a_*", "b_*"], by="g")
    parts = [group.metrics["contribution"] for group in report.groups]
    assert math.fsum(parts) == pytest.approx(report["difference"], rel=1e-14)


@pytest.mark.parametrize(
    ("options", "error", "what"),
    [
        ({"by": "nowhere"}, ColumnError, "nowhere"),
        ({"by": "b"}, ColumnError, "cannot be both"),
        ({"by": "segment", "anytime": True, "clip": 0.1}, UsageError, "--anytime and --by"),
        ({"cluster": "day", "anytime": True, "clip": 0.1}, UsageError, "--anytime and --cluster"),
        ({"by": "segment", "min_count": -1}, UsageError, "min-count"),
    ],
)
def test_what_makes_no_sense_is_refused(frame, options, error, what):
    with pytest.raises(CecliError, match=what) as caught:
        cecli.compare(frame, label="y", prob=["a", "b"], **options)
    assert isinstance(caught.value, error)
