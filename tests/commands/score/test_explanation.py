"""`score --explain`: the steps follow from each other, and the checks are real."""

import json
import math

import numpy as np
import pytest

import cecli
from cecli.commands.score.explanation import _agreement, _power


def steps(report):
    return {step.name: step for step in report.explanation}


@pytest.fixture
def hard(samples):
    return cecli.score(samples / "breast_cancer.csv", explain=True)


@pytest.fixture
def soft(samples):
    return cecli.score(samples / "soft_labels.csv", target="teacher", explain=True)


def test_the_steps_are_the_metrics_of_the_report(hard, soft):
    for report in (hard, soft):
        found = steps(report)
        for name in ("log_likelihood", "cross_entropy", "target_entropy", "kl", "skill"):
            assert found[name].value == pytest.approx(report[name], rel=1e-14), name
        assert found["base_rate_entropy"].value == report["base_rate_entropy"]


def test_the_likelihood_is_the_product(samples):
    data = {"y": [1, 0, 1], "p": [0.5, 0.75, 0.125]}
    found = steps(cecli.score(data, explain=True))
    assert float(found["likelihood"].value) == pytest.approx(0.5 * 0.25 * 0.125, rel=1e-3)


def test_two_calculations_agree_to_many_digits(hard, soft):
    for report in (hard, soft):
        for name in ("log_likelihood", "kl"):
            assert steps(report)[name].agreement.startswith("equals")
            digits = [int(word) for word in steps(report)[name].agreement.split() if word.isdigit()]
            assert all(d >= 13 for d in digits)


def test_disagreement_would_be_seen():
    assert _agreement(1.0, 1.0, "it") == "equals it"
    assert _agreement(1.0, 1.001, "it") == "equals it, to 3 digits"


def test_no_constant_is_better_than_the_base_rate(hard, soft, samples):
    wine = cecli.score(samples / "wine.csv", label="cultivar", prob="p_*", explain=True)
    for report in (hard, soft, wine):
        assert steps(report)["another_constant"].value > 0


def test_the_best_constant_is_the_base_rate(hard):
    assert steps(hard)["best_constant"].value == f"{hard['base_rate']:.6g}"


@pytest.mark.parametrize("logarithm", [0.0, -1.0, -54.87, -1e6, -math.inf])
def test_a_power_is_written_whatever_its_size(logarithm):
    written = _power(logarithm)
    if logarithm == -math.inf:
        assert written == "0"
        return
    mantissa, _, exponent = written.partition("e")
    assert math.log(float(mantissa)) + float(exponent) * math.log(10) == pytest.approx(
        logarithm, abs=1e-3
    )


def test_an_infinite_loss_has_likelihood_zero():
    found = steps(cecli.score({"y": [1, 0], "p": [0.0, 0.5]}, explain=True))
    assert found["likelihood"].value == "0"
    assert found["log_likelihood"].value == -np.inf


def test_one_class_has_no_other_constant():
    assert "another_constant" not in steps(cecli.score({"y": [1], "p": [0.5]}, explain=True))


def test_it_is_printed_and_in_the_json(request, samples):
    run = request.getfixturevalue("cecli")
    path = str(samples / "breast_cancer.csv")
    text = run("score", path, "--explain").stdout
    assert "how it follows" in text
    report = json.loads(run("score", path, "--explain", "--json").stdout)
    assert report["explanation"][0]["name"] == "likelihood"
    plain = json.loads(run("score", path, "--json").stdout)
    assert plain["explanation"] == []
    assert plain["metrics"] == report["metrics"]
