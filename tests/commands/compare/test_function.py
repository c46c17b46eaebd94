"""`cecli.compare` against numpy, scipy and statsmodels, and the laws of its report."""

import csv
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW, ttost_paired

import cecli
from cecli.core.errors import UsageError
from cecli.report.parts import Conclusion


def made(rows, seed=0, shift=0.1, noise=0.5):
    """Return labels, and the predictions of two models of which the second knows a little less.

    Both are too certain, so that the differences vary more than the predictions imply.
    """
    generator = np.random.default_rng(seed)
    z = generator.normal(size=rows)
    y = (generator.random(rows) < 1 / (1 + np.exp(-0.3 * z))).astype(int)
    b = (1 - shift) * z + noise * generator.normal(size=rows)
    return {"y": y, "a": 1 / (1 + np.exp(-z)), "b": 1 / (1 + np.exp(-b))}


def losses(data, model):
    return -np.log(np.where(data["y"] == 1, data[model], 1 - data[model]))


@pytest.mark.parametrize("rows", [20, 1000])
def test_of_few_rows_it_is_the_paired_t_test(rows):
    data = made(rows)
    report = cecli.compare(data, prob=["a", "b"])
    test = stats.ttest_rel(losses(data, "b"), losses(data, "a"))
    low, high = test.confidence_interval(0.95)
    interval = report.intervals["difference"]
    assert report["difference"] == pytest.approx(
        np.mean(losses(data, "b") - losses(data, "a")), rel=1e-9
    )
    assert report["p_value"] == pytest.approx(test.pvalue, rel=1e-8)
    assert (interval.lower, interval.upper) == pytest.approx((low, high), rel=1e-8)
    assert report.comparisons[0].distribution == "t"


def test_of_many_rows_it_is_the_normal_distribution():
    data = made(1001, shift=0.3)
    report = cecli.compare(data, prob=["a", "b"], level=0.9)
    d = losses(data, "b") - losses(data, "a")
    se = d.std(ddof=1) / math.sqrt(len(d))
    assert report.intervals["difference"].se == pytest.approx(se, rel=1e-9)
    assert report["p_value"] == pytest.approx(2 * stats.norm.sf(abs(d.mean()) / se), rel=1e-8)
    low, high = stats.norm.interval(0.9, d.mean(), se)
    interval = report.intervals["difference"]
    assert (interval.lower, interval.upper) == pytest.approx((low, high), rel=1e-8)
    assert report.comparisons[0].distribution == "normal"


@pytest.mark.parametrize("margin", [0.01, 0.1, 0.5])
def test_the_margin_asks_for_the_two_one_sided_tests(margin):
    data = made(200)
    report = cecli.compare(data, prob=["a", "b"], margin=margin)
    reference = ttost_paired(losses(data, "b"), losses(data, "a"), -margin, margin)
    assert report["p_equivalence"] == pytest.approx(reference[0], rel=1e-8)
    assert report["p_noninferiority"] == pytest.approx(reference[2][1], rel=1e-8)


def test_weights_are_those_of_a_weighted_mean():
    data = made(300)
    data["w"] = np.random.default_rng(1).integers(1, 5, 300).astype(float)
    report = cecli.compare(data, prob=["a", "b"], weight="w")
    d, w = losses(data, "b") - losses(data, "a"), data["w"]
    mean = np.average(d, weights=w)
    second, third = (w**2).sum() / w.sum() ** 2, (w**3).sum() / w.sum() ** 3
    factor = second / (second - 2 * third + second**2)
    se = math.sqrt((w**2 * (d - mean) ** 2).sum() * factor) / w.sum()
    assert report["difference"] == pytest.approx(DescrStatsW(d, w).mean, rel=1e-9)
    assert report.intervals["difference"].se == pytest.approx(se, rel=1e-9)
    assert report["share_better"] == pytest.approx(w[d < 0].sum() / w.sum(), rel=1e-12)


def test_paired_it_decides_what_two_intervals_leave_open(samples, tmp_path):
    """The issue's point: a small change is far from zero in standard errors of its own."""
    frame = pd.read_csv(samples / "breast_cancer.csv")
    z = np.log(frame.y_prob / (1 - frame.y_prob))
    frame["cooler"] = 1 / (1 + np.exp(-1.1 * z))
    report = cecli.compare(frame, label="y_true", prob=["y_prob", "cooler"])
    paired = report.intervals["difference"].se
    unpaired = math.hypot(
        *(report.intervals[f"cross_entropy_{side}"].se for side in ("baseline", "model"))
    )
    assert unpaired > 8 * paired
    scores = [
        cecli.score(frame, label="y_true", prob=model)["cross_entropy"]
        for model in ("y_prob", "cooler")
    ]
    assert report["cross_entropy_baseline"] == scores[0]
    assert report["cross_entropy_model"] == scores[1]
    assert report["difference"] == pytest.approx(scores[1] - scores[0], rel=1e-12)


def test_the_shares_count_rows():
    data = {"y": [1, 1, 1, 0], "a": [0.5, 0.5, 0.5, 0.5], "b": [0.6, 0.5, 0.4, 0.6]}
    report = cecli.compare(data, prob=["a", "b"])
    assert [report[f"share_{kind}"] for kind in ("better", "equal", "worse")] == [0.25, 0.25, 0.5]


def test_exchanged_models_change_the_sign():
    data = made(50)
    ab, ba = cecli.compare(data, prob=["a", "b"]), cecli.compare(data, prob=["b", "a"])
    assert ab["difference"] == -ba["difference"]
    assert ab["p_value"] == ba["p_value"]
    assert ab["share_better"] == ba["share_worse"]


def test_several_models_are_each_compared_with_the_first():
    data = made(400, shift=0.3)
    data["c"] = data["a"] * 0.9
    report = cecli.compare(data, prob=["a", "b", "c"])
    alone = [cecli.compare(data, prob=["a", model])["p_value"] for model in ("b", "c")]
    assert [report["p_value_2"], report["p_value_3"]] == alone
    low, high = min(alone), max(alone)
    adjusted = [report["p_value_adjusted_2"], report["p_value_adjusted_3"]]
    assert min(adjusted) == min(1, 2 * low)
    assert max(adjusted) == max(high, min(1, 2 * low))
    assert [c.model for c in report.comparisons] == ["b", "c"]


def test_units_change_the_unit_alone():
    data = made(100)
    nats = cecli.compare(data, prob=["a", "b"], margin=math.log(2))
    bits = cecli.compare(data, prob=["a", "b"], margin=1.0, units="bits")
    assert bits["difference"] == pytest.approx(nats["difference"] / math.log(2), rel=1e-15)
    assert bits["p_noninferiority"] == nats["p_noninferiority"]
    assert bits.comparisons[0].verdict is nats.comparisons[0].verdict


def test_soft_targets_and_logits():
    data = made(100)
    soft = {"t": np.linspace(0.1, 0.9, 100), "a": data["a"], "b": data["b"]}
    report = cecli.compare(soft, target="t", prob=["a", "b"])

    def loss(q):
        return -(soft["t"] * np.log(q) + (1 - soft["t"]) * np.log1p(-q))

    assert report["difference"] == pytest.approx(
        np.mean(loss(soft["b"]) - loss(soft["a"])), rel=1e-9
    )
    logits = {"t": soft["t"], **{k: np.log(soft[k] / (1 - soft[k])) for k in "ab"}}
    of_logits = cecli.compare(logits, target="t", prob=["a", "b"], scale="logit")
    assert of_logits["difference"] == pytest.approx(report["difference"], rel=1e-9)


def test_several_classes_are_matched_by_name():
    data = {
        "y": ["u", "v", "w"] * 2,
        "a_u": [0.5, 0.2, 0.1] * 2, "a_v": [0.3, 0.5, 0.1] * 2, "a_w": [0.2, 0.3, 0.8] * 2,
        "b_w": [0.1, 0.2, 0.9] * 2, "b_v": [0.3, 0.6, 0.05] * 2, "b_u": [0.6, 0.2, 0.05] * 2,
    }  # fmt: skip
    report = cecli.compare(data, prob=["a_*", "b_*"])
    assert report["cross_entropy_model"] == cecli.score(data, prob="b_*")["cross_entropy"]
    assert report["difference"] == pytest.approx(
        np.mean(-np.log([0.6, 0.6, 0.9]) + np.log([0.5, 0.5, 0.8])), rel=1e-12
    )


INFINITE = {"y": [1, 1, 0, 0], "a": [0.0, 0.5, 0.5, 0.5], "b": [0.5, 0.4, 0.5, 0.5]}


def test_an_infinite_loss_of_one_side_decides():
    report = cecli.compare(INFINITE, prob=["a", "b"])
    assert (report["difference"], report["p_value"]) == (-math.inf, None)
    assert report.comparisons[0].verdict is Conclusion.BETTER
    assert cecli.compare(INFINITE, prob=["b", "a"]).comparisons[0].verdict is Conclusion.WORSE
    interval = report.intervals["difference"]
    assert (interval.se, interval.lower, interval.upper) == (None, None, None)


def test_infinite_losses_of_both_are_undefined_and_equal():
    both = {**INFINITE, "b": [0.0, 0.4, 0.5, 0.5]}
    report = cecli.compare(both, prob=["a", "b"], margin=0.1)
    assert (report["difference"], report["share_equal"]) == (None, 0.75)
    assert report.comparisons[0].verdict is Conclusion.UNDEFINED
    (notice,) = (n for n in report.notices if n.code == "infinite-loss")
    assert (notice.count, notice.rows) == (1, (1,))
    clipped = cecli.compare(both, prob=["a", "b"], margin=0.1, clip=1e-3)
    assert clipped["difference"] == pytest.approx(math.log(0.5 / 0.4) / 4, rel=1e-12)


def test_infinite_losses_of_each_are_undefined():
    report = cecli.compare({**INFINITE, "b": [0.5, 0.0, 0.5, 0.5]}, prob=["a", "b"])
    assert report["difference"] is None
    assert report.comparisons[0].verdict is Conclusion.UNDEFINED
    assert "NaN" not in report.to_json()


def test_equal_predictions_are_not_told_apart():
    data = made(30)
    report = cecli.compare({**data, "b": data["a"]}, prob=["a", "b"], margin=0.01)
    assert (report["difference"], report["p_value"], report["share_equal"]) == (0.0, 1.0, 1.0)
    assert report.comparisons[0].verdict is Conclusion.EQUIVALENT
    plain = cecli.compare({**data, "b": data["a"]}, prob=["a", "b"])
    assert plain.comparisons[0].verdict is Conclusion.UNDECIDED


def test_one_row_has_no_standard_error():
    report = cecli.compare({"y": [1], "a": [0.5], "b": [0.25]}, prob=["a", "b"])
    assert report["difference"] == pytest.approx(math.log(2))
    assert report["p_value"] is None
    assert report.comparisons[0].verdict is Conclusion.UNDECIDED


@pytest.mark.parametrize("models", [["b"], ["b", "c"]])
def test_so_many_fresh_rows_find_a_difference_of_the_margin_four_times_of_five(models):
    data = made(300, seed=3, shift=0.0, noise=0.2)
    data["c"] = data["b"] ** 1.01
    margin = 0.01
    report = cecli.compare(data, prob=["a", *models], margin=margin)
    assert report.comparisons[0].verdict is Conclusion.UNDECIDED
    d = losses(data, "b") - losses(data, "a")
    d += margin - d.mean()
    generator = np.random.default_rng(0)
    needed = int(report["rows_needed" if len(models) == 1 else "rows_needed_2"])
    z = stats.norm.isf(0.025 / len(models))
    samples = (generator.choice(d, needed) for _ in range(400))
    decided = sum(abs(x.mean()) > z * x.std(ddof=1) / math.sqrt(needed) for x in samples)
    assert 0.7 < decided / 400 < 0.9


def test_without_a_margin_it_is_told_which_difference_could_be_found():
    data = made(300, seed=3, shift=0.0, noise=0.2)
    report = cecli.compare(data, prob=["a", "b"])
    least = (stats.norm.isf(0.025) + stats.norm.isf(0.2)) * report.intervals["difference"].se
    assert report["smallest_detectable_difference"] == pytest.approx(least, rel=1e-12)
    assert "rows_needed" not in report.metrics
    bits = cecli.compare(data, prob=["a", "b"], units="bits")
    assert bits["smallest_detectable_difference"] == pytest.approx(least / math.log(2))
    assert f"{bits['smallest_detectable_difference']:.3g} bits" in bits.comparisons[0].sentence


def test_anytime_has_a_wider_interval_inside_the_bound():
    data = made(400)
    once = cecli.compare(data, prob=["a", "b"], clip=0.01)
    always = cecli.compare(data, prob=["a", "b"], clip=0.01, anytime=True)
    assert always["difference"] == once["difference"]
    narrow, wide = once.intervals["difference"], always.intervals["difference"]
    assert -math.log(99) <= wide.lower < narrow.lower
    assert narrow.upper < wide.upper <= math.log(99)
    assert always["p_value"] > once["p_value"]
    assert "cross_entropy_model" not in always.intervals


def test_anytime_needs_a_bound():
    with pytest.raises(UsageError, match=r"--clip 0\.01"):
        cecli.compare(made(10), prob=["a", "b"], anytime=True)


def test_anytime_with_logits_is_that_with_probabilities():
    data = made(100)
    logits = {"y": data["y"], **{k: np.log(data[k] / (1 - data[k])) for k in "ab"}}
    options = {"prob": ["a", "b"], "clip": 0.2, "anytime": True}
    of_logits = cecli.compare(logits, scale="logit", **options)
    assert of_logits["difference"] == pytest.approx(
        cecli.compare(data, **options)["difference"], rel=1e-9
    )


cells = st.sampled_from(["0.5", "0.25", "0.125", "1", "0", "", "x"])
labels = st.sampled_from(["0", "1"])


@settings(max_examples=60)
@given(st.lists(st.tuples(labels, cells, cells), min_size=1, max_size=60), st.data())
def test_by_position_it_is_the_comparison_of_one_file(tmp_path_factory, rows, data):
    """Rows that are bad on one side are out on both, however either file is cut into blocks."""
    folder = tmp_path_factory.mktemp("paired")
    chunk_bytes = data.draw(st.integers(1, 200))
    write(folder / "both.csv", ["y", "a", "b"], rows)
    write(folder / "a.csv", ["y", "q"], [(y, a) for y, a, _ in rows], blank=data.draw(labels))
    write(folder / "b.csv", ["q", "y"], [(b, y) for y, _, b in rows], blank=data.draw(labels))
    options = {"on_bad_row": "skip", "chunk_bytes": chunk_bytes}
    try:
        one = cecli.compare(folder / "both.csv", prob=["a", "b"], **options)
    except cecli.InputError:
        with pytest.raises(cecli.InputError):
            cecli.compare(folder / "a.csv", folder / "b.csv", prob="q", **options)
        return
    two = cecli.compare(folder / "a.csv", folder / "b.csv", prob="q", **options)
    assert (two.metrics, two.input.rows) == (one.metrics, one.input.rows)
    assert two.intervals == one.intervals


@settings(max_examples=60)
@given(st.lists(st.tuples(labels, cells, cells), min_size=1, max_size=60), st.randoms())
def test_by_a_key_the_order_does_not_matter(tmp_path_factory, rows, random):
    folder = tmp_path_factory.mktemp("joined")
    keyed = [(f"k{i}", *row) for i, row in enumerate(rows)]
    write(folder / "both.csv", ["id", "y", "a", "b"], keyed)
    write(folder / "a.csv", ["id", "y", "q"], [row[:3] for row in keyed])
    random.shuffle(keyed)
    write(folder / "b.csv", ["q", "id"], [(b, k) for k, _, _, b in keyed])
    options = {"on_bad_row": "skip", "chunk_bytes": 50}
    pair = (folder / "a.csv", folder / "b.csv")
    keys = {"id": "id", "on_unmatched": "skip", "prob": "q"}
    try:
        one = cecli.compare(folder / "both.csv", prob=["a", "b"], **options)
    except cecli.InputError:
        with pytest.raises(cecli.InputError):
            cecli.compare(*pair, **keys, **options)
        return
    assert cecli.compare(*pair, **keys, **options).metrics == one.metrics


def write(path, header, rows, blank="0"):
    """Write a file, with a blank line in its middle if so wished."""
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        for place, row in enumerate(rows):
            if blank == "1" and place == len(rows) // 2:
                file.write("\n")
            out.writerow(row)


@pytest.mark.parametrize(("chunk_bytes", "workers"), [(7, 3), (1000, 1), (1000, 3), (1 << 20, 2)])
def test_the_same_bits_however_it_is_read(samples, chunk_bytes, workers):
    path = samples / "breast_cancer.csv"
    how = {"chunk_bytes": chunk_bytes, "workers": workers}
    models = {"label": "y_true", "prob": ["y_prob", "forest_prob"], "weight": "sample_weight"}
    whole = cecli.compare(path, **models)
    assert cecli.compare(path, **models, **how) == whole
    assert cecli.compare(path, path, **models, **how).metrics == whole.metrics
    assert cecli.compare(path, path, id="id", **models, **how).metrics == whole.metrics


def test_tables_in_memory_have_names():
    data = pd.DataFrame(made(20))
    two = cecli.compare(data, data, prob=["a", "b"])
    assert two.metrics == cecli.compare(data, prob=["a", "b"]).metrics
    assert (two.comparisons[0].baseline, two.comparisons[0].model) == ("a", "b")
    assert cecli.compare(data, data, prob="a").comparisons[0].model == "second"
