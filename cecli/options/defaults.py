"""Defaults of options from the configuration file, which is read when the first one is needed."""

import sys
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import typer

from cecli.core.errors import UsageError

if TYPE_CHECKING:
    from cecli.options.configuration import Configuration


HELP = frozenset({"-h", "--help"})


class Defaults:
    """Where Typer looks for the defaults of each command.

    Parameters
    ----------
    configured : tells the options of a command that a file may set, by their names in Python.
    """

    def __init__(self, configured: Callable[[str], Iterable[str]]) -> None:
        self._configured = configured

    def get(self, command: str) -> "CommandDefaults | None":
        names = frozenset(self._configured(command))
        return CommandDefaults(names) if names else None


class CommandDefaults:
    """Where Typer looks for the defaults of one command's options: after the environment.

    Attributes
    ----------
    path, profile : what the user asked for before the first option is looked up.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self.path: str | None = None
        self.profile: str | None = None

    @cached_property
    def configuration(self) -> "Configuration":
        from cecli.options.configuration import configuration

        return configuration(self.path, self.profile)

    def get(self, name: str) -> Any:
        if name not in self._names:
            return None
        try:
            return self.configuration.options.get(name)
        except UsageError:
            # A mistake in the file is no reason to refuse help, which shows defaults too.
            if HELP.isdisjoint(sys.argv):
                raise
            return None


def defaults_of(context: typer.Context) -> CommandDefaults:
    """Return where the defaults of a command that has some are from."""
    found: Any = context.default_map
    if not isinstance(found, CommandDefaults):
        raise TypeError(f"{context.info_name} has no configuration")
    return found


def remember(context: typer.Context, parameter: typer.CallbackParam, value: str | None) -> Any:
    """Tell where the defaults of the other options are from, before they are looked up."""
    if value is not None:
        setattr(defaults_of(context), {"config": "path"}.get(parameter.name, parameter.name), value)
    return value


def source_of(context: typer.Context, name: str) -> str:
    """Return where a parameter's value is from: COMMANDLINE, DEFAULT_MAP, DEFAULT …"""
    source = context.get_parameter_source(name)
    return "DEFAULT" if source is None else source.name


def option_of(context: typer.Context, name: str) -> str:
    """Return the option of a parameter, as users type it."""
    for parameter in context.command.params:
        if parameter.name == name and parameter.opts[0].startswith("-"):
            return str(parameter.opts[0])
    return name


def tell_configured(context: typer.Context, tell: Callable[[str], None]) -> None:
    """Say which options a configuration file has set: nothing is read in silence."""
    names = [name for name in context.params if source_of(context, name) == "DEFAULT_MAP"]
    if names:
        options = ", ".join(option_of(context, name) for name in names)
        tell(f"{options}: set in {defaults_of(context).configuration.path}")
