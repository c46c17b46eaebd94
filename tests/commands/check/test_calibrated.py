"""Rules on calibration and ranking, of predictions and of stored reports."""

import json
import re
from functools import partial

import numpy as np
import pytest

import cecli
from cecli.commands.calibration import DRAWS
from cecli.commands.check import calibrated
from cecli.commands.check.parsing import typed
from cecli.core.errors import ExitCode
from cecli.report.parts import Limit

judged = partial(calibrated.judged, draws=DRAWS)
OPTIONS = {"label": "y_true", "prob": "y_prob"}
OF_CLASSES = {"label": "cultivar", "prob": "p_*"}


@pytest.fixture(scope="module")
def binary(samples):
    return str(samples / "breast_cancer.csv")


@pytest.fixture(scope="module")
def several(samples):
    return str(samples / "wine.csv")


@pytest.fixture(scope="module")
def calibration(binary):
    return cecli.calibration(binary, **OPTIONS, debiased=True).to_dict()


def rules(*subjects):
    return [typed(Limit.MAX_INCREASE, f"{subject}=1") for subject in subjects]


def test_every_number_of_a_calibration_can_have_a_rule(binary, calibration):
    found = judged([binary], OPTIONS, rules(*calibration["metrics"]))
    assert found["metrics"] | calibration["metrics"] == found["metrics"]
    assert found["intervals"] | calibration["intervals"] == found["intervals"]
    score = cecli.score(binary, **OPTIONS).to_dict()
    assert found["metrics"] | score["metrics"] == found["metrics"]
    assert (found["command"], found["reliability"]) == ("score", calibration["reliability"])


@pytest.mark.parametrize("subject", ["skill", "auc", "ecce_p_value", "skill@segment"])
def test_predictions_are_calibrated_only_if_a_rule_needs_it(binary, subject, monkeypatch):
    monkeypatch.setattr(calibrated, "_calibration", None)
    by = {"by": ["segment"]} if "@" in subject else {}
    assert subject.partition("@")[0] in str(judged([binary], {**OPTIONS, **by}, rules(subject)))


def test_groups_have_their_own(binary):
    found = judged([binary], {**OPTIONS, "by": ["segment"]}, rules("ecce@segment", "skill@segment"))
    theirs = cecli.calibration(binary, **OPTIONS, by="segment", draws=0).to_dict()
    ecce = {part["key"]["segment"]: part["metrics"]["ecce"] for part in theirs["groups"]}
    assert {p["key"]["segment"]: p["metrics"]["ecce"] for p in found["groups"]} == ecce
    assert all("skill" in part["metrics"] for part in found["groups"])


def test_of_several_classes_the_score_keeps_its_own_numbers(several):
    found = judged([several], OF_CLASSES, rules("ece", "ecce@class"))
    score = cecli.score(several, **OF_CLASSES).to_dict()
    theirs = cecli.calibration(several, **OF_CLASSES, draws=0).to_dict()
    assert found["metrics"] | score["metrics"] == found["metrics"]
    assert found["metrics"]["ece"] == theirs["metrics"]["ece"]
    assert {p["class"]: p["metrics"]["ecce"] for p in found["per_class"]} == {
        p["class"]: p["metrics"]["ecce"] for p in theirs["per_class"]
    }
    assert "likeliest-class" in [notice["code"] for notice in found["notices"]]


def test_rows_that_depend_on_others_have_the_errors_between_clusters(binary):
    subjects = ("calibration_slope", "ks", "ecce_p_value", "miscalibration_p_value")
    clustered = {**OPTIONS, "cluster": "segment"}
    found = judged([binary], clustered, rules(*subjects))
    theirs = cecli.calibration(binary, **clustered, draws=0).to_dict()
    assert found["metrics"] | theirs["metrics"] == found["metrics"]
    assert found["intervals"]["calibration_slope"] == theirs["intervals"]["calibration_slope"]
    assert "miscalibration_p_value" not in found["metrics"]


def test_replicates_leave_the_intervals_of_formulas(binary):
    found = judged([binary], {**OPTIONS, "bootstrap": 100}, rules("gini"))
    assert found["intervals"]["brier"]["method"] == "bootstrap"
    assert "method" not in found["intervals"]["gini"]


def test_of_rows_of_several_models_only_groups_are_told(tmp_path):
    rng = np.random.default_rng(0)
    lines = [f"{rng.integers(2)},{rng.random()!r},{name}" for name in "ab" * 20]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(["y,p,m", *lines]))
    options = {"label": "y", "prob": "p", "model": "m"}
    found = judged([str(path)], options, rules("ece", "ecce@m"))
    assert found["metrics"] == {}
    assert all("ecce" in part["metrics"] for part in found["groups"])


def test_a_stored_score_names_the_command_that_writes_what_it_lacks(binary, calibration):
    score = cecli.score(binary, **OPTIONS)
    limits = {"max": {"smece": 0.05}, "min": {"auc": 0.9}}
    first, second = cecli.check(score, **limits).outcomes
    assert (first.passed, second.passed) == (False, True)
    assert re.search("not in the report; cecli calibration --json writes .* smece", first.reason)
    assert cecli.check(calibration, **limits).passed
    # A calibration lacks what no calibration has.
    (other,) = cecli.check(calibration, max={"auc_difference": 1}).outcomes
    assert (other.passed, "cecli calibration" in other.reason) == (False, False)


def test_no_command_is_named_for_what_no_calibration_tells_of_groups(binary):
    score = cecli.score(binary, **OPTIONS, by="segment").to_dict()
    (ranked,) = cecli.check(score, min={"auc@segment": 0.5}).outcomes
    (drifts,) = cecli.check(score, max={"ecce@segment": 0.5}).outcomes
    assert "cecli calibration" in drifts.reason
    assert not ranked.passed
    assert "cecli calibration" not in ranked.reason


def test_means_over_groups_have_no_calibration_of_all_rows(binary):
    asked = {**OPTIONS, "by": ["segment"], "average": "groups"}
    found = judged([binary], asked, rules("auc", "ece", "ecce@segment"))
    assert not {"auc", "ece"} & found["metrics"].keys()
    assert all("ecce" in group["metrics"] for group in found["groups"])
    assert found["metrics"] == cecli.score(binary, **asked).to_dict()["metrics"]


def test_a_score_and_a_calibration_of_one_event_are_compared(binary, several, calibration):
    score = cecli.score(binary, **OPTIONS)
    unchanged = {"max_worsening": {"auc": 0, "brier": 0}}
    assert cecli.check(score, baseline=calibration, **unchanged).passed
    assert cecli.check(calibration, baseline=score, **unchanged).passed
    (missing,) = cecli.check(calibration, baseline=score, max_worsening={"ece": 0}).outcomes
    assert "not in the baseline; cecli calibration" in missing.reason
    classes = [make(several, **OF_CLASSES).to_dict() for make in (cecli.score, cecli.calibration)]
    with pytest.raises(cecli.InputError, match="command of the baseline is calibration"):
        cecli.check(classes[0], baseline=classes[1], **unchanged)


def test_the_command_reads_a_stream_as_often_as_rules_need(cecli, binary):
    with open(binary) as file:
        text = file.read()
    given = ["--label=y_true", "--prob=y_prob", "--max=smece=0.05", "--min=skill=0.5", "--json"]
    done = cecli("check", "-", *given, "--max=ece=0.01:warn", stdin=text)
    assert done.returncode == ExitCode.OK, done.stderr
    checks = json.loads(done.stdout)["checks"]
    verdicts = {check["metric"]: check["verdict"] for check in checks}
    assert verdicts == {"smece": "pass", "skill": "pass", "ece": "fail"}


@pytest.mark.parametrize(
    ("rule", "hint"),
    [("keras_loss=1", "--like keras reports it"), ("kl_lower=1", "cecli kl compares two inputs")],
)
def test_a_metric_of_another_report_is_said_to_be_there(cecli, samples, rule, hint):
    done = cecli("check", str(samples / "breast_cancer.csv"), "--max", rule)
    assert done.returncode == ExitCode.CHECK_FAILED
    assert hint in done.stderr


def test_a_loss_of_another_tool_is_held_to_a_limit_and_to_a_baseline(cecli, tmp_path):
    path, other = tmp_path / "preds.csv", tmp_path / "old.csv"
    path.write_text("y,p\n1,0.75\n0,0.25\n1,0\n")
    other.write_text("y,p\n1,0.75\n0,0.25\n1,1e-5\n")
    given = (str(path), "--label", "y", "--prob", "p", "--like", "keras")
    assert cecli("check", *given, "--max", "keras_loss=5.6").returncode == ExitCode.OK
    assert cecli("check", *given, "--max", "keras_loss=5.5").returncode == ExitCode.CHECK_FAILED
    change = ("--baseline-file", str(other), "--max-increase", "keras_loss=2")
    assert cecli("check", *given, *change).returncode == ExitCode.OK
