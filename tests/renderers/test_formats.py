"""The table of formats is the one place that knows them."""

import ast
import json
import os
from functools import partial
from itertools import product
from pathlib import Path

import forking
import pytest
from forking import Request

import cecli
from cecli.commands.report import page
from cecli.core.errors import ExitCode, UsageError
from cecli.explanations.explanation import Explanations
from cecli.explanations.registry import every
from cecli.metrics.registry import definitions
from cecli.renderers.formats import DOCUMENTS, FORMATS, Layout, chosen, formats_of
from cecli.renderers.sheets import SHEETS
from cecli.report.definitions import Definitions

PACKAGE = Path(cecli.__file__).parent
ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n"
MOST_SECONDS = 120
LAYOUTS = [Layout(6), Layout(3, 80, colour=True, unicode=True)]
# A command for each kind of document.
COMMANDS = {
    "explanations": ["explain"],
    "report": ["score", "preds.csv"],
    "inspection": ["inspect", "preds.csv"],
    "definitions": ["metrics"],
    "verification": ["verify", "receipt.json", "preds.csv"],
    "verdicts": ["check", "preds.csv", "--max", "brier=1"],
    "page": ["report", "preds.csv"],
}
# Adds one more format, whose renderer is a file of its own, to a process that starts.
ONE_MORE = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
from cecli.renderers import formats
spec = spec_from_file_location("cecli.renderers.lines", {path!r})
sys.modules[spec.name] = module = module_from_spec(spec)
spec.loader.exec_module(module)
formats.FORMATS["lines"] = formats.Format("lines", "lines", suffixes=(".lines",))
"""
LINES = 'def render(document, layout):\n    return "\\n".join(document.to_dict()) + "\\n"\n'


@pytest.fixture
def documents(write):
    """Return a document of each kind."""
    path = write(ROWS)
    report = cecli.score(path, label="y", prob="p")
    return {
        "report": report,
        "inspection": cecli.inspect(path),
        "definitions": Definitions(tuple(definitions().values())),
        "verdicts": cecli.check(report, max={"brier": 0.01}),
        "page": page([path], label="y", prob=["p"]),
        "explanations": Explanations(every()),
        "verification": cecli.verify(cecli.attest(path, label="y", prob="p"), path),
    }


def test_every_format_writes_or_refuses_every_document(documents):
    for form, (kind, document), layout in product(FORMATS.values(), documents.items(), LAYOUTS):
        if kind in form.documents:
            content = form.render(document, layout)
            assert isinstance(content, bytes) == form.is_binary
            assert form.is_binary or content.endswith("\n")
            continue
        with pytest.raises(UsageError) as caught:
            form.render(document, layout)
        assert all(other.name in caught.value.hint for other in formats_of(kind))


def test_every_kind_of_document_has_its_words_its_sheet_and_a_command(documents):
    assert {document.document: document for document in documents.values()} == documents
    assert set(DOCUMENTS) == set(documents) == {*SHEETS, "page"} == set(COMMANDS)


def test_names_and_suffixes_are_of_one_format_each():
    assert [form.name for form in FORMATS.values()] == list(FORMATS)
    for kind in DOCUMENTS:
        suffixes = [suffix for form in formats_of(kind) for suffix in form.suffixes]
        assert len(suffixes) == len(set(suffixes))
    suffixes = [suffix for form in FORMATS.values() for suffix in form.suffixes]
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes)
    assert all(
        form.documents and set(form.documents) <= set(DOCUMENTS) for form in FORMATS.values()
    )


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_name_decides_then_a_suffix_and_without_both_it_is_the_table(kind):
    for form in formats_of(kind):
        assert chosen(form.name, "report.unknown", kind) is form
        for suffix in form.suffixes:
            assert chosen(None, f"a.b/report{suffix}", kind) is form
            assert chosen(None, f"REPORT{suffix.upper()}", kind) is form
    for path in (None, "report", "a.b/report"):
        assert chosen(None, path, kind) is FORMATS["table"]


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_what_cannot_be_is_refused_with_the_list(kind):
    known = [suffix for form in formats_of(kind) for suffix in form.suffixes]
    others = [suffix for form in FORMATS.values() for suffix in form.suffixes]
    for suffix in {".unknown", ".gz", ".", *others} - set(known):
        with pytest.raises(UsageError) as caught:
            chosen(None, f"report.json{suffix}", kind)
        assert all(suffix in caught.value.hint for suffix in known)
    for name in {"unknown", *FORMATS} - {form.name for form in formats_of(kind)}:
        with pytest.raises(UsageError) as caught:
            chosen(name, None, kind)
        assert all(form.name in caught.value.hint for form in formats_of(kind))


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_command_offers_the_formats_of_its_document(cecli, kind):
    done = cecli(*COMMANDS[kind], "--format", "?")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    # The file is not there: nothing was read.
    choices = ", ".join(repr(form.name) for form in formats_of(kind))
    assert f"'--format': '?' is not one of {choices}." in done.stderr


@pytest.mark.parametrize("kind", COMMANDS)
def test_an_unknown_suffix_is_refused_before_anything_is_read(cecli, tmp_path, kind):
    done = cecli(*COMMANDS[kind], "-o", "report.unknown")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert "report.unknown: --output ends in '.unknown'" in done.stderr
    suffixes = [suffix for form in formats_of(kind) for suffix in form.suffixes]
    assert f"suffixes: {', '.join(suffixes)}" in done.stderr
    assert not os.listdir(tmp_path)


@pytest.fixture
def run_with_lines(write, tmp_path):
    """Return a function that runs cecli with one more format: code, stdout and stderr."""
    write(ONE_MORE.format(path=write(LINES, "lines.py")), "sitecustomize.py")
    paths = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}

    def run(start, *arguments):
        request = Request(arguments, environment, str(tmp_path))
        code, out, errors = start(request, b"", MOST_SECONDS)
        return code, out.decode(), errors.decode()

    if not forking.ARE_POSSIBLE:
        yield partial(run, forking.run_anew)
        return
    with forking.Forks(environment) as forks:
        yield partial(run, forks.run)


def test_a_new_format_is_one_file_and_one_line(write, tmp_path, run_with_lines):
    receipt = cecli.attest(write(ROWS), label="y", prob="p")
    receipt.save(tmp_path / "receipt.json")
    # A page is no document but a report and what is shown beside it.
    for command in (command for kind, command in COMMANDS.items() if kind != "page"):
        expected = list(json.loads(run_with_lines(*command, "--json")[1]))
        assert run_with_lines(*command, "--format", "lines")[1].split() == expected
        assert run_with_lines(*command, "-o", "out.lines")[0] == ExitCode.OK
        assert (tmp_path / "out.lines").read_text().split() == expected
        assert "'lines'" in run_with_lines(*command, "--format", "?")[2]
        assert ".lines" in run_with_lines(*command, "-o", "out.unknown")[2]
    assert run_with_lines(*COMMANDS["verdicts"], "--export", "lines=exported")[0] == ExitCode.OK
    assert (tmp_path / "exported").read_text().split() == expected


def test_no_other_module_names_a_format():
    # Other things than formats of reports have these names too.
    shared = {"table", "json", "csv", "svg", "page"}
    named = {form.name for form in FORMATS.values()} - shared
    texts = {module: module.read_text() for module in PACKAGE.rglob("*.py")}
    found = {
        str(module.relative_to(PACKAGE))
        for module, text in texts.items()
        if any(name in text for name in named)  # only these need be parsed
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and node.value in named
    }
    # What other tools call formats is answered with the name that one has here.
    assert found == {"renderers/formats.py", "terminal/neighbours.py"}
