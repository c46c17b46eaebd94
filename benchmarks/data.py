"""Make the files that are raced on: the same ones on every machine, at any number of rows.

Run it from the repository: python -m benchmarks.data narrow --rows 1e6
It prints the path of the file, which is kept and made once.
"""

import argparse
import gzip
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import zstandard
from pyarrow import csv, parquet

from benchmarks import FOLDER

SEED = 20_240_229
BLOCK = 100_000  # rows made at a time, whatever the number of rows: the first ones stay the same
SEGMENTS = pa.array([f"seg{i}" for i in range(20)])
CLASSES, CUSTOMERS = 10, 10_000
FEATURES = 98  # with the label and the prediction, a hundred columns
NOTES = pa.array(
    [f"customer {i}" for i in range(96)]
    + ["asked for a refund, twice", 'said "no"', '"', "first line\nand a second"]
)

Columns = dict[str, "pa.Array | np.ndarray"]


@dataclass(frozen=True)
class Kind:
    """Rows, and how they are written.

    Attributes
    ----------
    columns : from a generator and the number of the first row to the columns of a block.
    suffix : of the file, which tells how it is written.
    quoting : as pyarrow names it.
    is_shuffled : whether all rows are in an order of their own, and not like those of a shorter
        file.
    """

    columns: Callable[[np.random.Generator, int], Columns]
    suffix: str = ".csv"
    quoting: str = "none"
    is_shuffled: bool = False


def prediction(rng: np.random.Generator) -> Columns:
    """Return labels, and the probabilities that they were drawn from."""
    p = rng.beta(1, 3, BLOCK)
    return {"y": (rng.random(BLOCK) < p).astype(np.int8), "p": p}


def narrow(rng: np.random.Generator, start: int) -> Columns:
    """Return five columns, about 42 bytes a row as text."""
    return {
        "id": np.arange(start, start + BLOCK),
        "segment": SEGMENTS.take(pa.array(rng.integers(0, len(SEGMENTS), BLOCK))),
        **prediction(rng),
        "w": rng.random(BLOCK).round(4),
    }


def wide(rng: np.random.Generator, start: int) -> Columns:
    """Return a hundred columns of features, with the two that count among them."""
    rows = narrow(rng, start)
    values = np.asfortranarray(rng.standard_normal((BLOCK, FEATURES - 2)).round(4))
    features = {f"x{i}": values[:, i] for i in range(values.shape[1])}
    names = list(features)
    return {
        "id": rows["id"],
        **{name: features[name] for name in names[:40]},
        "segment": rows["segment"],
        "y": rows["y"],
        **{name: features[name] for name in names[40:70]},
        "p": rows["p"],
        **{name: features[name] for name in names[70:]},
    }


def quoted(rng: np.random.Generator, start: int) -> Columns:
    """Return four columns and notes, some of them with commas, quotes or several lines."""
    rows = narrow(rng, start)
    del rows["w"]
    return rows | {"note": NOTES.take(pa.array(rng.integers(0, len(NOTES), BLOCK)))}


def multiclass(rng: np.random.Generator, start: int) -> Columns:
    """Return labels and the probabilities of ten classes that they were drawn from."""
    logits = rng.normal(0, 1.5, (BLOCK, CLASSES))
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    # The largest of the logits plus Gumbel noise falls on a class with just its probability.
    y = (logits + rng.gumbel(size=p.shape)).argmax(axis=1)
    probabilities = {f"p_{k}": np.ascontiguousarray(p[:, k]) for k in range(CLASSES)}
    return {"id": np.arange(start, start + BLOCK), "y": y, **probabilities}


def calibration(rng: np.random.Generator, start: int) -> Columns:  # noqa: ARG001
    """Return labels and predictions that are too timid: the true log-odds are 1.3 z + 0.1."""
    p = rng.beta(2, 5, BLOCK)
    odds = np.exp(1.3 * (np.log(p) - np.log1p(-p)) + 0.1)
    return {"y": (rng.random(BLOCK) < odds / (1 + odds)).astype(np.int8), "p": p}


def joined(rng: np.random.Generator, start: int) -> Columns:
    """Return a key of seven digits and more, a label and a prediction."""
    return {"id": 1_000_000 + np.arange(start, start + BLOCK), **prediction(rng)}


def joined_other(rng: np.random.Generator, start: int) -> Columns:
    """Return the same keys and labels, and the predictions of another model."""
    rows = joined(rng, start)
    logits = np.log(rows["p"]) - np.log1p(-rows["p"]) + rng.normal(0, 0.3, BLOCK)
    return rows | {"p": 1 / (1 + np.exp(-logits))}


def beliefs(rng: np.random.Generator, start: int) -> Columns:  # noqa: ARG001
    """Return one of 10,000 customers, a label, its probability t, and another's p with logit z."""
    rows = prediction(rng)
    t = rows["p"].clip(1e-6, 1 - 1e-6)
    z = np.log(t) - np.log1p(-t) + rng.normal(0, 0.3, BLOCK)
    return {
        "customer": rng.integers(0, CUSTOMERS, BLOCK),
        "y": rows["y"],
        "t": t,
        "p": 1 / (1 + np.exp(-z)),
        "z": z,
    }


KINDS = {
    "narrow": Kind(narrow),
    "wide": Kind(wide),
    "quoted": Kind(quoted, quoting="all_valid"),
    "gz": Kind(narrow, ".csv.gz"),
    "zst": Kind(narrow, ".csv.zst"),
    "parquet": Kind(narrow, ".parquet"),
    "multiclass": Kind(multiclass),
    "beliefs": Kind(beliefs),
    "calibration": Kind(calibration),
    "join": Kind(joined, is_shuffled=True),
    "join_other": Kind(joined_other, is_shuffled=True),
}


def blocks(kind: Kind, rows: int) -> Iterator[pa.Table]:
    """Yield so many rows. Each block has a generator of its own, so that none needs another."""
    for number, start in enumerate(range(0, rows, BLOCK)):
        columns = kind.columns(np.random.default_rng([SEED, number]), start)
        yield pa.table(columns).slice(0, rows - start)


def shuffled(tables: Iterator[pa.Table], name: str) -> pa.Table:
    """Return all rows in an order that belongs to a name."""
    rows = pa.concat_tables(tables)
    return rows.take(pa.array(np.random.default_rng([SEED, *name.encode()]).permutation(len(rows))))


def opened(path: Path, suffix: str) -> BinaryIO:
    """Return a file that compresses as its suffix says, as the usual commands do by default."""
    if suffix.endswith(".gz"):
        return gzip.open(path, "wb", compresslevel=6)
    if suffix.endswith(".zst"):
        return zstandard.open(path, "wb", cctx=zstandard.ZstdCompressor(level=3))
    return path.open("wb")


def write(kind: Kind, rows: int, path: Path) -> None:
    """Write the rows to a file."""
    tables = blocks(kind, rows)
    if kind.is_shuffled:
        tables = iter([shuffled(tables, kind.columns.__name__)])
    first = next(tables)
    with opened(path, kind.suffix) as file:
        if kind.suffix == ".parquet":
            writer = parquet.ParquetWriter(file, first.schema)
        else:
            quotes = "" if kind.quoting == "none" else '"'
            names = (f"{quotes}{name}{quotes}" for name in first.column_names)
            file.write((",".join(names) + "\n").encode())
            options = csv.WriteOptions(include_header=False, quoting_style=kind.quoting)
            writer = csv.CSVWriter(file, first.schema, write_options=options)
        with closing(writer):
            writer.write_table(first)
            for table in tables:
                writer.write_table(table)


def made(name: str, rows: int, folder: Path) -> Path:
    """Return the path of the file of this kind, having made it if it is not there."""
    kind = KINDS[name]
    path = folder / f"{name}-{rows}{kind.suffix}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"unfinished-{path.name}")
        write(kind, rows, unfinished)
        unfinished.rename(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    print(made(options.kind, int(options.rows), options.folder).resolve())


if __name__ == "__main__":
    main()
