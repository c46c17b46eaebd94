"""Typer's command, built from the CommandLine of its module."""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from importlib import import_module
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer
from typer.main import get_command

from cecli.core.errors import InputError, UsageError, visible
from cecli.core.state_file import is_state
from cecli.options.configuration import (
    refuse_given,
    remember,
    tell_configured,
    without_cluster,
)
from cecli.options.declare import Declared
from cecli.options.keywords import ASKED, CONTEXT, STYLE, CommandLine
from cecli.terminal.conversion import (
    Command,
    refuse_repetition,
    spare_conversions,
)
from cecli.terminal.output import Output, ReportOutputOptions, Style

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from cecli.core.fold import Progress
    from cecli.report.report import Report


def command_line(name: str) -> CommandLine:
    """Return the CommandLine of a command."""
    line: CommandLine = import_module(f"cecli.commands.{name}").COMMAND
    return line


def command(name: str, words: Sequence[str] | None = None) -> Command:
    """Return the command of a name; see `made`."""
    return made(name, command_line(name), words)


def made(name: str, line: CommandLine, words: Sequence[str] | None = None) -> Command:
    """Return a command with the options of its families.

    Parameters
    ----------
    words : its arguments; if given, options that are not among them, and need not be, are left out.
    """
    every = line.declared.values()
    function = _typed(line, every if words is None else _named(every, words))
    alone = typer.Typer(add_completion=False)
    alone.command(name, cls=Command)(function)
    command = cast("Command", get_command(alone))
    for parameter in command.params:
        spare_conversions(parameter, *get_args(function.__annotations__[parameter.name]))
        refuse_repetition(parameter)
    command.explained = partial(_explained, line)
    return command


def _explained(line: CommandLine, name: str, whole: bool) -> str:
    from cecli.terminal.help import page

    return page(name, line, help_width(), whole=whole)


def help_width() -> int:
    """Return the columns that help may have."""
    from cecli.terminal.help import USUAL_WIDTH

    return shutil.get_terminal_size((USUAL_WIDTH, 0)).columns


def _show_whole_help(context: typer.Context, asked: bool) -> None:
    if asked:
        typer.echo(cast("Command", context.command).explained(context.command_path, True), nl=False)
        raise typer.Exit


# The option that shows the help with all options.
WHOLE = "help_all"
WholeHelp = Annotated[
    bool,
    typer.Option("--help-all", is_eager=True, callback=_show_whole_help, help="Show all options."),
]


def _named(every: Iterable[Declared], words: Sequence[str]) -> list[Declared]:
    """Return the options among some words, and all that are arguments or must be given."""
    typed = {word.partition("=")[0] for word in words}
    # Short options may stand together, or before their values.
    has_short = any(word.startswith("-") and not word.startswith("--") for word in words)
    return [
        one
        for one in every
        if one.name in typed
        or (has_short and one.option.short is not None)
        or one.option.is_argument
        or one.is_required
    ]


def _typed(line: CommandLine, options: Iterable[Declared]) -> Callable[..., Output]:
    """Return a function whose signature gives Typer the options."""
    parameters = [_parameter(declared) for declared in options]
    context = Parameter(CONTEXT, Parameter.KEYWORD_ONLY, annotation=typer.Context)
    whole = Parameter(WHOLE, Parameter.KEYWORD_ONLY, default=False, annotation=WholeHelp)

    def run(**given: Any) -> Output:
        given.pop(WHOLE)
        try:
            return _run(line, given.pop(CONTEXT), given)
        except BrokenPipeError as error:
            # Typer would take it for a reader of its help that has gone, and end without an error.
            raise InputError("a pipe was closed at its other end") from error

    run.__doc__ = line.run.__doc__
    run.__signature__ = Signature([context, *parameters, whole])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in (context, *parameters, whole)}
    return run


def _parameter(declared: Declared) -> Parameter:
    kind: Any = list[str] if declared.is_list else declared.kind
    default: Any = declared.default
    if default == () or default is True:
        # For Typer, an empty list is None, and a flag that is not given is off.
        default = None if default == () else False
    if default is None:
        kind = kind | None
    return Parameter(
        declared.field,
        Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, _info(declared)],
    )


def _info(declared: Declared) -> Any:
    """Return Typer's definition of an option."""
    option = declared.option
    if option.is_argument:
        return typer.Argument(metavar=option.metavar, help=option.help, show_default=False)
    return typer.Option(
        declared.name,
        *([] if option.short is None else [option.short]),
        metavar=option.metavar,
        help=option.help,
        min=option.min,
        max=option.max,
        rich_help_panel=option.panel,
        is_eager=option.is_eager,
        callback=remember if option.is_eager else None,
    )


def _run(line: CommandLine, context: typer.Context, given: dict[str, Any]) -> Output:
    """Run a command with the values that Typer parsed."""
    _keep_memory()
    declared = line.declared
    values: dict[str, Any] = {
        name: not value if declared[name].is_off_switch else value
        for name, value in given.items()
        if value is not None
    }
    values = without_cluster(context, values)
    taken: dict[str, Any] = {
        name: families[0].taken_from(values)
        for name, families in line.families.items()
        if name != ASKED
    }
    if CONTEXT in line.run.__annotations__:
        taken[CONTEXT] = context
    if ASKED in line.families:
        taken[ASKED] = _keywords(line, values)
    if STYLE not in taken:
        return cast("Output", line.run(**taken))
    style: Style = _with_steps(taken[STYLE].style, line, context.info_name or "", values)
    taken[STYLE] = style
    tell_configured(context, style.tell)
    files = values.get("files", [])
    _refuse_one_path(values.get("save_state"), style.path)
    if line.takes_states and any(map(is_state, files)):
        return _of_states(context, style, files, taken[ASKED])
    with _watched(style, files) as progress:
        if ASKED in taken:
            taken[ASKED] |= _beside(line, tell=style.tell, progress=progress)
        return cast("Output", line.run(**taken))


def _refuse_one_path(state: str | None, output: str | None) -> None:
    """Raise a UsageError if a state and a report would be written to one file."""
    if state and output and os.path.realpath(state) == os.path.realpath(output):
        raise UsageError("--save-state and --output are one file", visible(state))


def _of_states(
    context: typer.Context, style: Style, files: Sequence[str], asked: Mapping[str, Any]
) -> Output:
    """Return the report of a command on saved states."""
    from cecli.states.rebuilding import report_of_files

    refuse_given(context, asked, "a state", visible(files[0]))
    return style.output(report_of_files(files, context.info_name))


def _watched(style: Style, files: Sequence[str]) -> "AbstractContextManager[Progress | None]":
    """Return a context in which progress is shown, if it is."""
    if not style.shows_progress:
        return nullcontext()
    from cecli.terminal.watching import watched

    return watched(files)


def _with_steps(style: Style, line: CommandLine, name: str, values: Mapping[str, Any]) -> Style:
    """Return a style that proposes what could be next, if the command makes reports."""
    if not issubclass(line.output, ReportOutputOptions) or ASKED not in line.families:
        return style

    def steps_after(report: "Report") -> Sequence[str]:
        from cecli.terminal.steps import NextSteps

        families = [family.taken_from(values) for family in line.families[ASKED]]
        files = values.get("files", ())
        asked = NextSteps(name, files, families, _options_of, style.shown.is_whole)
        return asked.after(report)

    return replace(style, steps_after=steps_after)


def _options_of(name: str) -> Mapping[str, Declared]:
    return command_line(name).declared


def _keywords(line: CommandLine, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given options that the command's function takes."""
    names = {name for family in line.families[ASKED] for name in family.declared}
    return {name: value for name, value in values.items() if name in names - {*line.lacks}}


def _beside(line: CommandLine, **own: Any) -> dict[str, Any]:
    """Return those of some keywords, which are not options, that the command's function takes."""
    takes = () if line.function is None else signature(line.function).parameters
    return {name: value for name, value in own.items() if name in takes}


# Parameters of glibc's mallopt(), from malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
KEPT_BYTES = 1 << 30


def _keep_memory() -> None:
    """Have the C library keep the memory of freed arrays for the next ones, if it is glibc.

    Returning memory to the system and requesting it again for each chunk took a fifth of the time.
    """
    import ctypes

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):  # not glibc
        return
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES)
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
    # All threads share one arena.
    mallopt(M_ARENA_MAX, 1)
