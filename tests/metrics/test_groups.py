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
    rate = frame.groupby("segment")["y"].mean()
    constant = -rate * np.log(rate) - (1 - rate) * np.log(1 - rate)
    best = (sums["mean"] / constant).min()
    gaps = (sums["mean"] - best * constant) * sums["size"]
    for group in report.groups:
        segment = group.key["segment"]
        share = sums["sum"][segment] / sums["sum"].sum()
        assert group.metrics["loss_share"] == pytest.approx(share, rel=1e-12)
        assert group.metrics["gap_share"] == pytest.approx(gaps[segment] / gaps.sum(), abs=1e-9)
    order = [group.metrics["gap_share"] for group in report.groups]
    assert order == sorted(order, reverse=True)
    assert sum(order) == pytest.approx(1.0, rel=1e-12)


def test_small_groups_are_marked_and_never_hidden_nor_the_best():
    data = {"y": [1, 0] * 20 + [1], "p": [0.5] * 40 + [0.99], "g": ["many"] * 40 + ["one"]}
    report = cecli.score(data, label="y", prob="p", by="g")
    groups = by_key(report)
    assert groups["one",].is_small
    assert not groups["many",].is_small
    assert groups["many",].metrics["gap_share"] == 0.0  # it is the best that counts
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


def intervals_of(group):
    return {result.name: result.interval for result in group.results if result.interval is not None}


def shared_with(group, alone):
    """Return the intervals of a score of the same rows, of the metrics that groups have."""
    return {name: alone.intervals[name] for name in intervals_of(group)}


@pytest.mark.parametrize("weight", [None, "w"])
def test_a_group_has_the_bootstrap_of_its_rows_at_the_places_that_they_have(frame, weight):
    # Rows of weight 0 keep their places, and are nothing.
    options = {"label": "y", "prob": "p", "bootstrap": 120, "seed": 4}
    report = cecli.score(frame, **options, weight=weight, by="segment")
    assert len(report.groups) == 4
    for (segment,), group in by_key(report).items():
        of_group = (frame["segment"] == segment) * (frame["w"] if weight else 1.0)
        alone = cecli.score(frame.assign(w=of_group), **options, weight="w")
        assert intervals_of(group) == shared_with(group, alone)
        assert {"cross_entropy", "skill", "perplexity"} <= intervals_of(group).keys()
    # At other places they are other draws.
    part = frame[frame["segment"] == "a"]
    moved = cecli.score(part, **options, weight=weight)
    assert intervals_of(by_key(report)["a",]) != shared_with(by_key(report)["a",], moved)


def test_a_group_has_the_bootstrap_of_its_clusters_wherever_they_are(frame):
    options = {"label": "y", "prob": "p", "bootstrap": 120, "cluster": "user"}
    frame["user"] = (np.arange(len(frame)) % 60).astype(str)
    report = cecli.score(frame, **options, by="segment,day")
    assert len(report.groups) == 12
    for (segment, day), group in by_key(report).items():
        part = frame[(frame["segment"] == segment) & (frame["day"] == day)]
        alone = cecli.score(part.sample(frac=1.0, random_state=1), **options)
        assert intervals_of(group) == shared_with(group, alone)


def test_the_bootstrap_of_groups_is_nearly_what_formulas_say(frame):
    options = {"label": "y", "prob": "p", "by": "segment"}
    formulas = by_key(cecli.score(frame, **options))
    for key, group in by_key(cecli.score(frame, **options, bootstrap=2000)).items():
        found, expected = intervals_of(group), intervals_of(formulas[key])
        for name in ("cross_entropy", "skill", "brier", "accuracy", "base_rate"):
            assert found[name].se == pytest.approx(expected[name].se, rel=0.12), (key, name)


def test_neither_cuts_nor_workers_nor_compiled_parts_change_the_bootstrap_of_groups(
    frame, tmp_path, monkeypatch
):
    from cecli.numerics import resampling
    from cecli.statistics import group_replicates

    monkeypatch.setattr("cecli.readers.text.csv.PART_BYTES", 9_000)
    monkeypatch.setattr(group_replicates, "LEAST_WAITING", 700)
    path = tmp_path / "preds.csv"
    frame.to_csv(path, index=False)
    options = {"label": "y", "prob": "p", "weight": "w", "by": "segment,day", "bootstrap": 100}
    expected = cecli.score(path, **options, workers=1).to_json()
    for reading in ({"workers": 3}, {"chunk_bytes": 999, "workers": 2}):
        assert cecli.score(path, **options, **reading).to_json() == expected
    monkeypatch.setattr(resampling, "resampler", None)
    assert cecli.score(path, **options).to_json() == expected


def test_the_replicates_of_a_divergence_have_groups_too(frame):
    frame["q"] = 0.5
    report = cecli.kl(frame, p="p", q="q", by="segment", bootstrap=200)
    for group in report.groups:
        assert intervals_of(group)["kl"].method == "bootstrap"
        assert (
            intervals_of(group)["kl"].lower < group.metrics["kl"] < intervals_of(group)["kl"].upper
        )


def test_replicates_that_leave_a_group_without_a_class_are_said():
    data = {"y": [1, 1] + [0] * 38 + [0, 1] * 20, "p": [0.1] * 40 + [0.5] * 40,
            "g": ["rare"] * 40 + ["even"] * 40}  # fmt: skip
    report = cecli.score(data, by="g", bootstrap=1000)
    said = [n.message for n in report.notices if n.code == "bootstrap-replicates"]
    assert said == [
        "skill and normalized_entropy: in 1 group, replicates are undefined, because only one "
        "class occurs, so the constant prediction has no loss: their intervals use the others",
        "cross_entropy_balanced: in 1 group, replicates are undefined, because a class does not "
        "occur, so it has no mean loss: their intervals use the others",
    ]
    few = cecli.score(data, by="g", bootstrap=100)
    assert intervals_of(by_key(few)["rare",])["skill"].lower is None
    assert any("too few are left for an interval" in notice.message for notice in few.notices)


def test_a_group_of_one_row_has_no_interval_from_replicates():
    data = {"y": [1, 0] * 20 + [1], "p": [0.5] * 40 + [0.99], "g": ["many"] * 40 + ["one"]}
    groups = by_key(cecli.score(data, by="g", bootstrap=100))
    assert {found.lower for found in intervals_of(groups["one",]).values()} == {None}
