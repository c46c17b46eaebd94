"""Means over groups, by hand."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cecli

RANDOM = np.random.default_rng(5)
LENGTHS = RANDOM.integers(3, 60, 14)
DOCS = np.repeat([f"d{k}" for k in range(14)], LENGTHS)
N = DOCS.size
TOKENS = pd.DataFrame(
    {
        "doc": DOCS,
        "lp": -RANDOM.gamma(2.0, 1.0, N) * np.repeat(RANDOM.uniform(0.5, 2.0, 14), LENGTHS),
        "n": RANDOM.integers(1, 9, N),
        "words": RANDOM.integers(0, 2, N),
        "w": RANDOM.uniform(0.1, 3.0, N),
        "y": RANDOM.integers(0, 2, N),
        "p": RANDOM.uniform(0.05, 0.95, N),
    }
)
COLUMNS = {"log_prob": "lp", "n_bytes": "n", "n_words": "words"}
GROUPS = {"by": "doc", "average": "groups"}


def of_docs(compute):
    return np.array([compute(part) for _, part in TOKENS.groupby("doc")])


def test_each_text_counts_the_same():
    report = cecli.score(TOKENS, **COLUMNS, **GROUPS)
    nll = of_docs(lambda d: -d["lp"].mean())
    per_byte = of_docs(lambda d: -d["lp"].sum() / d["n"].sum())
    per_word = of_docs(lambda d: -d["lp"].sum() / d["words"].sum())
    expected = {
        "cross_entropy": nll.mean(),
        # lm-evaluation-harness: exp of the mean, and no mean of exponentials.
        "perplexity": math.exp(nll.mean()),
        "bits_per_byte": per_byte.mean() / math.log(2.0),
        "byte_perplexity": math.exp(per_byte.mean()),
        "word_perplexity": math.exp(per_word.mean()),
        "averaged_groups": 14,
    }
    assert report.metrics == pytest.approx(expected, rel=1e-12)
    assert report.intervals["cross_entropy"].se == pytest.approx(stats.sem(nll), rel=1e-12)
    of_bytes = report.intervals["bits_per_byte"]
    assert of_bytes.se == pytest.approx(stats.sem(per_byte) / math.log(2.0), rel=1e-12)
    perplexity = report.intervals["perplexity"]
    assert perplexity.se == pytest.approx(math.exp(nll.mean()) * stats.sem(nll), rel=1e-12)
    # The ends of a perplexity are those of the loss, mapped.
    of_loss = report.intervals["cross_entropy"]
    ends = [math.exp(of_loss.lower), math.exp(of_loss.upper)]
    assert [perplexity.lower, perplexity.upper] == pytest.approx(ends, rel=1e-9)
    assert {x.degrees for x in report.intervals.values()} == {13.0}


@pytest.mark.parametrize("weight", ["w", None])
def test_predictions_have_means_over_users(weight):
    report = cecli.score(TOKENS, label="y", prob="p", weight=weight, **GROUPS)
    right = (TOKENS["p"] >= 0.5) == (TOKENS["y"] == 1)
    rows = TOKENS.assign(right=right, brier=(TOKENS["p"] - TOKENS["y"]) ** 2)
    by_hand = {}
    for name, column in {"accuracy": "right", "brier": "brier", "mean_prediction": "p"}.items():
        parts = [
            np.average(part[column], weights=None if weight is None else part["w"])
            for _, part in rows.groupby("doc")
        ]
        by_hand[name] = np.mean(parts)
        if name == "mean_prediction":
            assert report.intervals[name].se == pytest.approx(stats.sem(parts), rel=1e-10)
    assert {name: report[name] for name in by_hand} == pytest.approx(by_hand, rel=1e-12)
    assert not {"skill", "auc", "log_likelihood", "observed_expected"} & {*report.metrics}
    (left,) = (n.message for n in report.notices if n.code == "not-averaged")
    assert left.startswith("log_likelihood, ")


def test_groups_without_events_keep_the_floor_of_the_predictions():
    users, each = 12, 30
    rows = {"u": np.repeat(np.arange(users), each), "y": np.zeros(users * each, dtype=int)}
    q = np.random.default_rng(0).uniform(0.01, 0.02, users * each)
    report = cecli.score(rows | {"q": q}, label="y", prob="q", by="u", average="groups")
    interval = report.intervals["cross_entropy"]
    assert interval.floor == "predictions"
    logit, entropy = np.log(q / (1 - q)), -q * np.log(q) - (1 - q) * np.log1p(-q)
    within = (q * (1 - q) * logit**2).sum() / each**2 / users**2
    between = entropy.reshape(users, each).mean(axis=1).var(ddof=1) / users
    expected = math.sqrt(within + between)
    # The error for the expected loss, at the size of the observed one.
    at_value = expected * math.sqrt(report["cross_entropy"] / entropy.mean())
    assert interval.se == pytest.approx(at_value, rel=1e-6)


def test_the_order_and_the_cut_of_rows_change_no_bit(tmp_path):
    path, other = tmp_path / "a.csv", tmp_path / "b.csv"
    TOKENS.to_csv(path, index=False)
    TOKENS.sample(frac=1.0, random_state=1).to_csv(other, index=False)
    first = cecli.score(path, **COLUMNS, **GROUPS)
    second = cecli.score(other, **COLUMNS, **GROUPS, chunk_bytes=1000)
    assert (first.metrics, first.intervals) == (second.metrics, second.intervals)


def test_an_infinite_loss_names_its_texts_and_lines():
    rows = TOKENS.copy()
    rows.loc[[0, 40], "lp"] = -np.inf
    report = cecli.score(rows, log_prob="lp", **GROUPS)
    assert report["cross_entropy"] == math.inf
    assert report.intervals["cross_entropy"].lower is None
    notices = {notice.code: notice for notice in report.notices}
    assert notices["infinite-loss"].count == 2
    names = sorted({DOCS[0], DOCS[40]})
    assert notices["infinite-groups"].message.endswith(f"doc {', '.join(names)}")


def test_a_text_without_bytes_leaves_its_mean_undefined():
    rows = TOKENS.assign(n=np.where(DOCS == "d3", 0, TOKENS["n"]))
    report = cecli.score(rows, log_prob="lp", n_bytes="n", **GROUPS)
    assert report["bits_per_byte"] is None
    assert any("1 of the groups have 0 bytes" in notice.message for notice in report.notices)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"by": None}, "--average groups needs --by"),
        ({"cluster": "doc"}, "--average groups and --cluster"),
        ({"bootstrap": 1000}, "--average groups and --bootstrap"),
        ({"min_group": 5}, "--average groups and --min-group"),
        ({"model": "y"}, "--model and --average groups"),
    ],
)
def test_what_makes_no_mean_over_groups_is_refused(asked, said):
    with pytest.raises(cecli.UsageError, match=said):
        cecli.score(TOKENS, log_prob="lp", **{**GROUPS, **asked})


def test_rules_are_about_the_means_over_groups():
    report = cecli.score(TOKENS, **COLUMNS, **GROUPS)
    nll = of_docs(lambda d: -d["lp"].mean())
    within = cecli.check(
        json.loads(json.dumps(report.to_dict())), max={"cross_entropy": nll.mean() * 1.001}
    )
    assert within.passed
    doubtful = cecli.check(report, max={"cross_entropy": nll.mean() * 1.001}, confidence=0.95)
    assert not doubtful.passed


def test_saved_states_tell_the_same(tmp_path):
    path = tmp_path / "tokens.state"
    report = cecli.score(TOKENS, **COLUMNS, **GROUPS, save_state=path)
    assert cecli.merge(path).metrics == report.metrics
