"""Two language models on the tokens of one text."""

import numpy as np
import pytest
from scipy import stats

import cecli


def tokens(rows=200, seed=0):
    rng = np.random.default_rng(seed)
    first = -rng.gamma(2.0, 1.0, rows)
    return {
        "doc": np.array([f"d{row // 20}" for row in range(rows)]),
        "a": first,
        "b": np.minimum(first + rng.normal(-0.1, 0.4, rows), 0.0),
        "w": rng.random(rows) + 0.5,
    }


def test_it_is_the_paired_t_test_of_the_costs():
    data = tokens()
    report = cecli.compare(data, log_prob=["a", "b"])
    test = stats.ttest_rel(-data["b"], -data["a"])
    assert report["difference"] == pytest.approx(np.mean(data["a"] - data["b"]), rel=1e-12)
    assert report["p_value"] == pytest.approx(test.pvalue, rel=1e-9)
    assert report.task == "tokens"
    assert report.intervals["difference"].floor is None
    for side, name in (("baseline", "a"), ("model", "b")):
        alone = cecli.score(data, log_prob=name)["cross_entropy"]
        assert report[f"cross_entropy_{side}"] == alone


def test_documents_are_clusters_and_groups():
    data = tokens()
    report = cecli.compare(data, log_prob=["a", "b"], cluster="doc", weight="w")
    assert report["clusters"] == 10
    groups = cecli.compare(data, log_prob=["a", "b"], by="doc").groups
    parts = {group.key["doc"]: group.metrics["difference"] for group in groups}
    of_first = data["doc"] == "d0"
    assert parts["d0"] == pytest.approx(np.mean((data["a"] - data["b"])[of_first]), rel=1e-12)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"log_prob": ["a"]}, "two models"),
        ({"log_prob": ["a", "b"], "label": "y"}, "--log-prob and --label"),
        ({"log_prob": ["a", "b"], "prob": ["a", "b"]}, "--log-prob and --prob"),
        ({"log_prob": ["a", "b"], "clip": 0.1}, "--log-prob and --clip"),
        ({"log_prob": ["a", "b"], "anytime": True}, "--log-prob and --anytime"),
    ],
)
def test_what_tokens_do_not_have_is_refused(options, what):
    with pytest.raises(cecli.UsageError, match=what):
        cecli.compare(tokens(), **options)


def test_two_inputs_of_tokens_are_refused_with_a_way_out():
    with pytest.raises(cecli.UsageError, match="two inputs"):
        cecli.compare(tokens(), tokens(), log_prob=["a", "b"])


def test_a_positive_log_probability_is_an_error():
    data = tokens() | {"b": np.full(200, 0.5)}
    with pytest.raises(cecli.RowError, match="column b"):
        cecli.compare(data, log_prob=["a", "b"])
