"""The same table, whatever holds it, gives the same report or the same refusal."""

import gzip
import io

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cecli

COLUMNS = {"y": ["a", "b", "a", "b"], "p": [0.75, 0.125, 0.5, 0.1], "w": [1.0, 2.0, 0.5, 1.0]}


def holders(columns, folder):
    """Return a table in every form that is read."""
    frame = pd.DataFrame(columns)
    frame.to_csv(folder / "t.csv", index=False)
    frame.to_csv(folder / "t.tsv", index=False, sep="\t")
    frame.to_csv(folder / "t.csv.gz", index=False)
    frame.to_parquet(folder / "t.parquet", index=False)
    frame.to_feather(folder / "t.feather")
    paths = [folder / f"t.{kind}" for kind in ("csv", "tsv", "csv.gz", "parquet", "feather")]
    table = pa.table(columns)
    return [*map(str, paths), frame, columns, pl.DataFrame(columns), table, iter([frame])]


def answer(data, **options):
    try:
        return cecli.score(data, positive="a", weight="w", **options).metrics
    except cecli.InputError as error:
        return error.what


def test_every_form_gives_the_same_bits(tmp_path):
    first, *others = (answer(data) for data in holders(COLUMNS, tmp_path))
    assert first["cross_entropy"] > 0
    assert all(other == first for other in others)


@pytest.mark.parametrize(
    ("column", "value"),
    [("p", 1.5), ("p", -0.5), ("w", -1.0), ("p", None), ("y", None), ("w", float("inf"))],
)
def test_every_form_refuses_the_same_values(tmp_path, column, value):
    values = list(COLUMNS[column])
    values[2] = value
    found = {answer(data) for data in holders(COLUMNS | {column: values}, tmp_path)}
    assert len(found) == 1


def test_every_form_of_text_is_judged_by_one_rule(tmp_path):
    for cell in ("1_0", "TRUE", "０.５", "0x1p-1", "NA", "5e -1", " 0.5 ", "+.5"):
        columns = COLUMNS | {"p": ["0.5", cell, "0.5", "0.25"]}
        found = {str(answer(data)) for data in holders(columns, tmp_path)}
        assert len(found) == 1, cell


def test_a_categorical_column_is_text(tmp_path):
    frame = pl.DataFrame(COLUMNS).with_columns(pl.col("y").cast(pl.Categorical))
    assert answer(frame) == answer(COLUMNS)
    assert answer(frame.to_pandas()) == answer(COLUMNS)


def test_large_integers_are_told_apart_beside_missing_ones():
    large = pd.DataFrame({"x": pd.array([2**53, 2**53 + 1, None], dtype="Int64")})
    for data in (large, pl.from_pandas(large), pa.Table.from_pandas(large)):
        assert cecli.entropy(data, column="x", missing="skip")["categories"] == 2


def test_narrow_floats_have_their_short_texts():
    table = pa.table({"x": pa.array([0.1, 0.2, 0.1], pa.float32())})
    for data in (table, table.to_pandas(), {"x": np.array([0.1, 0.2, 0.1], np.float32)}):
        report = cecli.entropy(data, column="x", missing="0.1", on_bad_row="skip")
        assert report["categories"] == 1


def test_a_single_column_is_no_table():
    for data in (pd.Series([0.1]), pl.Series([0.1])):
        with pytest.raises(cecli.UsageError, match="a single column is not a table"):
            cecli.score(data)


def test_arrays_and_tables_that_are_compressed_as_a_whole_say_to_decompress_them(tmp_path):
    array, table = io.BytesIO(), io.BytesIO()
    np.save(array, np.array([[0.25, 0.75]] * 2))
    pd.DataFrame(COLUMNS).to_parquet(table)
    for content in (array, table):
        (tmp_path / "t.gz").write_bytes(gzip.compress(content.getvalue()))
        with pytest.raises(cecli.InputError, match="is compressed, and what is in it"):
            cecli.score(tmp_path / "t.gz")


def test_a_log_of_llama_has_no_rows_and_says_what_compares_it(tmp_path):
    (tmp_path / "t.kld").write_bytes(b"_logits_" + bytes(100))
    with pytest.raises(cecli.InputError, match=r"has llama\.cpp's log-prob") as caught:
        cecli.score(tmp_path / "t.kld")
    assert "cecli kl BASE.kld" in caught.value.hint
