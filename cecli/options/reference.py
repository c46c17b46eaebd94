"""All options of all commands, and the public functions as editors and type checkers see them.

`python -m cecli.options.reference > cecli/__init__.pyi` writes the stub file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from inspect import Parameter, signature
from types import NoneType, UnionType
from typing import Any, get_args

from cecli.columns.roles import Tell
from cecli.options.declare import REQUIRED, Declared
from cecli.options.keywords import CommandLine, families_of


@dataclass(frozen=True)
class Entry:
    """An option, and the commands that have it.

    Attributes
    ----------
    name, short, metavar, help, panel : as `--help` shows them.
    default : as text; empty if there is none, or if the help states it.
    """

    name: str
    short: str
    metavar: str
    help: str
    panel: str
    default: str
    commands: tuple[str, ...]


def entries(lines: Mapping[str, CommandLine]) -> list[Entry]:
    """Return the options of all commands, each once, in the order of the help.

    Parameters
    ----------
    lines : the commands, by their names.
    """
    stated: dict[int, tuple[Declared, list[str]]] = {}
    for command, line in lines.items():
        for declared in line.declared.values():
            stated.setdefault(id(declared.option), (declared, []))[1].append(command)
    return [_entry(declared, commands) for declared, commands in stated.values()]


def _entry(declared: Declared, commands: list[str]) -> Entry:
    option, default = declared.option, declared.default
    is_shown = default not in (REQUIRED, None, (), True, False)
    return Entry(
        option.metavar or declared.field if option.is_argument else declared.name,
        option.short or "",
        option.metavar or "",
        option.help,
        option.panel,
        str(default) if is_shown else "",
        tuple(commands),
    )


# The imports of the types of keywords.
TYPES = """
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from numpy.typing import ArrayLike

from cecli.columns.bad_rows import OnBadRow, OnUnmatched
from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.core.fold import Progress
from cecli.options.groups import Average
from cecli.options.reading import EngineName, Tool
from cecli.readers.opening import Data
from cecli.report.fit import Fit, Model
from cecli.report.reliability import Strategy
"""


def stub(homes: Mapping[str, str]) -> str:
    """Return the text of the package's stub file.

    Parameters
    ----------
    homes : the module of each public name.
    """
    derived = [name for name in homes if families_of_public(homes, name)]
    imports = [
        f"from {home} import {name} as {name}"
        for name, home in homes.items()
        if name not in derived
    ]
    standard, others, own = TYPES.strip().split("\n\n")
    lines = sorted([*own.splitlines(), *imports])
    functions = "".join(_function(homes, name) for name in derived)
    return f"{standard}\n\n{others}\n\n" + "\n".join(lines) + f"\n\n__version__: str\n\n{functions}"


def families_of_public(homes: Mapping[str, str], name: str) -> list[Any]:
    """Return the families whose options a public function takes as keywords."""
    public = getattr(import_module(homes[name]), name)
    return [] if isinstance(public, type) else list(families_of(public).values())


def _function(homes: Mapping[str, str], name: str) -> str:
    asked = signature(getattr(import_module(homes[name]), name))
    parameters = list(asked.parameters.values())
    first = next(i for i, p in enumerate(parameters) if p.kind is Parameter.KEYWORD_ONLY)
    written = [_parameter(parameter) for parameter in parameters]
    written.insert(first, "*")
    lines = "".join(f"    {text},\n" for text in written)
    return f"def {name}(\n{lines}) -> {_type(asked.return_annotation)}: ...\n"


def _parameter(parameter: Parameter) -> str:
    stated, default = f"{parameter.name}: {_type(parameter.annotation)}", parameter.default
    if default is Parameter.empty:
        return stated
    if callable(default):
        return f"{stated} = ..."
    return f'{stated} = "{default}"' if isinstance(default, str) else f"{stated} = {default!r}"


def _type(type: Any) -> str:
    """Return the name of a type as the stub file imports it."""
    if type is Tell:
        return "Tell"
    if isinstance(type, UnionType):
        kinds = get_args(type)
        none = ["None"] if NoneType in kinds else []
        return " | ".join([*(_type(kind) for kind in kinds if kind is not NoneType), *none])
    if isinstance(type, str) or get_args(type):
        return re.sub(r"[\w.]+\.", "", str(type))
    return "Any" if type is Any else str(type.__name__)


if __name__ == "__main__":
    print(stub(import_module("cecli")._HOMES), end="")  # noqa: T201, SLF001
