"""The command line as a whole, and its commands in the order of the help."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cecli import __version__
from cecli.core.errors import ExitCode
from cecli.terminal.conversion import Command, CommandGroup

if TYPE_CHECKING:
    from cecli.options.declare import Declared

# The commands by what one wants, in the order of the help. Each has a module of its name in
# cecli.commands.
GROUPS = {
    "judge": ("score", "calibration", "compare", "worst", "slices", "check", "report"),
    "improve": ("fit", "apply"),
    "measure": ("drift", "kl", "entropy"),
    "about": ("inspect", "merge", "attest", "verify"),
    "look up": ("explain", "metrics", "schema"),
}
NAMES = tuple(name for names in GROUPS.values() for name in names)


class Commands(Mapping[str, Command]):
    """All commands; each is imported when it is looked up.

    Parameters
    ----------
    words : of the command line; if given, a command has the options that
        could have values, and not all of them.
    defaults : the defaults of options that the configuration sets.
    """

    def __init__(self, words: Sequence[str] | None = None, defaults: Any = None) -> None:
        self._words, self._defaults = words, defaults

    def __getitem__(self, name: str) -> Command:
        if name not in NAMES:
            raise KeyError(name)
        from cecli.terminal.command import command

        if self._words is None or self._defaults.may_set(name, self._words):
            return command(name)
        return command(name, self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


# What asks for help.
HELP = {"-h", "--help", "--help-all"}


def _show_catalogue(arguments: list[str]) -> None:
    """Print the options of a command, or of all, as JSON, if this is asked for; and exit."""
    import json

    from cecli.manual.catalogue import document, is_asked

    if is_asked(arguments):
        wanted = [word for word in arguments if word in NAMES][:1]
        typer.echo(json.dumps(document(GROUPS, wanted), indent=2))
        raise typer.Exit


class _Group(CommandGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands()  # type: ignore[assignment]

    def get_help(self, ctx: Any) -> str:  # noqa: ARG002
        """Return the commands by what one wants, each with what it does."""
        from cecli.terminal.command import command_line
        from cecli.terminal.help import front, said

        does = {name: said(command_line(name))[0] for name in NAMES}
        groups = {group: {name: does[name] for name in names} for group, names in GROUPS.items()}
        return front(groups).removesuffix("\n")

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take `help COMMAND` for `COMMAND --help`, and show how to start if nothing is asked."""
        if not args and not ctx.resilient_parsing:
            typer.echo(self.get_help(ctx))
            raise typer.Exit(ExitCode.USAGE)
        if args == ["help", "automation"]:
            from cecli.manual.automation import guide

            typer.echo(guide(), nl=False)
            raise typer.Exit
        while args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        if {*args} & {"--json", "--format", "--format=json"} and {*args} & HELP:
            _show_catalogue(args)
        words = super().parse_args(ctx, args)
        if not ctx.resilient_parsing:  # as where a shell asks for all options
            from cecli.options.configuration import Defaults

            ctx.default_map = Defaults(_configured, _rules_of)
            self.commands = Commands(args, ctx.default_map)  # type: ignore[assignment]
        return words


app = typer.Typer(
    name="cecli",
    cls=_Group,
    help="Evaluate probabilistic predictions: how many nats a model loses, and where.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _configured(name: str) -> "Mapping[str, Declared]":
    from cecli.terminal.command import command_line

    # Options of cecli itself are looked up, too, where a word that begins like one is no command.
    return command_line(name).keys if name in NAMES else {}


def _rules_of(*table: Any) -> tuple[Any, ...]:
    from cecli.commands.check.parsing import rules_of

    return rules_of(*table)


PACKAGE = Path(__file__).parent.parent


def _is_compiled(source: Path) -> bool:
    return any(source.with_suffix(suffix).exists() for suffix in EXTENSION_SUFFIXES)


def _print_version(wanted: bool) -> None:
    """Print the version, and on stderr how many of the compiled parts are missing; exit."""
    if wanted:
        typer.echo(f"cecli {__version__}")
        compiled = [_is_compiled(source) for source in PACKAGE.rglob("*.pyx")]
        if missing := compiled.count(False):
            note = f"{missing} of {len(compiled)} parts are not compiled: cecli is slower"
            typer.echo(f"note: {note}, and its results are the same", err=True)
        raise typer.Exit


@app.callback()
def _options(
    # Its callback prints the version.
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Evaluate probabilistic predictions: how many nats a model loses, and where."""
