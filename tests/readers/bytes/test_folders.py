"""The data files of a directory, and columns from the names of its folders."""

import pandas as pd
import pytest

import cecli
from cecli.core.errors import ColumnError, InputError
from cecli.readers.bytes.folders import values_of

ROWS = {"2026-01-01": "y,p\n1,0.8\n0,0.3\n", "2026-01-02": "y,p\n1,0.5\n0,0.25\n"}


@pytest.fixture
def folder(tmp_path):
    for day, text in ROWS.items():
        (tmp_path / f"dt={day}").mkdir()
        (tmp_path / f"dt={day}" / "part-0.csv").write_text(text)
    (tmp_path / "_SUCCESS").touch()
    return tmp_path


def groups(*paths, **options):
    return cecli.score(*paths, **options).to_dict()["groups"]


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_a_key_in_the_names_of_folders_is_a_column(folder, kind):
    frames = []
    for day in ROWS:
        path = folder / f"dt={day}" / "part-0.csv"
        frames.append(pd.read_csv(path).assign(dt=day))
        path.unlink()
        if kind == "csv":
            frames[-1][["y", "p"]].to_csv(path, index=False)
        elif kind == "parquet":
            frames[-1][["y", "p"]].to_parquet(path.with_suffix(".parquet"), index=False)
        else:
            frames[-1][["y", "p"]].to_json(path.with_suffix(".jsonl"), orient="records", lines=True)
    assert groups(folder, by="dt") == groups(pd.concat(frames, ignore_index=True), by="dt")
    replicated = cecli.score(folder, bootstrap=200)
    assert replicated["cross_entropy"] == cecli.score(pd.concat(frames))["cross_entropy"]


def test_keys_are_decoded_and_a_missing_value_is_empty():
    path = "data/a=x%2Fy/b=__HIVE_DEFAULT_PARTITION__/c=1=2/part.csv"
    assert values_of(path, ["data"]) == [("a", "x/y"), ("b", ""), ("c", "1=2")]
    assert values_of("data/part.csv", ["data"]) == []
    assert values_of("data/a=1/part.csv", ["data/a=1/"]) == []


@pytest.mark.parametrize("other", ["part-9.csv", "region=eu/part-9.csv", "dt=x/hour=1/part-9.csv"])
def test_folders_of_other_keys_are_refused_with_both_paths(folder, other):
    path = folder / other
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ROWS["2026-01-01"])
    with pytest.raises(InputError) as caught:
        cecli.score(folder)
    assert "part-0.csv" in str(caught.value)
    assert "part-9.csv" in str(caught.value)


def test_a_key_that_is_a_column_too_is_refused(folder):
    for day in ROWS:
        (folder / f"dt={day}" / "part-0.csv").write_text("y,p,dt\n1,0.5,a\n0,0.5,b\n")
    assert cecli.score(folder).input.rows == 4
    with pytest.raises(ColumnError, match="column 'dt' occurs 2 times"):
        cecli.score(folder, by="dt")


def test_a_key_is_no_number(folder):
    with pytest.raises(ColumnError, match="column 'dt' is the name of a folder"):
        cecli.score(folder, weight="dt")


def test_a_json_file_beside_others_is_no_data(tmp_path):
    (tmp_path / "about.json").write_text('{"made": "today"}')
    (tmp_path / "part.csv").write_text(ROWS["2026-01-01"])
    assert cecli.score(tmp_path).input.rows == 2
    (tmp_path / "part.csv").unlink()
    (tmp_path / "about.json").write_text('[{"y": 1, "p": 0.8}]')
    assert cecli.score(tmp_path).input.rows == 1


def test_a_folder_is_seen_beside_the_columns_that_are_guessed(folder):
    assert [column.name for column in cecli.inspect(folder).columns] == ["y", "p", "dt"]
    named = cecli.score(folder, label="y", prob="p")
    assert cecli.score(folder)["cross_entropy"] == named["cross_entropy"]
