"""What is sent of a partition: never rows, and little else."""

import gzip
import os
import pickle

import numpy as np
import pytest

from cecli.columns.bad_rows import STRICT
from cecli.columns.column import Column
from cecli.columns.roles import WEIGHT
from cecli.core.errors import UsageError
from cecli.engines.descriptions import described
from cecli.options.reading import ReadingOptions
from cecli.options.values import reading_of
from cecli.readers.bytes.locations import ContentIdentity, File
from cecli.readers.opening import open_table
from cecli.readers.text import csv

NUMBER = Column("prob", "p", WEIGHT)


def partitions_of(data):
    return open_table(data, reading_of(ReadingOptions())).partitions([NUMBER], STRICT)


def rows_in(partition):
    return [x for chunk in partition.chunks() for x in chunk.numbers["prob"].tolist()]


@pytest.fixture
def paths(tmp_path):
    """Return the same rows as a text, compressed, as JSON lines, JSON, Parquet, and an array."""
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    numbers = [i / 1000 for i in range(1000)]
    names = ("a.csv", "a.csv.gz", "a.jsonl", "a.json", "a.pq", "a.npz")
    found = {name: tmp_path / name for name in names}
    text = "p\n" + "".join(f"{x}\n" for x in numbers)
    records = [f'{{"p": {x}}}' for x in numbers]
    found["a.csv"].write_text(text)
    found["a.csv.gz"].write_bytes(gzip.compress(text.encode()))
    found["a.jsonl"].write_text("\n".join(records))
    found["a.json"].write_text(f"[{','.join(records)}]")
    parquet.write_table(pyarrow.table({"p": numbers}), found["a.pq"], row_group_size=100)
    np.savez_compressed(found["a.npz"], p=np.array(numbers))
    return list(map(str, found.values()))


def test_a_description_is_small_and_reads_the_same_rows(paths, monkeypatch):
    monkeypatch.setattr(csv, "PART_BYTES", 1000)
    for path in paths:
        partitions = partitions_of(path)
        sent = [described(partition) for partition in partitions]
        assert {name for name, _ in sent} == {path}
        assert max(len(content) for _, content in sent) < 1500
        again = [x for _, content in sent for x in rows_in(pickle.loads(content))]
        assert again == [i / 1000 for i in range(1000)]


def test_rows_in_memory_have_no_description():
    pyarrow = pytest.importorskip("pyarrow")
    frames = [{"p": [0.5]}, {"p": [0.25]}]
    for data in ({"p": [0.5]}, pyarrow.table({"p": [0.5]}), frames):
        (partition,) = partitions_of(data)
        with pytest.raises(UsageError, match="can be read by this process alone"):
            described(partition)


def test_a_file_is_found_from_another_folder(paths, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = pickle.dumps(File("a.csv"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = pickle.loads(content)
    assert again.name == "a.csv"
    with again.open() as stream:
        assert stream.readline() == b"p\n"


def test_elsewhere_a_file_is_known_by_its_size_and_its_time(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("p\n1\n")
    file = File(str(path))
    sent = pickle.loads(pickle.dumps(file.identity()))
    assert sent == ContentIdentity(4, os.stat(path).st_mtime_ns)
    copy = tmp_path / "copy.csv"
    copy.write_text("p\n2\n")
    os.utime(copy, ns=(0, sent.written))
    assert File(str(copy)).identity() != file.identity()
    assert File(str(copy)).identity() == sent
    path.write_text("p\n1\n2\n")
    assert file.identity() != sent
