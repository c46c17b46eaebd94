"""The probability of what happened, alone."""

import numpy as np
import pytest
from shaped_inputs import figures, the_report, written

import cecli
from cecli.core.errors import RowError

RANDOM = np.random.default_rng(2)
N = 120
P = RANDOM.uniform(0.001, 1.0, N)
P[3] = 1.0
ON_SCALES = {
    "probability": P, "percent": 100.0 * P, "log-probability": np.log(P),
    "logit": np.log(P) - np.log1p(-np.where(P < 1.0, P, 0.5)) + np.where(P < 1.0, 0.0, 800.0),
}  # fmt: skip
MORE = {"w": RANDOM.integers(0, 3, N) / 2.0, "doc": RANDOM.choice(["a", "b"], N)}


@pytest.mark.parametrize("scale", ON_SCALES)
def test_the_probability_of_what_happened_is_taken_on_every_scale(scale, tmp_path):
    rows = {"p": ON_SCALES[scale], **MORE}
    report = the_report(rows, tmp_path, log_prob="p", scale=scale)
    assert report["cross_entropy"] == pytest.approx(-np.log(P).mean(), rel=1e-12)
    assert report["perplexity"] == pytest.approx(np.exp(-np.log(P).mean()), rel=1e-12)
    assert report.columns == {"log_prob": "p"}
    weighted = the_report(rows, tmp_path, log_prob="p", scale=scale, weight="w", by="doc")
    expected = np.average(-np.log(P), weights=MORE["w"])
    assert weighted["cross_entropy"] == pytest.approx(expected, rel=1e-12)


def test_the_scale_is_stated_and_is_that_of_logarithms_if_none_is_given():
    given = cecli.score({"p": P}, log_prob="p", scale="probability")
    assert given.options["from"] == "probability"
    usual = cecli.score({"p": np.log(P)}, log_prob="p")
    assert "from" not in usual.options
    assert figures(usual) == figures(cecli.score({"p": np.log(P)}, log_prob="p",
                                                 scale="log-probability"))  # fmt: skip


def test_a_probability_of_0_costs_infinitely_much_and_is_noticed():
    report = cecli.score({"p": [0.5, 0.0]}, log_prob="p", scale="probability")
    assert report["cross_entropy"] == np.inf
    assert [n.rows for n in report.notices if n.code == "infinite-loss"] == [(2,)]


@pytest.mark.parametrize(
    ("scale", "value", "why"),
    [("probability", 1.5, "is not a probability"), ("percent", 101, "is not a percentage"),
     (None, 0.5, "logarithm of a probability")],
)  # fmt: skip
def test_a_value_beyond_its_scale_is_refused_at_its_line(scale, value, why, tmp_path):
    path = written({"p": [-0.0, value]}, tmp_path / "tokens.csv")
    asked = {} if scale is None else {"scale": scale}
    with pytest.raises(RowError, match=rf"tokens.csv:3: column p: '{value}' .*{why}") as e:
        cecli.score(path, log_prob="p", **asked)
    if scale is None:
        assert "--from probability" in e.value.hint


def test_other_commands_take_them_too():
    found = cecli.worst({"p": P}, log_prob="p", scale="probability", rows=1).rows[0]
    assert found.loss == pytest.approx(-np.log(P.min()))
    rows = {"a": P, "b": np.sqrt(P)}
    compared = cecli.compare(rows, log_prob=["a", "b"], scale="probability")
    assert compared["difference"] == pytest.approx((np.log(P) - np.log(P) / 2).mean())


def test_a_loss_for_each_word_is_that_of_the_text_over_its_words():
    log_p, words = np.log(P), RANDOM.integers(0, 2, N)
    report = cecli.score({"p": log_p, "words": words}, log_prob="p", n_words="words")
    expected = np.exp(-log_p.sum() / words.sum())
    assert report["word_perplexity"] == pytest.approx(expected, rel=1e-12)
    ends = report.intervals["word_perplexity"]
    assert ends.lower < expected < ends.upper
    bytes_alike = cecli.score({"p": log_p, "b": words}, log_prob="p", n_bytes="b")
    assert ends == bytes_alike.intervals["byte_perplexity"]


def test_a_text_without_words_has_no_loss_for_each():
    report = cecli.score({"p": [-1.0], "words": [0]}, log_prob="p", n_words="words")
    assert report["word_perplexity"] is None


def test_words_are_those_of_tokens(cecli, write):
    done = cecli("score", write("y,p,w\n1,0.5,1\n"), "--words", "w")
    assert "--words requires --log-prob" in done.stderr
