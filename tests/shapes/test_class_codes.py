"""Classes that labels, or columns of predictions, call by their codes."""

import numpy as np
import pytest
from shaped_inputs import figures, the_report, written
from sklearn.metrics import log_loss

import cecli
from cecli.core.errors import ColumnError, RowError, UsageError

RANDOM = np.random.default_rng(11)
N, NAMES = 250, ("low", "mid", "high")
PROBS = RANDOM.dirichlet((1.0, 1.0, 1.0), N)
CODES = RANDOM.integers(0, 3, N)
# The columns stand in another order than the classes.
NAMED = {f"prob_{name}": PROBS[:, place] for place, name in [(2, "high"), (0, "low"), (1, "mid")]}
GRADES = {
    "grade": CODES,
    **NAMED,
    "w": RANDOM.integers(0, 3, N) / 2.0,
    "site": RANDOM.choice(["a", "b"], N),
}
ASKED = {"label": "grade", "prob": "prob_*", "classes": "low,mid,high"}


def test_codes_are_scored_as_the_classes_that_they_stand_for(tmp_path):
    report = the_report(GRADES, tmp_path, **ASKED)
    assert report["cross_entropy"] == pytest.approx(log_loss(CODES, PROBS), rel=1e-12)
    assert report["accuracy"] == np.mean(PROBS.argmax(axis=1) == CODES)
    assert report.classes == NAMES
    assert report.options["classes"] == "low,mid,high"
    assert report.columns["prob"] == ["prob_low", "prob_mid", "prob_high"]


@pytest.mark.parametrize("more", [{"weight": "w"}, {"by": "site"}, {"cluster": "site"}])
def test_all_else_is_as_for_labels_that_are_names(more, tmp_path):
    plain = {**GRADES, "grade": np.array(NAMES)[CODES]}
    plain = {name: plain[name] for name in ("grade", *(f"prob_{n}" for n in NAMES), "w", "site")}
    expected = cecli.score(plain, label="grade", prob="prob_*", **more)
    assert figures(the_report(GRADES, tmp_path, **ASKED, **more)) == figures(expected)


def test_columns_may_have_the_codes_and_labels_the_names(tmp_path):
    rows = {"grade": np.array(NAMES)[CODES], **{f"p_{k}": PROBS[:, k] for k in range(3)}}
    report = the_report(rows, tmp_path, **{**ASKED, "prob": "p_*"})
    assert report["cross_entropy"] == pytest.approx(log_loss(CODES, PROBS), rel=1e-12)
    assert report.classes == NAMES


def test_codes_may_be_any_whole_numbers_and_decimals(tmp_path):
    rows = {**GRADES, "grade": CODES + 1.0}
    report = the_report(rows, tmp_path, **{**ASKED, "classes": "1=low,2=mid,3=high"})
    assert report["cross_entropy"] == pytest.approx(log_loss(CODES, PROBS), rel=1e-12)


@pytest.mark.parametrize("more", [{}, {"on_bad_row": "skip"}])
def test_codes_that_count_from_1_end_the_run_with_a_hint_that_works(more, tmp_path):
    rows = {**GRADES, "grade": CODES + 1}
    path = written(rows, tmp_path / "grades.csv")
    line = 2 + int(np.argmax(CODES == 2))
    with pytest.raises(RowError, match=f"grades.csv:{line}: column grade: '3' is not a code") as e:
        cecli.score(path, **ASKED, **more)
    option = e.value.hint.partition("--classes ")[2].strip("'")
    report = cecli.score(path, **{**ASKED, "classes": option}, **more)
    assert report["cross_entropy"] == pytest.approx(log_loss(CODES, PROBS), rel=1e-12)


def test_an_unknown_code_is_refused_or_skipped(tmp_path):
    rows = {**GRADES, "grade": [7, *CODES[1:]]}
    with pytest.raises(RowError, match="column grade: '7' is no class, nor its code"):
        cecli.score(rows, **ASKED)
    report = the_report(rows, tmp_path, **ASKED, on_bad_row="skip")
    assert report.input.skipped == {"unknown-class": 1}


def test_columns_of_other_classes_are_refused():
    with pytest.raises(ColumnError, match="the classes of --prob are 'high', 'low', 'mid'"):
        cecli.score(GRADES, **{**ASKED, "classes": "low,mid,top"})


@pytest.mark.parametrize(
    ("more", "why"),
    [({"prob": "prob_low"}, "has a single one"), ({"predicted": "site"}, "exclude each other"),
     ({"classes": "low"}, "does not name two")],
)  # fmt: skip
def test_what_contradicts_classes_is_refused(more, why):
    with pytest.raises(UsageError, match=why):
        cecli.score(GRADES, **{**ASKED, **more})


def test_soft_labels_may_be_called_by_codes():
    soft = RANDOM.dirichlet((1.0, 1.0, 1.0), N)
    rows = {**NAMED, **{f"t_{k}": soft[:, k] for k in range(3)}}
    report = cecli.score(rows, target="t_*", prob="prob_*", classes="low,mid,high")
    assert report["cross_entropy"] == pytest.approx(-(soft * np.log(PROBS)).sum(1).mean())


def test_other_commands_take_codes():
    plain = {**GRADES, "grade": np.array(NAMES)[CODES]}
    found = cecli.worst(GRADES, **ASKED)
    assert [row.loss for row in found.rows] == [
        row.loss for row in cecli.worst(plain, label="grade", prob="prob_*").rows
    ]
    assert cecli.fit(GRADES, model="temperature", **ASKED).metrics == pytest.approx(
        cecli.fit(plain, model="temperature", label="grade", prob="prob_*").metrics
    )
    second = {f"b_{k}": np.roll(PROBS[:, k], 1) for k in range(3)}
    compared = cecli.compare(
        {**GRADES, **second}, label="grade", prob=["prob_*", "b_*"], classes="low,mid,high"
    )
    losses = -np.log(PROBS[np.arange(N), CODES]), -np.log(np.roll(PROBS, 1, 0)[range(N), CODES])
    assert compared["difference"] == pytest.approx((losses[1] - losses[0]).mean())
    two = cecli.compare(GRADES, GRADES, label="grade", prob="prob_*", classes="low,mid,high")
    assert two["difference"] == 0.0
