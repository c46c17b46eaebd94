"""Who is compared with whom, at which question, and what cecli is to reach."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

PYTHON = sys.executable


class Role(StrEnum):
    """What a contestant is in the comparison."""

    OURS = "ours"
    RIVAL = "rival"  # answers the same question
    LIMIT = "limit"  # does a part of the work, and answers nothing


@dataclass(frozen=True)
class Contestant:
    """A command.

    Attributes
    ----------
    answer : from what it prints to the mean log loss; None where it prints none.
    """

    name: str
    role: Role
    command: tuple[str, ...]
    answer: Callable[[str], float] | None = None


@dataclass(frozen=True)
class Contest:
    """The contestants, of which the first is ours, and what is to be reached.

    Attributes
    ----------
    kind : of file, as in benchmarks.data.
    goal : most wall time of the first in units of the fastest of the yardsticks; None if not set.
    yardsticks : names of contestants.
    """

    title: str
    kind: str
    contestants: tuple[Contestant, ...]
    goal: float | None = None
    yardsticks: tuple[str, ...] = ()


def reported(output: str) -> float:
    """Return the cross-entropy in a report of cecli."""
    return float(json.loads(output)["metrics"]["cross_entropy"])


def cecli(name: str, path: str, *options: str) -> Contestant:
    """Return the full default report of cecli."""
    command = (PYTHON, "-m", "cecli", "score", path, "--json", "--quiet", "--label", "y")
    return Contestant(name, Role.OURS, (*command, *options), reported)


def rival(name: str, function: str, *paths: str) -> Contestant:
    """Return a rival, by its function in benchmarks.rivals."""
    command = (PYTHON, "-m", "benchmarks.rivals", function, *paths)
    return Contestant(name, Role.RIVAL, command, float)


def limit(name: str, *command: str) -> Contestant:
    """Return a command whose output is thrown away."""
    return Contestant(name, Role.LIMIT, ("sh", "-c", 'exec "$@" > /dev/null', "sh", *command))


def reference(name: str, function: str, path: str) -> Contestant:
    """Return a part of the work, by its function in benchmarks.rivals."""
    return limit(name, PYTHON, "-m", "benchmarks.rivals", function, path)


def piped(contestant: Contestant, path: str) -> Contestant:
    """Return a contestant that reads what `cat` writes into a pipe."""
    pipe = ("sh", "-c", 'file=$1; shift; cat "$file" | "$@"', "sh", path)
    command = (*pipe, *contestant.command)
    return Contestant(contestant.name, contestant.role, command, contestant.answer)


def binary(path: str) -> tuple[Contestant, ...]:
    """Return cecli and those who can read delimited text."""
    return (
        cecli("cecli", path, "--prob", "p"),
        rival("DuckDB", "duckdb_csv", path),
        rival("Polars", "polars_csv", path),
        rival("pandas + scikit-learn", "sklearn_csv", path),
    )


FASTEST = ("DuckDB", "Polars")


def narrow(path: str) -> Contest:
    """Return the race on five columns, with the limit of the machine."""
    more = (
        cecli("cecli --workers 1", path, "--prob", "p", "--workers", "1"),
        limit("cat FILE", "cat", path),
        reference("Python, readinto", "read", path),
    )
    return Contest("Five columns", "narrow", (*binary(path), *more), 0.5, FASTEST)


def pipe(path: str) -> Contest:
    """Return standard input against the file."""
    stdin = piped(cecli("cat FILE | cecli score -", "-", "--prob", "p"), path)
    file = cecli("cecli score FILE", path, "--prob", "p")
    return Contest("Standard input", "narrow", (stdin, file), 4 / 3, (file.name,))


def wide(path: str) -> Contest:
    """Return the race on a hundred columns."""
    cat = limit("cat FILE", "cat", path)
    return Contest("A hundred columns", "wide", (*binary(path), cat), 0.5, FASTEST)


def quoted(path: str) -> Contest:
    """Return the race on quoted fields."""
    return Contest("All fields quoted, some of two lines", "quoted", binary(path))


def gz(path: str) -> Contest:
    """Return the race on a gzip file, against decompressing alone."""
    gzip = limit("gzip -dc FILE", "gzip", "-dc", path)
    isal = reference("isal, decompressing", "isal", path)
    return Contest("gzip", "gz", (*binary(path), gzip, isal), 1.1, (gzip.name,))


def zst(path: str) -> Contest:
    """Return the race on a zstd file."""
    return Contest(
        "zstd", "zst", (*binary(path), reference("zstandard, decompressing", "zstandard", path))
    )


def parquet(path: str) -> Contest:
    """Return the race on a Parquet file."""
    contestants = (
        cecli("cecli", path, "--prob", "p"),
        rival("DuckDB", "duckdb_parquet", path),
        rival("Polars", "polars_parquet", path),
        rival("pyarrow + numpy", "pyarrow_parquet", path),
    )
    return Contest("Parquet", "parquet", contestants, 1.0, tuple(c.name for c in contestants[1:]))


def multiclass(path: str) -> Contest:
    """Return the race on ten classes."""
    contestants = (
        cecli("cecli", path, "--prob", "p_*"),
        rival("DuckDB", "duckdb_classes", path),
        rival("Polars", "polars_classes", path),
        rival("pandas + scikit-learn", "sklearn_classes", path),
    )
    return Contest("Ten classes", "multiclass", contestants)


def recalibrated(output: str) -> float:
    """Return the cross-entropy after isotonic regression in a report of cecli."""
    return float(json.loads(output)["metrics"]["calibrated_cross_entropy"])


def calibration(path: str) -> Contest:
    """Return the exact decomposition, with all that is reported beside it, against a score."""
    command = (PYTHON, "-m", "cecli", "calibration", path, "--json", "--quiet", "--label", "y")
    ours = Contestant("cecli calibration", Role.OURS, (*command, "--prob", "p"), recalibrated)
    contestants = (
        ours,
        limit("cecli score", *cecli("", path, "--prob", "p").command),
        rival("pandas + SciPy, in memory", "isotonic_csv", path),
    )
    return Contest("Calibration", "calibration", contestants, 3.0, ("cecli score",))


def both_losses(output: str) -> float:
    """Return the sum of the cross-entropies of two models in a report of cecli."""
    metrics = json.loads(output)["metrics"]
    return float(metrics["cross_entropy_baseline"]) + float(metrics["cross_entropy_model"])


def join(path: str, other: str) -> Contest:
    """Return a comparison of two files by a key; rivals compute the losses and their difference."""
    command = (PYTHON, "-m", "cecli", "compare", path, other, "--json", "--quiet", "--id", "id")
    ours = Contestant("cecli compare", Role.OURS, (*command, "--label", "y"), both_losses)
    contestants = (
        ours,
        rival("DuckDB", "duckdb_join", path, other),
        rival("Polars", "polars_join", path, other),
        rival("pandas", "pandas_join", path, other),
    )
    return Contest("Two files joined by a key", "join", contestants, 2.0, ("DuckDB",))


def version() -> Contest:
    """Return the start of the command line, against importing what it is made with."""
    ours = Contestant("cecli --version", Role.OURS, (PYTHON, "-m", "cecli", "--version"))
    imports = limit("import typer", PYTHON, "-c", "import typer")
    return Contest("Start", "", (ours, imports), 1.5, (imports.name,))


def small(path: str) -> Contest:
    """Return a score of a small file, against importing what it is made with."""
    imports = limit("import numpy, typer, rich", PYTHON, "-c", "import numpy, typer, rich")
    return Contest("A small file", "narrow", (*binary(path), imports), 2.5, (imports.name,))


SMALL_ROWS = 1000
# On files of as many rows as are asked for, by the name that --kinds knows.
BY_KIND = {
    contest.__name__: contest
    for contest in (narrow, pipe, wide, quoted, gz, zst, parquet, multiclass, calibration, join)
}
# The kinds of files of the contests that do not have one of their own name.
FILES = {"pipe": ("narrow",), "join": ("join", "join_other")}
