"""What the numbers were measured on."""

import os
import platform
import resource
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import ROOT
from benchmarks.measure import PEAK_UNIT

PACKAGES = (
    "cecli", "numpy", "pandas", "typer",
    "duckdb", "polars", "scikit-learn", "pyarrow", "isal", "zstandard",
)  # fmt: skip


def machine() -> dict[str, str]:
    """Return what decides how fast things are, for people to read."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": commit(),
        "processor": f"{processor()}, {len(os.sched_getaffinity(0))} cores",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "smallest peak that can be told": f"{own_peak() / 1e6:.0f} MB",
        "system": platform.system(),
        "versions": ", ".join([f"Python {platform.python_version()}", *map(installed, PACKAGES)]),
    }


def require_compiled() -> None:
    """End with an error if a compiled part of cecli is missing: it would be slow, and say nothing.

    What is asked is the package that contestants import: of the repository, if it is not installed.
    """
    parts = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "cecli").rglob("*.pyx"))
    ]
    program = "import importlib.util, sys\nfor name in sys.argv[1:]:\n"
    program += "    if importlib.util.find_spec(name) is None: print(name)"
    command = [sys.executable, "-c", program, *parts]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    if missing := done.stdout.split():
        raise SystemExit(
            f"not compiled: {', '.join(missing)}\n"
            "Benchmarks are of compiled parts: python setup.py build_ext --inplace"
        )


def own_peak() -> int:
    """Return the bytes that this process took at most: its children inherit that as their peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT


def commit() -> str:
    """Return the commit that is checked out."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    if shutil.which("git") is None:
        return "unknown"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def installed(package: str) -> str:
    """Return a package with its version."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"


def processor() -> str:
    """Return its model, where it can be told."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
