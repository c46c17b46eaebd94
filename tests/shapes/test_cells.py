"""Columns whose cells have the numbers of all classes."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.special import log_softmax
from shaped_inputs import figures, the_report, written
from sklearn.metrics import log_loss

import cecli
from cecli.core.errors import ColumnError, InputError, RowError, UsageError

RANDOM = np.random.default_rng(5)
N = 200
LOGITS = RANDOM.normal(size=(N, 3))
PROBS = RANDOM.dirichlet((1.0, 1.0, 1.0), N)
CODES = RANDOM.integers(0, 3, N)
WORDS = np.array(["det", "noun", "verb"])
MORE = {"w": RANDOM.integers(0, 3, N) / 2.0, "site": RANDOM.choice(["a", "b"], N)}
LISTS = {"y": CODES, "logits": [str(row.tolist()) for row in LOGITS], **MORE}
ASKED = {"label": "y", "prob": "logits", "scale": "logit"}
PAIRS = {
    "y": WORDS[CODES],
    "tags": [" ".join(f"{n}:{x!r}" for n, x in zip(WORDS, row.tolist(), strict=True))
             for row in PROBS],
    **MORE,
}  # fmt: skip
IN_COLUMNS = {"y": CODES, **{f"l_{k}": LOGITS[:, k] for k in range(3)}, **MORE}


def test_a_list_has_the_numbers_of_all_classes(tmp_path):
    report = the_report(LISTS, tmp_path, **ASKED)
    expected = -log_softmax(LOGITS, axis=1)[np.arange(N), CODES].mean()
    assert report["cross_entropy"] == pytest.approx(expected, rel=1e-12)
    assert report.columns["prob"] == ["logits[0]", "logits[1]", "logits[2]"]
    assert report.classes == ("0", "1", "2")


@pytest.mark.parametrize("more", [{}, {"weight": "w"}, {"by": "site"}, {"cluster": "site"}])
def test_all_else_is_as_for_a_column_a_class(more, tmp_path):
    report = the_report(LISTS, tmp_path, **ASKED, **more)
    plain = cecli.score(IN_COLUMNS, label="y", prob="l_*", scale="logit", **more)
    assert figures(report) == figures(plain)
    tags = the_report(PAIRS, tmp_path, label="y", prob="tags", **more)
    columns = {"y": WORDS[CODES], **{f"p_{w}": PROBS[:, k] for k, w in enumerate(WORDS)}, **MORE}
    assert figures(tags) == figures(cecli.score(columns, label="y", prob="p_*", **more))


def test_pairs_name_their_classes(tmp_path):
    report = the_report(PAIRS, tmp_path, label="y", prob="tags")
    assert report["cross_entropy"] == pytest.approx(log_loss(CODES, PROBS), rel=1e-12)
    assert report.classes == ("det", "noun", "verb")


def test_an_absent_class_has_probability_0(tmp_path):
    rows = {"y": ["a", "b", "c"], "p": ["a:1", "b:0.5 c:0.5", '{"c": 0.25, "a": 0.75}']}
    report = the_report(rows, tmp_path, label="y", prob="p", classes="a,b,c")
    assert report["cross_entropy"] == pytest.approx(np.log(2 * 4) / 3)
    assert report.metrics == cecli.score(rows, label="y", prob="p").metrics
    logs = {"y": ["a", "b"], "p": ["a:0", "a:-0.5 b:-0.9327521295671885"]}
    found = cecli.score(logs, label="y", prob="p", scale="log-probability")
    assert found["cross_entropy"] == pytest.approx(0.9327521295671885 / 2)


@pytest.mark.parametrize(
    "cells",
    [
        list(PROBS), PROBS, [row.tolist() for row in PROBS], [tuple(row) for row in PROBS],
        pd.Series(list(PROBS)),
    ],
)  # fmt: skip
def test_lists_in_memory_keep_all_digits(cells):
    report = cecli.score({"y": CODES, "p": cells}, label="y", prob="p")
    columns = {"y": CODES, **{f"p_{k}": PROBS[:, k] for k in range(3)}}
    assert report.metrics == cecli.score(columns, label="y", prob="p_*").metrics


def test_lists_of_parquet_are_read(tmp_path):
    path = str(tmp_path / "nested.parquet")
    pd.DataFrame({"y": CODES, "p": list(PROBS), "other": list(PROBS)}).to_parquet(path)
    columns = {"y": CODES, **{f"p_{k}": PROBS[:, k] for k in range(3)}}
    report = cecli.score(path, label="y", prob="p")
    assert report.metrics == cecli.score(columns, label="y", prob="p_*").metrics


def test_a_stream_is_looked_at_before_it_is_read(tmp_path):
    path = written(LISTS, tmp_path / "lists.csv")
    command = [sys.executable, "-m", "cecli", "score", "-", "--label", "y", "--prob", "logits",
               "--from", "logit", "--format", "csv"]  # fmt: skip
    with open(path) as file:
        done = subprocess.run(command, stdin=file, capture_output=True, text=True, check=True)
    assert f"cross_entropy,{cecli.score(path, **ASKED)['cross_entropy']!r}" in done.stdout
    assert "each cell of 'logits' is a list of 3 numbers" in done.stderr


def test_classes_of_a_list_may_be_named(tmp_path):
    rows = {**LISTS, "y": WORDS[CODES]}
    report = the_report(rows, tmp_path, **ASKED, classes="det,noun,verb")
    assert report.metrics == cecli.score(LISTS, **ASKED).metrics
    assert report.columns["prob"] == ["logits[det]", "logits[noun]", "logits[verb]"]
    coded = cecli.score({**LISTS, "y": CODES + 1}, **ASKED, classes="1=det,2=noun,3=verb")
    assert coded.metrics == report.metrics


def test_labels_of_a_list_that_count_from_1_are_refused_with_a_hint_that_works():
    rows = {**LISTS, "y": CODES + 1}
    with pytest.raises(RowError, match="column y: '3' is not a code") as refused:
        cecli.score(rows, **ASKED, on_bad_row="skip")
    option = refused.value.hint.partition("--classes ")[2].strip("'")
    assert cecli.score(rows, **ASKED, classes=option).metrics == cecli.score(LISTS, **ASKED).metrics


def test_one_class_of_a_list_may_be_scored_alone():
    two = {"y": CODES % 2, "p": [[1.0 - x, x] for x in PROBS[:, 0].tolist()]}
    report = cecli.score(two, label="y", prob="p[1]")
    assert report.metrics == cecli.score({"y": CODES % 2, "p": PROBS[:, 0]}).metrics


def test_percentages_and_sums_are_checked_as_in_columns():
    rows = {"y": [0, 1], "p": ["[50, 50]", "[25, 75]"]}
    found = cecli.score(rows, label="y", prob="p", scale="percent")
    assert found["cross_entropy"] == pytest.approx(-np.log(0.5 * 0.75) / 2)
    with pytest.raises(RowError, match=r"<arrays>:1: the probabilities add up to 0.9, not to 1"):
        cecli.score({"y": [0], "p": ["[0.5, 0.4]"]}, label="y", prob="p")
    halves = cecli.score(
        {"y": [0, 1], "p": ["[2, 2]", "[1, 3]"]}, label="y", prob="p", normalize=True
    )
    assert halves["cross_entropy"] == pytest.approx(-np.log(0.5 * 0.75) / 2)


@pytest.mark.parametrize(
    ("cell", "why", "skipped"),
    [
        ("[0.5, 0.5]", "has 2 numbers instead of 3", "bad-value"),
        ("[0.5, 0.5, 0.5, 0.5]", "has 4 numbers instead of 3", "bad-value"),
        ("0.5", "is not a list of numbers", "bad-value"),
        ("[0.5, 0.5, x]", "is not a list of numbers", "bad-value"),
        ("", "column p: the cell is empty", "missing"),
        ("[0.5, nan, 0.5]", r"column p\[1\]: 'nan' is a missing value", "missing"),
        ("[0.5, 1.5, 0]", r"column p\[1\]: '1.5' is not a probability", "bad-value"),
        ("[0.5, 0.5, 0.5]", "add up to 1.5", "sum"),
    ],
)
def test_a_bad_list_is_refused_at_its_line_or_skipped(cell, why, skipped, tmp_path):
    cells = [str(row.tolist()) for row in PROBS]
    rows = {"y": CODES, "p": [*cells[:90], cell, *cells[91:]]}
    with pytest.raises(RowError, match=why) as refused:
        cecli.score(written(rows, tmp_path / "lists.csv"), label="y", prob="p")
    assert refused.value.where.endswith("lists.csv:92")
    report = the_report(rows, tmp_path, label="y", prob="p", on_bad_row="skip")
    kept = {"y": np.delete(CODES, 90), "p": np.delete(cells, 90)}
    assert report.metrics == cecli.score(kept, label="y", prob="p").metrics
    assert report.input.skipped == {skipped: 1}


def test_a_class_that_appears_after_the_sample_is_named_with_the_way_out(tmp_path):
    rows = {"y": ["a"] * 1500, "p": ["a:0.5 b:0.5"] * 1499 + ["a:0.5 c:0.5"]}
    path = written(rows, tmp_path / "tags.csv")
    with pytest.raises(
        RowError, match=r"tags.csv:1501: column p: .* names 'c', which is none"
    ) as e:
        cecli.score(path, label="y", prob="p")
    assert "--classes" in e.value.hint
    assert cecli.score(path, label="y", prob="p", classes="a,b,c")["cross_entropy"] == np.log(2.0)
    assert cecli.score(path, label="y", prob="p", on_bad_row="skip").input.rows == 1499


def test_a_row_of_weight_0_may_have_no_list():
    rows = {"y": [0, 1], "p": ["[0.5, 0.5]", "?"], "w": [1, 0]}
    assert cecli.score(rows, label="y", prob="p", weight="w")["cross_entropy"] == np.log(2.0)


def test_more_classes_than_a_list_has_are_refused():
    with pytest.raises(ColumnError, match="lists of 3 numbers, but --classes names 2 classes"):
        cecli.score(LISTS, **ASKED, classes="a,b")


@pytest.mark.parametrize("cell", ["0,5", "50%", "yes", "12:30", "[x]"])
def test_other_texts_are_no_lists(cell):
    with pytest.raises(
        InputError, match=f"column p: '{cell}' is not a probability".replace("[", r"\[")
    ):
        cecli.score({"y": [0], "p": [cell]}, label="y", prob="p")


def test_a_missing_column_is_named_as_ever():
    with pytest.raises(UsageError, match=r"there is no column 'lgits'"):
        cecli.score(LISTS, label="y", prob="lgits")


def test_soft_labels_may_be_lists():
    soft = RANDOM.dirichlet((1.0, 1.0, 1.0), N)
    rows = {"t": list(soft), "p": list(PROBS)}
    report = cecli.score(rows, target="t", prob="p")
    assert report["cross_entropy"] == pytest.approx(-(soft * np.log(PROBS)).sum(1).mean())


def test_many_classes_do_not_make_large_chunks():
    from cecli.columns.column import Column
    from cecli.options.predictions import ScoreOptions
    from cecli.options.reading import ReadingOptions
    from cecli.options.values import scoring_of
    from cecli.readers.opening import Reading, open_table
    from cecli.shapes.cells import CellsOfClasses

    rows = {"y": [0] * 5000, "p": ["[" + ",".join(["0.01"] * 100) + "]"] * 5000}
    scoring = scoring_of(ScoreOptions(label="y", prob=("p",)), ReadingOptions(), lambda _: None)
    table, _ = CellsOfClasses().of(open_table(rows, Reading()), scoring)
    columns = [Column("prob", f"p[{k}]", None, k) for k in range(100)]
    chunks = [chunk for part in table.partitions(columns) for chunk in part.chunks()]
    assert max(chunk.numbers["prob"].size for chunk in chunks) <= 1 << 16
    assert sum(map(len, chunks)) == 5000


def test_other_commands_take_lists():
    plain = {"label": "y", "prob": "l_*", "scale": "logit"}
    found, expected = cecli.worst(LISTS, **ASKED), cecli.worst(IN_COLUMNS, **plain)
    assert [row.loss for row in found.rows] == [row.loss for row in expected.rows]
    assert cecli.fit(LISTS, model="temperature", **ASKED).metrics == (
        cecli.fit(IN_COLUMNS, model="temperature", **plain).metrics
    )
    shifted = {**LISTS, "other": LISTS["logits"][1:] + LISTS["logits"][:1]}
    compared = cecli.compare(shifted, label="y", prob=["logits", "other"], scale="logit")
    losses = -log_softmax(LOGITS, axis=1)
    others = np.roll(losses, -1, axis=0)
    rows = np.arange(N)
    expected = (others[rows, CODES] - losses[rows, CODES]).mean()
    assert compared["difference"] == pytest.approx(expected)
    second = {"y": CODES, "other": shifted["other"]}
    two = cecli.compare(LISTS, second, label="y", prob=["logits", "other"], scale="logit")
    assert two["difference"] == compared["difference"]
    same = cecli.compare(LISTS, IN_COLUMNS, label="y", prob=["logits", "l_*"], scale="logit")
    assert same["difference"] == 0.0


@pytest.mark.parametrize("how", [{"id": "id"}, {"by_position": True}])
def test_labels_may_be_in_another_file(how, tmp_path):
    ids = np.arange(N)
    predictions = written({"id": ids, "logits": LISTS["logits"]}, tmp_path / "predictions.csv")
    labels = written({"id": ids, "y": CODES}, tmp_path / "labels.csv")
    report = cecli.score(predictions, labels=labels, **how, **ASKED)
    assert report["cross_entropy"] == cecli.score(LISTS, **ASKED)["cross_entropy"]
    assert "labels.csv" in " ".join(notice.message for notice in report.notices)
