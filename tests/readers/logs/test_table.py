"""Logs as tables: the rows that each layout has, whoever decodes them, and errors by name."""

import io
import json
from unittest.mock import patch

import numpy as np
import pytest
from language_model_logs import (
    batch,
    chat,
    completion,
    content,
    document,
    entry,
    eval_log,
    lines,
    llama_server,
    rolling,
    sample,
)

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import SCALED
from cecli.core.errors import CecliError, ExitCode
from cecli.core.pipes import Pipe
from cecli.options.reading import Tool
from cecli.readers.logs import native
from cecli.readers.opening import Reading, open_table

RNG = np.random.default_rng(20261129)
VOCABULARY = ["the", " cat", "\n", "é", '"q"', "!", "\x01", "a\\b", " \U0001f600", "\t"]
LOG_PROBS = np.log(RNG.dirichlet(np.ones(len(VOCABULARY)), 6))
OBSERVED = [1, 2, 4, 6, 3, 8]
ENTRIES = content(VOCABULARY, OBSERVED, LOG_PROBS, 3)
TOKENS = [VOCABULARY[i] for i in OBSERVED]
DOMAIN = SCALED[Scale.LOG_PROBABILITY]


def chunks_of(path, tool, names, bad_rows=STRICT, **reading):
    table = open_table(path if isinstance(path, Pipe) else str(path), Reading(like=tool, **reading))
    columns = [Column(name, name, DOMAIN if name == "logprob" else None) for name in names]
    return [c for part in table.partitions(columns, bad_rows) for c in part.chunks()]


def read(path, tool, *names, **more):
    """The columns of all rows, as lists; a defect is raised."""
    found = {name: [] for name in names}
    for chunk in chunks_of(path, tool, names, **more):
        for name in names:
            if name in chunk.numbers:
                found[name] += chunk.numbers[name].tolist()
            else:
                found[name] += [chunk.texts[name].of_row(i) for i in range(len(chunk))]
        if chunk.defect is not None:
            raise chunk.defect
    return found


@pytest.fixture(params=["compiled", "python"])
def decoder(request):
    compiled = native.token_rows if request.param == "compiled" else None
    with patch.object(native, "token_rows", compiled):
        yield request.param


def test_the_reader_is_compiled_where_it_is_tested():
    assert native.token_rows is not None


LAYOUTS = {
    "chat": (Tool.OPENAI, chat(ENTRIES)),
    "batch": (Tool.OPENAI, batch(chat(ENTRIES), "request-1")),
    "server": (Tool.LLAMA_CPP, llama_server(ENTRIES)),
    "chat of llama.cpp": (Tool.LLAMA_CPP, chat(ENTRIES)),
    "sample": (Tool.INSPECT, sample(ENTRIES, "q7")),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_token_is_a_row(tmp_path, decoder, layout):
    tool, record = LAYOUTS[layout]
    path = tmp_path / "log.jsonl"
    path.write_text(lines([record, record]))
    found = read(path, tool, "doc", "pos", "token", "logprob", "bytes", "context", "top_logprobs")
    assert found["token"] == TOKENS * 2
    assert found["logprob"] == LOG_PROBS[range(6), OBSERVED].tolist() * 2
    assert found["pos"] == [str(i) for i in range(6)] * 2
    docs = {"batch": ["request-1"] * 2, "sample": ["q7"] * 2}.get(layout, ["1", "2"])
    assert found["doc"] == [docs[0]] * 6 + [docs[1]] * 6
    assert found["bytes"] == [str(len(token.encode())) for token in TOKENS] * 2
    assert found["context"][2] == f"{TOKENS[0]}{TOKENS[1]}⟦{TOKENS[2]}⟧{''.join(TOKENS[3:])}"
    likeliest = np.argsort(-LOG_PROBS[0])[:3].tolist()
    known = {VOCABULARY[i]: LOG_PROBS[0, i] for i in [*likeliest, OBSERVED[0]]}
    assert json.loads(found["top_logprobs"][0]) == known


@pytest.mark.parametrize("key", ["", "output.choices", "output.choices[]", ".choices"])
def test_a_key_is_none_of_a_path_that_looks_like_it(tmp_path, decoder, key):
    record = sample(ENTRIES, "q7")
    (tmp_path / "log.jsonl").write_text(lines([record | {key: "x"}, record | {key: {"id": "no"}}]))
    found = read(tmp_path / "log.jsonl", Tool.INSPECT, "doc", "token")
    assert found == {"doc": ["q7"] * 12, "token": TOKENS * 2}


def test_each_choice_counts_its_positions(tmp_path, decoder):
    path = tmp_path / "log.jsonl"
    path.write_text(lines([chat(ENTRIES[:2], ENTRIES[2:4])]))
    found = read(path, Tool.OPENAI, "choice", "pos", "token")
    assert found == {
        "choice": ["0", "0", "1", "1"], "pos": ["0", "1"] * 2, "token": TOKENS[:4],
    }  # fmt: skip


def test_the_first_token_of_an_echoed_text_is_no_row(tmp_path, decoder):
    record = completion(
        ["The", " cat", " sat"],
        [None, -1.5, -0.25],
        [None, {" cat": -1.5, " dog": -0.5}, {" sat": -0.25}],
    )
    path = tmp_path / "log.jsonl"
    path.write_text(lines([record]))
    found = read(path, Tool.OPENAI, "pos", "token", "logprob", "bytes", "context", "top_logprobs")
    assert found["pos"] == ["1", "2"]
    assert found["logprob"] == [-1.5, -0.25]
    assert found["bytes"] == ["4", "4"]
    assert found["context"] == ["The⟦ cat⟧ sat", "The cat⟦ sat⟧"]
    assert json.loads(found["top_logprobs"][0]) == {" cat": -1.5, " dog": -0.5}


def test_a_whole_log_of_inspect_has_its_samples(tmp_path, decoder):
    samples = [sample(ENTRIES, 1), sample(ENTRIES[:1], 1, epoch=2)]
    path = tmp_path / "log.json"
    path.write_text(json.dumps(eval_log(samples), indent=2))
    found = read(path, Tool.INSPECT, "doc", "epoch", "logprob")
    assert found["doc"] == ["1"] * 7
    assert found["epoch"] == ["1"] * 6 + ["2"]
    (tmp_path / "none.json").write_text(json.dumps({"version": 2, "eval": {"samples": []}}))
    with pytest.raises(CecliError, match="no array samples"):
        read(tmp_path / "none.json", Tool.INSPECT, "doc")


STREAMS = {
    "lines": (Tool.OPENAI, lines([chat(ENTRIES)] * 2)),
    "array": (Tool.OPENAI, json.dumps([chat(ENTRIES)] * 2, indent=1)),
    "whole log": (Tool.INSPECT, json.dumps(eval_log([sample(ENTRIES, 1)] * 2), indent=2)),
}


@pytest.mark.parametrize("kind", STREAMS)
def test_a_log_that_is_read_only_once_has_the_rows_of_a_file(tmp_path, monkeypatch, kind):
    tool, text = STREAMS[kind]
    path = tmp_path / "log.json"
    path.write_text(text)

    def pipe():
        return Pipe("log", io.BufferedReader(io.BytesIO(text.encode())))

    monkeypatch.setattr("cecli.readers.logs.samples.TEXT_PIECE", 1000)
    found = read(pipe(), tool, "pos", "token", "logprob", chunk_bytes=300)
    assert found == read(path, tool, "pos", "token", "logprob")
    assert found["token"] == TOKENS * 2
    # What is looked at before would be gone.
    assert open_table(pipe(), Reading(like=tool)).beginning([], STRICT) is None
    assert open_table(str(path), Reading(like=tool)).beginning([], STRICT) is not None


@pytest.mark.parametrize("kind", STREAMS)
def test_a_log_that_is_replaced_before_it_is_read_is_told(tmp_path, kind):
    tool, text = STREAMS[kind]
    path = tmp_path / "log.json"
    path.write_text(text)
    (part,) = open_table(str(path), Reading(like=tool)).partitions([Column("doc", "doc", None)])
    (tmp_path / "new").write_text(text)
    (tmp_path / "new").replace(path)
    with pytest.raises(CecliError, match="was replaced while it was read"):
        list(part.chunks())


@pytest.mark.parametrize("block", [1, 300, 1 << 20])
def test_blocks_and_lines_between_records_change_nothing(tmp_path, decoder, block):
    path = tmp_path / "log.jsonl"
    path.write_text(lines([chat(ENTRIES)]) + "\n" + lines([chat(ENTRIES)]).rstrip())
    found = read(path, Tool.OPENAI, "doc", "logprob", chunk_bytes=block)
    assert found["doc"] == ["1"] * 6 + ["3"] * 6
    array = tmp_path / "log.json"
    array.write_text(json.dumps([chat(ENTRIES), chat(ENTRIES)], indent=1))
    again = read(array, Tool.OPENAI, "doc", "logprob", chunk_bytes=block)
    assert again == {"doc": ["1"] * 6 + ["2"] * 6, "logprob": found["logprob"]}


def test_the_logarithm_of_zero_is_read_and_a_stand_in_is_refused(tmp_path, decoder):
    path = tmp_path / "log.jsonl"
    least = float(-np.finfo(np.float32).max)
    path.write_text(lines([llama_server([{**entry("x", least), "top_logprobs": []}])]))
    assert read(path, Tool.LLAMA_CPP, "logprob")["logprob"] == [-np.inf]
    path.write_text(lines([chat([*ENTRIES[:1], {**entry("x", -9999.0), "top_logprobs": []}])]))
    with pytest.raises(CecliError, match=r"not among the likeliest.*not known"):
        read(path, Tool.OPENAI, "logprob")
    skipping = BadRows(skips=frozenset({Reason.MISSING}))
    (chunk,) = chunks_of(path, Tool.OPENAI, ["logprob"], bad_rows=skipping)
    assert chunk.numbers["logprob"].tolist() == [ENTRIES[0]["logprob"]]
    assert chunk.remarks["skipped-missing"].tolist() == [1]


@pytest.mark.parametrize(
    ("tool", "record", "what"),
    [
        (Tool.INSPECT, chat(ENTRIES), "no log-probabilities of tokens; it has id, object"),
        (Tool.OPENAI, {"y": 1}, "no log-probabilities of tokens; it has y"),
        (Tool.OPENAI, batch(None, "r"), "no log-probabilities of tokens"),
        (Tool.OPENAI, {"choices": 3}, "choices is no list"),
        (Tool.OPENAI, chat([{"token": "x"}]), "a token has no logprob; it has token"),
        (Tool.OPENAI, chat([{"token": 1, "logprob": -1}]), "a token is no text: 1"),
        (Tool.OPENAI, chat([entry("x", "y")]), "a log-probability is no number: y"),
        (Tool.OPENAI, completion(["a", "b"], [None], None), "differ in length"),
        (
            Tool.LLAMA_CPP,
            {"completion_probabilities": [{"token": "a", "prob": 0.5, "top_probs": []}]},
            "post_sampling_probs",
        ),
        (
            Tool.LLAMA_CPP,
            {"completion_probabilities": [{"token": "a", "logprob": -0.5, "top_probs": []}]},
            "post_sampling_probs",
        ),
        (Tool.LM_EVAL, chat(ENTRIES), "it has no filtered_resps; it has id"),
        (
            Tool.LM_EVAL,
            {**document(1, [" a"], [-1.0], 0), "filtered_resps": ["42"]},
            "generate text have none",
        ),
        (Tool.OPENAI, {"choices": [1]}, r"choices\[\] has items that are no objects"),
        (Tool.OPENAI, {"choices": [{"logprobs": 3}]}, "logprobs is no object"),
        (Tool.OPENAI, {**chat(ENTRIES), "custom_id": True}, "neither a text nor a number"),
        (Tool.LM_EVAL, {**document(1, [" a"], [-1.0], 0), "filtered_resps": []}, "no list with"),
        (
            Tool.LM_EVAL,
            {**document(1, [" a"], [-1.0], 0), "filtered_resps": [["-1.0", "True", "x"]]},
            "no list of a log-likelihood and a truth value",
        ),
        (
            Tool.LM_EVAL,
            {**document(1, [" a"], [-1.0], 0), "filtered_resps": [["much", "True"]]},
            "'much' in place of a log-likelihood",
        ),
        (
            Tool.LM_EVAL,
            {**document(1, [" a", " b"], [-1.0, -2.0], 0), "arguments": [["q", " a"], ["q"]]},
            "no text for each of 2 requests",
        ),
        (
            Tool.OPENAI,
            {"choices": [{"logprobs": {"top_logprobs": [None]}}]},
            "0 tokens, 0 token_logprobs and 1 top_logprobs",
        ),
        (Tool.LM_EVAL, document(1, [" a", " b"], ["-inf"] * 2, 0), "no choice has a finite"),
        (Tool.LM_EVAL, document(1, [" a", " b"], [-1.0, -2.0], 7), "stands for no choice"),
        (Tool.LM_EVAL, document(1, [" a", " b"], [-1.0, -2.0], "[0, 1]"), "several right choices"),
    ],
)  # fmt: skip
def test_what_is_no_such_record_is_told(tmp_path, decoder, tool, record, what):
    path = tmp_path / "log.jsonl"
    path.write_text("\n" + lines([record]))
    with pytest.raises(CecliError, match=f"log.jsonl:2.*{what}") as caught:
        read(path, tool, "logprob")
    assert "--like names the tool" in caught.value.hint


def test_what_is_no_json_is_no_log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("token,logprob\na,-1\n")
    with pytest.raises(CecliError, match="no records of JSON, so it is no log of openai"):
        read(path, Tool.OPENAI, "logprob")
    path.write_text("")
    with pytest.raises(CecliError, match="is empty"):
        read(path, Tool.OPENAI, "logprob")


def test_choices_become_shares_of_each_document(tmp_path):
    values = [[-700.5, -701.5, -703.0], [-2.0, -1.0]]
    path = tmp_path / "samples.jsonl"
    path.write_text(lines([
        document(0, [" a", " b", " c"], values[0], 1, acc=0.0),
        document(1, [" yes", " no"], values[1], "no", acc=1.0),
    ]))  # fmt: skip
    found = read(path, Tool.LM_EVAL, "doc", "text", "logprob", "log_share", "is_target", "bytes")
    assert found["doc"] == ["0"] * 3 + ["1"] * 2
    assert found["is_target"] == ["0", "1", "0", "0", "1"]
    assert found["logprob"] == [*values[0], *values[1]]
    shares = [x - np.logaddexp.reduce(row) for row in values for x in row]
    assert [float(x) for x in found["log_share"]] == pytest.approx(shares, rel=1e-12)


@pytest.mark.parametrize("chunk_bytes", [1, 1 << 20])
@pytest.mark.parametrize("name", ["samples.jsonl", "samples.json"])
def test_documents_that_are_written_for_each_of_two_filters_are_not_counted_twice(
    tmp_path, name, chunk_bytes
):
    path, wanted = tmp_path / name, [document(d, [" a", " b"], [-1.0, -2.0], 0) for d in range(2)]
    others = [{**each, "filter": "flexible"} for each in wanted]
    text = json.dumps if name == "samples.json" else lines
    path.write_text(text([*wanted, *others]))
    with pytest.raises(CecliError, match=r":3: the filter 'flexible' follows 'none'") as caught:
        read(path, Tool.LM_EVAL, "target_log_share", chunk_bytes=chunk_bytes)
    assert f'grep \'"filter": "none"\' {path}' in caught.value.hint
    path.write_text(text(others))
    assert read(path, Tool.LM_EVAL, "doc")["doc"] == ["0", "0", "1", "1"]


def test_a_stream_of_two_filters_is_refused_as_well(cecli):
    wanted = [document(d, [" a", " b"], [-1.0, -2.0], 0) for d in range(2)]
    done = cecli("score", "-", "--like", "lm-eval", "-q", stdin=lines(wanted))
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    others = [{**each, "filter": "flexible"} for each in wanted]
    done = cecli("score", "-", "--like", "lm-eval", "-q", stdin=lines([*wanted, *others]))
    assert done.returncode == ExitCode.INPUT
    assert "<stdin>:3: the filter 'flexible' follows 'none'" in done.stderr


def test_a_single_text_has_its_likelihood_and_no_share(tmp_path):
    path = tmp_path / "samples.jsonl"
    path.write_text(lines([document(0, [" word"], [-2.5], 0)]))
    found = read(path, Tool.LM_EVAL, "text", "logprob", "bytes")
    assert found == {"text": [" word"], "logprob": [-2.5], "bytes": ["5"]}


def test_choices_without_their_question_are_no_choices(tmp_path):
    path = tmp_path / "samples.jsonl"
    both = document(0, [" a", " b", " a", " b"], [-1.0, -2.0, -7.0, -3.0], 1, acc_mutual_info=0.0)
    path.write_text(lines([both]))
    found = read(path, Tool.LM_EVAL, "text", "logprob", "is_target")
    assert found == {"text": [" a", " b"], "logprob": [-1.0, -2.0], "is_target": ["0", "1"]}


def test_a_target_is_read_as_what_the_harness_found_right(tmp_path):
    path = tmp_path / "samples.jsonl"
    choices = [" 2", " 1", " 0"]
    # 0 is the number of the first choice, and the text of the last.
    path.write_text(lines([document(0, choices, [-1.0, -2.0, -3.0], 0, acc=1.0)]))
    assert read(path, Tool.LM_EVAL, "is_target")["is_target"] == ["1", "0", "0"]
    path.write_text(lines([document(0, choices, [-1.0, -2.0, -3.0], 0, acc=0.0)]))
    assert read(path, Tool.LM_EVAL, "is_target")["is_target"] == ["0", "0", "1"]
    path.write_text(lines([document(0, choices, [-2.0, -1.0, -3.0], 0, acc=0.0)]))
    with pytest.raises(CecliError, match="stands for several choices"):
        read(path, Tool.LM_EVAL, "is_target")


def test_a_text_that_is_scored_whole_has_its_size(tmp_path):
    path = tmp_path / "samples.jsonl"
    path.write_text(lines([rolling(0, "two words", -20.5), rolling(1, "é", -3.25)]))
    found = read(path, Tool.LM_EVAL, "doc", "logprob", "bytes", "words")
    assert found == {
        "doc": ["0", "1"], "logprob": [-20.5, -3.25], "bytes": ["9", "2"], "words": ["2", "1"],
    }  # fmt: skip


def test_documents_of_several_logs_are_told_apart(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(lines([document(0, [" x", " y"], [-1.0, -2.0], 0)]))
    assert read(tmp_path, Tool.LM_EVAL, "doc")["doc"] == ["1:0"] * 2 + ["2:0"] * 2


@pytest.mark.parametrize("chunk_bytes", [1, 1000])
def test_a_bad_record_before_the_place_where_an_array_breaks_is_told_first(tmp_path, chunk_bytes):
    path = tmp_path / "log.json"
    path.write_text('[{"choices": x},\n{"choices": []}, 3]')
    table = open_table(str(path), Reading(like=Tool.OPENAI, chunk_bytes=chunk_bytes))
    (part,) = table.partitions([Column("doc", "doc", None)])
    assert next(part.chunks()).defect.where == f"{path}:1"
