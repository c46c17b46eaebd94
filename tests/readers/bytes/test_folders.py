"""The data files of a directory, and columns from the names of its folders."""

import os
from urllib.parse import quote

import duckdb
import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.core.errors import ColumnError, InputError
from cecli.readers.bytes.folders import data_files, keys_of

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
    path = "data/a=x%2Fy/b=__HIVE_DEFAULT_PARTITION__/c=1=2/d%3D=%C3%A9/part.csv"
    assert keys_of(path) == {"a": "x/y", "b": "", "c": "1=2", "d=": "é"}
    assert keys_of("data/part=1.csv") == keys_of("=/=a/part.csv") == {}


def test_no_password_and_no_query_states_a_key():
    assert keys_of("sftp://me:pass=word@host/dt=1/part.csv") == {"dt": "1"}
    assert keys_of("https://host/dt=1/part.csv?token=a/b=c/d") == {"dt": "1"}
    assert keys_of("https://host/part.csv#a=b/c") == {}


def test_a_key_twice_in_a_path_is_refused():
    with pytest.raises(InputError, match="two of its folders state the key 'a'"):
        keys_of("a=1/a=2/part.csv")


@pytest.mark.parametrize(
    "paths",
    [["dt=2026-01-01/", "dt=2026-01-02/part-0.csv"], ["*/part-*.csv"], ["dt=2026-0[1-3]*/"], ["*"],
     ["dt=2026-01-0[12]"], ["**"], ["@list"], ["dt=2026-01-0*/*.csv"]],
)  # fmt: skip
def test_paths_state_keys_however_they_are_given(folder, paths):
    (folder / "_SUCCESS").unlink()
    listed = "\n".join(str(folder / f"dt={day}" / "part-0.csv") for day in ROWS)
    (folder.parent / f"{folder.name}.list").write_text(listed)
    given = [f"@{folder}.list" if path == "@list" else f"{folder}{os.sep}{path}" for path in paths]
    report = cecli.score(given, by="dt").to_dict()
    assert {group["key"]["dt"] for group in report["groups"]} == set(ROWS)
    assert report["input"]["rows"] == 4


def test_groups_are_those_of_another_reader(tmp_path):
    random = np.random.default_rng(5)
    for hour in ("07", "11", "__HIVE_DEFAULT_PARTITION__"):
        for city in ("a b", "x/y"):
            part = tmp_path / f"hour={hour}" / f"city={quote(city, safe='')}"
            part.mkdir(parents=True)
            probs, labels = random.random(50), random.integers(0, 2, 50)
            pd.DataFrame({"y": labels, "p": probs}).to_parquet(part / "part.parquet")
    query = """
        SELECT coalesce(hour, '') AS hour, city,
               avg(-ln(CASE WHEN y = 1 THEN p ELSE 1 - p END)) AS loss
        FROM read_parquet($files, hive_partitioning = true, hive_types_autocast = false)
        GROUP BY ALL"""
    found = duckdb.execute(query, {"files": f"{tmp_path}/*/*/*.parquet"}).fetchall()
    expected = {(hour, city): loss for hour, city, loss in found}
    groups = cecli.score(tmp_path, by=["hour", "city"]).to_dict()["groups"]
    assert len(groups) == len(expected) == 6
    for group in groups:
        key = group["key"]["hour"], group["key"]["city"]
        assert group["metrics"]["cross_entropy"] == pytest.approx(expected[key], rel=1e-12)


@pytest.mark.parametrize("other", ["part-9.csv", "region=eu/part-9.csv", "dt=x/hour=1/part-9.csv"])
@pytest.mark.parametrize("pattern", ["", "**/*.csv"])
def test_folders_of_other_keys_are_refused_with_both_paths(folder, other, pattern):
    path = folder / other
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ROWS["2026-01-01"])
    with pytest.raises(InputError, match="no folder of its path states") as caught:
        cecli.score(folder / pattern)
    assert "part-0.csv" in str(caught.value)
    assert "part-9.csv" in str(caught.value)


def test_a_key_that_is_a_column_too_must_agree(folder):
    for day in ROWS:
        (folder / f"dt={day}" / "part-0.csv").write_text(f"y,p,dt\n1,0.5,{day}\n0,0.5,{day}\n")
    assert [group["rows"] for group in groups(folder, by="dt")] == [2, 2]
    wrong = folder / "dt=2026-01-02" / "part-0.csv"
    wrong.write_text("y,p,dt\n1,0.5,2026-01-02\n0,0.5,2026-01-03\n")
    assert cecli.score(folder).input.rows == 4
    with pytest.raises(InputError) as caught:
        cecli.score(folder, by="dt")
    assert caught.value.where == f"{wrong}:3"
    assert "'2026-01-03' here, but '2026-01-02' in the name of the folder" in caught.value.what


def test_the_text_of_a_number_may_differ_from_that_of_a_key(tmp_path):
    (tmp_path / "month=01").mkdir()
    frame = pd.DataFrame({"y": [1, 0], "p": [0.8, 0.3], "month": [1, 1]})
    frame.to_parquet(tmp_path / "month=01" / "part.parquet")
    assert [group["key"] for group in groups(tmp_path, by="month")] == [{"month": "01"}]
    assert cecli.score(tmp_path, weight="month").input.weight == 2.0


def test_a_key_may_have_any_role(tmp_path):
    for label in "01":
        (tmp_path / f"y={label}" / "w=2.5").mkdir(parents=True)
        (tmp_path / f"y={label}" / "w=2.5" / "part.csv").write_text("p\n0.5\n0.25\n")
    report = cecli.score(tmp_path, label="y", prob="p", weight="w")
    rows = {"y": [0, 0, 1, 1], "p": [0.5, 0.25] * 2, "w": [2.5] * 4}
    assert report.metrics == cecli.score(rows, label="y", prob="p", weight="w").metrics
    assert cecli.entropy(tmp_path, column="y")["entropy"] == pytest.approx(np.log(2))


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_rows_are_counted_if_no_column_of_the_file_is_read(tmp_path, kind):
    (tmp_path / "dt=1").mkdir()
    frame = pd.DataFrame({"x": [0.5, 0.25, 1.0]})
    path = tmp_path / "dt=1" / f"part.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=True)
    assert cecli.entropy(tmp_path, column="dt").input.rows == 3


def test_a_key_that_is_no_number_is_refused_or_skipped_by_the_rules_for_cells(folder):
    with pytest.raises(InputError, match=r":2: column dt: '2026-01-01' is not") as caught:
        cecli.score(folder, weight="dt")
    assert caught.value.reason == "bad-value"
    for weight, day in (("2", "2026-01-01"), ("__HIVE_DEFAULT_PARTITION__", "2026-01-02")):
        (folder / f"dt={day}").rename(folder / f"dt={weight}")
    with pytest.raises(InputError, match="column dt: the cell is empty"):
        cecli.score(folder, weight="dt")
    report = cecli.score(folder, weight="dt", missing="skip")
    assert (report.input.rows, report.input.skipped) == (2, {"missing": 2})


def test_the_prediction_of_a_class_is_in_no_folder(folder):
    with pytest.raises(ColumnError, match="cannot be the prediction of a class"):
        cecli.score(folder, label="y", prob=["p", "dt"])


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


def test_what_folders_state_is_never_guessed(tmp_path):
    (tmp_path / "label=1" / "lr=0.5").mkdir(parents=True)
    path = tmp_path / "label=1" / "lr=0.5" / "part.csv"
    path.write_text(ROWS["2026-01-01"])
    found = {column.name: column.role for column in cecli.inspect(path).columns}
    assert found["label"] == found["lr"] == "for groups, in the names of folders"
    assert cecli.score(path).columns["label"] == "y"


def test_a_copy_with_recalibrated_predictions_has_the_columns_of_the_file(folder):
    fit = cecli.fit(folder, model="temperature", label="y", prob="p", prior_sd=1)
    (folder / "fit.json").write_text(fit.to_json())
    path = folder / "dt=2026-01-01" / "part-0.csv"
    cecli.apply(path, fit=folder / "fit.json", output=folder / "out.csv")
    assert list(pd.read_csv(folder / "out.csv")) == ["y", "p", "calibrated"]


def test_a_directory_that_went_meanwhile_is_told(tmp_path):
    with pytest.raises(InputError, match="the directory cannot be read: No such file") as error:
        data_files(str(tmp_path / "gone"))
    assert "gone" in str(error.value)


def test_what_is_no_data_is_not_read_with_a_directory(folder):
    before = groups(folder)
    (folder / "notes").mkdir()
    (folder / "notes" / "part.csv").write_text("y,p\n1,0.5\n")
    (folder / ".part.csv").write_text("y,p\n1,0.5\n")
    assert groups(folder) == before
