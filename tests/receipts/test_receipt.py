"""What a receipt says: one text, a result that does not outrun the rules, and no groups."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cecli import attest
from cecli.commands.schema import Name, json_schema

ROWS = {"y": [1, 0, 1, 1], "p": [0.75, 0.25, 0.5, 0.9], "g": ["one", "one", "two", "two"]}


BRIER = "max brier=0.1"
NOISY = {"max": {"brier": 0.1}, "confidence": 0.9}


@pytest.mark.parametrize(
    ("rules", "result", "passed", "warned", "failed"),
    [
        ({"max": {"brier": 0.5}}, "PASSED", ["max brier=0.5"], [], []),
        ({"max": {"brier": "0.01:warn"}}, "WARNED", [], ["max brier=0.01:warn"], []),
        ({"min": {"skill": 1}, "skipped": "5%"}, "FAILED", ["max-skipped=5%"], [], ["min skill=1"]),
        ({"rows": 2}, "PASSED", ["require-rows=2"], [], []),
        ({}, "WARNED", [], ["no rules were given"], []),
        ({"min": {"accuracy@g": 1}}, "PASSED", ["min accuracy@g=1"], [], []),
        (NOISY, "FAILED", [], [], [BRIER]),
        ({**NOISY, "undecided": "pass"}, "PASSED", [BRIER], [], []),
    ],
)  # fmt: skip
def test_the_result_is_that_of_the_rules(rules, result, passed, warned, failed):
    receipt = attest(ROWS, label="y", prob="p", **rules)
    predicate = receipt.to_dict()["predicate"]
    assert (receipt.result, receipt.passed) == (result, result == "PASSED")
    tests = [predicate[f"{word}Tests"] for word in ("passed", "warned", "failed")]
    assert tests == [passed, warned, failed]


def test_a_receipt_is_a_statement_of_in_toto():
    receipt = attest(ROWS, max={"brier": 0.5}).to_dict()
    assert receipt["_type"] == "https://in-toto.io/Statement/v1"
    assert receipt["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    own = {"result", "configuration", "passedTests", "warnedTests", "failedTests", "cecli"}
    assert set(receipt) == {"_type", "subject", "predicateType", "predicate"}
    assert set(receipt["predicate"]) == own
    Draft202012Validator(json_schema(Name.RECEIPT)).validate(receipt)


def test_its_text_is_canonical_and_says_all_of_it(tmp_path):
    receipt = attest(ROWS, max={"brier": 0.5})
    text = receipt.to_json()
    assert json.loads(text) == receipt.to_dict()
    assert text == json.dumps(receipt.to_dict(), indent=2, sort_keys=True) + "\n"
    receipt.save(tmp_path / "r.json")
    assert Path(tmp_path / "r.json").read_text() == text


def test_no_group_is_named():
    text = attest(ROWS, by="g", min={"accuracy@g": 0.5}).to_json()
    assert "one" not in text
    assert "two" not in text


def test_infinite_and_undefined_metrics_have_a_text():
    receipt = attest({"y": [0, 0], "p": [1.0, 0.5]})
    metrics = receipt.to_dict()["predicate"]["cecli"]["metrics"]
    assert (metrics["cross_entropy"], metrics["skill"]) == ("Infinity", None)
    assert "NaN" not in receipt.to_json()


def test_it_is_shown_by_its_result_and_rows():
    assert repr(attest(ROWS)).startswith("<Receipt WARNED: 4 rows ")
