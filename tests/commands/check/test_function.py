"""Rules from Python."""

import json

import pytest

import cecli

DATA = {"y": [1, 0, 1, 0], "p": [0.75, 0.25, 0.5, 0.25]}


@pytest.fixture
def report():
    return cecli.score(DATA)


def test_a_report_its_json_and_its_file_have_one_verdict(report, tmp_path):
    path = tmp_path / "report.json"
    path.write_text(report.to_json())
    for given in (report, report.to_dict(), str(path)):
        assert cecli.check(given, max={"cross_entropy": 0.4}).passed
        checked = cecli.check(given, max={"cross_entropy": "0.3"}, min={"accuracy": 0.5})
        assert [outcome.passed for outcome in checked.outcomes] == [False, True]
        assert not checked.passed
        assert checked.to_dict()["metrics"] == report.to_dict()["metrics"]


def test_a_change_from_itself_is_none(report):
    checked = cecli.check(
        report, baseline=report, max_increase={"brier": 0}, max_worsening={"accuracy": "0%"}
    )
    assert checked.passed
    assert [outcome.change for outcome in checked.outcomes] == [0.0, 0.0]


def test_rows_and_skipped_rows_are_rules(report):
    assert cecli.check(report, rows=4, skipped="0%").passed
    assert not cecli.check(report, rows=5).passed


def test_what_was_checked_can_be_checked_again(report):
    again = json.loads(json.dumps(cecli.check(report, max={"kl": 1}).to_dict()))
    assert cecli.check(again, max={"kl": 1}, baseline=again).passed


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ({}, cecli.UsageError),
        ({"max": {"kl": float("nan")}}, cecli.UsageError),
        ({"max": {"kl": float("inf")}}, cecli.UsageError),
        ({"max": {"nothing": 1}}, cecli.UsageError),
        ({"max": {"kl": 1}, "confidence": 2.0}, cecli.UsageError),
        ({"max": {"kl": 1}, "undecided": "maybe"}, cecli.UsageError),
        ({"max": {"kl": 1}, "baseline": {}}, cecli.InputError),
        ({"max": {"kl": 1}, "baseline": "missing.json"}, cecli.InputError),
    ],
)
def test_what_makes_no_sense_is_refused(report, rules, error):
    with pytest.raises(error):
        cecli.check(report, **rules)


def test_no_report_is_checked_that_is_none():
    with pytest.raises(cecli.InputError, match="no schema_version"):
        cecli.check({"metrics": {"kl": 0}}, max={"kl": 1})
