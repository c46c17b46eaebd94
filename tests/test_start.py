"""What a start does not import: a program that is run a thousand times must begin at once."""

import subprocess
import sys

import pytest

MOST_MODULES = 60  # of cecli, for a score of a small CSV file


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("from cecli.terminal import main", {"numpy", "pandas", "rich.table", "pydantic"}),
        ("import cecli", {"numpy", "pandas", "typer", "rich"}),
        ("from cecli.renderers import table, csv", {"numpy", "pandas", "rich"}),
        ("from cecli.commands.score import score", {"pandas", "typer", "rich"}),
    ],
)
def test_heavy_modules_wait_until_they_are_used(program, absent):
    program = f"import sys\n{program}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert not absent & set(done.stdout.decode().split())


def imported_by(*arguments):
    """Return the modules that a run of the command line has imported when it ends."""
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from cecli.terminal import main\n"
        "main()"
    )
    run = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(run, capture_output=True, check=True)
    return set(done.stderr.decode().split())


def commands_in(imported):
    """Return the modules of commands, other than score, that are among those imported."""
    commands = {name for name in imported if name.startswith("cecli.commands.")}
    return {name for name in commands if name.split(".")[2] != "score"}


@pytest.mark.parametrize("option", ["--help", "--version", "-h"])
def test_help_and_version_import_neither_numpy_nor_pandas_nor_pydantic(option):
    imported = imported_by(option)
    assert "typer" in imported
    assert not imported & {"numpy", "pandas", "pydantic"}


def test_the_version_imports_no_command():
    imported = imported_by("--version")
    assert not {name for name in imported if name.startswith("cecli.commands")}
    assert "cecli.options.families" not in imported


# What no score of a CSV file needs, each with its reason.
UNUSED = {
    "pandas", "pyarrow", "fsspec",
    "pydantic",  # no option that is given is a number or a choice
    "rich",  # the output is no terminal
    "concurrent.futures", "logging",  # a small file is read by one thread
    "cecli.readers.arrow.arrow", "cecli.readers.in_memory",
    "cecli.readers.text.parsed", "cecli.readers.text.plain",  # the compiled reader takes it
    "cecli.metrics.groups", "cecli.statistics.group_means",
    "cecli.numerics.distributions.categorical", "cecli.preparations.sums", "cecli.notices.sums",
    "cecli.commands.score.explanation", "cecli.report.fit",
    "cecli.report.inspection", "cecli.report.reading", "cecli.glossary",
}  # fmt: skip


@pytest.fixture(scope="module")
def imported_by_score(tmp_path_factory):
    """Return the modules that a score of a small CSV file has imported."""
    pytest.importorskip(
        "cecli.readers.text.scanner", reason="pandas reads where nothing is compiled"
    )
    path = tmp_path_factory.mktemp("start") / "preds.csv"
    path.write_text("y,p\n1,0.8\n0,0.3\n")
    return imported_by("score", str(path), "--label", "y", "--prob", "p", "--json", "--quiet")


def test_a_score_imports_neither_other_commands_nor_what_it_does_not_use(imported_by_score):
    assert {"cecli.commands.score", "cecli.readers.text.csv"} <= imported_by_score
    assert "numpy" in imported_by_score
    assert not commands_in(imported_by_score)
    assert not imported_by_score & UNUSED


def test_a_score_of_parquet_needs_no_pandas(tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = str(tmp_path / "preds.parquet")
    parquet.write_table(pa.table({"y": [1, 0], "p": [0.8, 0.3]}), path)
    imported = imported_by("score", path, "--label", "y", "--prob", "p", "--json", "--quiet")
    assert "pyarrow.parquet" in imported
    assert not imported & {"pandas", "pyarrow.compute"}


def test_a_score_runs_through_few_modules(imported_by_score):
    ours = [name for name in imported_by_score if name.partition(".")[0] == "cecli"]
    assert len(ours) <= MOST_MODULES
