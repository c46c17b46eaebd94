"""The commands, one line each."""

from typing import Annotated

import typer

from cecli import __version__
from cecli.cli.apply import apply
from cecli.cli.check import check
from cecli.cli.compare import compare
from cecli.cli.defaults import Defaults
from cecli.cli.entropy import entropy
from cecli.cli.fit import fit
from cecli.cli.inspect import inspect
from cecli.cli.kl import kl
from cecli.cli.metrics import metrics
from cecli.cli.options import SHARED, options_of, with_shared_options
from cecli.cli.schema import schema
from cecli.cli.score import score
from cecli.cli.verdicts import verdict_style
from cecli.cli.worst import worst

app = typer.Typer(
    name="cecli",
    help="Evaluate probabilistic predictions: how many nats a model loses, and where.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cecli {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    # Printed while it is read.
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Evaluate probabilistic predictions: how many nats a model loses, and where."""
    context.default_map = Defaults()  # type: ignore[assignment]


for command in (score, compare, kl, entropy, worst, fit, apply, inspect):
    app.command()(with_shared_options(command))
scored = {"scoring": options_of(score, "files", "explain")}
app.command()(with_shared_options(check, {**SHARED, **scored, "style": verdict_style}))
app.command()(with_shared_options(metrics))
app.command()(schema)
