"""The rules of the house: who may import whom, how large things are, what they are called.

What a failure says ends with what to do.
"""

import ast
import itertools
import re
import runpy
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

import cecli

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "cecli"
if not PACKAGE.exists():  # as in .ci/wheel
    pytest.skip("the rules are about the source, which is not beside", allow_module_level=True)
FILES = sorted(PACKAGE.rglob("*.py"))
COMPILED = sorted(PACKAGE.rglob("*.pyx"))
TESTS = sorted((ROOT / "tests").glob("*/**/test_*.py"))

MOST_LINES = 300  # of a file
MOST_IN_FOLDER = 16  # files

# Imports run downwards: a module imports what stands above it in this list, and its own layer.
# A layer is some modules, or packages with all that is in them; the longest name decides.
LAYERS = [
    "core.dataclasses",
    "core.contract",
    "core.json_text",
    "core.errors",
    "core.files core.pipes core.state_file",
    "columns.numbers columns.hints",
    "numerics",
    "columns.column columns.bad_rows",
    "core.chunk core.texts",
    "columns",
    "report.result",
    "core.statistic core.table",
    "options",
    "report",
    "report.reading",
    "statistics",
    "core.plan core.remarks",
    "engines",
    "readers",
    "preparations",
    "join",
    "guessing",
    "shapes",
    "intervals",
    "metrics",
    "notices",
    "kernels",
    "core options.values",  # plan, fold and evaluate
    "commands.score.*",
    "commands.*.*",
    "states",
    "anywhere",
    "spark",
    "receipts",
    "explanations",
    "pictures",
    "renderers",
    "terminal.progress terminal.output",
    "terminal.receipts",
    # What reads arguments, and hands back an output.
    "commands commands.check.gate commands.check.inputs commands.report.pages",
    "terminal manual",
]

# What other commands may import of a command; what more of them need lies further below.
SHARED_COMMANDS = {"score"}
# `apply` uses what `fit` made, `calibration` fits, `check` judges calibrations, comparisons and
# divergences, and a page of `report` has what these have.
USED_COMMANDS = {
    ("apply", "fit"),
    ("calibration", "fit"),
    ("check", "calibration"),
    ("check", "compare"),
    ("check", "drift"),
    ("check", "kl"),
    *(("report", name) for name in ("calibration", "compare", "worst")),
}

# Packages that have one home, or few.
HOMES = {
    "typer": ["terminal", "options", "commands"],
    "rich": ["renderers"],
    "pydantic": ["core.contract", "options", "report", "commands.fit.recalibrations"],
    "pandas": ["readers", "report"],
    "pyarrow": ["readers.arrow", "commands.apply", "anywhere", "spark"],
    "pyspark": ["spark"],
    "fsspec": ["readers.bytes"],
    "isal": ["readers.bytes"],
    "dask": ["engines"],
    "distributed": ["engines"],
    "vl_convert": ["renderers.pictured"],
    "numpy": [
        "core", "numerics", "statistics", "kernels", "readers", "join", "shapes", "preparations",
        "intervals", "metrics", "notices", "guessing", "commands", "report.grouped", "states",
        "receipts",
    ],
}  # fmt: skip

# Words that mean one thing, and where what they mean is.
WORDS = {
    "comparison": ["commands.compare", "report", "renderers"],
    "conclusion": ["commands.compare", "report", "renderers"],
    "verdict": ["commands.check", "report", "renderers", "terminal.output"],
}
NAMED_AFTER_NOTHING = {"utils", "util", "common", "helpers", "misc"}
# Words of an earlier design: plan, options, finding, notice and group have taken their places.
GIVEN_UP = ["question", "answer", "watch", "detail", "requirement"]

# The places that the rules above name.
PLACES = {
    *itertools.chain(*(layer.split() for layer in LAYERS), *HOMES.values(), *WORDS.values()),
    *(f"commands.{name}" for name in itertools.chain(SHARED_COMMANDS, *USED_COMMANDS)),
}


def name_of(file: Path) -> str:
    """Return the name of a module without the package's: core.errors, or readers for a folder."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(file): file for file in FILES}
KNOWN = {*MODULES, *map(name_of, COMPILED)}


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text())


@cache
def imports(module: str) -> list[str]:
    """Return the full names of all imports, in functions and for type checkers too."""
    names = []
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def imported(module: str) -> set[str]:
    """Return the modules of the package that a module imports."""
    found = set()
    for name in imports(module):
        if name.startswith("cecli.") and name != "cecli.__version__":
            inner = name.removeprefix("cecli.")
            found.add(inner if inner in KNOWN else inner.rpartition(".")[0])
    assert found <= KNOWN, (module, found - KNOWN)
    return found


def is_in(module: str, place: str) -> bool:
    return fnmatchcase(module, place) or fnmatchcase(module, f"{place}.*")


def rank(module: str) -> int:
    """Return the number of the layer that a module is in; the whole package is above all."""
    places = [(place, i) for i, layer in enumerate(LAYERS) for place in layer.split()]
    matching = [(place.count("."), i) for place, i in places if is_in(module, place)]
    assert matching or not module, f"{module} is in no layer: add it to LAYERS"
    return max(matching)[1] if module else len(LAYERS)


def below_root() -> list[str]:
    return [module for module in MODULES if module not in {"", "__main__"}]


def command_of(module: str) -> str:
    """Return the command that a module belongs to; empty where it belongs to none."""
    folder, _, rest = module.partition(".")
    return rest.partition(".")[0] if folder == "commands" else ""


def public_classes() -> Iterator[tuple[str, str]]:
    """Yield the modules and names of all public classes."""
    for module in MODULES:
        for node in tree_of(module).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield module, node.name


def test_every_module_is_in_a_layer():
    assert min(map(rank, below_root())) == 0


@pytest.mark.parametrize("package", HOMES)
def test_a_package_is_imported_where_its_home_is_and_nowhere_else(package):
    importing = [
        module for module in MODULES if any(is_in(name, package) for name in imports(module))
    ]
    homes = HOMES[package]
    strangers = [module for module in importing if not any(is_in(module, h) for h in homes)]
    assert strangers == [], f"import {package} only in {homes}, or add a home to HOMES"
    unused = [home for home in homes if not any(is_in(module, home) for module in importing)]
    assert unused == [], f"none of them imports {package}: take them out of HOMES"


def test_a_public_class_name_stands_once_in_the_package():
    names = Counter(name for _, name in public_classes())
    assert [name for name, count in names.items() if count > 1] == [], "rename all but one"


@pytest.mark.parametrize("word", WORDS)
def test_a_word_means_one_thing(word):
    names = [*((module, module.rpartition(".")[2]) for module in KNOWN), *public_classes()]
    using = {module for module, name in names if word in name.lower()}
    others = {m for m in using if not any(is_in(m, place) for place in WORDS[word])}
    assert others == set(), f"call it something else: a {word} is what {WORDS[word][0]} has"


def test_no_module_is_named_after_nothing():
    nameless = [m for m in KNOWN if m.rpartition(".")[2] in NAMED_AFTER_NOTHING]
    assert nameless == [], "name it after what is in it"


def listed(package: str) -> list[str]:
    """Return what the docstring of a package lists: a name a line, a folder's with a slash."""
    text = ast.get_docstring(tree_of(package)) or ""
    return re.findall(r"^(\w+/?) - \S", text, re.MULTILINE)


@pytest.mark.parametrize(
    "package",
    [name for name, file in MODULES.items() if name and file.name == "__init__.py"],
)
def test_a_package_lists_its_files_in_its_docstring(package):
    folder = MODULES[package].parent
    modules = [file.stem for file in [*FILES, *COMPILED] if file.parent == folder]
    folders = [f"{file.parent.name}/" for file in FILES if file.parent.parent == folder]
    there = {*modules, *folders} - {"__init__"}
    text = MODULES[package].relative_to(ROOT)
    assert sorted(listed(package)) == sorted(there), (
        f"the docstring of {text} has a line for each: 'name - what is in it'; 'name/ - …' of a "
        "folder"
    )


def test_a_public_name_is_imported_from_where_a_type_checker_finds_it():
    guarded = next(node for node in tree_of("").body if isinstance(node, ast.If))
    checked = {node.names[0].asname: node.module for node in guarded.body}
    assert checked == cecli._HOMES
    for name in cecli.__all__:
        assert getattr(cecli, name) is not None


def test_a_folder_has_few_files():
    counts = Counter(str(file.parent.relative_to(ROOT)) for file in FILES)
    crowded = {folder: n for folder, n in counts.items() if n > MOST_IN_FOLDER}
    assert crowded == {}, "give those files that belong together a folder of their own"


def test_the_laws_of_this_file_can_fail():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d"}, "e": set()}
    assert cycles(graph) == [["b", "c"], ["d"]]
    assert rank("commands.score") > rank("renderers.sheet") > rank("commands.score.binary")
    assert rank("columns.numbers") < rank("numerics") < rank("columns.column") < rank("columns")


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components of more than one module, or of one on itself."""
    reached = {module: _reached(graph, module) for module in graph}
    on_cycle = [module for module in graph if module in reached[module]]
    components: list[list[str]] = []
    for module in on_cycle:
        if not any(module in component for component in components):
            components.append(
                [m for m in on_cycle if m in reached[module] and module in reached[m]]
            )
    return components


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """Return all that can be reached from a module by one import or more."""
    found: set[str] = set()
    coming = list(graph[start])
    while coming:
        module = coming.pop()
        if module not in found:
            found.add(module)
            coming += graph.get(module, ())
    return found


# Rules about the house as a whole.


def test_imports_run_downwards():
    upwards = {
        f"{module} imports {name}"
        for module in below_root()
        for name in imported(module)
        if rank(name) > rank(module)
    }
    assert sorted(upwards) == [], "move what is imported into a lower layer: see LAYERS"


def test_commands_import_no_other_commands_but_those_that_they_use():
    across = {
        f"{module} imports {name}"
        for module in below_root()
        for name in imported(module)
        if command_of(module)
        and command_of(name) not in {"", command_of(module), *SHARED_COMMANDS}
        and (command_of(module), command_of(name)) not in USED_COMMANDS
    }
    assert sorted(across) == [], "move what both need out of commands, or see USED_COMMANDS"


def test_no_imports_go_in_a_circle():
    circles = cycles({module: imported(module) for module in below_root()})
    assert circles == [], "move what they share into a file that imports none of them"


def test_a_file_is_short():
    lines = {module: len(file.read_text().splitlines()) for module, file in MODULES.items()}
    assert {m: n for m, n in lines.items() if n > MOST_LINES} == {}, "split it by what it is about"


# What a test of a command may be called, besides a module: of a process, or from Python.
HALVES = ("command", "function")


def is_named_well(test: Path) -> bool:
    """Return whether a test is called after a file, in the folder that its own folder mirrors."""
    folder = PACKAGE / test.parent.relative_to(ROOT / "tests")
    named = {path.stem for path in [*FILES, *COMPILED] if path.parent == folder}
    named |= set(HALVES) if folder.parent.name == "commands" else set()
    return any(f"{test.stem}_".startswith(f"test_{name}_") for name in named)


def test_a_test_is_where_what_it_tests_is_and_called_after_it():
    elsewhere = [str(test.relative_to(ROOT)) for test in TESTS if not is_named_well(test)]
    assert elsewhere == [], "cecli/FOLDER/NAME.py has tests/FOLDER/test_NAME.py or test_NAME_….py"


@pytest.mark.parametrize("place", sorted(PLACES))
def test_a_place_that_a_rule_names_is_there(place):
    assert any(is_in(module, place) for module in MODULES), "take it out of the rules above"


@pytest.mark.parametrize("word", GIVEN_UP)
def test_a_word_that_was_given_up_is_in_no_class_name(word):
    named = [found for found in public_classes() if word in found[1].lower()]
    assert named == [], "the vocabulary in docs/architecture.md has another word"


def test_the_map_shows_every_folder_and_every_file():
    tree = runpy.run_path(str(ROOT / "docs" / "tree.py"))
    page = tree["PAGE"].read_text()
    assert page == tree["page"](), "run: python docs/tree.py"
    shown = page.partition("cecli/\n")[2].partition("```")[0].split()
    inner = [file.stem for file in FILES if file.parent != PACKAGE and file.stem != "__init__"]
    assert sorted(word for word in shown if not word.endswith("/")) == sorted(inner)


def test_no_text_has_the_marks_of_a_merge():
    folders = (ROOT / name for name in ("docs", "tests", "cecli", "benchmarks"))
    ends = ("md", "py", "pyx", "pxi", "hpp")
    texts = {x for folder in folders for end in ends for x in folder.rglob(f"*.{end}")}
    texts |= set(ROOT.glob("*.md"))
    left = [str(x) for x in texts if re.search(r"^(<{7}|>{7}) ", x.read_text(), re.MULTILINE)]
    assert left == [], "keep one of the two sides"
