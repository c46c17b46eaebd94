"""Targets: arrays in files, Parquet and Arrow."""

import io
import json
import os
import traceback
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import safetensors.numpy
from kld_files import kld_bytes

from cecli.columns.numbers import is_number
from cecli.numerics.vocabulary import pairs
from cecli.readers.opening import Reading
from fuzzing.mutation import Generator, in_bytes, in_json, some
from fuzzing.rows import FEW, SKIPPING, read
from fuzzing.runs import documented
from fuzzing.target import Target

Y, P = np.array([0, 1, 1, 0]), np.array([0.25, 0.75, 0.5, 0.125])


def saved(save, *arrays, **named) -> bytes:
    buffer = io.BytesIO()
    save(buffer, *arrays, **named)
    return buffer.getvalue()


def npys() -> list[bytes]:
    fields = np.zeros(3, [("y", "i1"), ("p", ">f4")])
    arrays = [P, Y.astype(">i2"), np.stack([P, P]).T, np.asfortranarray(np.stack([P, P]).T),
              fields,
              np.array(["a", "é"]), np.array([b"a"]), np.zeros((2, 2, 2)), np.zeros(0),
              np.float64(1),
              np.array(["2020-01-01"], "M8[D]"), P > 0.3, P.astype("f2"), P + 1j]  # fmt: skip
    return [*(saved(np.save, each) for each in arrays), saved(np.save, np.array([{}]))]


def npzs() -> list[bytes]:
    found = [saved(save, y=Y, p=P) for save in (np.savez, np.savez_compressed)]
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        members = {"y.npy": saved(np.save, Y), "../p.npy": saved(np.save, P), "readme.txt": b"y"}
        for name, content in members.items():
            # A ZipInfo has a time of its own, where a name has that of now.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_LZMA)
    return [*found, buffer.getvalue()]


def weights() -> list[bytes]:
    found = safetensors.numpy.save({"y": Y, "p": P, "q": np.stack([P, P]).T.copy()})
    return [found, safetensors.numpy.save({}), safetensors.numpy.save({"p": P.astype("f2")})]


def loaded(data: bytes) -> Mapping[str, np.ndarray]:
    """Return the arrays of a file as the libraries of the formats read them."""
    if data.startswith(b"\x93NUMPY"):
        return {"t": np.load(io.BytesIO(data), allow_pickle=False)}
    if data.startswith(b"PK"):
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    return safetensors.numpy.load(data)


def columns_of(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the columns of numbers."""
    found: dict[str, np.ndarray] = {}
    for name, array in arrays.items():
        if array.ndim == 1 and array.dtype.kind in "biuf":
            found[name] = array
        elif array.ndim == 2 and array.dtype.kind in "biuf":
            found |= {f"{name}_{place}": column for place, column in enumerate(array.T)}
    return found


def arrays(suffix: str):
    def run(data: bytes) -> None:
        name = f"t{suffix}"
        Path(name).write_bytes(data)
        answers = [read(name, Reading(), None, SKIPPING)]
        header = [] if isinstance(answers[0], str) else answers[0][0]
        answers.append(read(name, Reading(), (True,) * len(header), SKIPPING))
        for one in header[:FEW]:
            documented("entropy", name, "--column", one, "--json")
        with suppress(Exception):  # each library has its own errors
            assert_read(answers[1], columns_of(loaded(data)))

    return run


def assert_read(answer, columns: Mapping[str, np.ndarray]) -> None:
    if isinstance(answer, str):
        return
    header, rows, _ = answer
    for place, name in enumerate(header[:FEW], 1):
        if name in columns and len(columns) == len(header):
            kept = [columns[name][line - 1] for line, *_ in rows]
            assert [float(x).hex() for x in kept] == [row[place] for row in rows], (name, rows)


def in_header(seeds, pieces, generator: Generator) -> bytes:
    """Return a file of safetensors whose header, which is JSON, says something else."""
    data = some(seeds, generator)
    length = int.from_bytes(data[:8], "little")
    if generator.random() < 0.3 or not 0 < length < len(data):
        return in_bytes(seeds, pieces, generator)
    with suppress(ValueError):
        json.loads(data[8 : 8 + length])
        header = in_json([data[8 : 8 + length]], pieces, generator)
        return len(header).to_bytes(8, "little") + header + data[8 + length :]
    return in_bytes(seeds, pieces, generator)


def kld_seeds() -> list[bytes]:
    generator = np.random.default_rng(1)
    tokens = generator.integers(0, 7, (2, 8))
    logs = np.log(generator.dirichlet(np.ones(7), 6))
    return [kld_bytes(tokens, logs), kld_bytes(tokens, logs - 20.0 * (logs < -2))]


def kld(data: bytes) -> None:
    """Assert that what is compiled, and numpy, say the same of the file beside a whole one."""
    Path("base.kld").write_bytes(kld_seeds()[0])
    Path("model.kld").write_bytes(data)
    for pair in (("base.kld", "model.kld"), ("model.kld", "base.kld")):
        found = documented("kl", *pair, "--json")
        with patch.object(pairs, "pair_rows", None):
            again = documented("kl", *pair, "--json")
            assert again == found, (again, found)
    documented("inspect", "model.kld", "--json")


def tables() -> list[bytes]:
    table = pa.table({
        "y": Y, "p": P, "t": ["a", "b", None, "a"], "l": [[1.0], [], None, [2.0, 3.0]],
        "d": pa.array(["u", "v", "u", "u"]).dictionary_encode(), "h": P.astype("f2"),
        "c": pa.array([1, 2, 3, None], pa.decimal128(9, 2)), "s": [{"a": 1}] * 4,
        "w": pa.array([1, 2, 3, 4], pa.timestamp("us")), "b": [b"\xff", b"", b"a", None],
    })  # fmt: skip
    codecs = ("none", "snappy", "gzip", "zstd", "lz4")
    found = [saved(lambda sink, c=c: pq.write_table(table, sink, compression=c)) for c in codecs]
    found.append(saved(lambda sink: pq.write_table(table, sink, row_group_size=2, version="1.0")))
    for options in (None, pa.ipc.IpcWriteOptions(compression="zstd")):
        sink = io.BytesIO()
        with pa.ipc.new_file(sink, table.schema, options=options) as writer:
            writer.write_table(table)
        found.append(sink.getvalue())
    return found


def arrow(data: bytes) -> None:
    """Run in a process of its own: Arrow may end it."""
    Path("t.parquet").write_bytes(data)
    child = os.fork()
    if not child:
        try:
            answer = read("t.parquet", Reading(), None, SKIPPING)
            if not isinstance(answer, str) and answer[1]:
                kinds = [is_number(cell) for cell in answer[1][0][1:]]
                read("t.parquet", Reading(), tuple(kinds), SKIPPING)
            documented("inspect", "t.parquet", "--json")
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert not status, f"ended with {status}"


HEADERS = tuple(
    b"""(4,) (2,2) '<f8' '|O' True (-1,) (10**9,) 'S9' [('a','<f8')] (4611686018427387904,4)
    '<U1000000000' '(2,)f8' 'M8[D]' 'V8' '<f16' """.split()
)
TARGETS = (
    Target("npy", arrays(".npy"), npys, in_bytes, HEADERS),
    Target(
        "npz", arrays(".npz"), npzs, in_bytes, (*HEADERS, b"PK\x01\x02", b"PK\x05\x06", b"y.npy")
    ),
    Target("safetensors", arrays(".safetensors"), weights, in_header, (b"BF16", b"F64", b"[4]")),
    Target("kld", kld, kld_seeds, in_bytes, (b"\0\0\xc0\x7f", b"\0\0\x80\x7f", b"_logits_")),
    Target("arrow", arrow, tables, in_bytes, (b"PAR1", b"ARROW1\0\0")),
)
