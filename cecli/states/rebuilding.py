"""From a saved state to the report of its rows."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module
from typing import Any, Literal, get_args, get_origin

from cecli.core.errors import InputError, UsageError, shown
from cecli.options.declare import Declared
from cecli.options.keywords import declared_in, families_of
from cecli.report.report import Report
from cecli.states.state import SavedState
from cecli.states.table import StateTable

# Options that say where something is, or how fast it is read. They change no number.
NOT_KEPT = {"save_state", "workers", "chunk_bytes", "labels"}
# The commands whose states can be saved.
COMMANDS = ("score", "compare", "kl", "entropy", "drift")


def report_of_state(state: SavedState) -> Report:
    """Return the report of the rows of a state.

    Raises
    ------
    InputError
        If its options are none of the command, or its rows give nothing to report.
    """
    recipe, table = state.recipe, StateTable(state)
    if not table.names:
        raise InputError("no rows are left: all inputs were taken away")
    command = recipe["command"]
    if command not in COMMANDS:
        raise InputError(f"is a state of {shown(command)}, which is no command", table.name)
    function: Callable[..., Report] = getattr(import_module(f"cecli.commands.{command}"), command)
    options = _checked(function, recipe["options"], table.name)
    try:
        return function(table, **options)
    except UsageError as error:
        what = f"is a state of options that do not fit: {error.what}"
        raise InputError(what, table.name) from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # Its checksum can be right, and its sums those of no rows.
        raise InputError("is a state whose sums contradict each other", table.name) from error


def _checked(
    function: Callable[..., Report], options: Mapping[str, Any], source: str
) -> Mapping[str, Any]:
    """Return options from a file if they are options of a command, of their types."""
    declared = declared_in(families_of(function.__wrapped__).values())  # type: ignore[attr-defined]
    for name, value in options.items():
        if name not in declared or name in NOT_KEPT or not _suits(declared[name], value):
            raise InputError(f"is a state of an option that is unknown: {shown(name)}", source)
    return options


def _suits(declared: Declared, value: Any) -> bool:
    if declared.is_list:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    kind = declared.kind
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if issubclass(kind, StrEnum):
        return value in list(kind)
    if declared.option.python is not None:
        return isinstance(value, str)
    return type(value) is kind or (kind is float and type(value) is int)
