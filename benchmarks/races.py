"""Who is compared with whom, on which files, and what cecli is to reach."""

from benchmarks.contests import (
    PYTHON,
    Contest,
    Contestant,
    Role,
    cecli,
    limit,
    one_number,
    piped,
    reference,
    same_report,
)

SAME_REPORT = ("DuckDB", "Polars")
BINARY = ("--label", "y", "--prob", "p")


def both(question: str, path: str, *by: str) -> tuple[Contestant, ...]:
    """Return those who compute the same report."""
    return tuple(same_report(name, question, path, *by) for name in SAME_REPORT)


def binary(path: str) -> tuple[Contestant, ...]:
    """Return cecli, those who compute the same report, and those who compute one number."""
    return (
        cecli("cecli", path, *BINARY),
        *both("binary", path),
        one_number("DuckDB, one number", "duckdb_csv", path),
        one_number("Polars, one number", "polars_csv", path),
    )


def narrow(path: str) -> Contest:
    """Return the race on five columns, with the limit of the machine."""
    more = (
        one_number("pandas + scikit-learn, one number", "sklearn_csv", path),
        cecli("cecli --workers 1", path, *BINARY, "--workers", "1"),
        limit("cat FILE", "cat", path),
        reference("Python, readinto", "read", path),
    )
    return Contest("Five columns", "narrow", (*binary(path), *more), 0.5, SAME_REPORT)


def pipe(path: str) -> Contest:
    """Return standard input against the file."""
    stdin = piped(cecli("cat FILE | cecli score -", "-", *BINARY), path)
    file = cecli("cecli score FILE", path, *BINARY)
    return Contest("Standard input", "narrow", (stdin, file), 1.15, (file.name,))


def wide(path: str) -> Contest:
    """Return the race on a hundred columns."""
    cat = limit("cat FILE", "cat", path)
    return Contest("A hundred columns", "wide", (*binary(path), cat), 0.5, SAME_REPORT)


def quoted(path: str) -> Contest:
    """Return the race on quoted fields."""
    title = "All fields quoted, some of two lines"
    return Contest(title, "quoted", binary(path), 0.5, SAME_REPORT)


def gz(path: str) -> Contest:
    """Return the race on a gzip file, against decompressing alone, too."""
    gzip = limit("gzip -dc FILE", "gzip", "-dc", path)
    isal = reference("isal, decompressing", "isal", path)
    return Contest("gzip", "gz", (*binary(path), gzip, isal), 0.7, SAME_REPORT)


def zst(path: str) -> Contest:
    """Return the race on a zstd file."""
    alone = reference("zstandard, decompressing", "zstandard", path)
    return Contest("zstd", "zst", (*binary(path), alone), 0.7, SAME_REPORT)


def parquet(path: str) -> Contest:
    """Return the race on a Parquet file."""
    contestants = (
        cecli("cecli", path, *BINARY),
        *both("binary", path),
        one_number("DuckDB, one number", "duckdb_parquet", path),
        one_number("Polars, one number", "polars_parquet", path),
        one_number("pyarrow + numpy, one number", "pyarrow_parquet", path),
    )
    return Contest("Parquet", "parquet", contestants, 1.0, SAME_REPORT)


def multiclass(path: str) -> Contest:
    """Return the race on ten classes."""
    contestants = (
        cecli("cecli", path, "--label", "y", "--prob", "p_*"),
        *both("multiclass", path),
        one_number("DuckDB, one number", "duckdb_classes", path),
        one_number("Polars, one number", "polars_classes", path),
        one_number("pandas + scikit-learn, one number", "sklearn_classes", path),
    )
    return Contest("Ten classes", "multiclass", contestants, 0.6, SAME_REPORT)


def weighted(path: str) -> Contest:
    """Return the race on rows with weights."""
    contestants = (cecli("cecli", path, *BINARY, "--weight", "w"), *both("weighted", path))
    return Contest("Weighted rows", "narrow", contestants, 0.5, SAME_REPORT)


def grouped(path: str) -> Contest:
    """Return the race on a report for each of twenty groups."""
    contestants = (cecli("cecli", path, *BINARY, "--by", "segment"),
                   *both("binary", path, "segment"))  # fmt: skip
    return Contest("Twenty groups", "narrow", contestants, 0.7, SAME_REPORT)


def customers(path: str) -> Contest:
    """Return the race on a report for each of ten thousand groups."""
    ours = cecli("cecli", path, *BINARY, "--by", "customer", "--max-groups", "10000")
    contestants = (ours, *both("binary", path, "customer"))
    return Contest("Ten thousand groups", "beliefs", contestants, 0.7, SAME_REPORT)


def soft(path: str) -> Contest:
    """Return the race on labels that are probabilities."""
    contestants = (cecli("cecli", path, "--target", "t", "--prob", "p"), *both("soft", path))
    return Contest("Soft labels", "beliefs", contestants, 0.5, SAME_REPORT)


def logits(path: str) -> Contest:
    """Return the race on logits."""
    ours = cecli("cecli", path, "--label", "y", "--prob", "z", "--from", "logit")
    return Contest("Logits", "beliefs", (ours, *both("logits", path)), 0.5, SAME_REPORT)


def kl(path: str) -> Contest:
    """Return the race on divergences, with what a score of the file takes."""
    ours = cecli("cecli kl", path, "--p", "t", "--q", "p", command="kl")
    score = limit("cecli score", *cecli("", path, *BINARY).command)
    return Contest("Divergences", "beliefs", (ours, *both("kl", path), score), 1.5, (score.name,))


def compare(path: str) -> Contest:
    """Return the race on the difference of two models, with what a score of one takes."""
    models = ("--label", "y", "--prob", "t", "--prob", "p")
    ours = cecli("cecli compare", path, *models, command="compare")
    rival = one_number("Polars, one number", "polars_models", path)
    score = limit("cecli score", *cecli("", path, *BINARY).command)
    return Contest("Two models", "beliefs", (ours, rival, score), 1.5, (score.name,))


def fit(path: str) -> Contest:
    """Return the race on a recalibration, with all that is reported beside it."""
    ours = cecli("cecli fit", path, *BINARY, "--model", "platt", command="fit")
    rival = one_number("pandas + scikit-learn", "sklearn_platt", path)
    score = limit("cecli score", *cecli("", path, *BINARY).command)
    return Contest("A recalibration", "calibration", (ours, rival, score), 0.3, (rival.name,))


def calibration(path: str) -> Contest:
    """Return the exact decomposition, with all that is reported beside it, against a score."""
    contestants = (
        cecli("cecli calibration", path, *BINARY, command="calibration"),
        limit("cecli score", *cecli("", path, *BINARY).command),
        one_number("pandas + SciPy, in memory", "isotonic_csv", path),
    )
    return Contest("Calibration", "calibration", contestants, 3.0, ("cecli score",))


def join(path: str, other: str) -> Contest:
    """Return a comparison of two files by a key; rivals compute the losses and their difference."""
    ours = cecli("cecli compare", path, other, "--id", "id", "--label", "y", command="compare")
    contestants = (
        ours,
        one_number("DuckDB", "duckdb_join", path, other),
        one_number("Polars", "polars_join", path, other),
        one_number("pandas", "pandas_join", path, other),
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
    return Contest("A small file", "narrow", (*binary(path), imports), 1.15, (imports.name,))


SMALL_ROWS = 1000
# On files of as many rows as are asked for, by the name that --kinds knows.
BY_KIND = {
    contest.__name__: contest
    for contest in (
        narrow, pipe, wide, quoted, gz, zst, parquet, multiclass, weighted, grouped, customers,
        soft, logits, kl, compare, fit, calibration, join,
    )
}  # fmt: skip
# The kinds of files of the contests that do not have one of their own name.
FILES = {
    **dict.fromkeys(("pipe", "weighted", "grouped"), ("narrow",)),
    **dict.fromkeys(("customers", "soft", "logits", "kl", "compare"), ("beliefs",)),
    "fit": ("calibration",),
    "join": ("join", "join_other"),
}
