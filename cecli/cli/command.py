"""A command, made of the function that its module has."""

from importlib import import_module
from typing import cast, get_args

import typer
from typer.main import get_command

from cecli.cli.conversion import Command, spare_conversions
from cecli.cli.options import SHARED, with_shared_options


def command(name: str) -> Command:
    """Return the command of this name."""
    module = import_module(f"cecli.cli.{name}")
    shared = {**SHARED, **getattr(module, "OPTIONS", {})}
    function = with_shared_options(getattr(module, name), shared)
    alone = typer.Typer(add_completion=False)
    alone.command(name, cls=Command)(function)
    made = cast("Command", get_command(alone))
    for parameter in made.params:
        spare_conversions(parameter, *get_args(function.__annotations__[parameter.name]))
    return made
