"""A metric of predictions is one file, and one line in the list that orders reports."""

import subprocess
import sys

# The file: a score of each row, and what the metric is.
QUADRATIC = """
from cecli.report.result import Definition
from cecli.metrics.metric import mean_metric
from cecli.preparations.rows import q_of
from cecli.report.result import Direction


def spread(chunk):
    return 1.0 - (q_of(chunk).prob ** 2).sum(axis=0)


SPREAD = Definition(
    "spread", "How undecided predictions are.", "sum w (1 - sum_k q_k^2) / sum w",
    Direction.LOWER, high=1.0, also=("Gini impurity",),
)
METRIC = mean_metric(SPREAD, "mean of 1 - sum q^2", spread)


def reported(task):
    return (METRIC,)
"""
PROGRAM = """
import sys
from cecli.metrics import concentration, predictions
from spread import reported

predictions.IN_ORDER = (*predictions.IN_ORDER[:-1], reported, predictions.IN_ORDER[-1])
predictions.DEFINITIONS = tuple(predictions.definitions_of(predictions.IN_ORDER))
from cecli.terminal import main

main()
"""


def run(tmp_path, *arguments):
    (tmp_path / "spread.py").write_text(QUADRATIC)
    (tmp_path / "preds.csv").write_text("y,p\n1,0.75\n0,0.5\n")
    command = [sys.executable, "-c", PROGRAM, *arguments]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


def test_a_new_metric_is_reported_in_its_place_with_an_interval(tmp_path):
    done = run(tmp_path, "score", "preds.csv", "--label", "y", "--prob", "p", "--format", "csv")
    names = [line.split(",")[1] for line in done.stdout.splitlines()]
    assert names[names.index("spread") - 1] == "accuracy"
    assert names[names.index("spread") + 1] == "top_1pct_loss_share"
    (row,) = [line for line in done.stdout.splitlines() if ",spread," in line]
    assert "0.4375" in row


def test_a_new_metric_is_listed_by_any_of_its_names(tmp_path):
    assert "How undecided predictions are." in run(tmp_path, "metrics").stdout
    assert "sum_k q_k^2" in run(tmp_path, "metrics", "gini impurity").stdout


def test_a_new_metric_can_be_checked_and_has_a_range(tmp_path):
    options = ("check", "preds.csv", "--label", "y", "--prob", "p")
    assert run(tmp_path, *options, "--max", "spread=0.4").returncode == 1
    assert run(tmp_path, *options, "--max", "spread=0.5").returncode == 0
    assert "it is never above 1" in run(tmp_path, *options, "--max", "spread=2").stderr
