"""Slices against brute force in pandas and SciPy, and by simulation."""

import shlex
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

import cecli
from cecli.commands.score.plan import completed
from cecli.commands.slices import SlicesOptions
from cecli.commands.slices.plan import SlicesWanted, slices_plan
from cecli.commands.slices.search import Search
from cecli.core.evaluate import states_of
from cecli.engines import serial
from cecli.guessing.proposal import Asking
from cecli.options.reading import ReadingOptions
from cecli.options.values import reading_of, scoring_of
from cecli.readers.opening import open_table


def frame(rows=4000, seed=0, wrong=0.0):
    """Return calibrated predictions, but for the rows of a crossing; weights, too."""
    random = np.random.default_rng(seed)
    z = random.normal(0, 1.5, rows)
    table = pd.DataFrame({
        "p": 1 / (1 + np.exp(-z)),
        "seg": random.choice(list("abc"), rows),
        "age": random.normal(40, 10, rows).round(1),
        "w": random.uniform(0.5, 2.0, rows),
    })  # fmt: skip
    off = wrong * ((table.seg == "b") & (table.age < 35))
    table["y"] = (random.random(rows) < 1 / (1 + np.exp(-z - off))).astype(int)
    return table


def searched(data, **options):
    """Return the search, and its excess losses and p-values of all groups that it tests."""
    asked = SlicesOptions(label="y", prob=["p"], **options)
    reading = ReadingOptions()
    scoring = scoring_of(asked, reading, print)
    table = open_table(data, reading_of(reading))
    scoring = completed(table, scoring, "slices", data, [asked])
    wanted = SlicesWanted(asked.columns, asked.depth, asked.bins, asked.min_rows, asked.level)
    plan = slices_plan(table, scoring, wanted, Asking("slices"), serial, None)
    search = next(finding for finding in plan.findings if isinstance(finding, Search))
    found, _ = search._groups(states_of(table, plan))
    tests = search._tests(found)
    every = zip(found.keys, found.excess, tests.loss, tests.gap, strict=True)
    return search, {tuple(sorted(key.items())): rest for key, *rest in every}


def by_brute_force(table, search, w):
    """Return the same of every slice, by Welch's t written out over the rows."""
    q, y = table.p, table.y
    loss = -np.log(np.where(y == 1, q, 1 - q))
    entropy = -(q * np.log(q) + (1 - q) * np.log(1 - q))
    variance = q * (1 - q) * np.log(q / (1 - q)) ** 2
    edges = next(column.edges for column in search.columns if column.name == "age")
    cut = pd.cut(table.age, [-np.inf, *edges, np.inf], right=False, labels=False)
    low = [f"below {edges[0]:g}", *(f"{a:g} … {b:g}" for a, b in pairwise(edges))]
    columns = {"seg": list(table.seg), "age": [[*low, f"{edges[-1]:g} or more"][i] for i in cut]}
    masks = {}
    for names in [("seg",), ("age",), ("age", "seg")]:
        keys = list(zip(*(columns[name] for name in names), strict=True))
        for key in set(keys):
            mask = np.array([one == key for one in keys])
            masks[tuple(zip(names, key, strict=True))] = mask

    def variance_of_mean(x, mask):
        xs, ws, n = x[mask], w[mask], mask.sum()
        mean = np.average(xs, weights=ws)
        return np.sum(ws**2 * (xs - mean) ** 2) / ws.sum() ** 2 * n / (n - 1)

    def of_loss(mask):
        floor = np.sum(w[mask] ** 2 * variance[mask]) / w[mask].sum() ** 2
        return max(variance_of_mean(loss, mask), floor + variance_of_mean(entropy, mask))

    def of_surplus(mask):
        floor = np.sum(w[mask] ** 2 * (q * (1 - q))[mask]) / w[mask].sum() ** 2
        return max(variance_of_mean(y - q, mask), floor)

    def p_value(difference, mask, of):
        n = [w[m].sum() ** 2 / np.sum(w[m] ** 2) - 1 for m in (mask, ~mask)]
        a, b = of(mask), of(~mask)
        return stats.t.sf(difference / np.sqrt(a + b), (a + b) ** 2 / (a**2 / n[0] + b**2 / n[1]))

    found = {
        key: mask
        for key, mask in masks.items()
        if search.least <= mask.sum() <= len(table) - search.least
    }
    excess, of_losses, of_gaps = [], [], []
    for mask in found.values():
        a, b = (np.average(loss[m], weights=w[m]) for m in (mask, ~mask))
        excess.append(a - b)
        of_losses.append(p_value(a - b, mask, of_loss))
        a, b = (abs(np.average((y - q)[m], weights=w[m])) for m in (mask, ~mask))
        of_gaps.append(min(1.0, 2 * p_value(a - b, mask, of_surplus)))
    adjusted = multipletests([*of_losses, *of_gaps], method="holm")[1]
    n = len(found)
    return {key: (excess[i], adjusted[i], adjusted[n + i]) for i, key in enumerate(found)}


@pytest.mark.parametrize("weight", [None, "w"])
def test_every_group_is_tested_as_by_brute_force(weight):
    table = frame(wrong=2.0)
    search, found = searched(table, columns=["seg", "age"], weight=weight)
    w = np.ones(len(table)) if weight is None else table.w.to_numpy()
    expected = by_brute_force(table, search, w)
    assert search.least == 64  # the root of 4000, rounded up
    assert len(found) == 3 + 5 + 15
    assert found.keys() == expected.keys()
    for key, values in found.items():
        assert values == pytest.approx(expected[key], rel=1e-8, abs=1e-300)


def test_ranges_have_about_as_many_rows_each_on_both_sides_of_zero():
    x = np.random.default_rng(1).normal(0.3, 2.0, 5000)
    table = frame(5000).assign(x=x)
    search, _ = searched(table, columns=["x"], bins=8)
    edges = search.columns[0].edges
    assert edges == pytest.approx(np.quantile(x, np.arange(1, 8) / 8), rel=0.01)
    assert np.histogram(x, [-np.inf, *edges, np.inf])[0] == pytest.approx([625] * 8, abs=20)


def names(report):
    return [group.key["slice"] for group in report.groups]


def test_a_crossing_that_is_wrong_is_found_and_what_only_shares_its_rows_is_left_out():
    for seed in range(5):
        table = frame(6000, seed, wrong=2.0)
        table["old"] = np.where(table.age < 35, "no", "yes")
        report = cecli.slices(table, label="y", prob="p", columns="seg,old")
        assert names(report)[0] == "seg = b and old = no"
        assert len(report.groups) <= 2
        assert report.groups[0].metrics["gap_p_value_adjusted"] < 1e-6
        assert "redundant-slices" in {notice.code for notice in report.notices}


def test_with_no_bad_slice_false_findings_are_as_rare_as_stated():
    # Of 60 searches, 5 % are 3 on average, and more than 9 have a chance of 0.1 %.
    found = [
        bool(cecli.slices(frame(600, seed), label="y", prob="p", columns="seg,age").groups)
        for seed in range(60)
    ]
    assert sum(found) <= 9


def test_predictions_that_are_all_off_alike_have_no_slice_that_is_further_off():
    table = frame(6000)
    table["p"] = table.p**2
    report = cecli.slices(table, label="y", prob="p", columns="seg,age")
    assert not any(group.metrics["gap_p_value_adjusted"] < 0.05 for group in report.groups)


def test_the_same_bits_whatever_the_order_and_the_parts(tmp_path):
    table = frame(wrong=2.0)
    options = {"label": "y", "prob": "p", "columns": "seg,age"}
    whole = cecli.slices(table, **options).to_dict()
    table.sample(frac=1, random_state=1).to_csv(tmp_path / "rows.csv", index=False)
    for workers in (1, 2):
        parts = cecli.slices(
            tmp_path / "rows.csv", **options, workers=workers, chunk_bytes=5000
        ).to_dict()
        assert [parts[key] for key in ("groups", "metrics")] == [
            whole[key] for key in ("groups", "metrics")
        ]


def test_counts_stand_for_equal_rows():
    table = frame(1500, wrong=3.0)
    table["seg"] = table.seg.where(table.index % 50 > 0, "")
    table["n"] = 1 + table.index % 3
    written_out = table.loc[table.index.repeat(table.n)]
    options = {"label": "y", "prob": "p", "columns": "seg", "min_rows": 40}
    counted = cecli.slices(table, count="n", **options)
    assert counted.groups
    assert counted.groups == cecli.slices(written_out, **options).groups


def test_of_several_classes_the_loss_is_tested():
    random = np.random.default_rng(0)
    q = random.dirichlet([1, 1, 1], 3000)
    label = [random.choice(3, p=row) for row in q]
    group = random.choice(["good", "bad"], 3000)
    label = np.where(group == "bad", random.integers(0, 3, 3000), label)
    table = {"y": [f"{k}" for k in label], **{f"p_{k}": q[:, k] for k in range(3)}, "g": group}
    report = cecli.slices(table, label="y", prob="p_*", columns="g")
    assert names(report) == ["g = bad"]
    assert "calibration_gap" not in report.groups[0].metrics


def test_rare_values_keys_and_missing_cells_form_groups_by_their_rows():
    table = frame(2000, wrong=0.0)
    random = np.random.default_rng(3)
    table["city"] = [f"c{i}" for i in random.integers(0, 400, 2000)]
    table["x"] = np.where(random.random(2000) < 0.3, np.nan, random.normal(size=2000))
    search, found = searched(table, columns=["city", "x"])
    assert [len(column.edges or ()) for column in search.columns] == [0, 4]
    assert len(found) == 5 + 1  # the ranges, and the missing cells
    assert (("x", ""),) in found
    report = cecli.slices(table, label="y", prob="p", columns="city")
    assert report["slices_tested"] == 0
    assert any("no value has 45 rows" in notice.message for notice in report.notices)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "no column to search is named"),
        ({"columns": "sex"}, "there is no column 'sex'"),
        ({"columns": "seg", "depth": 4}, "depth"),
        ({"columns": "seg", "min_rows": 0}, "min-rows|min_rows"),
        ({"columns": "key"}, "more than 100,000 different values"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_name(options, words):
    table = frame(1000)
    if options.get("columns") == "key":
        table = pd.concat([table] * 101, ignore_index=True)
        table["key"] = [f"k{i}" for i in table.index]
    with pytest.raises(cecli.CecliError, match=words):
        cecli.slices(table, label="y", prob="p", **options)


def test_where_no_column_is_named_the_command_that_searches_those_with_groups_is_proposed(tmp_path):
    table = frame(1000).assign(key=[f"k{i}" for i in range(1000)], other_prob=0.5, none="")
    table.to_csv(path := tmp_path / "preds.csv", index=False)
    with pytest.raises(cecli.UsageError) as caught:
        cecli.slices(path, label="y", prob="p")
    (command,) = caught.value.commands
    words = shlex.split(command.line)
    assert words[:3] == ["cecli", "slices", str(path)]
    named = words[words.index("--columns") + 1].split(",")
    assert set(named) == {"seg", "age"}
    assert cecli.slices(path, label="y", prob="p", columns=named)["slices_tested"] > 0


def test_columns_of_one_value_and_keys_are_not_proposed(tmp_path):
    table = frame(1000).assign(
        key=[f"k{i % 990}" for i in range(1000)],
        number=[7 * ((i * 337) % 1000) + 12 for i in range(1000)],
        site="north",
        one=1,
        price=np.linspace(1.5, 9.5, 1000),
    )
    one, other = table[:500], table[500:]
    for day, rows in {"dt=2026-11-03": one, "dt=2026-11-04": other}.items():
        (tmp_path / day).mkdir()
        rows.to_csv(tmp_path / day / "part.csv", index=False)
    assert _proposed(tmp_path / "dt=2026-11-03") == {"seg", "age", "price"}
    assert _proposed(tmp_path) == {"seg", "age", "price", "dt"}


def _proposed(path):
    with pytest.raises(cecli.UsageError) as caught:
        cecli.slices(path, label="y", prob="p")
    words = shlex.split(caught.value.commands[0].line)
    return set(words[words.index("--columns") + 1].split(","))


def test_what_can_be_read_only_once_is_refused_and_no_row_is_lost():
    table = frame(1000)
    with pytest.raises(cecli.UsageError, match="can be read only once"):
        cecli.slices(iter([table[:500], table[500:]]), label="y", prob="p", columns="seg")


def test_infinite_losses_are_refused_with_what_makes_them_finite():
    table = frame(500).assign(p=0.0)
    with pytest.raises(cecli.InputError, match="losses are infinite") as caught:
        cecli.slices(table, label="y", prob="p", columns="seg")
    assert "--clip" in caught.value.hint
    assert not cecli.slices(table, label="y", prob="p", columns="seg", clip=1e-6).groups


def test_the_worst_slice_is_that_of_another_tool():
    sliceline = pytest.importorskip("sliceline.slicefinder")
    table = frame(3000, wrong=4.0)
    table["old"] = np.where(table.age < 35, "no", "yes")
    loss = -np.log(np.where(table.y == 1, table.p, 1 - table.p))
    finder = sliceline.Slicefinder(alpha=0.95, k=1, max_l=2, min_sup=60, verbose=False)
    finder.fit(table[["seg", "old"]].to_numpy(), loss)
    (theirs,) = finder.top_slices_.tolist()
    report = cecli.slices(table, label="y", prob="p", columns="seg,old")
    assert names(report)[0] == f"seg = {theirs[0]} and old = {theirs[1]}"


@pytest.mark.parametrize("scale", [2.0**-90, 2.0**90])
def test_the_scale_of_weights_changes_no_slice(scale):
    table = frame(wrong=2.0)
    usual = cecli.slices(table, columns="seg,age", label="y", prob="p", weight="w")
    table["w"] *= scale
    found = cecli.slices(table, columns="seg,age", label="y", prob="p", weight="w")
    assert usual.groups
    assert [group.results for group in found.groups] == [group.results for group in usual.groups]


@pytest.mark.parametrize("scale", [1e-200, 2.0**-110, 2.0**110, 1e200])
def test_weights_whose_powers_are_beyond_floats_are_refused(scale):
    table = frame()
    table["w"] *= scale
    with pytest.raises(cecli.InputError, match="on average, and their powers are beyond"):
        cecli.slices(table, columns="seg", label="y", prob="p", weight="w")
