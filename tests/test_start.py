"""What a start does not import: a program that is run a thousand times must begin at once."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

# Of cecli, for a score of a small CSV file. Ten of them are for calibration and ranking: what the
# cells of predictions tell. Lower it where you can.
MOST_FILES_RUN = 111


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


def told_by(program, *arguments):
    """Return what a program that ends in the command line says on standard error, as words."""
    program += "\nfrom cecli.terminal import main\nmain()"
    run = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(run, capture_output=True, check=True)
    return set(done.stderr.decode().split())


def imported_by(*arguments):
    """Return the modules that a run of the command line has imported when it ends."""
    program = "import atexit, sys\natexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    return told_by(program, *arguments)


# Notes the file of every call but those of an import, which calls what decorates a module.
TRACE = """
import atexit, sys
ran, loading = set(), []
def note(frame, event, _):
    code = frame.f_code
    if code.co_name == "_find_and_load" and "importlib" in code.co_filename:
        if event == "call":
            loading.append(code)
        elif event == "return":
            loading.pop()
    elif event == "call" and not loading:
        ran.add(code.co_filename.replace(" ", "_"))
atexit.register(lambda: print(*ran, file=sys.stderr))
sys.setprofile(note)
"""


def is_there(name):
    """Return whether a module can be imported, whatever it is part of."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # what it would be part of is missing
        return False


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
    assert not imported_by("--version") & OF_COMMANDS


# What only commands need; whoever imports a command imports its package too.
OF_COMMANDS = {"cecli.commands", "cecli.options.predictions"}
# What no score of a CSV file needs, each with its reason.
UNUSED = {
    "pandas", "pyarrow", "fsspec",
    "pydantic",  # no option that is given is a number or a choice
    "rich",  # the output is neither a terminal nor coloured
    "concurrent.futures", "logging",  # a small file is read by one thread
    "cecli.readers.arrow.arrow", "cecli.readers.in_memory",
    "cecli.readers.text.plain",  # the compiled reader takes it
    "cecli.metrics.groups", "cecli.statistics.group_means", "cecli.statistics.group_totals",
    "cecli.numerics.distributions.categorical", "cecli.preparations.sums", "cecli.notices.sums",
    "cecli.commands.score.explanation", "cecli.commands.score.tokens", "cecli.report.fit",
    "cecli.report.inspection", "cecli.report.reading",
}  # fmt: skip
USED = {"numpy", "cecli.commands.score", "cecli.readers.text.csv", "cecli.metrics.brier"}


@pytest.fixture(scope="module")
def score(tmp_path_factory):
    """Return the arguments for a score of a small CSV file."""
    pytest.importorskip(
        "cecli.readers.text.scanner", reason="pandas reads where nothing is compiled"
    )
    path = tmp_path_factory.mktemp("start") / "preds.csv"
    path.write_text("y,p\n1,0.8\n0,0.3\n")
    return ["score", str(path), "--label", "y", "--prob", "p", "--json", "--quiet"]


@pytest.mark.parametrize("name", sorted(UNUSED | OF_COMMANDS))
def test_what_must_not_be_imported_could_be(name):
    pytest.importorskip(name.partition(".")[0])
    assert is_there(name)


@pytest.mark.parametrize("name", ["cecli.none", "cecli.core.none", "cecli.core.errors.none"])
def test_a_module_that_is_not_there_is_found_missing(name):
    assert not is_there(name)


def test_a_score_imports_neither_other_commands_nor_what_it_does_not_use(score):
    imported = imported_by(*score)
    assert imported >= USED
    assert not commands_in(imported)
    assert not imported & UNUSED


def test_a_table_that_is_piped_needs_no_rich(score):
    imported = imported_by(*(word for word in score if word != "--json"))
    assert "cecli.renderers.table" in imported
    assert not imported & UNUSED


def test_a_score_of_parquet_needs_no_pandas(tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = str(tmp_path / "preds.parquet")
    parquet.write_table(pa.table({"y": [1, 0], "p": [0.8, 0.3]}), path)
    imported = imported_by("score", path, "--label", "y", "--prob", "p", "--json", "--quiet")
    assert "pyarrow.parquet" in imported
    assert not imported & {"pandas", "pyarrow.compute"}


def test_a_score_runs_through_few_files(score):
    files = {name for name in told_by(TRACE, *score) if "cecli/" in name.replace("\\", "/")}
    assert any(name.endswith("evaluate.py") for name in files)
    assert len(files) <= MOST_FILES_RUN, sorted(files)
