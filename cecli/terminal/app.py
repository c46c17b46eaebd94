"""The command line as a whole, and its commands in the order of the help."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any

import typer

from cecli import __version__
from cecli.terminal.conversion import Command, CommandGroup

# Each has a module of its name in cecli.commands.
NAMES = (
    "score", "calibration", "compare", "kl", "entropy", "worst", "fit", "apply", "merge", "inspect",
    "check", "metrics", "schema",
)  # fmt: skip


class Commands(Mapping[str, Command]):
    """All commands; each is imported when it is looked up."""

    def __getitem__(self, name: str) -> Command:
        if name not in NAMES:
            raise KeyError(name)
        return _imported(name)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


@cache
def _imported(name: str) -> Command:
    from cecli.terminal.command import command

    return command(name)


class _Group(CommandGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands()  # type: ignore[assignment]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take `help COMMAND` for `COMMAND --help`."""
        while args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="cecli",
    cls=_Group,
    help="Evaluate probabilistic predictions: how many nats a model loses, and where.",
    epilog="cecli help COMMAND explains a command.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _configured(name: str) -> frozenset[str]:
    return _imported(name).configured


def _rules_of(*table: Any) -> tuple[Any, ...]:
    from cecli.commands.check.parsing import rules_of

    return rules_of(*table)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cecli {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    # Its callback prints the version.
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Evaluate probabilistic predictions: how many nats a model loses, and where."""
    from cecli.options.configuration import Defaults

    context.default_map = Defaults(_configured, _rules_of)  # type: ignore[assignment]
