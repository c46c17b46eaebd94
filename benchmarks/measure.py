"""Run a command as a process of its own, and measure it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import ROOT

PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes that ru_maxrss is counted in


@dataclass(frozen=True)
class Run:
    """What a process took, and what it said.

    Attributes
    ----------
    wall, cpu : seconds, of user and system together; those of the processes that it waited for too.
    peak : of resident memory, in bytes, in the largest of these processes. Linux counts the memory
        of the parent into it, as it was when the child was started: the parent should be small.
    output : what it printed. Who keeps it grows.
    failure : how it failed, in a line; empty where it did not.
    """

    wall: float
    cpu: float
    peak: int
    output: str
    failure: str


def environment() -> dict[str, str]:
    """Return the environment without what slows Python down.

    A developer's shell may keep it from saving the byte code of what is installed in place: cecli
    would be compiled at each start, and its rivals, which pip has compiled, would not.
    """
    slow = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONDEVMODE", "PYTHONMALLOC")
    return {name: value for name, value in os.environ.items() if name not in slow}


def run(command: Sequence[str]) -> Run:
    """Return the run of a command in the folder of the repository."""
    # Files, not pipes: nobody has to read them while the process runs.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for
        output.seek(0)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
        failure = ""
        if process.returncode:
            failure = said[-1] if said else f"exit code {process.returncode}"
        return Run(
            wall,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * PEAK_UNIT,
            output.read().decode(errors="replace"),
            failure,
        )
