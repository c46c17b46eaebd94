"""Groups against pandas, row by row."""

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.core.errors import CecliError, ColumnError, InputError, UsageError


@pytest.fixture
def frame():
    rng = np.random.default_rng(3)
    rows = 3000
    q = rng.random(rows)
    return pd.DataFrame(
        {
            "y": (rng.random(rows) < q).astype(int),
            "p": q,
            "w": rng.random(rows),
            "segment": rng.choice(["a", "b", "c,d", ""], rows),
            "day": rng.integers(1, 4, rows).astype(str),
        }
    )


def cross_entropies(frame):
    return -np.log(np.where(frame["y"] == 1, frame["p"], 1.0 - frame["p"]))


def by_key(report):
    return {tuple(group.key.values()): group for group in report.groups}


@pytest.mark.parametrize("by", [["segment"], ["segment", "day"], ["segment,day"]])
@pytest.mark.parametrize("weight", [None, "w"])
def test_each_group_is_a_score_of_its_rows(frame, by, weight):
    report = cecli.score(frame, label="y", prob="p", weight=weight, by=by)
    groups = by_key(report)
    names = ["segment", "day"][: len(next(iter(groups)))]
    parts = {(k if isinstance(k, tuple) else (k,)): part for k, part in frame.groupby(names)}
    assert set(groups) == set(parts)
    for key, part in parts.items():
        alone = cecli.score(part, label="y", prob="p", weight=weight)
        group = groups[key]
        assert group.rows == len(part)
        assert group.weight == alone.input.weight
        shared = {"cross_entropy", "brier", "accuracy", "base_rate", "skill", "observed_expected"}
        for name in shared:
            assert group.metrics[name] == alone[name], (key, name)
        intervals = {r.name: r.interval for r in group.results}
        assert intervals["cross_entropy"] == alone.intervals["cross_entropy"]


def test_shares_add_up_and_tell_where_the_loss_is(frame):
    frame["loss"] = cross_entropies(frame)
    report = cecli.score(frame, label="y", prob="p", by="segment")
    sums = frame.groupby("segment")["loss"].agg(["sum", "mean", "size"])
    gaps = (sums["mean"] - sums["mean"].min()) * sums["size"]
    for group in report.groups:
        segment = group.key["segment"]
        share = sums["sum"][segment] / sums["sum"].sum()
        assert group.metrics["loss_share"] == pytest.approx(share, rel=1e-12)
        assert group.metrics["gap_share"] == pytest.approx(gaps[segment] / gaps.sum(), abs=1e-12)
    order = [group.metrics["gap_share"] for group in report.groups]
    assert order == sorted(order, reverse=True)
    assert sum(order) == pytest.approx(1.0, rel=1e-12)


def test_small_groups_are_marked_and_never_hidden_nor_the_best():
    data = {"y": [1] * 41, "p": [0.5] * 40 + [0.99], "g": ["many"] * 40 + ["one"]}
    report = cecli.score(data, label="y", prob="p", by="g")
    groups = by_key(report)
    assert groups["one",].is_small
    assert not groups["many",].is_small
    assert groups["many",].metrics["gap_share"] is None  # it is the best that counts
    assert [notice.code for notice in report.notices].count("small-groups") == 1
    assert not any(g.is_small for g in cecli.score(
        data, label="y", prob="p", by="g", min_count=1).groups)  # fmt: skip


def test_too_many_groups_are_an_error_and_no_truncation(frame):
    with pytest.raises(InputError, match="more than 3 groups"):
        cecli.score(frame, label="y", prob="p", by="segment", max_groups=3)
    assert len(cecli.score(frame, label="y", prob="p", by="segment", max_groups=4).groups) == 4


def test_neither_cuts_nor_workers_change_groups(frame, tmp_path):
    path = tmp_path / "preds.csv"
    frame.to_csv(path, index=False)
    options = {"label": "y", "prob": "p", "weight": "w", "by": "segment,day"}
    expected = cecli.score(path, **options, workers=1).to_json()
    for chunk_bytes in (100, 999, 1 << 20):
        for workers in (1, 3):
            found = cecli.score(path, **options, workers=workers, chunk_bytes=chunk_bytes)
            assert found.to_json() == expected


def test_an_infinite_loss_stays_in_its_group():
    data = {"y": [1, 1, 0, 0], "p": [0.0, 0.5, 0.5, 0.25], "g": ["a", "a", "b", "b"]}
    groups = by_key(cecli.score(data, label="y", prob="p", by="g"))
    assert groups["a",].metrics["cross_entropy"] == float("inf")
    assert groups["b",].metrics["cross_entropy"] < 1.0
    assert groups["a",].metrics["loss_share"] is None


def test_a_divergence_has_groups_too(frame):
    frame["q"] = 0.5
    report = cecli.kl(frame, p="p", q="q", by="segment")
    for key, part in frame.groupby("segment"):
        alone = cecli.kl(part, p="p", q="q")
        assert by_key(report)[key,].metrics["kl"] == alone["kl"]


def test_several_classes_and_tokens_have_groups():
    data = {"label": ["a", "b", "c"] * 3, "p_a": [0.5] * 9, "p_b": [0.25] * 9, "p_c": [0.25] * 9,
            "g": ["x"] * 6 + ["y"] * 3}  # fmt: skip
    report = cecli.score(data, prob="p_*", by="g")
    assert by_key(report)["x",].metrics["accuracy"] == pytest.approx(1 / 3)
    tokens = {"l": [-1.0, -2.0, -6.0], "doc": ["1", "1", "2"]}
    groups = by_key(cecli.score(tokens, log_prob="l", by="doc"))
    assert groups["2",].metrics["cross_entropy"] == 6.0


@pytest.mark.parametrize(
    ("options", "error", "what"),
    [
        ({"by": "nowhere"}, ColumnError, "nowhere"),
        ({"by": "p"}, ColumnError, "both"),
        ({"by": "segment", "bootstrap": 100}, UsageError, "exclude"),
        ({"level": 1.0}, UsageError, "level"),
        ({"level": float("nan")}, UsageError, "level"),
        ({"by": "segment", "max_groups": 0}, UsageError, "max-groups"),
        ({"by": "segment", "min_count": -1}, UsageError, "min-count"),
    ],
)
def test_what_makes_no_sense_is_refused(frame, options, error, what):
    with pytest.raises(CecliError, match=what) as caught:
        cecli.score(frame, label="y", prob="p", **options)
    assert isinstance(caught.value, error)
