"""Labels in an input of their own are read as they are, and two files are never taken for one."""

import json
import math
import shlex

import pytest

import cecli

PREDICTIONS = "id,prob\na,0.75\nb,0.25\nc,0.5\nd,0.625\n"
LABELS = "id,y\nd,0\nc,1\nb,0\na,1\n"
TWINS = ("id,target\na,0.75\nb,0.25\nc,0.5\nd,0.625\n", "id,target\nd,0\nc,1\nb,0\na,1\n")
LOSS = 0.56234  # of these four predictions, to its digits


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(predictions, labels):
        (tmp_path / "p.csv").write_text(predictions)
        (tmp_path / "y.csv").write_text(labels)

    return write


@pytest.mark.parametrize("labels", [LABELS, LABELS.replace(",", ";"), LABELS.replace(",", "\t")])
@pytest.mark.parametrize(
    "predictions", [PREDICTIONS, PREDICTIONS.replace(",", ";").replace(".", ",")]
)
def test_each_input_is_read_as_its_own_first_lines_show(files, predictions, labels):
    files(predictions, labels)
    told = []
    found = cecli.score("p.csv", labels="y.csv", id="id", tell=told.append)
    assert found["cross_entropy"] == pytest.approx(LOSS, abs=1e-4)
    assert any("the labels are read with --delimiter" in one for one in told) == (labels != LABELS)


def test_what_the_user_gave_holds_for_both(files):
    files(PREDICTIONS.replace(",", "|"), LABELS.replace(",", "|"))
    found = cecli.score("p.csv", labels="y.csv", id="id", delimiter="|")
    assert found["cross_entropy"] == pytest.approx(LOSS, abs=1e-4)


@pytest.mark.parametrize("order", [["p.csv", "y.csv"], ["y.csv", "p.csv"]])
@pytest.mark.parametrize("command", [cecli.score, cecli.calibration])
def test_two_files_are_refused_with_the_command_that_matches_them(files, order, command):
    files(PREDICTIONS, LABELS)
    with pytest.raises(cecli.InputError) as error:
        command(order)
    (found,) = error.value.commands
    assert shlex.split(found.line) == shlex.split(
        f"cecli {command.__name__} p.csv --label y --prob prob --labels y.csv --id id"
    )
    found = cecli.score("p.csv", label="y", prob="prob", labels="y.csv", id="id")
    assert found["cross_entropy"] == pytest.approx(LOSS, abs=1e-4)


@pytest.mark.parametrize("order", [["p.csv", "y.csv"], ["y.csv", "p.csv"]])
@pytest.mark.parametrize(
    ("predictions", "labels", "loss"),
    [
        ("0.75 0.25\n0.25 0.75\n0.5 0.5\n", "0\n1\n1\n", -math.log(0.75 * 0.75 * 0.5) / 3),
        ("0.75\n0.25\n0.5\n0.625\n", "1\n0\n1\n0\n", LOSS),
        ("0\n0.75\n0.25\n0.5\n0.625\n", "0\n1\n0\n1\n0\n", LOSS),
        (",0\n0,0.75\n1,0.25\n2,0.5\n3,0.625\n", ",0\n0,1\n1,0\n2,1\n3,0\n", LOSS),
    ],
    ids=["classes", "one column", "as pandas writes a series", "and with its index"],
)
def test_arrays_as_texts_without_headers_are_matched_in_either_order(
    files, request, order, predictions, labels, loss
):
    files(predictions, labels)
    with pytest.raises(cecli.InputError) as error:
        cecli.score(order)
    found, *_ = error.value.commands
    done = request.getfixturevalue("cecli")(*shlex.split(found.line)[1:], "--json")
    report = json.loads(done.stdout)
    assert report["metrics"]["cross_entropy"] == pytest.approx(loss, abs=1e-4)


@pytest.mark.parametrize("order", [["p.csv", "y.csv"], ["y.csv", "p.csv"]])
def test_labels_that_are_fewer_than_predictions_are_told_so(files, order):
    files("p\n0.75\n0.25\n0.5\n0.625\n", "1\n0\n1\n0\n")
    with pytest.raises(cecli.InputError, match=r"y.csv: has 3 rows, but p.csv has more") as error:
        cecli.score(order)
    assert "was a first line taken for a header?" in error.value.hint
    assert not error.value.commands


def test_a_column_that_is_called_0_may_be_that_of_either_class(tmp_path):
    path = tmp_path / "preds.csv"
    path.write_text("y,0\n" + "1,0.75\n0,0.25\n1,0.5\n0,0.625\n" * 5)
    with pytest.raises(cecli.ColumnError) as error:
        cecli.score(path)
    ones, zeros = (shlex.split(command.line) for command in error.value.commands)
    assert "--positive" not in ones
    assert zeros[-2:] == ["--positive", "0"]


def test_a_name_that_both_inputs_have_is_that_of_what_they_are(files):
    files(*TWINS)
    found = cecli.score("p.csv", labels="y.csv", id="id")
    assert found["cross_entropy"] == pytest.approx(LOSS, abs=1e-4)
    assert found.columns["label"] == "labels.target"
    with pytest.raises(cecli.UsageError) as error:
        cecli.score("p.csv", labels="y.csv")
    assert "--label labels.target --prob predictions.target" in error.value.commands[0].line


def test_columns_that_blanks_align_are_refused_with_what_separates_them(tmp_path):
    path = tmp_path / "fixed.txt"
    path.write_text("id   y    prob\n1    1    0.75\n2    0    0.25\n3    1    0.5\n")
    with pytest.raises(cecli.InputError, match="aligned by several blanks") as error:
        cecli.score(path)
    assert "awk '{$1 = $1; print}' OFS=," in error.value.hint


def test_entropy_reads_a_text_as_its_first_lines_show(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("x;k\na;1\nb;2\na;3\nb;1\n")
    assert cecli.entropy(path, column="x", units="bits")["entropy"] == 1.0
