"""The rules of the architecture: who may import whom, and what a start does not import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from cecli.terminal.app import NAMES

PACKAGE = Path(__file__).parent.parent / "cecli"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Data flows one way: a layer imports the layers before it, and its own package.
LAYERS = [
    {"errors", "row", "levels", "scales", "tokens", "units", "fits", "unmatched"},
    {"bad_rows", "files"},
    {"numerics", "columns", "labels", "chunk"},
    {"report", "comparison", "inspection", "glossary", "statistics", "readers"},
    {"metrics", "models", "fitting", "preparations", "engines", "roles", "writers", "checks"},
    {"evaluate", "notices", "explanation", "binary_pass", "row_lines", "schema"},
    {"answer", "survey", "estimation", "stored", "configuration"},
    {"questions"},
    {"api", "renderers"},
    {"cli"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

WITHOUT_NUMPY = {
    "errors", "scales", "tokens", "units", "unmatched", "bad_rows", "files", "labels", "columns",
    "report", "answer", "row", "survey", "comparison", "inspection", "questions", "renderers",
    "cli", "engines", "evaluate", "fits", "estimation", "glossary", "checks", "schema", "stored",
    "configuration", "levels",
}  # fmt: skip
# Packages that have one home, or few.
HOMES = {
    "typer": {"cli"},
    "rich": {"renderers"},
    "pydantic": {"schema", "configuration"},
    "pandas": {"readers", "report", "api"},
    "pyarrow": {"readers", "writers"},
    "fsspec": {"readers"},
    "duckdb": {"readers"},
    "numpy": set(RANK) - WITHOUT_NUMPY,
}


def layer_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(module: Path) -> list[str]:
    """Return the full names of all imports in a module."""
    found = []
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "cecli":
                found += [f"cecli.{alias.name}" for alias in node.names]
            else:
                found.append(str(node.module))
    return found


@pytest.mark.parametrize(
    "module",
    [module for module in MODULES if layer_of(module) in RANK],
    ids=lambda m: str(m.relative_to(PACKAGE)),
)
def test_a_module_imports_only_what_is_below_it(module):
    layer = layer_of(module)
    for name in imports(module):
        root, *rest = name.split(".")
        if root == "cecli" and rest and rest[0] != "__version__" and rest[0] != layer:
            assert RANK[rest[0]] <= RANK[layer], f"{module}: {name}"
        if root in HOMES:
            assert layer in HOMES[root], f"{module}: {name}"


def test_every_module_is_in_a_layer():
    assert {layer_of(module) for module in MODULES} - {"__init__", "__main__"} == set(RANK)


@pytest.mark.parametrize("name", ["utils", "common", "helpers", "misc"])
def test_no_module_is_named_after_nothing(name):
    assert not [module for module in MODULES if module.stem == name]


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("from cecli.terminal import main", {"numpy", "pandas", "rich.table", "pydantic"}),
        ("import cecli", {"numpy", "pandas", "typer", "rich"}),
        ("from cecli.renderers import table, csv", {"numpy", "pandas", "rich"}),
        ("from cecli.commands.score.function import score", {"pandas", "typer", "rich"}),
    ],
)
def test_heavy_modules_wait_until_they_are_used(code, absent):
    program = f"import sys\n{code}\nprint(*sys.modules)"
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


@pytest.mark.parametrize("option", ["--help", "--version", "-h"])
def test_help_and_version_import_neither_numpy_nor_pandas_nor_pydantic(option):
    imported = imported_by(option)
    assert "typer" in imported
    assert not imported & {"numpy", "pandas", "pydantic"}


def test_the_version_imports_no_command():
    assert not imported_by("--version") & {f"cecli.terminal.{name}" for name in (*NAMES, "options")}


# What no score of a CSV file needs, each with its reason.
UNUSED = {
    "pandas", "pyarrow", "fsspec",
    "pydantic",  # no option that is given is a number or a choice
    "rich",  # the output is no terminal
    "concurrent.futures", "logging",  # a small file is read by one thread
    "cecli.readers.arrow.arrow", "cecli.readers.in_memory", "cecli.readers.in_memory", "cecli.readers.bytes.streams",
    "cecli.readers.text.general", "cecli.readers.text.plain",  # the compiled reader takes regular files
    "cecli.metrics.groups", "cecli.statistics.group_means", "cecli.commands.compare.findings",
    "cecli.numerics.distributions.categorical", "cecli.preparations.sums", "cecli.notices.sums",
    "cecli.commands.score.explanation", "cecli.report.fit", "cecli.report.report", "cecli.report.comparison", "cecli.report.inspection",
    "cecli.commands.schema", "cecli.glossary", "cecli.checks",
}  # fmt: skip


def test_a_score_imports_neither_other_commands_nor_what_it_does_not_use(tmp_path):
    pytest.importorskip(
        "cecli.readers.text.scanner", reason="pandas reads where nothing is compiled"
    )
    path = tmp_path / "preds.csv"
    path.write_text("y,p\n1,0.8\n0,0.3\n")
    imported = imported_by("score", str(path), "--label", "y", "--prob", "p", "--json", "--quiet")
    assert {"cecli.commands.score.command", "cecli.readers.text.csv", "numpy"} <= imported
    assert not imported & {f"cecli.terminal.{name}" for name in NAMES if name != "score"}
    assert not imported & UNUSED


def test_a_score_of_parquet_needs_no_pandas(tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = str(tmp_path / "preds.parquet")
    parquet.write_table(pa.table({"y": [1, 0], "p": [0.8, 0.3]}), path)
    imported = imported_by("score", path, "--label", "y", "--prob", "p", "--json", "--quiet")
    assert "pyarrow.parquet" in imported
    assert not imported & {"pandas", "pyarrow.compute"}
