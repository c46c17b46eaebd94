"""Rows that are kept come back as they were, from memory or from a file that leaves nothing."""

import os
import tempfile
from functools import reduce
from itertools import chain, pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import cecli
from cecli.columns.numbers import Scale
from cecli.commands.calibration import kept as module
from cecli.commands.calibration import plan, store
from cecli.commands.calibration.kept import KeptRows, TableOfKept
from cecli.commands.calibration.store import Store
from cecli.core.chunk import Chunk
from cecli.statistics.cells.prediction_cells import CELLS, packed_rows


def chunk(target, weight, scale):
    numbers = {"prob": np.array([0.1, 0.95, 0.5]), "target": np.array(target)}
    if weight is not None:
        numbers["weight"] = np.array(weight)
    scales = {} if scale is None else {"prob": scale}
    return Chunk("x", np.arange(3), numbers, scales=scales)


def in_order(rows):
    """Return the names of the numbers, and those of each row."""
    columns = (x.tolist() for x in rows.numbers.values())
    return list(rows.numbers), sorted(zip(*columns, strict=True))


@pytest.mark.parametrize("scale", [None, Scale.LOGIT])
@pytest.mark.parametrize("target", [[0.0, 1.0, 1.0], [0.25, 0.5, 1.0]])
@pytest.mark.parametrize("weight", [None, [1.0, 2.0, 0.5]])
@pytest.mark.parametrize("limit", [0, 50, 1000])
def test_the_numbers_come_back(scale, target, weight, limit):
    rows = chunk(target, weight, scale)
    with Store(limit) as kept:
        every = KeptRows(kept)
        state = every.empty().merge(every.summarize(rows)).merge(every.summarize(rows))
        table = TableOfKept.over(None, state, CELLS.summarize(rows).cells)
        chunks = [chunk for part in table.partitions([]) for chunk in part.chunks()]
        for found in chunks:
            assert found.scales == rows.scales
            if scale is None and weight is None and target[0] == 0.0:
                assert found.once(packed_rows).tolist() == packed_rows(found).tolist()
        names, every_row = in_order(rows)
        assert [in_order(found)[0] for found in chunks] == [names] * len(chunks)
        assert sorted(row for found in chunks for row in in_order(found)[1]) == sorted(
            every_row * 2
        )
        flags = np.arange(len(chunks[0])) != 1
        assert len(chunks[0].where(flags)) == flags.sum()


@pytest.mark.parametrize("limit", [0, 1 << 30])
@pytest.mark.parametrize("digits", [1, 17])
def test_partitions_are_ranges_of_predictions(limit, digits, monkeypatch):
    monkeypatch.setattr(module, "IN_ORDER", 300)
    monkeypatch.setattr(module, "LEAST_IN_PARTITION", 50)
    monkeypatch.setattr(module, "PACKED_ROWS", 40)
    rng = np.random.default_rng(3)
    q = rng.random(2000).round(digits)
    y = (rng.random(2000) < q).astype(float)
    parts = [Chunk("x", np.arange(100), {"prob": a, "target": b})
             for a, b in zip(np.split(q, 20), np.split(y, 20), strict=True)]  # fmt: skip
    with Store(limit) as kept:
        every = KeptRows(kept)
        state, cells = (
            reduce(lambda a, b: a.merge(b), map(each.summarize, parts)) for each in (every, CELLS)
        )
        table = TableOfKept.over(None, state, cells.cells)
        ranges = [list(part.chunks()) for part in table.partitions([])]
    assert len(ranges) > 5
    assert all(len(chunk) < 80 for found in ranges for chunk in found)
    rows = [[row for chunk in found for row in in_order(chunk)[1]] for found in ranges]
    assert sorted(chain.from_iterable(rows)) == sorted(zip(q.tolist(), y.tolist(), strict=True))
    ends = [(min(found)[0], max(found)[0]) for found in rows if found]
    assert all(before[1] < after[0] for before, after in pairwise(ends))


def test_the_file_has_no_name_and_is_closed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Store(0) as kept:
        (found,) = kept.keep(np.arange(5))
        assert found.load().tolist() == [0, 1, 2, 3, 4]
        assert not list(tmp_path.iterdir())
    assert found.file.closed


def full_disk(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("module", "name", "broken"),
    [
        (store, "disk_usage", lambda _: SimpleNamespace(free=100)),
        (os, "pwrite", full_disk),
        (tempfile, "TemporaryFile", full_disk),
    ],
    ids=["little space", "full disk", "no file"],
)
def test_without_room_the_input_is_read_again(tmp_path, module, name, broken, monkeypatch):
    rng = np.random.default_rng(1)
    q = rng.random(3000)
    y, path = (rng.random(3000) < q).astype(int), tmp_path / "preds.csv"
    path.write_text("y,p\n" + "".join(f"{a},{b!r}\n" for a, b in zip(y, q.tolist(), strict=True)))
    whole = cecli.calibration(path, label="y", prob="p", draws=3)
    monkeypatch.setattr(plan, "KEPT_IN_MEMORY", 1000)
    monkeypatch.setattr(module, name, broken)
    assert cecli.calibration(path, label="y", prob="p", draws=3).to_json() == whole.to_json()


def test_a_file_that_lost_bytes_is_an_error():
    with Store(0) as kept:
        (found,) = kept.keep(np.arange(5))
        found.file.truncate(10)
        with pytest.raises(cecli.UnreadableError, match="shorter than it was"):
            found.load()
