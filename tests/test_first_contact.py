"""Files as people have them: answered at once or by the first command proposed, never wrongly."""

import json
import re
import shlex
from collections import Counter
from functools import cache

import pytest
from first_contact.attempts import (
    CASES,
    FOUND,
    Outcome,
    Run,
    attempt,
    is_among,
    is_right,
    proposals,
    run,
    write,
)
from first_contact.making import Sample

from cecli.core.errors import ExitCode

LEAST_ANSWERED = 0.9
LEAST_CASES, LEAST_TRAPS, LEAST_OF_A_SHAPE = 70, 30, 4

# How each shape is asked for in words, instead of guessed.
IN_WORDS = {
    "by_a_key": "--id id",
    "by_two_keys": "--id patient --id hour",
    "in_the_same_order": "--by-position",
    "true_predicted_confidence": "--label true --predicted predicted --prob confidence",
    "grades": "--label grade --prob 'prob_*' --classes low,mid,high",
    "a_row_for_each_model": "--label y --prob score --model model",
    "rounds": "--pairs '*=*_outcome'",
    "a_list_of_two_logits": "--label label --prob logits --from logit",
    "names_and_probabilities": "--label tag --prob probs",
    "horses": "--label won --prob p --within race",
    "probabilities_of_tokens": "--log-prob prob --from probability",
    "claims": "--event 'claim_amount > 0' --prob prob_claim",
    "labels_and_probabilities_by_a_prefix": "--multilabel",
}
# What is asked for although it is a mistake, and a word that the message must have.
REFUSED = {
    "keys_of_which_half_are_missing": ("--id id", "lost-"),
    "keys_that_the_truth_has_twice": ("--id id", "twice-"),
    "files_of_different_length": ("--by-position", "80"),
    "probabilities_with_an_overround": ("--label won --prob prob --within race", "1.1"),
    "grades": ("--label grade --prob 'prob_*' --classes low,mid", "high"),
}
# Decisions that are asked for as labels, and their column.
DECISIONS = {
    "a_decision_beside_its_probability": ("--label label --prob prob", "label"),
    "a_decision_at_another_threshold_named_target": ("--label target --prob prob", "target"),
    "the_most_likely_class": ("--label label --prob 'p_*'", "label"),
}
DECISIONS_ALONE = [case.name for case in FOUND if case.shape == "trap: decisions alone"]


@cache
def sample_of(name):
    """Return the files of a case, made once."""
    return CASES[name].sample()


@pytest.fixture(scope="module")
def attempted(tmp_path_factory):
    """Return a function that attempts a case, once."""
    folder = tmp_path_factory.mktemp("first_contact")
    return cache(lambda name: attempt(sample_of(name), folder / name))


@pytest.fixture
def scored(tmp_path):
    """Return a function that scores the files of a case with some options."""

    def score(name, options=""):
        sample = sample_of(name)
        write(sample, tmp_path / name)
        arguments = ["score", *sample.arguments, *shlex.split(options), "--json"]
        return sample, run(arguments, tmp_path / name)

    return score


# Three tests of all cases, and not one of each: processes that share them would attempt all anew.
def test_no_answer_and_no_proposal_is_wrong(attempted):
    found = {name: attempted(name) for name in CASES}
    assert {name: one.told for name, one in found.items() if one.outcome == Outcome.WRONG} == {}


def test_nine_in_ten_are_answered_at_once_or_by_the_first_proposal(attempted):
    answerable = [name for name in CASES if sample_of(name).right]
    found = {name: attempted(name) for name in answerable}
    answered = {Outcome.AT_ONCE, Outcome.AFTER_PASTING}
    missed = {name: one.told for name, one in found.items() if one.outcome not in answered}
    assert len(missed) <= (1 - LEAST_ANSWERED) * len(found), missed


READING = {"--comment", "--decimal"}


def test_inspect_proposes_first_what_score_proposes_first(attempted):
    alone = [name for name in CASES if len(sample_of(name).arguments) == 1]
    found = {name: attempted(name) for name in alone}
    assert {
        name: (one.hints[0], one.inspected[:1])
        for name, one in found.items()
        # How a text is read, each command proposes for itself.
        if one.hints and not READING & {*one.hints[0]} and [one.hints[0]] != one.inspected[:1]
    } == {}


@pytest.mark.parametrize("name", IN_WORDS)
def test_a_shape_that_is_named_is_answered(name, scored):
    sample, found = scored(name, IN_WORDS[name])
    assert is_right(found.losses, sample), found


def test_models_in_rows_are_compared_on_the_same_units(tmp_path):
    sample = CASES["models_unit_by_unit"].sample()
    write(sample, tmp_path / "models")
    options = ["--label", "label", "--prob", "prob", "--model", "model", "--id", "image_id"]
    found = run(["compare", *sample.arguments, *options, "--json"], tmp_path / "models")
    assert is_right(found.losses, sample), found


@pytest.mark.parametrize("name", REFUSED)
def test_a_mistake_in_a_shape_that_is_named_is_one_error(name, scored):
    options, said = REFUSED[name]
    _, found = scored(name, options)
    assert found.code in {ExitCode.USAGE, ExitCode.INPUT}
    assert found.stdout == ""
    assert "No such option" not in found.stderr
    assert found.stderr.count("error: ") == 1
    assert said in found.stderr


@pytest.mark.parametrize("name", DECISIONS_ALONE)
def test_decisions_alone_are_called_decisions(name, scored):
    _, found = scored(name)
    assert found.code in {ExitCode.USAGE, ExitCode.INPUT}
    assert "decision" in found.stderr


def test_inspect_names_nested_columns_which_no_score_reads(tmp_path):
    sample = CASES["nested_columns_beside"].sample()
    write(sample, tmp_path / "nested")
    found = run(["inspect", *sample.arguments], tmp_path / "nested")
    assert found.code == ExitCode.OK
    assert {"embedding", "meta"} <= set(re.findall(r"\w+", found.stdout))


@pytest.mark.parametrize("name", DECISIONS)
def test_decisions_are_scored_if_they_are_asked_for_with_a_notice(name, scored):
    options, column = DECISIONS[name]
    sample, found = scored(name, options)
    assert is_among(sample.wrong["decision"], found.losses)
    notices = [notice["message"] for notice in json.loads(found.stdout)["notices"]]
    assert [message for message in notices if column in message and "decision" in message] != []


@pytest.mark.parametrize(
    "name",
    [
        "an_out_of_fold_column",
        "semicolons_and_decimal_commas",
        "true_and_false",
        "a_decision_beside_its_probability",
        "grades",
    ],
)
def test_a_process_says_what_was_said_in_this_one(name, cecli, tmp_path):
    sample = CASES[name].sample()
    write(sample, tmp_path / name)
    command = ["score", *sample.arguments, "--json"]
    here = run(command, tmp_path / name)
    there = cecli(*command, folder=tmp_path / name)
    assert Run(there.returncode, there.stdout, there.stderr) == here


def test_the_corpus_is_large_and_varied():
    shapes = Counter(case.shape for case in FOUND)
    traps = sum(count for shape, count in shapes.items() if shape.startswith("trap: "))
    assert len(FOUND) - traps >= LEAST_CASES
    assert traps >= LEAST_TRAPS
    assert {shape for shape, count in shapes.items() if count < LEAST_OF_A_SHAPE} == set()
    assert len(CASES) == len(FOUND)  # names are unique


def test_a_right_number_is_told_from_a_tempting_one():
    samples = {name: sample_of(name) for name in CASES}
    assert {
        name
        for name, sample in samples.items()
        if any(is_among(number, list(sample.right.values())) for number in sample.wrong.values())
    } == set()


@pytest.mark.parametrize(
    ("line", "pasted"),
    [
        ("hint: cecli score p.csv --label y", ["score p.csv --label y"]),
        ("  cecli score 'a b.csv' --prob 'p_*'", ["score 'a b.csv' --prob 'p_*'"]),
        ("try `cecli compare p.csv --prob a` now", ["compare p.csv --prob a"]),
        (
            "cecli score p.csv · cecli score p.csv --label y",
            ["score p.csv", "score p.csv --label y"],
        ),
        ("cecli score p.csv --label HIGH", ["score p.csv --label HIGH"]),
        ("cecli score p.csv --positive CLASS", []),
        ("cecli score p.csv --delimiter ';' --label COL", []),
        ("hint: cecli score --help", []),
    ],
)
def test_a_command_with_something_left_to_choose_cannot_be_pasted(line, pasted):
    sample = Sample({"p.csv": b"y,HIGH\n"}, ("p.csv",), {}, {}, {})
    assert [shlex.join(arguments) for arguments in proposals(line, sample)] == pasted
