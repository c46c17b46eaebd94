"""Damaged Arrow and Parquet files: each is refused in words, and none ends the process."""

import pickle
import struct
from contextlib import suppress
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cecli
from cecli.core.errors import RowError
from cecli.readers.arrow.arrow import _explained
from cecli.readers.arrow.files import ArrowFile
from cecli.readers.bytes.locations import File

ROWS = 1000
TEXTS = ["a", "b"] * (ROWS // 2)
PROBS = np.full(ROWS, 0.5)
WILD = [2**31 - 1, 900_000, 77, -5, -(2**31)]


def file_of(path, **columns):
    """Write an Arrow file, and return its bytes."""
    batch = pa.RecordBatch.from_pydict(columns)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, batch.schema) as writer:
        writer.write_batch(batch)
    return path.read_bytes()


def patched(path, raw, found, at, value):
    """Write the file with one of the 32-bit integers of a buffer replaced."""
    start = raw.index(found) + 4 * at
    path.write_bytes(raw[:start] + struct.pack("<i", value) + raw[start + 4 :])
    return path


def not_utf8(kind=pa.StringArray):
    """Return texts of which the second is not UTF-8."""
    raw = pa.array([b"a", b"\xff", b"a", b"b"])
    return kind.from_buffers(4, raw.buffers()[1], raw.buffers()[2])


def refusal(path, **options):
    with pytest.raises(cecli.InputError) as error:
        cecli.score(path, label="y", prob="p", positive="a", **options)
    return str(error.value)


@pytest.mark.parametrize("row", [500, ROWS])
@pytest.mark.parametrize("offset", WILD)
def test_offsets_out_of_range_are_refused(tmp_path, row, offset):
    texts = pa.array(TEXTS)
    raw = file_of(tmp_path / "x.arrow", y=texts, p=PROBS)
    patched(tmp_path / "x.arrow", raw, texts.buffers()[1].to_pybytes()[:64], row, offset)
    assert "x.arrow: column y is corrupt: Offset" in refusal(tmp_path / "x.arrow")


@pytest.mark.parametrize("index", WILD)
@pytest.mark.parametrize(("column", "values"), [("y", ["a", "b"]), ("p", [0.25, 0.75])])
def test_dictionary_indices_out_of_range_are_refused(tmp_path, column, values, index):
    indices = np.array([0, 1] * (ROWS // 2), dtype=np.int32)
    coded = pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(values))
    raw = file_of(tmp_path / "x.arrow", **({"y": TEXTS, "p": PROBS} | {column: coded}))
    patched(tmp_path / "x.arrow", raw, indices[:16].tobytes(), 10, index)
    assert f"column {column} is corrupt: Dictionary indices" in refusal(tmp_path / "x.arrow")


def test_a_column_that_is_not_read_is_not_checked(tmp_path):
    texts = pa.array(TEXTS)
    raw = file_of(
        tmp_path / "x.arrow", y=TEXTS, p=PROBS, other=pa.array(list(map(str, range(ROWS))))
    )
    found = pa.array(list(map(str, range(ROWS)))).buffers()[1].to_pybytes()[:128]
    patched(tmp_path / "x.arrow", raw, found, 500, 2**31 - 1)
    assert cecli.score(tmp_path / "x.arrow", label="y", prob="p", positive="a").input.rows == len(
        texts
    )
    with pytest.raises(cecli.InputError, match="column other is corrupt"):
        cecli.entropy(tmp_path / "x.arrow", column="other")


@pytest.mark.parametrize("coded", [True, False])
def test_a_text_that_is_not_utf8_is_named_with_its_row(tmp_path, coded):
    table = pa.table({"y": not_utf8(), "p": [0.1, 0.2, 0.3, 0.4]})
    pq.write_table(table, tmp_path / "x.parquet", use_dictionary=coded)
    file_of(tmp_path / "x.arrow", **{name: table[name].combine_chunks() for name in ("y", "p")})
    for name in ("x.parquet", "x.arrow"):
        assert f"{name}:2: column y: '\\xff' is not UTF-8 at its byte 1" in refusal(tmp_path / name)
    assert "<Table>:2: column y: '\\xff'" in refusal(table)


def test_bad_rows_that_are_skipped_do_not_hide_a_text_that_is_not_utf8(tmp_path):
    table = pa.table({"y": not_utf8(), "p": [0.1, 0.2, 0.3, 0.4]})
    assert "is not UTF-8" in refusal(table, on_bad_row="skip")


def test_a_dictionary_of_texts_that_are_not_utf8_is_refused():
    coded = pa.DictionaryArray.from_arrays(pa.array([0, 2, 1, 3]), not_utf8())
    assert "column y is corrupt" in refusal(pa.table({"y": coded, "p": [0.1, 0.2, 0.3, 0.4]}))


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow"])
def test_a_column_name_that_is_not_utf8_is_shown(tmp_path, name):
    path = tmp_path / name
    if name.endswith("parquet"):
        pq.write_table(pa.table({"y": ["a", "b"], "p": [0.1, 0.2], "zzz": [1, 2]}), path)
    else:
        file_of(path, y=["a", "b"], p=[0.1, 0.2], zzz=[1, 2])
    path.write_bytes(path.read_bytes().replace(b"zzz", b"\xffzz"))
    assert f"{name}: a column's name is not UTF-8: '\\xffzz'" in refusal(path)


def test_a_date_that_python_does_not_have_is_refused():
    dates = pa.array([2**40, 0], pa.timestamp("s"))
    assert "column y has a value that cannot be read" in refusal(
        pa.table({"y": dates, "p": [0.5, 0.5]})
    )


def test_no_mutation_of_an_arrow_file_is_more_than_an_error(tmp_path):
    path, random = tmp_path / "x.arrow", np.random.default_rng(1)
    raw = file_of(path, y=pa.array(TEXTS[:60]).dictionary_encode(), p=PROBS[:60], z=TEXTS[:60])
    cuts = sorted({0, *random.integers(8, len(raw), 150).tolist(), len(raw)})
    for start, _ in pairwise(cuts):
        wild = struct.pack("<i", int(random.choice(WILD)))
        path.write_bytes((raw[:start] + wild + raw[start + 4 :])[: len(raw)])
        for label in ("y", "z"):
            with suppress(cecli.CecliError):
                assert cecli.score(path, label=label, prob="p", positive="a").input.rows > 0


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_bad_row_of_a_stream_that_is_read_once_is_an_error(size):
    table = pa.table({"y": [1, 0, 1], "p": [0.9, 1.5, 0.2]})
    with pytest.raises(RowError, match=r"<RecordBatchReader>:2: column p: '1\.5'"):
        cecli.score(table.to_reader(max_chunksize=size), label="y", prob="p")


class Stream:
    """Data that tell their names in ways of their own, or with their rows alone."""

    def __init__(self, **told):
        vars(self).update(told)

    def __arrow_c_stream__(self, requested_schema=None):
        return pa.table({"y": [1, 0], "p": [0.25, 0.5]}).__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("told", [{}, {"columns": ["y", "p"]}, {"columns": lambda: ["y", "p"]}])
def test_the_names_of_columns_are_found_wherever_they_are_told(told):
    found = cecli.score(Stream(**told), label="y", prob="p")["cross_entropy"]
    assert found == pytest.approx(np.log([4.0, 2.0]).mean(), rel=1e-15)


def test_a_file_without_parts_has_no_rows(tmp_path):
    pq.ParquetWriter(
        tmp_path / "x.parquet", pa.schema({"y": pa.int64(), "p": pa.float64()})
    ).close()
    assert "no data rows" in refusal(tmp_path / "x.parquet")


def test_an_arrow_file_is_read_by_another_process(tmp_path):
    file_of(tmp_path / "x.arrow", y=[1, 0], p=[0.25, 0.5])
    table = ArrowFile(File(str(tmp_path / "x.arrow")))
    assert table.names() == pickle.loads(pickle.dumps(table)).names() == ["y", "p"]


def test_a_mistake_of_ours_is_not_told_as_one_of_the_file():
    with pytest.raises(ZeroDivisionError), _explained("x"):
        1 / 0  # noqa: B018
