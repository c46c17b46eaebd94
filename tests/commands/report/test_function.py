"""A page is about the very numbers that `score`, `calibration`, `compare` and `worst` report."""

import json

import pytest
from pages import rendered, rows_of

import cecli
from cecli.commands.report import page
from cecli.commands.report.pages import stored_page
from cecli.commands.report.stored import report_of
from cecli.core import evaluate
from cecli.core.errors import ColumnError, InputError, UsageError
from cecli.report.reading import document_in

ROWS = {k.split("<")[0]: v for k, v in rows_of(300).items()}


@pytest.fixture(scope="module")
def shown():
    return page(ROWS, label="y", prob=["p"], by=["g"], include_rows=4).report


def test_results_are_those_of_score_and_of_calibration(shown):
    scored = cecli.score(ROWS, label="y", prob="p", by="g")
    calibrated = cecli.calibration(ROWS, label="y", prob="p")
    of_rows = cecli.worst(ROWS, label="y", prob="p", rows=4).metrics
    assert shown.metrics == scored.metrics | of_rows | calibrated.metrics
    assert shown.intervals == scored.intervals | calibrated.intervals
    assert tuple(shown.groups) == tuple(scored.groups)
    assert shown.reliability == calibrated.reliability
    assert shown.curves == calibrated.curves


def test_rows_are_those_of_worst(shown):
    assert shown.rows == cecli.worst(ROWS, label="y", prob="p", rows=4).rows


def test_one_model_takes_one_reading_of_the_input(monkeypatch):
    """Further passes of calibration read rows that are kept in memory."""
    read = []
    fold = evaluate.fold
    monkeypatch.setattr(evaluate, "fold", lambda *given: read.append(given) or fold(*given))
    page(ROWS, label="y", prob=["p"], by=["g"], include_rows=4)
    assert len(read) == 1


def test_several_models_are_those_of_compare():
    found = page(ROWS, label="y", prob=["p", "q"], by=["g"], margin=0.01).report
    compared = cecli.compare(ROWS, label="y", prob=["p", "q"], by="g", margin=0.01)
    assert found.comparisons == compared.comparisons
    assert tuple(found.groups) == tuple(compared.groups)
    (other,) = found.models
    alone = page(ROWS, label="y", prob=["q"]).report
    assert (other.model, other.results) == ("q", alone.results)
    assert [table.of for table in found.reliability] == ["p", "q"]


THREE = {**ROWS, "r": [0.5] * len(ROWS["p"])}


def test_of_three_models_it_says_which_may_be_the_best():
    found = page(THREE, label="y", prob=["p", "q", "r"])
    compared = cecli.compare(THREE, label="y", prob=["p", "q", "r"])
    assert found.report.confidence_set == compared.confidence_set
    assert compared.confidence_set.sentence in rendered(found)


def test_of_several_classes_results_are_those_of_score():
    """Those of calibration are of another event: that the likeliest class was observed."""
    classes = {"y": ["a", "b", "c"] * 20, "p_a": [0.5] * 60, "p_b": [0.3] * 60, "p_c": [0.2] * 60}
    found = page(classes, label="y", prob=["p_*"]).report
    scored = cecli.score(classes, label="y", prob="p_*")
    assert found.metrics == scored.metrics
    of_class = {group.key["class"]: group.metrics for group in found.per_class}
    of_score = {group.key["class"]: group.metrics for group in scored.per_class}
    assert all(of_class[name].items() >= of_score[name].items() for name in of_score)
    assert of_class["a"]["auc"] == 0.5
    assert "likeliest class" not in {curve.of for curve in found.curves.roc}


REPORTS = {
    "score": lambda: cecli.score(ROWS, label="y", prob="p", by="g"),
    "calibration": lambda: cecli.calibration(ROWS, label="y", prob="p", threshold=0.5, by="g"),
    "versus": lambda: cecli.calibration(ROWS, label="y", prob="p", versus="q"),
    "compare": lambda: cecli.compare(ROWS, label="y", prob=["p", "q"]),
    "three": lambda: cecli.compare(THREE, label="y", prob=["p", "q", "r"]),
    "members": lambda: cecli.entropy(ROWS, member=["p", "q"], by="g"),
    "categories": lambda: cecli.kl(ROWS, p="y", q="g", categories=True),
    "worst": lambda: cecli.worst(ROWS, label="y", prob="p", rows=3, show="id"),
    "kl": lambda: cecli.kl({"p": [0.5, 1.0], "q": [0.25, 0.0]}, p="p", q="q"),
    "entropy": lambda: cecli.entropy(ROWS, column="g"),
    "explained": lambda: cecli.score(ROWS, label="y", prob="p", explain=True),
    "page": lambda: page(ROWS, label="y", prob=["p", "q"], by=["g"]).report,
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_stored_report_becomes_what_it_was_written_from(name):
    written = REPORTS[name]().to_dict()
    assert report_of(document_in(written, name)).to_dict() == written


def test_options_are_stated_as_by_the_other_commands(shown):
    assert shown.options["include_rows"] == 4
    assert "margin" not in shown.options


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"prob": ["p"], "show": ["id"]}, UsageError, "--show needs --include-rows"),
        ({"prob": ["p"], "margin": 0.1}, UsageError, "--margin needs several models"),
        ({"prob": ["p", "q"], "include_rows": 3}, UsageError, "--include-rows and several models"),
        ({"prob": ["p"], "by": ["nope"]}, ColumnError, "nope"),
        ({"prob": ["nope"]}, ColumnError, "nope"),
        ({"prob": ["p"], "baseline": "nope.json"}, InputError, "nope.json"),
    ],
)
def test_what_makes_no_sense_is_refused(options, error, words):
    with pytest.raises(error, match=words):
        page(ROWS, label="y", **options)


def test_soft_labels_have_a_page():
    found = page({"t": [0.2, 0.9, 0.5], "p": [0.3, 0.8, 0.5]}, target=["t"], prob=["p"]).report
    assert found.metrics["kl"] > 0.0
    assert found.metrics["miscalibration"] >= 0.0


@pytest.fixture
def stored(tmp_path):
    """Return a function that stores a report, and returns its path."""

    def store(report):
        path = tmp_path / "stored.json"
        path.write_text(json.dumps(report.to_dict()))
        return str(path)

    return store


def test_a_baseline_stands_beside_the_values(stored):
    path = stored(cecli.score(ROWS, label="y", prob="q"))
    text = rendered(page(ROWS, label="y", prob=["p"], baseline=path))
    assert "baseline " in text
    assert 'class="change better"' in text or 'class="change worse"' in text


def test_a_baseline_in_other_units_is_refused(stored):
    path = stored(cecli.score(ROWS, label="y", prob="q", units="bits"))
    with pytest.raises(InputError, match="the units of the baseline is bits"):
        page(ROWS, label="y", prob=["p"], baseline=path)


def test_verdicts_of_rules_are_on_the_page_of_their_report(stored):
    scored = cecli.score(ROWS, label="y", prob="p")
    path = stored(cecli.check(scored, max={"cross_entropy": 0.01, "brier": 0.9}))
    text = rendered(stored_page([path], None))
    assert "1 of 2 rules failed." in text
    assert "cross_entropy max 0.01" in text


def test_a_report_is_the_only_input(stored):
    path = stored(cecli.score(ROWS, label="y", prob="p"))
    with pytest.raises(UsageError, match="several inputs include a report"):
        stored_page([path, path], None)
