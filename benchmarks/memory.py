"""How much memory a score takes of files that are many times as large.

Run it from the repository, with cecli installed: python -m benchmarks.memory --gigabytes 5
It makes its files in a temporary folder, and removes them.
"""

import argparse
import gzip
import random
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import require_compiled
from benchmarks.measure import run

LIMIT = 250  # megabytes, as docs/big-files.md says
BLOCK_ROWS = 20_000
KINDS = ("plain", "quoted", "dirty", "gzip")
HEADER = "id,segment,y,p,note\n"


def rows(kind):
    """Return a block of rows, to be repeated."""
    random.seed(0)
    lines = []
    for i in range(BLOCK_ROWS):
        q = random.random()
        note = f'"a ""note"", number {i}\nof two lines"' if kind == "quoted" else f"note {i}"
        cell = "" if kind == "dirty" and i % 1000 == 0 else repr(q)
        lines.append(f"{i},s{i % 20},{int(random.random() < q)},{cell},{note}\n")
    return "".join(lines).encode()


def write(path, kind, size):
    """Write so many bytes of rows; a gzip file has so many members instead."""
    block = rows(kind)
    packed = gzip.compress(block, 1) if kind == "gzip" else block
    with open(path, "wb") as file:
        file.write(gzip.compress(HEADER.encode()) if kind == "gzip" else HEADER.encode())
        for _ in range(size // len(block)):
            file.write(packed)


def measure(path):
    """Return the seconds and the peak of resident memory, in megabytes, of a score."""
    command = [sys.executable, "-m", "cecli", "score", str(path), "--json", "--quiet"]
    its = run([*command, "--missing", "skip"])
    if its.failure:
        raise SystemExit(f"{' '.join(command)}: {its.failure}")
    return its.wall, its.peak / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    options = parser.parse_args()
    require_compiled()
    size = int(options.gigabytes * 1e9)
    folder = Path(tempfile.mkdtemp())
    try:
        print(f"| file of {size / 1e9:g} GB | seconds | MB/s | peak MB | limit {LIMIT} MB |")
        print("|---|---:|---:|---:|---|")
        for kind in options.kinds:
            path = folder / f"{kind}.csv"
            write(path, kind, size)
            seconds, peak = measure(path)
            verdict = "kept" if peak < LIMIT else "EXCEEDED"
            print(
                f"| {kind} | {seconds:.1f} | {size / seconds / 1e6:.0f} | {peak:.0f} | {verdict} |"
            )
            path.unlink()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
