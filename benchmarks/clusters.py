"""Measure a Dask cluster of this machine: its start, one and two workers, and the bytes moved.

    python -m benchmarks.clusters --rows 10000000 --folder rows --repeat 3

Each time is the median of several runs of the command line, so it has the start of Python and of
the cluster in it. Times of a busy machine say little: the load beside them says how busy it was.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

# The row groups of the Parquet file, which are its partitions.
GROUP = 1_000_000


def written(folder: Path, rows: int) -> tuple[Path, Path]:
    """Return the same rows as CSV and as Parquet, written unless they are there."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    found = folder / f"{rows}.csv", folder / f"{rows}.parquet"
    if all(path.exists() for path in found):
        return found
    draw = np.random.default_rng(0)
    prob = np.round(draw.random(rows), 6)
    label = (draw.random(rows) < prob).astype(np.int8)
    table = pa.table({"y": label, "p": prob})
    csv.write_csv(table, found[0], csv.WriteOptions(quoting_style="none"))
    parquet.write_table(table, found[1], row_group_size=GROUP)
    return found


class Taken(NamedTuple):
    """The seconds of a run, and those of all its processors together."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.cpu:.2f} s of processors)"


def seconds(paths: Sequence[Path], *options: str) -> Taken:
    """Return how long a score of some files takes."""
    before = _of_children()
    command = [sys.executable, "-m", "cecli", "score", *map(str, paths), "--label", "y"]
    start = time.perf_counter()
    subprocess.run([*command, "--prob", "p", "--json", *options], check=True, capture_output=True)
    return Taken(time.perf_counter() - start, _of_children() - before)


def _of_children() -> float:
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


def moved(path: Path, function: str) -> tuple[int, int, int, int]:
    """Return the partitions, and the bytes of a description, of the function, and of a result."""
    import cecli
    from cecli.engines import serial
    from cecli.engines.descriptions import described
    from cecli.engines.identities import received, returned, sendable

    sizes: list[tuple[int, int, int]] = []

    class Weighing:
        """An engine elsewhere that works here, and weighs what would be moved."""

        def __enter__(self) -> "Weighing":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def __call__(self, function, partitions):  # type: ignore[no-untyped-def]
            content, _ = sendable(function)
            there, copies = received(content)

            def weighed(partition):  # type: ignore[no-untyped-def]
                result = there(partition)
                sent, back = len(described(partition).content), len(returned(result, copies))
                sizes.append((sent, len(content), back))
                return result

            return serial(weighed, partitions)

    from cecli.options import values

    before, values.engine_of = values.engine_of, lambda _: Weighing()
    try:
        getattr(cecli, function)(str(path), label="y", prob="p")
    finally:
        values.engine_of = before
    return len(sizes), *(int(statistics.median(each)) for each in zip(*sizes, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    text, parquet = written(asked.folder, asked.rows)
    small = asked.folder / "small.csv"
    small.write_text("y,p\n1,0.5\n0,0.25\n")

    def median(paths: Sequence[Path], *options: str) -> Taken:
        found = [seconds(paths, *options) for _ in range(asked.repeat)]
        return Taken(*map(statistics.median, zip(*found, strict=True)))

    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, median of {asked.repeat}")
    print(f"two rows, threads: {median([small])}")
    started = median([small, small], "--engine", "dask", "--workers", "2")
    print(f"two files of two rows, dask, 2 workers: {started}")
    for path in (text, parquet):
        for workers in ("1", "2"):
            threads = median([path], "--workers", workers)
            dask = median([path], "--engine", "dask", "--workers", workers)
            twice = median([path] * int(workers), "--engine", "dask", "--workers", workers)
            print(
                f"{path.name}, {workers} workers: threads {threads}, dask {dask}, "
                f"{workers} x the rows {twice}",
                flush=True,
            )
    for path in (text, parquet):
        for function in ("score", "calibration"):
            number, sent, once, back = moved(path, function)
            print(
                f"{path.name}, {function}: {number} tasks; bytes: {sent:,} for a partition, "
                f"{back:,} back, {once:,} for the function of a pass"
            )
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
