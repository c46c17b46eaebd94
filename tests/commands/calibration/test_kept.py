"""Rows that are kept come back as they were, from memory or from a file that leaves nothing."""

import os
import tempfile
from types import SimpleNamespace

import numpy as np
import pytest

import cecli
from cecli.columns.numbers import Scale
from cecli.commands.calibration import plan, store
from cecli.commands.calibration.kept import KeptRows, TableOfKept
from cecli.commands.calibration.store import Store
from cecli.core.chunk import Chunk
from cecli.statistics.cells.prediction_cells import packed_rows


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
        table = TableOfKept(None, state.parts)
        chunks = [chunk for part in table.partitions([]) for chunk in part.chunks()]
        assert [len(chunk) for chunk in chunks] == [3, 3]
        for found in chunks:
            assert found.scales == rows.scales
            assert in_order(found) == in_order(rows)
            if scale is None and weight is None and target[0] == 0.0:
                assert found.once(packed_rows).tolist() == sorted(packed_rows(rows).tolist())
        assert len(chunks[0].where(np.array([True, False, True]))) == 2


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
