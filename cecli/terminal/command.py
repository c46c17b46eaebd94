"""A command, made of the function that its module has."""

from importlib import import_module
from typing import cast, get_args

import typer
from typer.main import get_command

from cecli.options.shared import SHARED, with_shared_options
from cecli.terminal.conversion import Command, spare_conversions

# Where the function of each command is: in a folder of its own, or in a file.
HOMES = {
    **{
        name: f"cecli.commands.{name}.command"
        for name in (
            "score", "compare", "kl", "entropy", "worst", "fit", "apply", "inspect", "check"
        )
    },
    "metrics": "cecli.commands.metrics",
    "schema": "cecli.commands.schema",
}  # fmt: skip


def command(name: str) -> Command:
    """Return the command of this name."""
    module = import_module(HOMES[name])
    shared = {**SHARED, **getattr(module, "OPTIONS", {})}
    function = with_shared_options(getattr(module, name), shared)
    alone = typer.Typer(add_completion=False)
    alone.command(name, cls=Command)(function)
    made = cast("Command", get_command(alone))
    for parameter in made.params:
        spare_conversions(parameter, *get_args(function.__annotations__[parameter.name]))
    return made
