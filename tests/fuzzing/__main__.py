"""Mutate input, for an hour: `python -m fuzzing --seconds 3600`, in the folder of the tests.

An input for which something does not hold is kept in a file, whose name is printed. So is that of a
process that ended, or took too long. `python -m fuzzing FILE` runs it again.
"""

import argparse
import faulthandler
import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from contextlib import chdir
from hashlib import sha256
from pathlib import Path

import numpy as np
import turns

from fuzzing.registry import TARGETS
from fuzzing.target import Target

# No input may take longer, on a machine that is busy, nor more memory.
MOST_SECONDS, MOST_BYTES = 300, 3 << 30


def attempt(target: Target, data: bytes, kept: Path) -> str:
    """Run an input in an empty folder; return why something does not hold, or nothing."""
    # Two searches may keep what they find in one folder.
    running = kept / f"{target.name}-running{os.getpid()}"
    running.write_bytes(data)
    faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
    try:
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            target.run(data)
    except Exception as error:
        failed = kept / f"{target.name}-{sha256(data).hexdigest()[:12]}"
        running.replace(failed)
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename}:{last.lineno}"
        return f"{failed}: {type(error).__name__} at {place}: {str(error)[:1500]}"
    finally:
        faulthandler.cancel_dump_traceback_later()
    running.unlink()
    return ""


def again(path: Path) -> None:
    """Run the input in a file, of a corpus or kept."""
    name = path.name.rpartition("-")[0]
    target, data = TARGETS[name if name in TARGETS else path.parent.name], path.read_bytes()
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        target.run(data)


def limit_memory() -> None:
    """Let no input take much memory, unless a sanitizer does, which takes all addresses."""
    if "asan" not in os.environ.get("LD_PRELOAD", ""):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def search(chosen: Iterable[turns.Turn], seed: int, kept: Path) -> int:
    """Run inputs; return for how many something did not hold."""
    ran, spent = Counter[str](), Counter[str]()
    failures = 0
    for name, number in chosen:
        target = TARGETS[name]
        start = time.monotonic()
        data = target.input(np.random.default_rng([seed, number]))
        if why := attempt(target, data, kept):
            failures += 1
            print(why, flush=True)
        spent[name] += time.monotonic() - start
        ran[name] += 1
    for name in ran:
        print(f"{name:13} {ran[name]:9,} inputs in {spent[name]:6,.0f} s")
    print(f"{ran.total():,} inputs, seed {seed}: {failures or 'no'} failures")
    return failures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="targets, or files to run again; default: all")
    turns.add_options(parser, cases=20)
    parser.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir()) / "cecli-fuzzing")
    options = parser.parse_args()
    limit_memory()
    if paths := [Path(name) for name in options.names if name not in TARGETS]:
        for path in paths:
            again(path)
        return
    options.kept.mkdir(parents=True, exist_ok=True)
    names = options.names or list(TARGETS)
    chosen = turns.chosen(names, options)
    sys.exit(bool(search(chosen, options.seed, options.kept.resolve())))


if __name__ == "__main__":
    main()
