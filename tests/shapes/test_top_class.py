"""Predictions about the predicted class."""

import numpy as np
import pytest
from shaped_inputs import figures, the_report, written
from sklearn.metrics import log_loss

import cecli
from cecli.core.errors import RowError, UsageError

RANDOM = np.random.default_rng(7)
NAMES = np.array(["cat", "dog", "big bird", "ü"])
N = 300
TOP = {
    "true": NAMES[RANDOM.integers(0, 4, N)],
    "predicted": NAMES[RANDOM.integers(0, 4, N)],
    "confidence": RANDOM.uniform(0.05, 0.95, N),
    "w": RANDOM.integers(0, 4, N) / 2.0,
    "site": NAMES[RANDOM.integers(0, 2, N)],
}
ASKED = {"label": "true", "predicted": "predicted", "prob": "confidence"}


def test_the_event_is_that_the_predicted_class_is_right(tmp_path):
    report = the_report(TOP, tmp_path, **ASKED)
    right = TOP["true"] == TOP["predicted"]
    assert report["cross_entropy"] == pytest.approx(log_loss(right, TOP["confidence"]), rel=1e-12)
    assert report["base_rate"] == right.mean()
    assert report["brier"] == pytest.approx(np.mean((TOP["confidence"] - right) ** 2), rel=1e-12)
    assert report.columns["label"] == "true = predicted"
    assert report.options["predicted"] == "predicted"


@pytest.mark.parametrize("more", [{"weight": "w"}, {"by": "site"}, {"cluster": "site"}])
def test_weights_groups_and_clusters_are_those_of_the_label_written_out(more, tmp_path):
    plain = {**TOP, "y": (TOP["true"] == TOP["predicted"]).astype(int)}
    expected = cecli.score(plain, label="y", prob="confidence", **more)
    assert figures(the_report(TOP, tmp_path, **ASKED, **more)) == figures(expected)


def test_the_label_is_guessed_as_ever():
    said = []
    report = cecli.score(TOP, predicted="predicted", prob="confidence", tell=said.append)
    assert report.columns["label"] == "true = predicted"
    assert "label is column 'true'" in said[0]


def test_classes_that_are_equal_numbers_are_the_same():
    rows = {"y": ["1", "2.0", "x"], "k": ["1.0", "2", "x "], "p": [0.5, 0.5, 0.5]}
    assert cecli.score(rows, label="y", predicted="k", prob="p")["base_rate"] == 1.0


def test_classes_that_differ_in_case_alone_are_wrong_and_noticed():
    rows = {"y": ["Cat", "dog"], "k": ["cat", "dog"], "p": [0.5, 0.5]}
    report = cecli.score(rows, label="y", predicted="k", prob="p")
    assert report["base_rate"] == 0.5
    (notice,) = [n for n in report.notices if n.code == "unlike-case"]
    assert notice.count == 1


@pytest.mark.parametrize("column", ["true", "predicted"])
def test_a_missing_class_is_a_missing_value(column, tmp_path):
    rows = {name: list(values) for name, values in TOP.items()}
    rows[column][4] = ""
    path = written(rows, tmp_path / "top.csv")
    with pytest.raises(RowError, match=f"top.csv:6: column {column}: the cell is empty"):
        cecli.score(path, **ASKED)
    report = the_report(rows, tmp_path, **ASKED, missing="skip")
    kept = {name: np.delete(values, 4) for name, values in TOP.items()}
    assert figures(report) == figures(cecli.score(kept, **ASKED))
    assert report.input.skipped == {"missing": 1}


@pytest.mark.parametrize("nan", ["nan", "NaN", float("nan")])
def test_nan_is_a_missing_class_and_never_right(nan, tmp_path):
    y, k = (np.array([nan, *known]).tolist() for known in ((2, 3), (2, 1)))
    rows = {"y": y, "k": k, "p": [0.9, 0.8, 0.3]}
    asked = {"label": "y", "predicted": "k", "prob": "p"}
    path = written(rows, tmp_path / "top.csv")
    with pytest.raises(RowError, match=f"top.csv:2: column y: '{nan}' is a missing value"):
        cecli.score(path, **asked)
    report = the_report(rows, tmp_path, **asked, missing="skip")
    kept = {name: values[1:] for name, values in rows.items()}
    assert figures(report) == figures(cecli.score(kept, **asked))
    assert report.input.skipped == {"missing": 1}


def test_a_row_of_weight_0_may_lack_a_class():
    rows = {"y": ["a", ""], "k": ["a", "b"], "p": [0.5, 0.5], "w": [1, 0]}
    assert cecli.score(rows, label="y", predicted="k", prob="p", weight="w")["base_rate"] == 1.0


def test_a_bad_confidence_is_refused_at_its_line(tmp_path):
    path = written({**TOP, "confidence": [*TOP["confidence"][:-1], 1.7]}, tmp_path / "top.csv")
    with pytest.raises(RowError, match=r"top.csv:301: column confidence: '1.7' is not a prob"):
        cecli.score(path, **ASKED)


@pytest.mark.parametrize(
    "more", [{"target": "w"}, {"positive": "cat"}, {"event": "w > 1"}, {"label": "predicted"}]
)
def test_what_contradicts_a_predicted_class_is_refused(more):
    asked = {"predicted": "predicted", "prob": "confidence", **more}
    with pytest.raises(UsageError, match="--predicted"):
        cecli.score(TOP, **asked)


def test_other_commands_take_a_predicted_class():
    plain = {**TOP, "y": (TOP["true"] == TOP["predicted"]).astype(int)}
    found, expected = cecli.worst(TOP, **ASKED), cecli.worst(plain, label="y", prob="confidence")
    assert [row.loss for row in found.rows] == [row.loss for row in expected.rows]
    shown = cecli.worst(TOP, rows=1, show="true,predicted", **ASKED).rows[0].shown
    assert set(shown) == {"true", "predicted"}
    assert (
        cecli.fit(TOP, model="platt", **ASKED).metrics
        == cecli.fit(plain, model="platt", label="y", prob="confidence").metrics
    )
