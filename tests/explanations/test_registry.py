"""Every code that can be told is explained, and every example shows its code."""

import ast
import json
import re
import shlex
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from typer import TyperException

import cecli
from cecli.columns.bad_rows import Reason
from cecli.core.errors import CecliError, ExitCode, Failure, UsageError
from cecli.explanations.explanation import CodeKind
from cecli.explanations.registry import every, explained, of_codes
from cecli.guessing.refusals import REFUSALS
from cecli.metrics.registry import definitions
from cecli.terminal.app import NAMES, app
from cecli.terminal.mistakes import CODES, misuse, options_of

PACKAGE = Path(cecli.__file__).parent
# Who says a code: functions by the parameter that takes it, and keywords of errors.
CODE, REASON = "code", "reason"


@cache
def trees():
    """Return the modules of the package, parsed: only where a test needs them."""
    return {path: ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}


def below(kind):
    return [one for child in kind.__subclasses__() for one in (child, *below(child))]


def takers():
    """Return the functions and classes that take a code, and its place among their arguments."""
    names = [field.name for field in fields(CecliError)]
    kinds = [kind.__name__ for kind in (CecliError, *below(CecliError))]
    found = {"Notice": 0} | dict.fromkeys(kinds, names.index(REASON))
    for path, tree in trees().items():
        for node in ast.walk(tree) if path.parent.name != "explanations" else ():
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.args]
                if CODE in names:
                    found.setdefault(node.name, names.index(CODE))
    return found


@cache
def constants():
    """Return the texts of the package's constants, by their names."""
    return {
        target.id: node.value.value
        for tree in trees().values()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def patterns(node):
    """Yield the patterns of the codes that an expression can be; none if a caller says it."""
    match node:
        case ast.Constant(value=str(code)):
            yield re.escape(code)
        case ast.Name(id=name) if isinstance(constants().get(name), str):
            yield re.escape(constants()[name])
        case ast.JoinedStr(values=parts):
            yield "".join(
                re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z-]+"
                for part in parts
            )


def told():
    """Yield each code that the statements of the package can tell, as a pattern, and where."""
    known = takers()
    for path, tree in trees().items():
        if path.parent.name == "explanations":
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in known and len(node.args) > known[name]:
                yield from ((code, path) for code in patterns(node.args[known[name]]))
            for keyword in node.keywords:
                is_error = name.endswith("Error") or name == "at"
                if keyword.arg == CODE or (keyword.arg == REASON and is_error):
                    yield from ((code, path) for code in patterns(keyword.value))


def test_every_code_that_the_statements_can_tell_is_explained():
    found = {code for code, _ in told()}
    assert {"infinite\\-loss", "few\\-[a-z-]+s", "blank\\-line", "column\\-twice"} <= found
    assert len(found) > 70
    unknown = {code for code in found if not any(re.fullmatch(code, known) for known in of_codes())}
    assert unknown == set()


def test_the_codes_of_kinds_of_errors_of_guesses_and_of_exits_are_explained():
    kinds = [CecliError, *below(CecliError)]
    codes = {kind.code for kind in kinds} | {rule.name for rule in REFUSALS} | set(CODES.values())
    codes |= {str(code.value) for code in ExitCode} | set(Reason)
    codes |= {reason.remark for reason in Reason}
    assert codes <= set(of_codes())


def test_a_code_stands_once_and_is_no_metric():
    modules = (PACKAGE / "explanations").glob("*.py")
    text = "".join(path.read_text() for path in modules)
    for code in of_codes():
        assert text.count(f'"{code}",\n') <= 1, code
    assert not set(of_codes()) & set(definitions())


@pytest.mark.parametrize("one", of_codes().values(), ids=lambda one: one.code)
def test_an_explanation_names_commands_and_options_that_exist(one):
    known = {name for command in NAMES for name in options_of(command)}
    known |= {"--help", "--help-all", "--version", "--debug"}
    if one.example is not None:
        _, command, *words = shlex.split(one.example.command)
        if one.kind is not CodeKind.ERROR:
            assert {word for word in words if word.startswith("--")} <= set(options_of(command))
    for text in (one.means, one.why, one.remedy):
        assert text.endswith(".")
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= known, text
        assert set(re.findall(r"\bcecli ([a-z]+)\b", text)) <= set(NAMES), text


EXAMPLES = [one for one in of_codes().values() if one.example is not None and one.example.rows]


def codes_after(line):
    """Return the codes that a command tells, of its notices or of its error."""
    _, command, *arguments = shlex.split(line)
    arguments = [command, "--json", "--quiet", *arguments]
    try:
        answer = app(arguments, standalone_mode=False, prog_name="cecli")
    except TyperException as error:
        return [misuse(error, arguments).code]
    except CecliError as error:
        return [Failure.of(error, "").code]
    return [notice["code"] for notice in json.loads(answer.content)["notices"]]


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.code)
def test_an_example_shows_its_code(tmp_path, monkeypatch, one):
    (tmp_path / "preds.csv").write_text(one.example.rows)
    monkeypatch.chdir(tmp_path)
    command = one.example.command
    if one.code.startswith("skipped-"):
        command += " --on-bad-row skip"
    assert one.code in codes_after(command)


def test_most_codes_have_an_example_that_runs():
    shown = [one for one in of_codes().values() if one.example is not None]
    assert len(EXAMPLES) >= len(shown) // 2


def test_a_code_is_found_as_people_write_it_and_the_nearest_is_proposed():
    assert explained("INFINITE_LOSS").code == "infinite-loss"
    assert explained("log loss").code == "cross_entropy"
    assert explained("3").kind is CodeKind.EXIT
    for wrong, near in {"infinte-loss": "infinite-loss", "brie": "brier"}.items():
        with pytest.raises(UsageError) as raised:
            explained(wrong)
        assert raised.value.hint == f"did you mean '{near}'?"


def test_a_file_of_a_few_rows_is_written_by_the_line_of_the_example():
    line = explained("infinite-loss").example.line
    assert line == r"printf 'y,p\n1,0\n0,0.5\n' > example.csv; cecli score example.csv"
    assert explained("concentrated-loss").example.line.startswith("cecli score preds.csv")


@pytest.mark.parametrize(("codes", "shown"), [(1, "example"), (2, "what to do"), (0, "kind")])
def test_few_codes_are_explained_in_full_and_many_are_listed(codes, shown):
    wanted = ["infinite-loss", "clipped"][:codes]
    text = app(["explain", *wanted], standalone_mode=False, prog_name="cecli").content
    assert shown in text
    assert ("what to do" in text) == bool(codes) or "what to do" in text.splitlines()[1]


def test_all_codes_and_all_metrics_are_listed():
    assert [one.code for one in every()] == [*of_codes(), *definitions()]
    assert all(one.means and one.why and one.remedy for one in every())
