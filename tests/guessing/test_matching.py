"""Labels in another input, when nothing says how rows are matched: what is proposed."""

import json
import shlex

import numpy as np
import pytest

from cecli import score
from cecli.core.errors import ExitCode, UsageError
from cecli.guessing.evidence import FEW_CELLS, look

DRAW = np.random.default_rng(5)
P = DRAW.uniform(0.05, 0.95, 60).round(6)
Y = (DRAW.uniform(size=60) < P).astype(int)
ORDER = DRAW.permutation(60)
LOSS = -np.mean(np.log(np.where(Y == 1, P, 1 - P)))


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Return a function that writes two files of columns, into the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(predictions, labels):
        for name, columns in (("p.csv", predictions), ("y.csv", labels)):
            rows = zip(*columns.values(), strict=True)
            lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
            (tmp_path / name).write_text("\n".join(lines) + "\n")

    return write


def proposed():
    """Return the commands that the error proposes."""
    with pytest.raises(UsageError, match="how rows are matched") as caught:
        score("p.csv", labels="y.csv")
    return [command.line for command in caught.value.commands]


def shuffled(columns):
    return {name: np.asarray(values)[ORDER] for name, values in columns.items()}


def test_a_column_that_tells_the_rows_of_both_apart_is_the_key(files):
    files({"id": range(60), "p": P}, shuffled({"id": range(60), "y": Y}))
    assert proposed() == ["cecli score p.csv --label y --prob p --labels y.csv --id id"]
    assert score("p.csv", label="y", prob="p", labels="y.csv", id="id")[
        "cross_entropy"
    ] == pytest.approx(LOSS, abs=1e-12)


def test_the_key_is_proposed_beside_an_event_of_a_quantity(cecli, files):
    files({"id": range(60), "p": P}, shuffled({"id": range(60), "rain": 2.5 * Y}))
    given = ["score", "p.csv", "--labels", "y.csv", "--event", "rain > 0", "--prob", "p"]
    done = cecli(*given)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("try: ")]
    assert shlex.split(line)[-2:] == ["--id", "id"]
    report = json.loads(cecli(*shlex.split(line)[2:], "--json").stdout)
    assert report["metrics"]["cross_entropy"] == pytest.approx(LOSS, abs=1e-12)


def test_several_columns_together_may_be_the_key(files):
    keys = {"who": np.arange(60) // 6, "hour": np.arange(60) % 6}
    files({**keys, "p": P}, shuffled({**keys, "y": Y}))
    assert proposed() == ["cecli score p.csv --label y --prob p --labels y.csv --id who --id hour"]


def test_without_a_shared_column_rows_of_equal_number_are_matched_by_position(files):
    files({"p": P}, {"y": Y})
    assert proposed() == ["cecli score p.csv --label y --prob p --labels y.csv --by-position"]


@pytest.mark.parametrize("rows", [59, 1])
def test_other_numbers_of_rows_are_matched_by_nothing(files, rows):
    files({"p": P}, {"y": Y[:rows]})
    assert proposed() == []


def test_a_column_that_repeats_a_value_is_no_key(files):
    files({"id": range(60), "p": P}, {"id": [0, *range(59)], "y": Y})
    assert proposed() == []


def test_a_decision_in_the_other_file_is_no_label(files):
    files({"id": range(60), "p": P}, shuffled({"id": range(60), "y": (P >= 0.35).astype(int)}))
    assert proposed() == []


WIDE = DRAW.dirichlet(np.ones(60), 1500)
CLASSES = DRAW.integers(60, size=1500)


@pytest.fixture
def arrays(tmp_path, monkeypatch):
    """Return a function that writes distributions and so many labels, and the sights of both."""
    monkeypatch.chdir(tmp_path)
    sights = []

    def looked(*given, **options):
        sights.append(look(*given, **options))
        return sights[-1]

    monkeypatch.setattr("cecli.guessing.matching.look", looked)

    def write(labels):
        np.save("probs.npy", WIDE)
        np.save("y.npy", CLASSES[:labels])
        return sights

    return write


BY_POSITION = "cecli score probs.npy --label y --prob 'probs_*' --labels y.npy --by-position"


def test_few_cells_of_a_wide_array_are_looked_at_and_show_how_rows_match(arrays):
    sights = arrays(1500)
    with pytest.raises(UsageError, match="how rows are matched") as caught:
        score("probs.npy", labels="y.npy")
    assert [command.line for command in caught.value.commands] == [BY_POSITION]
    assert all(sight.rows * len(sight.columns) <= FEW_CELLS for sight in sights)
    found = score("probs.npy", label="y", prob="probs_*", labels="y.npy", by_position=True)
    loss = -np.mean(np.log(WIDE[np.arange(1500), CLASSES]))
    assert found["cross_entropy"] == pytest.approx(loss, rel=1e-12)


def test_fewer_labels_than_rows_that_were_looked_at_are_matched_by_nothing(arrays):
    sights = arrays(800)
    with pytest.raises(UsageError, match="how rows are matched") as caught:
        score("probs.npy", labels="y.npy")
    assert sights[0].rows > sights[1].rows == 800
    assert not caught.value.commands


def test_distributions_and_labels_in_two_arrays_are_told_apart(cecli, arrays):
    arrays(1500)
    done = cecli("score", "probs.npy", "y.npy")
    assert done.returncode == ExitCode.INPUT
    assert f"try: {BY_POSITION}\n" in done.stderr


@pytest.mark.parametrize("files", [("probs.npy", "y.npy"), ("y.npy", "probs.npy")])
def test_a_transposed_array_is_told_by_its_shape(cecli, tmp_path, monkeypatch, files):
    monkeypatch.chdir(tmp_path)
    np.save("probs.npy", np.full((3, 100_000), 1.0 / 3.0))
    np.save("y.npy", np.zeros(100_000, dtype=int))
    done = cecli("score", *files)
    assert done.returncode == ExitCode.INPUT
    assert done.stderr.splitlines()[-1] == (
        "hint: probs.npy has 100,000 columns: transpose it, array.T, if these are its rows"
    )


def test_parts_of_one_table_are_not_taken_for_transposed(cecli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("one.npz", y=np.arange(6) % 2, p=np.full(6, 0.5))
    np.savez("two.npz", y=np.arange(2) % 2, p=np.full(2, 0.5))
    assert cecli("score", "one.npz", "two.npz").returncode == ExitCode.OK


TEN = DRAW.dirichlet(np.ones(10), 200)
DIGITS = np.array([DRAW.choice(10, p=row) for row in TEN])
LOSS_OF_TEN = -np.mean(np.log(TEN[np.arange(200), DIGITS]))


def named_labels(name, labels):
    lines = ["truth", *map(str, labels)]
    with open(name, "w") as out:
        out.write("\n".join(lines) + "\n")


# How scikit-learn's predict_proba and its labels are saved, and the labels beside them.
SAVED = {
    "commas": ({"delimiter": ","}, lambda name, y: np.save(name, y), "y.npy"),
    "blanks": ({}, lambda name, y: np.savetxt(name, y, fmt="%d"), "y.txt"),
    "numbers with exponents": ({}, np.savetxt, "y.txt"),
    "labels with a name": ({"delimiter": ","}, named_labels, "y.csv"),
}


@pytest.mark.parametrize("saved", SAVED)
@pytest.mark.parametrize("of_two", [False, True])
def test_columns_without_a_header_are_classes_by_position(
    cecli, tmp_path, monkeypatch, saved, of_two
):
    monkeypatch.chdir(tmp_path)
    how, save, labels = SAVED[saved]
    probs, y = (np.c_[1.0 - P, P], Y) if of_two else (TEN, DIGITS)
    np.savetxt("proba.txt", probs, **how)
    save(labels, y)
    done = cecli("score", "proba.txt", labels)
    assert "hint: files that are given together are one table" in done.stderr
    (line,) = [x for x in done.stderr.splitlines() if x.startswith("try: cecli")]
    found = cecli(*shlex.split(line)[2:], "--json")
    loss = json.loads(found.stdout)["metrics"]["cross_entropy"]
    assert loss == pytest.approx(LOSS if of_two else LOSS_OF_TEN, abs=1e-12)


def test_labels_and_predictions_of_one_column_without_a_header_are_told_apart(
    cecli, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    np.savetxt("p.txt", P)
    np.savetxt("y.txt", Y, fmt="%d")
    line = "cecli score p.txt --label labels.1 --prob predictions.1 --labels y.txt --by-position"
    assert f"try: {line} --no-header\n" in cecli("score", "p.txt", "y.txt").stderr


def test_an_array_on_a_scale_that_is_given_has_a_column_for_each_class(
    cecli, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    np.save("out.npy", np.log(TEN) + 1.0)
    np.save("digit.npy", DIGITS)
    done = cecli("score", "out.npy", "digit.npy", "--from", "logit")
    (line,) = [x for x in done.stderr.splitlines() if x.startswith("try: cecli")]
    found = json.loads(cecli(*shlex.split(line)[2:], "--json").stdout)["metrics"]
    assert found["cross_entropy"] == pytest.approx(LOSS_OF_TEN, abs=1e-12)
