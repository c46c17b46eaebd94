"""What experiment trackers need of `metrics`, by their documented rules.

DVC reads a metrics file as a tree whose leaves are numbers or text, and compares leaves by their
path (dvc.org/doc/command-reference/metrics/diff). MLflow's log_metrics takes a flat dictionary:
keys of letters, digits, _ - . : / and blanks, 250 at most; values that are numbers
(mlflow.org/docs/latest/api_reference/python_api/mlflow.html#mlflow.log_metrics).
"""

import json
import math
import re

import pytest

import cecli

MLFLOW_KEY = re.compile(r"[/\w.\- :]{1,250}")


def dvc_leaves(tree, path=""):
    """Return the leaves of a metrics file by their path."""
    if isinstance(tree, dict):
        found = {}
        for key, value in tree.items():
            found |= dvc_leaves(value, f"{path}.{key}" if path else key)
        return found
    return {path: tree} if isinstance(tree, int | float | str) else {}


@pytest.fixture
def reports(samples, write):
    """Return commands whose metrics are all finite."""
    cancer, pairs = str(samples / "breast_cancer.csv"), write("p,q\n0.5,0.25\n0.1,0.2\n")
    return [
        ["score", cancer],
        ["score", str(samples / "wine.csv"), "--label", "cultivar", "--prob", "p_*"],
        ["kl", pairs, "--p", "p", "--q", "q"],
        ["entropy", cancer, "--column", "segment"],
    ]


def test_metrics_are_flat_and_numbers(cecli, reports):
    for arguments in reports:
        metrics = json.loads(cecli(*arguments, "--json").stdout)["metrics"]
        assert metrics
        for name, value in metrics.items():
            assert MLFLOW_KEY.fullmatch(name)
            assert isinstance(value, float)
            assert math.isfinite(value)


def test_dvc_finds_every_metric_by_its_name_in_a_report_as_it_is(cecli, reports):
    for arguments in reports:
        report = json.loads(cecli(*arguments, "--json").stdout)
        leaves = dvc_leaves(report)
        for name, value in report["metrics"].items():
            assert leaves[f"metrics.{name}"] == value


@pytest.mark.parametrize("labels", [[1, 1], [1, 0]])
def test_what_is_no_number_is_null_or_text_which_neither_takes_for_one(labels):
    """Undefined is null, infinite is text: no NaN, which would compare with nothing."""
    metrics = cecli.score({"y": labels, "p": [0.0, 0.5]}).to_dict()["metrics"]
    odd = {name: value for name, value in metrics.items() if not isinstance(value, float)}
    assert odd
    assert all(value in {None, "Infinity", "-Infinity"} for value in odd.values())
    assert not any(isinstance(value, float) and math.isnan(value) for value in metrics.values())
