"""The document of commands and options is what the command line takes, no more and no less."""

import json
import re
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from documents import check_documents
from typer.main import get_command

import cecli
from cecli.core.errors import ExitCode
from cecli.manual.automation import guide
from cecli.manual.catalogue import COMMON, PROGRAM, VARIABLES, document, is_asked
from cecli.options.declare import REQUIRED
from cecli.options.schema import ConfigDocument
from cecli.terminal.app import GROUPS, NAMES, Commands, app
from cecli.terminal.command import command_line

DOCUMENT = document(GROUPS, [])


def test_every_command_is_there_in_its_group():
    assert [command["name"] for command in DOCUMENT["commands"]] == list(NAMES)
    for command in DOCUMENT["commands"]:
        assert command["name"] in GROUPS[command["group"]]


def one_of(annotation):
    """Return the type of one value."""
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    is_plain = get_origin(annotation) is Literal or not kinds
    return annotation if is_plain else one_of(kinds[0])


@pytest.mark.parametrize("command", DOCUMENT["commands"], ids=lambda command: command["name"])
def test_the_options_are_those_that_the_parser_knows(command):
    known = {p.opts[0]: p for p in Commands()[command["name"]].params if p.opts[0] not in COMMON}
    told = {one["name"]: one for one in command["options"]}
    arguments = {one["keyword"]: one for one in command["arguments"]}
    assert told.keys() | arguments.keys() == known.keys()
    for name, parameter in known.items():
        one = (told | arguments)[name]
        assert one["repeats"] == (parameter.multiple or parameter.nargs == -1)
        assert one["required"] == parameter.required
        assert one["help"] == parameter.help
        assert (one["type"] == "flag") == getattr(parameter, "is_flag", False)
        assert one["short"] in {None, *parameter.opts[1:]}
        kind = one_of(parameter.type_descriptor.annotation)
        choices = get_args(kind) if get_origin(kind) is Literal else ()
        choices = list(kind) if isinstance(kind, type) and issubclass(kind, Enum) else choices
        assert one["choices"] == [str(getattr(c, "value", c)) for c in choices]
        kinds = {"integer": int, "number": float, "string": str, "flag": bool}
        assert kinds.get(one["type"], kind) is kind
        assert (one["min"], one["max"]) == (parameter.min, parameter.max)


def test_a_default_is_that_of_the_option():
    for command in DOCUMENT["commands"]:
        for field, declared in command_line(command["name"]).declared.items():
            (one,) = (
                o for o in [*command["arguments"], *command["options"]] if o["keyword"] == field
            )
            stated = None if declared.default in {REQUIRED, ()} else declared.default
            assert one["default"] == stated


def test_a_key_of_the_configuration_is_one():
    keys = {field.alias or name for name, field in ConfigDocument.model_fields.items()}
    for command in DOCUMENT["commands"]:
        assert {one["key"] for one in command["options"] if one["key"]} <= keys


def test_the_options_of_the_program_are_those_that_it_has():
    names = {name for parameter in get_command(app).params for name in parameter.opts}
    assert PROGRAM.keys() == names


def test_the_variables_are_those_that_the_code_reads():
    text = "".join(path.read_text() for path in Path(cecli.__file__).parent.rglob("*.py"))
    read = set(re.findall(r'environ(?:\.get\(|\.setdefault\(|\[)"(\w+)"', text))
    assert read <= VARIABLES.keys()
    assert VARIABLES.keys() - read == {"COLUMNS"}  # by shutil


@pytest.mark.parametrize(
    "words",
    [
        ["--help", "--format", "json"],
        ["help", "--format=json"],
        ["--json", "-h"],
        ["score", "--help", "--format", "json"],
        ["help", "score", "--json"],
        ["score", "preds.csv", "--json", "--help-all"],
    ],
)
def test_help_is_json_wherever_it_is_asked_for(capsys, words):
    app(words, standalone_mode=False, prog_name="cecli")
    text = capsys.readouterr().out
    check_documents(text.encode(), b"")
    names = [command["name"] for command in json.loads(text)["commands"]]
    assert names == (["score"] if "score" in words else list(NAMES))


def test_what_follows_two_dashes_asks_for_nothing():
    assert not is_asked(["score", "--json", "--", "--help"])
    assert not is_asked(["score", "--help", "--format", "csv"])


def test_help_as_json_imports_neither_numpy_nor_pandas():
    program = "import atexit, sys\nsys.argv = ['cecli', '--help', '--json']\n"
    program += "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
    program += "from cecli.terminal import main\nmain()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert not {"numpy", "pandas", "pydantic"} & set(done.stderr.decode().split())


def test_the_guide_for_programs_is_short_and_its_words_exist(capsys):
    app(["help", "automation"], standalone_mode=False, prog_name="cecli")
    text = capsys.readouterr().out
    assert text == guide()
    rows = text.splitlines()
    assert len(rows) <= 60
    assert max(map(len, rows)) <= 80
    assert set(re.findall(r"cecli ([a-z]+)", text)) <= {*NAMES, "help"}
    known = {one["name"] for command in DOCUMENT["commands"] for one in command["options"]}
    known |= COMMON.keys() | PROGRAM.keys()
    known |= {one["short"] for command in DOCUMENT["commands"] for one in command["options"]}
    assert set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", text)) <= known
    assert all(f"  {code.value} " in text for code in ExitCode)
