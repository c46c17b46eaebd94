"""How cecli scales: rows in a stream, workers, states of partitions, and the merging of many.

Run it from the repository, with cecli installed:

    python -m benchmarks.scale stream 1e9     # rows made in a stream, and stored nowhere
    python -m benchmarks.scale workers 1e7    # one and two workers, on n and 2 n rows
    python -m benchmarks.scale states         # the bytes of a partition's state
    python -m benchmarks.scale merge 1e5      # so many states added up

What it stores, it removes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.measure import PEAK_UNIT, environment, run

CECLI = [sys.executable, "-m", "cecli"]
SCORE = ["--label", "y", "--prob", "p", "--json", "--quiet"]
AT_ONCE = 1 << 18  # rows that are made at a time
ROW = len("1,0.123456\n")
MILLION = 1_000_000
SIZES = (10, 1_000, 100_000, 1_000_000, 10_000_000)
# A figure is the least of so many runs: other work of the machine only adds to it.
RUNS = 3


def blocks(rows, seed=0):
    """Yield rows of a label and a calibrated prediction of six digits, as text, without a header.

    No block repeats another: each row is drawn.
    """
    random = np.random.Generator(np.random.SFC64(seed))
    digits = np.array([list(b"%03d" % i) for i in range(1000)], dtype=np.uint8)
    for start in range(0, rows, AT_ONCE):
        n = min(AT_ONCE, rows - start)
        # The share of events is small, and its logit is spread out, as in a model of clicks.
        parts = random.random(n, dtype=np.float32)
        p = (parts * parts * parts * (MILLION - 1)).astype(np.uint32)
        y = random.integers(0, MILLION, n, dtype=np.uint32) < p
        text = np.empty((n, ROW), dtype=np.uint8)
        text[:, 0] = y + ord("0")
        text[:, 1:4] = np.frombuffer(b",0.", dtype=np.uint8)
        text[:, 4:7], text[:, 7:10] = digits[p // 1000], digits[p % 1000]
        text[:, 10] = ord("\n")
        yield text.tobytes()


def write(path, rows, seed=0):
    with open(path, "wb") as file:
        file.write(b"y,p\n")
        file.writelines(blocks(rows, seed))


def stream(rows, options):
    """Score so many rows of standard input while another process makes them."""
    maker = [sys.executable, "-m", "benchmarks.scale", "rows", str(rows)]
    started = time.perf_counter()
    with subprocess.Popen(maker, stdout=subprocess.PIPE, env=environment()) as made:
        line = [*CECLI, "score", "-", *SCORE, *options]
        its = subprocess.Popen(line, stdin=made.stdout, stdout=subprocess.PIPE, env=environment())
        made.stdout.close()
        report = its.stdout.read().decode()
        _, status, usage = wait(its)
    if status:
        raise SystemExit(f"exit code {status}")
    wall, cpu = time.perf_counter() - started, usage.ru_utime + usage.ru_stime
    print("| rows | bytes of text | wall | CPU of cecli | million rows a second | peak |")
    print("|---:|---:|---:|---:|---:|---:|")
    print(
        f"| {rows:.0e} | {rows * ROW / 1e9:.1f} GB | {wall:.1f} s | {cpu:.1f} s "
        f"| {rows / wall / 1e6:.1f} | {usage.ru_maxrss * PEAK_UNIT / 1e6:.0f} MB |"
    )
    print(report)


def wait(process):
    pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return pid, process.returncode, usage


def workers(rows, folder):
    """Score n and 2 n rows with one and two workers."""
    paths = {size: folder / f"{size}.csv" for size in (rows, 2 * rows)}
    for size, path in paths.items():
        write(path, size)
    found = {
        (size, number): best([*CECLI, "score", str(path), *SCORE, "--workers", str(number)])
        for size, path in paths.items()
        for number in (1, 2)
    }
    print("| rows | workers | wall | CPU | peak |\n|---:|---:|---:|---:|---:|")
    for (size, number), its in found.items():
        cost = f"{its.wall:.2f} s | {its.cpu:.2f} s | {its.peak / 1e6:.0f} MB"
        print(f"| {size:.0e} | {number} | {cost} |")
    strong = found[rows, 1].wall / found[rows, 2].wall
    weak = found[rows, 1].wall / found[2 * rows, 2].wall
    print(f"\nstrong scaling {strong:.2f} of 2, weak scaling {weak:.2f} of 1")


def best(command):
    """Return the quickest of some runs."""
    runs = [run(command) for _ in range(RUNS)]
    if failed := [its.failure for its in runs if its.failure]:
        raise SystemExit(f"{' '.join(command)}: {failed[0]}")
    return min(runs, key=lambda its: its.wall)


def states(folder):
    """Print the bytes of the state of partitions, with and without what ranks predictions."""
    print("| rows | text | state | predictions of 2 digits | state of entropy |")
    print("|---:|---:|---:|---:|---:|")
    for rows in SIZES:
        path, short = folder / "t.csv", folder / "short.csv"
        write(path, rows)
        with open(path, "rb") as file, open(short, "wb") as other:
            other.write(file.readline())
            while lines := file.readlines(1 << 24):
                other.write(b"".join(line[:6] + b"\n" for line in lines))
        sizes = [
            saved(folder, "score", str(path), *SCORE),
            saved(folder, "score", str(short), *SCORE),
            saved(folder, "entropy", str(path), "--column", "y", "--json", "-q"),
        ]
        told = " | ".join(f"{size / 1e3:,.1f} kB" for size in sizes)
        print(f"| {rows:,} | {path.stat().st_size / 1e6:,.3f} MB | {told} |", flush=True)


def saved(folder, *command):
    path = folder / "one.state"
    its = run([*CECLI, *command, "--save-state", str(path)])
    return path.stat().st_size if not its.failure else float("nan")


def merge(most, folder):
    """Add up 1000 to so many states of ten rows each, each in a file of its own."""
    import cecli

    pool = []
    for seed in range(1000):
        path = folder / f"{seed}.state"
        rows = np.frombuffer(b"".join(blocks(10, seed)), dtype=np.uint8).reshape(10, ROW)
        table = {"y": rows[:, 0] - ord("0"), "p": [float(bytes(row[2:10])) for row in rows]}
        cecli.score(table, label="y", prob="p", save_state=path)
        pool.append(path)
    print("| states | wall | peak | bytes of the sum |\n|---:|---:|---:|---:|")
    count = 1000
    while count <= most:
        listed = folder / "list"
        listed.write_text("".join(f"{pool[i % len(pool)]}\n" for i in range(count)))
        total = folder / "total.state"
        its = run([*CECLI, "merge", f"@{listed}", "--save-state", str(total), "--json", "-q"])
        if its.failure:
            raise SystemExit(its.failure)
        size = total.stat().st_size / 1e3
        print(f"| {count:.0e} | {its.wall:.1f} s | {its.peak / 1e6:.0f} MB | {size:,.0f} kB |")
        count *= 10


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("what", choices=["stream", "workers", "states", "merge", "rows"])
    parser.add_argument("number", type=float, nargs="?", default=1e7)
    known, options = parser.parse_known_args()
    number = int(known.number)
    if known.what == "rows":
        sys.stdout.buffer.write(b"y,p\n")
        sys.stdout.buffer.writelines(blocks(number))
        return
    if known.what == "stream":
        stream(number, options)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if known.what == "states":
            states(folder)
        else:
            {"workers": workers, "merge": merge}[known.what](number, folder)


if __name__ == "__main__":
    main()
