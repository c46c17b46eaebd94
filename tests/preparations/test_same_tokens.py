"""Matched rows of two logs that are of other tokens: no number is made of them."""

import pytest
from language_model_logs import chat, entry, lines

import cecli
from cecli.core.errors import CecliError


def log(path, tokens, log_prob):
    path.write_text(
        lines(chat([{**entry(token, log_prob), "top_logprobs": []}]) for token in tokens)
    )
    return path


@pytest.fixture
def logs(tmp_path):
    same, other = ["a", "b", "c", "d"], ["a", "b", "x", "d"]
    pairs = zip("pqr", (same, same, other), strict=True)
    return [log(tmp_path / name, tokens, -0.5) for name, tokens in pairs]


HOWS = [{"id": "doc,pos"}, {"by_position": True}, {"id": "doc,pos", "by": "token"}]


@pytest.mark.parametrize("how", HOWS)
def test_other_tokens_are_refused(logs, how):
    p, q, r = logs
    assert cecli.compare(p, q, like="openai", **how)["difference"] == 0.0
    with pytest.raises(CecliError, match=r"p:3: token is 'c' in .*p, and 'x' in .*r") as refused:
        cecli.compare(p, r, like="openai", **how)
    assert "the same text" in refused.value.hint


def test_texts_of_tokens_that_are_the_key_match_the_rows(logs):
    p, _, r = logs
    found = cecli.compare(p, r, like="openai", id="doc,pos,token", on_unmatched="skip")
    assert found.to_dict()["input"]["rows"] == 3
