"""Logs of two models: bounds below the divergence of the whole vocabulary, and refusals."""

import json
from unittest.mock import patch

import numpy as np
import pytest
from language_model_logs import chat, content, entry, lines, llama_server
from scipy.special import log_softmax, rel_entr

import cecli
from cecli.core.errors import CecliError
from cecli.readers.logs import native
from cecli.readers.logs.likeliest import in_common
from cecli.renderers.summary import sentences

CLASSES, DOCS, LENGTH = 300, 12, 15
RNG = np.random.default_rng(20261129)
VOCABULARY = [f" w{i}" for i in range(CLASSES - 3)] + ["\n", "é", '"']
LOGITS = RNG.normal(scale=2.5, size=(DOCS, LENGTH, CLASSES))
LOG_P = log_softmax(LOGITS, axis=2)
LOG_Q = log_softmax(LOGITS + RNG.normal(scale=0.4, size=LOGITS.shape), axis=2)
OBSERVED = np.array([[RNG.choice(CLASSES, p=np.exp(row)) for row in doc] for doc in LOG_P])
WHOLE = rel_entr(np.exp(LOG_P), np.exp(LOG_Q)).sum(axis=2)


def log(path, log_probs, k, layout=chat):
    texts = zip(OBSERVED.tolist(), log_probs, strict=True)
    path.write_text(lines(layout(content(VOCABULARY, *text, k)) for text in texts))
    return path


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    found = {}
    for k in (1, 20, CLASSES):
        p, q = log(folder / f"p{k}", LOG_P, k), log(folder / f"q{k}", LOG_Q, k)
        found[k] = cecli.kl(p, q, like="openai")
    return found


def test_the_bound_is_below_the_divergence_and_equal_for_all_tokens(reports):
    found = [reports[k]["kl_lower"] for k in (1, 20, CLASSES)]
    assert 0.0 < found[0] < found[1] < found[2]
    assert found[2] == pytest.approx(WHOLE.mean(), rel=1e-10)
    reverse = rel_entr(np.exp(LOG_Q), np.exp(LOG_P)).sum(axis=2)
    assert reports[CLASSES]["reverse_kl_lower"] == pytest.approx(reverse.mean(), rel=1e-10)


def test_a_bound_is_never_called_the_divergence(reports):
    assert not {"kl", "reverse_kl", "js_divergence"} & reports[20].to_dict()["metrics"].keys()
    assert "q loses at least" in sentences(reports[20])[0]


def test_what_is_observed_is_compared_exactly(reports):
    rows = np.indices(OBSERVED.shape)
    p, q = LOG_P[(*rows, OBSERVED)], LOG_Q[(*rows, OBSERVED)]
    assert reports[20]["log_perplexity_ratio"] == pytest.approx((p - q).mean(), rel=1e-12)
    same = LOG_P.argmax(axis=2) == LOG_Q.argmax(axis=2)
    assert reports[1]["top1_agreement"] == pytest.approx(same.mean(), rel=1e-15)


def test_intervals_are_over_documents(reports):
    means = WHOLE.mean(axis=1)
    # With documents of one length, the standard error is that of their means.
    expected = means.std(ddof=1) / np.sqrt(DOCS)
    interval = reports[CLASSES].to_dict()["intervals"]["kl_lower"]
    assert interval["se"] == pytest.approx(expected, rel=1e-9)


def test_rows_match_by_documents_and_positions(tmp_path):
    p, q = log(tmp_path / "p", LOG_P, 5, llama_server), log(tmp_path / "q", LOG_Q, 5, llama_server)
    by_key = cecli.kl(p, q, like="llama.cpp", id="doc,pos")
    assert by_key["kl_lower"] == cecli.kl(p, q, like="llama.cpp")["kl_lower"]
    shorter = q.read_text().splitlines(keepends=True)[:-1]
    (tmp_path / "r").write_text("".join(shorter))
    with pytest.raises(CecliError, match="equally many"):
        cecli.kl(p, tmp_path / "r", like="llama.cpp")
    some = cecli.kl(p, tmp_path / "r", like="llama.cpp", id="doc,pos", on_unmatched="skip")
    assert some.to_dict()["input"]["rows"] == (DOCS - 1) * LENGTH


def test_other_texts_are_refused(tmp_path):
    p, q = log(tmp_path / "p", LOG_P, 5), log(tmp_path / "q", LOG_Q, 5)
    lists = [json.loads(line) for line in q.read_text().splitlines()]
    lists[2]["choices"][0]["logprobs"]["content"][4]["token"] = "other"
    q.write_text(lines(lists))
    with pytest.raises(CecliError, match=r"p:3: token is .* and 'other' in .*q"):
        cecli.kl(p, q, like="openai")


def test_logs_without_lists_or_with_too_much_probability_are_refused(tmp_path):
    p, q = tmp_path / "p", tmp_path / "q"
    p.write_text(lines([chat([{**entry("a", -0.5), "top_logprobs": []}])]))
    with pytest.raises(CecliError, match=r"no list of the likeliest in .*p"):
        cecli.kl(p, p, like="openai")
    tops = [entry("a", -0.1), entry("b", -0.2)]
    q.write_text(lines([chat([{**entry("a", -0.1), "top_logprobs": tops}])]))
    with pytest.raises(CecliError, match=r"add up to 1\.72"):
        cecli.kl(q, q, like="openai")
    with pytest.raises(CecliError, match="needs another log"):
        cecli.kl(p, like="openai")
    with pytest.raises(CecliError, match="--threshold has no use"):
        cecli.kl(p, p, like="openai", threshold=1.0)


@pytest.mark.parametrize("is_compiled", [True, False])
def test_only_tokens_that_are_surely_the_same_are_in_common(is_compiled):
    p = [
        '{"a": -0.5, "b": -1.0, "\\"\\n": -3}',
        '{"a": -0.5, "a": -1.0}',
        '{"\\u0001x": -3, "": -4}',
    ]
    q = ['{"\\"\\n": -2, "b": -0.2, "c": -9}', '{"a": -0.5}', '{"\\u0001x": -3}']
    with patch.object(native, "token_rows", native.token_rows if is_compiled else None):
        counts, ours, theirs, same = in_common(p, q)
    assert counts.tolist() == [2, 0, 0]
    assert (ours.tolist(), theirs.tolist()) == ([-1.0, -3.0], [-0.2, -2.0])
    assert same.tolist() == [0.0, 1.0, 1.0]


def test_logs_that_are_read_as_tables_are_told_from_distributions(tmp_path):
    p, q = log(tmp_path / "p.jsonl", LOG_P, 5), log(tmp_path / "q.jsonl", LOG_Q, 5)
    for command, options in ((cecli.kl, {}), (cecli.compare, {"id": "doc,pos"})):
        with pytest.raises(CecliError, match="a log of openai") as refused:
            command(p, q, **options)
        assert "--like openai" in refused.value.hint
