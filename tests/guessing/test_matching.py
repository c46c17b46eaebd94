"""Labels in another input, when nothing says how rows are matched: what is proposed."""

import numpy as np
import pytest

from cecli import score
from cecli.core.errors import UsageError

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
