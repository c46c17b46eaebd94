"""Several events a row."""

import math

import numpy as np
import pytest
from shaped_inputs import figures, the_report, written
from sklearn.metrics import log_loss

import cecli
from cecli.core.errors import ColumnError, RowError, UsageError
from cecli.shapes.events import pairs_of

RANDOM = np.random.default_rng(21)
N = 150
# Events of one row depend on each other.
COMMON = RANDOM.normal(size=(N, 1))
P = 1.0 / (1.0 + np.exp(-COMMON - RANDOM.normal(size=(N, 3))))
Y = (RANDOM.uniform(size=(N, 3)) < 1.0 / (1.0 + np.exp(-2.0 * COMMON))).astype(int)
EVENTS = ("r1", "r2", "rx")
W = RANDOM.integers(0, 4, N) / 2.0
ROWS = {
    "site": RANDOM.choice(["a", "b"], N),
    **{name: P[:, k] for k, name in enumerate(EVENTS)},
    "w": W,
    **{f"{name}_outcome": Y[:, k] for k, name in enumerate(EVENTS)},
}
PAIRS = {"pairs": "*=*_outcome"}
LABELS = {
    **{f"y_{name}": Y[:, k] for k, name in enumerate("abc")},
    **{f"p_{name}": P[:, k] for k, name in enumerate("abc")},
}
MULTILABEL = {"multilabel": True, "label": "y_*", "prob": "p_*"}
# The same rows, one for each event.
LONG = {
    "y": Y.reshape(-1), "p": P.reshape(-1), "event": np.tile(EVENTS, N), "w": np.repeat(W, 3),
    "row": np.repeat(np.arange(N), 3), "site": np.repeat(ROWS["site"], 3),
}  # fmt: skip


def test_events_are_pooled_and_grouped(tmp_path):
    report = the_report(ROWS, tmp_path, **PAIRS)
    assert report.input.rows == 3 * N
    assert report["cross_entropy"] == pytest.approx(log_loss(Y.ravel(), P.ravel()), rel=1e-12)
    assert report["brier"] == pytest.approx(np.mean((P - Y) ** 2), rel=1e-12)
    found = {group.key["event"]: group.metrics["cross_entropy"] for group in report.groups}
    for k, name in enumerate(EVENTS):
        assert found[name] == pytest.approx(log_loss(Y[:, k], P[:, k]), rel=1e-12)
    assert report.columns["label"] == "*_outcome"
    assert report.columns["prob"] == ["*"]
    assert report.options["pairs"] == "*=*_outcome"


def test_patterns_of_labels_are_found_where_nothing_else_fits():
    named, told = cecli.score(LABELS, **MULTILABEL), []
    assert cecli.score(LABELS, multilabel=True, tell=told.append).metrics == named.metrics
    assert any("'y_*'" in line and "'p_*'" in line for line in told)
    twice = {**LABELS, **{f"q_{name}": P[:, k] for k, name in enumerate("abc")}}
    with pytest.raises(UsageError, match="needs a pattern"):
        cecli.score(twice, multilabel=True)


def test_values_and_groups_are_those_of_a_row_an_event(tmp_path):
    for more in ({}, {"weight": "w"}):
        report = the_report(ROWS, tmp_path, **PAIRS, **more)
        long = cecli.score(LONG, label="y", prob="p", by="event", **more)
        plain = {name: long[name] for name in report.metrics}
        assert report.metrics == plain
        assert figures(report)["groups"] == figures(long)["groups"]


def test_intervals_are_those_of_clusters_of_rows(tmp_path):
    report = the_report(ROWS, tmp_path, **PAIRS)
    clustered = cecli.score(LONG, label="y", prob="p", cluster="row")
    for name, interval in clustered.intervals.items():
        if interval.se is not None:
            found = report.intervals[name]
            assert found.se == pytest.approx(interval.se, rel=1e-9), name
            assert found.lower == pytest.approx(interval.lower, rel=1e-9), name
    (notice,) = [n for n in report.notices if n.code == "several-events"]
    assert "3 rows" in notice.message


def test_the_standard_error_with_weights_is_that_of_row_totals(tmp_path):
    report = the_report(ROWS, tmp_path, **PAIRS, weight="w")
    losses = -np.log(np.where(Y == 1, P, 1.0 - P))
    weight = np.repeat(W[:, None], 3, axis=1)
    mean = np.average(losses, weights=weight)
    residuals = (weight * (losses - mean)).sum(axis=1)
    rows = weight.sum() ** 2 / (weight.sum(axis=1) ** 2).sum()
    expected = math.sqrt((residuals**2).sum() * rows / (rows - 1.0)) / weight.sum()
    assert report.intervals["cross_entropy"].se == pytest.approx(expected, rel=1e-9)


def test_a_count_stands_for_equal_rows(tmp_path):
    counted = {**ROWS, "k": (2 * W).astype(int)}
    repeated = {name: np.repeat(values, counted["k"]) for name, values in ROWS.items()}
    found, plain = (cecli.score(rows, **PAIRS, **more)
                    for rows, more in ((counted, {"count": "k"}), (repeated, {})))  # fmt: skip
    for name, interval in plain.intervals.items():
        if interval.se is not None:
            assert found.intervals[name].se == pytest.approx(interval.se, rel=1e-9), name


def test_clusters_may_be_larger_than_rows(tmp_path):
    town = RANDOM.integers(0, 20, N).astype(str)
    report = the_report({**ROWS, "town": town}, tmp_path, **PAIRS, cluster="town", by="site")
    long = {**LONG, "town": np.repeat(town, 3)}
    long = cecli.score(long, label="y", prob="p", cluster="town", by="site")
    assert figures(report) == figures(long)


def test_a_bootstrap_draws_rows_with_all_their_events():
    report = cecli.score(ROWS, **PAIRS, bootstrap=400)
    formula = cecli.score(ROWS, **PAIRS)
    ratio = report.intervals["cross_entropy"].se / formula.intervals["cross_entropy"].se
    assert 0.8 < ratio < 1.25


def test_groups_are_of_events():
    with pytest.raises(UsageError, match="with --pairs, groups are of events") as refused:
        cecli.score(ROWS, **PAIRS, by="site")
    by = refused.value.hint.partition("--by ")[2].partition(",  ")[0].split(", or")[0]
    report = cecli.score(ROWS, **PAIRS, by=by)
    assert len(report.groups) == 6


def test_labels_that_hold_together_are_pooled_and_grouped(tmp_path):
    report = the_report(LABELS, tmp_path, **MULTILABEL)
    assert report["cross_entropy"] == pytest.approx(log_loss(Y.ravel(), P.ravel()), rel=1e-12)
    assert {group.key["label"] for group in report.groups} == {"a", "b", "c"}
    renamed = {name.replace("y_", "").replace("p_", "q_"): x for name, x in LABELS.items()}
    assert cecli.score(renamed, pairs="q_*=*").metrics == report.metrics


@pytest.mark.parametrize(
    ("column", "value", "why", "skipped"),
    [
        ("r2", "1.5", "column r2: '1.5' is not a probability", {"bad-value": 1}),
        ("r2", "", "column r2: the cell is empty", {"missing": 1}),
        ("r2_outcome", "maybe", "'maybe' is neither 0 nor 1", {"unknown-class": 1}),
        ("r2_outcome", "", "the label is empty", {"missing": 1}),
    ],
)
def test_bad_cells_are_refused_or_skipped(column, value, why, skipped, tmp_path):
    rows = {name: list(map(str, values)) for name, values in ROWS.items()}
    rows[column][60] = value
    path = written(rows, tmp_path / "events.csv")
    with pytest.raises(RowError, match=why) as refused:
        cecli.score(path, **PAIRS)
    assert refused.value.where == f"{path}:62"
    report = the_report(rows, tmp_path, **PAIRS, on_bad_row="skip")
    # A label is of one event; without one of its probabilities, a row is left out.
    assert report.input.rows == 3 * N - (1 if column.endswith("outcome") else 3)
    assert report.input.skipped == skipped


@pytest.mark.parametrize("text", ["*", "a=b", "*=b", "*=*", "**=*_y", ""])
def test_what_is_no_pair_of_patterns_is_refused(text):
    with pytest.raises(UsageError, match="--pairs"):
        pairs_of(text)


@pytest.mark.parametrize(
    ("columns", "asked", "why"),
    [
        (ROWS, {"pairs": "*=*_result"}, "match no columns in pairs"),
        ({"p_a": [0.5], "p_b": [0.5], "y_a": [1]}, {"pairs": "p_*=y_*"}, "'p_b' has no y_b"),
        ({"p_a": [0.5], "y_b": [1], "y_a": [1]}, {"pairs": "p_*=y_*"}, "'y_b' has no p_b"),
        ({**ROWS, "event": W}, PAIRS, "column 'event' would be"),
    ],
)
def test_columns_without_their_other_one_are_refused(columns, asked, why):
    with pytest.raises(ColumnError, match=why):
        cecli.score(columns, **asked)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({**PAIRS, "label": "r1_outcome"}, "--pairs excludes --label"),
        ({**PAIRS, "prob": "r1"}, "--pairs excludes --prob"),
        ({**PAIRS, "multilabel": True}, "exclude each other"),
        ({"multilabel": True, "label": "y_a", "prob": "p_*"}, "needs a pattern of the labels"),
        ({**PAIRS, "normalize": True}, "--normalize does not apply"),
    ],
)
def test_what_contradicts_events_is_refused(asked, why):
    with pytest.raises(UsageError, match=why):
        cecli.score({**ROWS, **LABELS}, **asked)


def test_other_commands_take_events():
    found = cecli.worst(ROWS, **PAIRS, show="event,site", rows=5)
    long = cecli.worst(LONG, label="y", prob="p", show="event,site", rows=5)
    assert [(r.loss, r.shown) for r in found.rows] == [(r.loss, r.shown) for r in long.rows]
    second = {**ROWS, **{name: np.roll(ROWS[name], 1) for name in EVENTS}}
    compared = cecli.compare(ROWS, second, **PAIRS)
    other = np.roll(P, 1, axis=0)
    losses = [-np.log(np.where(Y == 1, p, 1.0 - p)) for p in (P, other)]
    differences = losses[1] - losses[0]
    assert compared["difference"] == pytest.approx(differences.mean())
    totals = differences.sum(axis=1) - 3 * differences.mean()
    se = math.sqrt((totals**2).sum() * N / (N - 1)) / (3 * N)
    assert compared.intervals["difference"].se == pytest.approx(se)
    with pytest.raises(UsageError, match="a fit is to one event a row"):
        cecli.fit(ROWS, model="platt", **PAIRS)
    clustered = cecli.fit(ROWS, model="platt", cluster="site", **PAIRS)
    plain = cecli.fit(LONG, model="platt", label="y", prob="p", cluster="site")
    assert clustered.metrics == plain.metrics
