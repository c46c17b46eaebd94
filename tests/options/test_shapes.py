"""The columns that `--like` names in commands on logs, and what is told of them."""

import json

import numpy as np
import pytest
from language_model_logs import chat, content, document, lines, rolling

import cecli
from cecli.core.errors import CecliError

RNG = np.random.default_rng(20261129)
VOCABULARY = ["a", " b", "\n", "é", " d"]
LOG_PROBS = np.log(RNG.dirichlet(np.ones(5), (8, 10)))
OBSERVED = RNG.integers(0, 5, (8, 10))
LOSSES = -np.take_along_axis(LOG_PROBS, OBSERVED[..., None], 2)[..., 0]


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("logs") / "log.jsonl"
    texts = zip(OBSERVED.tolist(), LOG_PROBS, strict=True)
    path.write_text(lines(chat(content(VOCABULARY, *text, 2)) for text in texts))
    return path


def test_a_score_of_tokens_is_over_documents_and_says_so(log):
    told = []
    report = cecli.score(log, like="openai", n_bytes="bytes", tell=told.append)
    assert told == ["--like openai takes --log-prob logprob, --cluster doc"]
    assert report["cross_entropy"] == pytest.approx(LOSSES.mean(), rel=1e-12)
    sizes = np.array([len(token.encode()) for token in VOCABULARY])[OBSERVED]
    bits = LOSSES.sum() / sizes.sum() / np.log(2)
    assert report["bits_per_byte"] == pytest.approx(bits, rel=1e-12)
    assert report.to_dict()["columns"] == {
        "log_prob": "logprob", "bytes": "bytes", "cluster": "doc",
    }  # fmt: skip
    assert report.to_dict()["options"]["like"] == "openai"
    flat = {
        "logprob": -LOSSES.reshape(-1),
        "bytes": sizes.reshape(-1),
        "doc": np.repeat(np.arange(8), 10).astype(str),
    }
    same = cecli.score(flat, log_prob="logprob", n_bytes="bytes", cluster="doc")
    assert report.to_dict()["intervals"] == same.to_dict()["intervals"]


def test_what_the_user_names_is_not_replaced(log):
    told = []
    report = cecli.score(log, like="openai", log_prob="logprob", by="pos", cluster="choice",
                         tell=told.append)  # fmt: skip
    assert told == []
    assert report.to_dict()["columns"]["cluster"] == "choice"
    by_doc = cecli.score(log, like="openai", by="doc", tell=told.append)
    assert told == ["--like openai takes --log-prob logprob"]
    found = {g["key"]["doc"]: g["metrics"]["cross_entropy"] for g in by_doc.to_dict()["groups"]}
    assert found == pytest.approx({f"{i + 1}": x for i, x in enumerate(LOSSES.mean(axis=1))})


def test_the_worst_tokens_are_shown_between_others(log):
    report = cecli.worst(log, like="openai", rows=3)
    doc, pos = np.unravel_index(np.argmax(LOSSES), LOSSES.shape)
    first = report.rows[0]
    assert (first.line, first.shown["doc"], first.shown["pos"]) == (doc + 1, f"{doc + 1}", f"{pos}")
    tokens = [VOCABULARY[i] for i in OBSERVED[doc]]
    before, after = "".join(tokens[max(0, pos - 8) : pos]), "".join(tokens[pos + 1 : pos + 5])
    assert first.shown["context"] == f"{before}⟦{tokens[pos]}⟧{after}"


def test_choices_are_scored_as_one_of_a_group_or_as_the_right_one(tmp_path):
    values = [RNG.normal(-20.0, 2.0, int(k)).round(4).tolist() for k in RNG.integers(2, 6, 40)]
    targets = [int(RNG.integers(len(row))) for row in values]
    path = tmp_path / "samples.jsonl"
    path.write_text(lines(
        document(i, [f" choice {c}" for c in range(len(row))], row, target,
                 acc=float(np.argmax(row) == target))
        for i, (row, target) in enumerate(zip(values, targets, strict=True))
    ))  # fmt: skip
    losses = [np.logaddexp.reduce(r) - r[t] for r, t in zip(values, targets, strict=True)]
    report = cecli.score(path, like="lm-eval")
    assert report["cross_entropy"] == pytest.approx(np.mean(losses), rel=1e-12)
    right = np.mean([np.argmax(row) == t for row, t in zip(values, targets, strict=True)])
    assert report["accuracy"] == pytest.approx(right)
    alone = cecli.score(path, like="lm-eval", log_prob="target_log_share")
    assert alone.to_dict()["input"]["rows"] == 40
    assert alone["cross_entropy"] == pytest.approx(np.mean(losses), rel=1e-12)


def test_texts_that_are_scored_whole_name_what_to_ask_for(tmp_path):
    path = tmp_path / "samples.jsonl"
    path.write_text(lines([rolling(0, "two words", -20.5), rolling(1, "one", -3.25)]))
    with pytest.raises(CecliError, match="one text, and no choices") as caught:
        cecli.score(path, like="lm-eval")
    assert caught.value.hint == "--log-prob logprob"
    report = cecli.score(path, like="lm-eval", log_prob="logprob", n_bytes="bytes", n_words="words")
    assert report["word_perplexity"] == pytest.approx(np.exp(23.75 / 3))


def test_a_log_that_is_read_as_a_table_is_told(log):
    with pytest.raises(CecliError, match="those of a log of openai") as caught:
        cecli.score(log)
    assert "--like openai" in caught.value.hint


def test_a_record_without_tokens_may_be_skipped_and_is_counted(log, tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps({"error": "timeout"}) + "\n" + log.read_text())
    with pytest.raises(CecliError, match=r"log.jsonl:1: is no record of openai.*it has error"):
        cecli.score(path, like="openai")
    report = cecli.score(path, like="openai", on_bad_row="skip")
    assert report.to_dict()["input"]["skipped"]["rows"] == 1
    assert report["cross_entropy"] == pytest.approx(LOSSES.mean(), rel=1e-12)
