"""From a saved state to the report of its rows."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from importlib import import_module
from typing import Any, Literal, get_args, get_origin

from cecli.core.errors import InputError, UsageError, shown
from cecli.core.files import write_whole
from cecli.options.declare import Declared
from cecli.options.keywords import declared_in, families_of
from cecli.report.report import Report
from cecli.states.names import stable_name
from cecli.states.reading import paths_of, read_state, total_of
from cecli.states.state import SavedState, written_plan
from cecli.states.table import ForeignStateError, StateTable
from cecli.statistics.cells.prediction_cells import CELLS

# Options that say where something is, or how fast it is read. They change no number.
NOT_KEPT = {"save_state", "workers", "chunk_bytes", "labels"}
# The commands whose states can be saved.
COMMANDS = ("score", "calibration", "compare", "kl", "entropy", "drift")


# Commands that can be told from a state of another one, if it has what they need.
ALSO = {"calibration": {"score"}}

WHY_NOT = {
    "compare": "models are compared by the differences of their losses in each row, and the rows "
    "of two states are not paired: cecli compare FILE --prob A --prob B --save-state saves them; "
    "for what has changed, cecli check NEW.state --baseline OLD.state",
    "calibration": "cecli calibration FILE --save-state, or cecli score, saves what it needs",
}


def report_of_files(files: Sequence[str], command: str | None = None) -> Report:
    """Return the report of the rows of all states that arguments stand for; see `paths_of`."""
    return report_of_state(total_of(paths_of(files)), command)


def has_cells(state: SavedState) -> bool:
    """Return whether a state tells the calibration of its rows, which are independent."""
    is_dependent = "cluster" in state.recipe["columns"]
    fields = {name for name, _ in state.sums} - state.parts.left_out
    return stable_name(CELLS) in fields and not is_dependent


def suppressing(state: SavedState, least: int) -> SavedState:
    """Return a state whose report counts groups with fewer rows together.

    Raises
    ------
    UsageError
        If it has no groups, or is without those that would be shown.
    """
    options, stated = state.recipe["options"], state.recipe["stated"]
    if "by" not in options:
        raise UsageError("--min-group needs states with --by: there are no groups")
    if least < (known := options.get("min_group", 0)):
        raise UsageError(
            f"--min-group {least}: groups of fewer than {known} rows were counted together already",
            hint=f"--min-group {known}",
        )
    # Options are stated in the order in which they are declared.
    order = [*_declared(function_of(state.recipe["command"]))]
    both = {**stated, "min_group": least}
    places = {name: order.index(name) if name in order else len(order) for name in both}
    recipe = {
        **state.recipe,
        "options": {**options, "min_group": least},
        "stated": {name: both[name] for name in sorted(both, key=places.__getitem__)},
    }
    return replace(state, plan=written_plan(recipe))


def save(state: SavedState, path: str) -> None:
    """Write a state, in which groups that are not to be shown are counted together."""
    if "min_group" in state.recipe["options"]:
        with suppress(InputError):  # a state without rows has no report, and is written
            report_of_state(state, save_state=path)
            if read_state(path).digest != state.digest:
                return
    write_whole(path, state.to_bytes())


def report_of_state(
    state: SavedState, wanted: str | None = None, save_state: str | None = None
) -> Report:
    """Return the report of the rows of a state.

    Parameters
    ----------
    wanted : the command whose report it is; by default, that which made the state.
    save_state : the path where the states of this report are saved.

    Raises
    ------
    ForeignStateError
        If it is none of a command, or its options or sums are none that a command has.
    InputError
        If its rows give nothing to report.
    """
    recipe, table = state.recipe, StateTable(state)
    if not table.names:
        raise InputError("no rows are left: all inputs were taken away")
    command = recipe["command"]
    if command not in COMMANDS:
        what = f"is a state of {shown(command)}, which is no command"
        raise ForeignStateError(what, table.name)
    options = checked_options(function_of(command), recipe["options"], table.name, "a state")
    if wanted is not None and wanted != command:
        if command not in ALSO.get(wanted, ()):
            what = f"is a state of {command}, which does not tell {wanted}"
            raise InputError(what, table.name, WHY_NOT[wanted])
        command, options = wanted, _taken(function_of(wanted), options)
    function = function_of(command)
    try:
        further = {} if save_state is None else {"save_state": save_state}
        return function(table, **options, **further)
    except UsageError as error:
        what = f"is a state of options that do not fit: {error.what}"
        raise ForeignStateError(what, table.name) from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # Its checksum can be right, and its sums those of no rows.
        what = "is a state whose sums contradict each other"
        raise ForeignStateError(what, table.name) from error


def checked_options(
    function: Callable[..., Any], options: Mapping[str, Any], source: str, what: str
) -> Mapping[str, Any]:
    """Return options from a file if they are options of a command, of their types.

    Parameters
    ----------
    what : the file, in words.

    Raises
    ------
    InputError
        If one is not.
    """
    declared = _declared(function)
    for name, value in options.items():
        if name not in declared or name in NOT_KEPT or not _suits(declared[name], value):
            raise InputError(f"is {what} of an option that is unknown: {shown(name)}", source)
    return options


def function_of(command: str) -> Callable[..., Report]:
    """Return the public function of a command."""
    found: Callable[..., Report] = getattr(import_module(f"cecli.commands.{command}"), command)
    return found


def _taken(function: Callable[..., Report], options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the options that a command takes."""
    return {name: value for name, value in options.items() if name in _declared(function)}


def _declared(function: Callable[..., Report]) -> Mapping[str, Declared]:
    return declared_in(families_of(function.__wrapped__).values())  # type: ignore[attr-defined]


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
