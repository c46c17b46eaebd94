"""The commands and options as a document for programs: `cecli --help --format json`."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

from cecli import __version__
from cecli.core.contract import (
    SCHEMA_VERSION,
    Count,
    InJson,
    Many,
    Says,
    SchemaVersion,
    Writer,
    stated,
    written,
)
from cecli.core.dataclasses import dataclass
from cecli.core.errors import ExitCode
from cecli.options.checking import CONFIGURABLE
from cecli.options.declare import REQUIRED, Declared
from cecli.options.keywords import keys_of
from cecli.terminal.command import command_line
from cecli.terminal.help import WHAT, said

OptionType = Literal["string", "integer", "number", "flag", "choice"]
Default = Annotated[Any, InJson(str | int | float | bool | None)]
# What the environment changes; no other variable is read, but by libraries that open addresses.
VARIABLES = {
    "NO_COLOR": "If not empty, no table is coloured.",
    "FORCE_COLOR": "If not empty, tables are coloured, also where they go to a file.",
    "TERM": "dumb means no colour.",
    "COLUMNS": "The width of help and of tables on a terminal.",
    "OPENBLAS_NUM_THREADS": "Threads of numpy's linear algebra; 1 if it is not set.",
}


@stated
@dataclass(frozen=True)
class OptionDocument:
    """An option or an argument of a command.

    Attributes
    ----------
    name, short : as typed; the name of an argument is its place holder.
    keyword : its name as a keyword in Python.
    """

    name: str
    short: str | None
    keyword: Annotated[str, Says("its name as a keyword in Python")]
    type: Annotated[OptionType, Says("choice: one of choices")]
    choices: Many[str]
    default: Annotated[Default, Says("null if there is none")]
    required: bool
    repeats: Annotated[bool, Says("may be given several times")]
    metavar: Annotated[str | None, Says("what stands for its value in help")]
    min: float | None
    max: float | None
    panel: Annotated[str, Says("the heading under which help shows it")]
    help: str
    echoed: Annotated[bool, Says("changes numbers, so that reports state it")]
    key: Annotated[str | None, Says("its key in the configuration; null if it has none")]
    matters: Annotated[bool, Says("shown by --help, not only by --help-all")]


@stated
@dataclass(frozen=True)
class CommandDocument:
    """A command."""

    name: str
    group: str
    what: str
    examples: Many[str]
    arguments: Many[OptionDocument]
    options: Many[OptionDocument]


@stated
@dataclass(frozen=True)
class CatalogueDocument:
    """The commands and options of this version."""

    schema_version: SchemaVersion
    cecli: Writer
    command: Annotated[str, InJson(Literal["help"])]
    what: str
    commands: Many[CommandDocument]
    common: Annotated[Mapping[str, str], Says("options of every command, and what they do")]
    program: Annotated[Mapping[str, str], Says("options that take the place of a command")]
    exit_codes: Mapping[str, Count]
    variables: Annotated[Mapping[str, str], Says("environment variables that are read")]


COMMON = {
    "--help": "Show the options that matter, and exit.",
    "--help-all": "Show all options, and exit.",
}
PROGRAM = {
    "--version": "Print the version.",
    "--install-completion": "Install completion for the current shell.",
    "--show-completion": "Print the completion for the current shell.",
}


def is_asked(arguments: Sequence[str]) -> bool:
    """Return whether arguments ask for help as JSON."""
    words = list(arguments)
    own = words[: words.index("--")] if "--" in words else words
    is_json = ("--format", "json") in pairwise(own) or bool({"--format=json", "--json"} & set(own))
    return is_json and bool({"-h", "--help", "--help-all"} & set(own))


def document(groups: Mapping[str, Sequence[str]], wanted: Sequence[str]) -> dict[str, Any]:
    """Return the document of some commands; of all, if none is wanted.

    Parameters
    ----------
    groups : the names of all commands, by what one wants.
    """
    commands = tuple(
        _command(name, group)
        for group, names in groups.items()
        for name in names
        if not wanted or name in wanted
    )
    codes = {code.name.lower(): int(code) for code in ExitCode}
    return written(
        CatalogueDocument(
            SCHEMA_VERSION, __version__, "help", WHAT, commands, COMMON, PROGRAM, codes, VARIABLES
        )
    )


def _command(name: str, group: str) -> CommandDocument:
    line = command_line(name)
    what, *examples = said(line)
    declared = line.declared
    matters = set(line.matters.split() or declared)
    keys = line.keys.keys() & keys_of(CONFIGURABLE).keys()
    every = {n: _option(one, is_key=n in keys, matters=n in matters) for n, one in declared.items()}
    arguments = [every[n] for n, one in declared.items() if one.option.is_argument]
    options = [every[n] for n, one in declared.items() if not one.option.is_argument]
    return CommandDocument(
        name, group, what, tuple(_joined(examples)), tuple(arguments), tuple(options)
    )


def _joined(examples: Sequence[str]) -> Iterator[str]:
    """Yield examples on one line each."""
    yield from (" ".join(example.replace("\\\n", " ").split()) for example in examples)


def _option(declared: Declared, *, is_key: bool, matters: bool) -> OptionDocument:
    option = declared.option
    default = declared.default
    is_plain = isinstance(default, bool | int | float | str)
    name = (option.metavar or declared.field) if option.is_argument else declared.name
    return OptionDocument(
        name,
        option.short,
        declared.field,
        _type(declared),
        declared.choices,
        default if is_plain else None,
        default is REQUIRED,
        declared.is_list,
        option.metavar,
        option.min,
        option.max,
        option.panel,
        option.help,
        option.echoed,
        declared.key if is_key else None,
        matters or option.is_argument,
    )


def _type(declared: Declared) -> OptionType:
    if declared.choices:
        return "choice"
    if declared.kind is bool:
        return "flag"
    return {int: "integer", float: "number"}.get(declared.kind, "string")  # type: ignore[return-value]
