"""`cecli.drift`: definitions by brute force, and what SciPy and feature_engine find."""

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import spatial, special, stats
from sklearn.metrics import log_loss

import cecli
from cecli.core.errors import InputError, RowError, UsageError


def frames(n=3000, m=2000, seed=0):
    rng = np.random.default_rng(seed)
    then = pd.DataFrame({
        "x": rng.normal(size=n), "k": rng.poisson(1.5, n), "c": rng.choice(list("abc"), n),
    })  # fmt: skip
    now = pd.DataFrame({
        "x": rng.normal(0.1, 1.1, m), "k": rng.poisson(1.6, m),
        "c": rng.choice(list("abc"), m, p=[0.4, 0.3, 0.3]),
    })  # fmt: skip
    return then, now


@pytest.fixture(scope="module")
def both():
    return frames()


@pytest.fixture(scope="module")
def report(both):
    return cecli.drift(*both)


def of(report, column):
    return next(group.metrics for group in report.groups if group.key["column"] == column)


def shares_of(report, column):
    drift = next(each for each in report.drift if each.column == column)
    return np.array([[b.reference, b.current] for b in drift.bins]).T, drift


def counted(values, drift):
    """Count values in the bins that a report states."""
    inside = [
        (values == each.value).sum()
        if each.low is None
        else ((values >= each.low) & (values < each.high)).sum()
        for each in drift.bins
    ]
    return np.array(inside)


@pytest.mark.parametrize("column", ["x", "k", "c"])
def test_divergences_are_those_of_counts_in_the_bins_that_the_report_states(report, both, column):
    (p, q), drift = shares_of(report, column)
    then, now = (
        counted(frame[column].astype(str) if drift.bins[0].low is None else frame[column], drift)
        for frame in both
    )
    assert (then.sum(), now.sum()) == (3000, 2000)
    assert p == pytest.approx(then / 3000, rel=1e-15)
    assert q == pytest.approx(now / 2000, rel=1e-15)
    found = of(report, column)
    assert found["kl"] == pytest.approx(stats.entropy(p, q), rel=1e-12)
    assert found["reverse_kl"] == pytest.approx(stats.entropy(q, p), rel=1e-12)
    assert found["psi"] == pytest.approx(((q - p) * np.log(q / p)).sum(), rel=1e-12)
    assert found["js_divergence"] == pytest.approx(
        spatial.distance.jensenshannon(p, q) ** 2, rel=1e-10
    )
    assert found["total_variation"] == pytest.approx(np.abs(p - q).sum() / 2, rel=1e-12)


def test_numbers_are_tested_as_scipy_does(report, both):
    found = stats.ks_2samp(both[0]["x"], both[1]["x"], method="exact")
    assert of(report, "x")["ks"] == pytest.approx(found.statistic, rel=1e-12)
    assert of(report, "x")["drift_p_value"] == pytest.approx(found.pvalue, rel=0.05)
    assert "ks_lower" not in of(report, "x")


def test_categories_are_tested_as_scipy_does(report, both):
    table = [[Counter(frame["c"])[c] for c in "abc"] for frame in both]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert of(report, "c")["drift_p_value"] == pytest.approx(expected, rel=1e-10)


def test_p_values_are_adjusted_over_the_columns(report):
    raw = [group.metrics["drift_p_value"] for group in report.groups]
    ranks = np.argsort(np.argsort(raw))
    adjusted = [min(1.0, (len(raw) - rank) * p) for rank, p in zip(ranks, raw, strict=True)]
    expected = [max(adjusted[j] for j in range(3) if raw[j] <= raw[i]) for i in range(3)]
    assert [g.metrics["drift_p_value_adjusted"] for g in report.groups] == pytest.approx(expected)


def test_psi_is_that_of_feature_engine_where_no_bin_is_empty():
    selection = pytest.importorskip("feature_engine.selection")
    then, now = frames(n=5000, m=4000, seed=4)
    rows = pd.concat([then[["x"]].assign(when=0), now[["x"]].assign(when=1)])
    theirs = selection.DropHighPSIFeatures(
        split_col="when", cut_off=0, bins=10, strategy="equal_frequency", threshold=100.0,
        variables=["x"],
    ).fit(rows)  # fmt: skip
    ours = of(cecli.drift(then[["x"]], now[["x"]]), "x")["psi"]
    # Its bins end at interpolated quantiles, so a row or two can be in another one.
    assert ours == pytest.approx(theirs.psi_values_["x"], rel=0.02)


def test_what_chance_gives_is_that_of_chi_squared(report):
    found, scale = of(report, "c"), 1 / 3000 + 1 / 2000
    assert found["psi_expected"] == pytest.approx(2 * scale)
    assert found["psi_quantile"] == pytest.approx(scale * stats.chi2.ppf(0.95, 2))
    assert found["psi_p_value"] == pytest.approx(stats.chi2.sf(found["psi"] / scale, 2))


def test_an_interval_of_psi_holds_its_value_and_starts_above_zero_where_it_has_moved(report):
    for group in report.groups:
        psi = group.results[0]
        assert psi.interval.lower <= psi.value <= psi.interval.upper
    assert report.groups[0].results[0].interval.lower > 0.0


def test_an_empty_bin_is_infinite_named_and_never_filled_in_silence():
    report = cecli.drift({"c": ["a", "b"] * 50}, {"c": ["a", "d"] * 50})
    assert of(report, "c")["psi"] == math.inf
    assert report.to_dict()["groups"][0]["metrics"]["psi"] == "Infinity"
    (notice,) = (n.message for n in report.notices if n.code == "empty-bins")
    assert "'d', 'b'" in notice
    assert "--smooth" in notice
    drift = report.drift[0]
    assert (drift.new, drift.vanished) == (("d",), ("b",))
    assert (of(report, "c")["new_share"], of(report, "c")["vanished_share"]) == (0.5, 0.5)


def test_smoothing_adds_to_every_bin_of_both_and_is_stated():
    report = cecli.drift({"c": ["a", "b"] * 50}, {"c": ["a", "d"] * 50}, smooth=0.5)
    p, q = (np.array(x) / (100 + 3 * 0.5) for x in ([50.5, 50.5, 0.5], [50.5, 0.5, 50.5]))
    assert of(report, "c")["psi"] == pytest.approx(((q - p) * np.log(q / p)).sum(), rel=1e-12)
    assert report.options["smooth"] == 0.5
    assert of(report, "c")["psi_expected"] is None


def test_missing_values_are_a_value_of_their_own():
    then = {"x": [1.5, 2.5, 3.5, np.nan] * 50, "c": ["a", "b", "", "a"] * 50}
    now = {"x": [1.5, 2.5, np.nan, np.nan] * 50, "c": ["a", "b", "a", "a"] * 50}
    report = cecli.drift(then, now)
    assert (of(report, "x")["missing_reference"], of(report, "x")["missing_current"]) == (0.25, 0.5)
    assert of(report, "c")["missing_reference"] == 0.25
    assert report.drift[0].bins[-1].is_missing
    table = [[50, 50, 50, 50], [50, 50, 0, 100]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert of(report, "x")["drift_p_value"] == pytest.approx(expected, rel=1e-6)


def test_missing_numbers_are_a_second_test():
    rng = np.random.default_rng(12)
    then, now = rng.normal(size=300), rng.normal(0.1, 1.0, 200)
    data = [{"x": np.append(x, [np.nan] * gaps)} for x, gaps in ((then, 30), (now, 40))]
    table = stats.chi2_contingency([[300, 30], [200, 40]], correction=False).pvalue
    values = stats.ks_2samp(then, now, method="exact").pvalue
    found = of(cecli.drift(*data), "x")
    assert found["drift_p_value"] == pytest.approx(2 * min(table, values), rel=1e-9)
    assert found["ks"] == pytest.approx(stats.ks_2samp(then, now).statistic)


def test_tokens_of_missing_values_are_missing_among_numbers_and_texts():
    then = {"x": ["1", "2", "NA", "-9"] * 9, "c": ["u", "NA", "v", "u"] * 9}
    report = cecli.drift(then, then, missing=["NA", "-9"], column="x,c")
    assert (of(report, "x")["missing_current"], of(report, "c")["missing_current"]) == (0.5, 0.25)


def test_few_values_have_a_bin_each_and_a_new_one_is_named():
    then, now = {"k": [0, 1, 2] * 40}, {"k": [0, 1, 2, 7] * 30}
    drift = cecli.drift(then, now).drift[0]
    assert [each.value for each in drift.bins] == ["0", "1", "2", "7"]
    assert drift.new == ("7",)


def test_a_frequent_value_has_a_bin_of_its_own_among_quantiles():
    rng = np.random.default_rng(5)
    then = {"x": np.where(rng.random(4000) < 0.6, 0.0, rng.gamma(2.0, 1.0, 4000))}
    bins = cecli.drift(then, then).drift[0].bins
    assert bins[0].reference == pytest.approx(0.6, abs=0.03)
    assert bins[0].high <= then["x"][then["x"] > 0].min()
    assert all(each.reference > 0.05 for each in bins)


def test_more_values_than_memory_bracket_ks():
    rng = np.random.default_rng(6)
    then, now = {"x": rng.uniform(5, 6, 40_000)}, {"x": rng.uniform(5.02, 6.01, 30_000)}
    found = of(cecli.drift(then, now), "x")
    exact = stats.ks_2samp(then["x"], now["x"], method="asymp").statistic
    assert found["ks_lower"] <= exact <= found["ks_upper"]
    assert 0.0 < found["ks_upper"] - found["ks_lower"] < 1e-3


def test_counts_are_rows_written_out():
    then, now = {"c": ["a", "b"], "n": [30, 70]}, {"c": ["a", "b"], "n": [50, 50]}
    counted = cecli.drift(then, now, count="n")
    written = cecli.drift({"c": ["a"] * 30 + ["b"] * 70}, {"c": ["a"] * 50 + ["b"] * 50})
    assert counted.groups[0].metrics == written.groups[0].metrics


def test_weights_have_the_chance_of_the_rows_that_they_are_worth():
    then = {"c": ["a", "b"] * 50, "w": [1.0, 3.0] * 50}
    now = {"c": ["a", "b"] * 50, "w": [2.0] * 100}
    report = cecli.drift(then, now, weight="w")
    scale = 1 / (200.0**2 / (50 * 10.0)) + 1 / 100
    assert of(report, "c")["psi_expected"] == pytest.approx(scale)
    assert any(notice.code == "weighted" for notice in report.notices)


def test_a_difference_that_nobody_could_see_is_no_drift():
    then = pd.DataFrame({"x": [0.5, 1.5, 1.5], "w": [1e-170, 1.0, 1.0]})
    now = pd.DataFrame({"x": [1.5, 1.5], "w": [1.0, 1.5]})
    found = of(cecli.drift(then, now, column="x", weight="w"), "x")
    assert found["ks"] == pytest.approx(5e-171)
    assert found["drift_p_value"] == 1.0


def test_too_few_rows_give_no_p_value():
    report = cecli.drift({"c": ["a", "b", "b"]}, {"c": ["b", "a"]})
    assert of(report, "c")["drift_p_value"] is None
    assert of(report, "c")["psi_quantile"] is None
    assert report.drift[0].verdict == "untested"
    assert "too few" in report.drift[0].sentence


def test_numbers_that_one_input_lacks_are_tested_as_missing_alone():
    then, now = {"x": [1.5, 2.5, 3.5, np.nan] * 50}, {"x": [np.nan] * 200}
    report = cecli.drift(then, now)
    assert "ks" not in of(report, "x")
    table = [[150, 50], [0, 200]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert of(report, "x")["drift_p_value"] == pytest.approx(expected, rel=1e-6)


def test_a_column_of_one_value_has_nothing_to_test():
    report = cecli.drift({"c": ["a"] * 50}, {"c": ["a"] * 70})
    found = of(report, "c")
    assert (found["psi"], found["drift_p_value"], found["psi_quantile"]) == (0.0, None, None)


def test_rare_values_that_are_too_few_even_as_one_join_the_next_rarest():
    then = {"c": ["a"] * 500 + ["b"] * 40 + ["r"]}
    now = {"c": ["a"] * 450 + ["b"] * 60 + ["s"]}
    report = cecli.drift(then, now)
    expected = stats.chi2_contingency([[500, 41], [450, 61]], correction=False).pvalue
    assert of(report, "c")["drift_p_value"] == pytest.approx(expected, rel=1e-10)


def test_few_numbers_are_tested_exactly():
    report = cecli.drift({"x": [1.1, 2.2, 3.3]}, {"x": [4.4, 5.5, 6.6]})
    assert of(report, "x")["drift_p_value"] == pytest.approx(0.1)


def test_rare_values_are_counted_as_one_in_the_test():
    rare = [f"r{i}" for i in range(40)]
    then, now = {"c": ["a"] * 500 + ["b"] * 500 + rare}, {"c": ["a"] * 450 + ["b"] * 550 + rare}
    report = cecli.drift(then, now)
    expected = stats.chi2_contingency([[500, 500, 40], [450, 550, 40]], correction=False).pvalue
    assert of(report, "c")["drift_p_value"] == pytest.approx(expected, rel=1e-10)
    assert any(notice.code == "rare-values" for notice in report.notices)


def predictions(n, seed, shift, slope):
    rng = np.random.default_rng(seed)
    z = rng.normal(shift, 1.3, n)
    return {"y": (rng.random(n) < special.expit(slope * z)).astype(int), "p": special.expit(z)}


def entropy(rate):
    return float(special.entr([rate, 1.0 - rate]).sum())


def test_the_change_of_the_loss_is_the_sum_of_its_parts_by_brute_force():
    then, now = predictions(4000, 1, -1.0, 1.0), predictions(3000, 2, -0.4, 0.6)
    found = cecli.drift(then, now, label="y", prob="p").metrics
    losses = [log_loss(x["y"], x["p"]) for x in (then, now)]
    assert found["loss_reference"] == pytest.approx(losses[0], rel=1e-12)
    assert found["loss_current"] == pytest.approx(losses[1], rel=1e-12)
    parts = [found[name] for name in ("population", "calibration", "refinement")]
    assert sum(parts) == pytest.approx(losses[1] - losses[0], rel=1e-11)
    edges = [-math.inf, *(b.low for b in cecli.drift(then, now, column="p").drift[0].bins[1:])]
    expected = np.zeros(3)
    for low, high in zip(edges, [*edges[1:], math.inf], strict=True):
        inside = [(x["p"] >= low) & (x["p"] < high) for x in (then, now)]
        (p, q) = (x.mean() for x in inside)
        rows = [(x["y"][i], x["p"][i]) for x, i in zip((then, now), inside, strict=True)]
        lost, lost_now = (log_loss(y, x, labels=[0, 1]) for y, x in rows)
        h, h_now = (entropy(y.mean()) for y, _ in rows)
        expected += [(q - p) * lost, q * ((lost_now - h_now) - (lost - h)), q * (h_now - h)]
    assert parts == pytest.approx(expected.tolist(), abs=1e-12)


def test_another_population_of_a_calibrated_model_is_population_alone():
    then, now = predictions(60_000, 3, -1.0, 1.0), predictions(60_000, 4, -0.2, 1.0)
    found = cecli.drift(then, now, label="y", prob="p", bins=40).metrics
    assert found["population"] == pytest.approx(found["loss_change"], abs=0.006)
    assert abs(found["calibration"]) < 0.003


def test_an_infinite_loss_has_no_parts():
    report = cecli.drift({"y": [0, 1], "p": [0.5, 0.0]}, {"y": [0, 1], "p": [0.5, 0.5]},
                         label="y", prob="p")  # fmt: skip
    assert report["population"] is None
    assert any("losses are infinite" in notice.message for notice in report.notices)


def test_a_saved_reference_gives_the_same_report_and_merges(tmp_path):
    then, now = predictions(900, 1, -1.0, 1.0), predictions(700, 2, -0.4, 0.6)
    options = {"label": "y", "prob": "p"}
    whole = cecli.drift(then, now, save_state=tmp_path / "whole.state", **options)
    again = cecli.drift(str(tmp_path / "whole.state"), now)
    assert [g.metrics for g in again.groups] == [g.metrics for g in whole.groups]
    assert again.metrics == whole.metrics
    for name, rows in (("a", slice(0, 300)), ("b", slice(300, None))):
        part = {column: values[rows] for column, values in then.items()}
        cecli.drift(part, save_state=tmp_path / f"{name}.state", **options)
    cecli.merge([str(tmp_path / "a.state"), str(tmp_path / "b.state")],
                save_state=tmp_path / "merged.state")  # fmt: skip
    merged = cecli.drift(str(tmp_path / "merged.state"), now)
    assert merged.metrics == whole.metrics
    assert [g.metrics for g in merged.groups] == [g.metrics for g in whole.groups]


def test_labels_that_are_not_known_yet_are_no_drift(tmp_path):
    then, now = predictions(900, 1, -1.0, 1.0), predictions(700, 2, -0.4, 0.6)
    path = str(tmp_path / "then.state")
    cecli.drift(then, save_state=path, label="y", prob="p")
    report = cecli.drift(path, {"p": now["p"]})
    assert "loss_current" not in report.metrics
    assert [each.column for each in report.drift] == ["p"]
    assert any(notice.code == "no-labels" for notice in report.notices)
    with pytest.raises(InputError, match="not that of the reference"):
        cecli.drift(path, now, label="y", prob="q")


def test_a_column_that_is_gone_is_undefined_and_a_new_one_is_said():
    report = cecli.drift({"a": [1, 2] * 9, "b": [1, 2] * 9}, {"a": [1, 2] * 9, "z": [1, 2] * 9})
    assert [(each.column, each.verdict) for each in report.drift] == [
        ("a", "not-shown"), ("b", "gone"),
    ]  # fmt: skip
    assert of(report, "b")["psi"] is None
    assert {"column-gone", "column-new"} <= {notice.code for notice in report.notices}
    for limit, passed in ((("psi@a", 0.5), True), (("psi", 0.5), False), (("psi@b", 0.5), False)):
        assert cecli.check(report, max=dict([limit])).passed is passed


def test_columns_that_folders_state_are_compared_only_if_they_are_named(tmp_path):
    for day, frame in zip(("dt=2026-11-03", "dt=2026-11-04"), frames(300, 200), strict=True):
        (tmp_path / day).mkdir()
        frame.to_csv(tmp_path / day / "part.csv", index=False)
    then, now = (str(tmp_path / f"dt=2026-11-0{day}") for day in (3, 4))
    report = cecli.drift(then, now)
    assert [each.column for each in report.drift] == ["x", "k", "c"]
    assert not {n.code for n in report.notices} & {"column-gone", "column-new"}
    flat = cecli.drift(then, f"{now}/part.csv")
    assert [each.column for each in flat.drift] == ["x", "k", "c"]
    assert not {n.code for n in flat.notices} & {"column-gone", "column-new"}
    assert [each.column for each in cecli.drift(then, now, column="dt,c").drift] == ["dt", "c"]
    named = cecli.drift(then, now, category="dt")
    assert sorted(each.column for each in named.drift) == ["c", "dt", "k", "x"]


def test_rules_are_about_each_column_and_fail_closed():
    then, now = frames(800, 700)
    report = cecli.drift(then, now, column="x,c")
    assert cecli.check(report, max={"psi": 0.2}).passed
    assert not cecli.check(report, max={"psi": 0.001}).passed
    assert cecli.check(report, max={"psi@c": 0.2}, confidence=0.95).passed
    assert not cecli.check(report, max={"psi@x": 1e-9}).passed
    with pytest.raises(UsageError, match="was not compared"):
        cecli.check(report, max={"psi@nope": 0.2})
    infinite = cecli.drift({"c": ["a", "b"] * 50}, {"c": ["a", "d"] * 50})
    assert not cecli.check(infinite, max={"psi": 1e9}).passed


def test_more_categories_than_the_limit_are_left_out_and_said():
    ids = [f"u{i}" for i in range(50)]
    data = {"id": ids, "c": ["a", "b"] * 25}
    report = cecli.drift(data, data, max_categories=20)
    assert [each.column for each in report.drift] == ["c"]
    assert any("'id'" in n.message for n in report.notices if n.code == "many-categories")
    with pytest.raises(UsageError, match="no column can be compared"):
        cecli.drift({"id": ids}, {"id": ids}, max_categories=20)


def test_looks_at_any_time_need_more_evidence_and_no_weights():
    then, now = {"c": ["a", "b"] * 5000}, {"c": ["a"] * 140 + ["b"] * 60}
    once, always = (cecli.drift(then, now, anytime=x) for x in (False, True))
    assert of(once, "c")["drift_p_value"] < of(always, "c")["drift_p_value"] < 0.01
    assert of(always, "c")["psi_p_value"] is None
    with pytest.raises(UsageError, match="--weight"):
        cecli.drift({**then, "w": [1.0] * 10_000}, {**now, "w": [1.0] * 200}, weight="w",
                    anytime=True)  # fmt: skip


def test_the_same_columns_have_no_drift_exactly():
    then, _ = frames(500, 1)
    for group in cecli.drift(then, then).groups:
        for name in ("psi", "kl", "reverse_kl", "js_divergence", "total_variation"):
            assert group.metrics[name] == 0.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"column": "nope"}, "there is no column"),
        ({"category": "nope"}, "there is no column"),
        ({"prob": "x"}, "--prob needs --label"),
        ({"smooth": 0.0}, "--smooth"),
        ({"bins": 1}, "--bins"),
        ({"level": 1.0}, "--level"),
    ],
)
def test_options_that_make_no_sense_are_refused(both, options, words):
    with pytest.raises(UsageError, match=words):
        cecli.drift(*both, **options)


def test_a_text_among_numbers_says_how_it_is_compared():
    with pytest.raises(RowError, match="--category"):
        cecli.drift({"x": [1.5, 2.5]}, {"x": ["1.5", "many"]})
    report = cecli.drift({"x": [1.5, 2.5]}, {"x": ["1.5", "many"]}, category="x")
    assert report.drift[0].new == ("many",)


def test_one_input_alone_is_nothing_to_compare():
    with pytest.raises(UsageError, match="nothing to compare"):
        cecli.drift({"x": [1.5, 2.5]})


def test_missing_numbers_are_the_same_in_every_kind_of_table(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    numbers, whole = [1.5, None, 2.5, 1.5] * 20, [1, 2, None, 3] * 20
    parquet.write_table(pa.table({"x": numbers, "k": whole}), tmp_path / "now.parquet")
    frame = pd.DataFrame({"x": numbers, "k": pd.array(whole, dtype="Int64")})
    frame.to_csv(tmp_path / "now.csv", index=False)
    frame.to_json(tmp_path / "now.jsonl", orient="records", lines=True)
    then = {"x": [1.5, 2.5] * 40, "k": [1, 2, 3, 4] * 20}
    files = (str(tmp_path / f"now.{kind}") for kind in ("parquet", "csv", "jsonl"))
    found = [cecli.drift(then, now).groups for now in (frame, *files)]
    assert found[0][0].metrics["missing_current"] == 0.25
    assert all([g.metrics for g in other] == [g.metrics for g in found[0]] for other in found)
