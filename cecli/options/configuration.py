"""The defaults that the configuration file sets."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import typer

from cecli.columns.column import listed
from cecli.core.dataclasses import dataclass, field
from cecli.core.errors import UsageError, shown
from cecli.options.checking import CONFIGURABLE
from cecli.options.config_file import ConfigFile, named_file, nearest
from cecli.options.keywords import keys_of
from cecli.options.reading import EngineName

if TYPE_CHECKING:
    from cecli.options.declare import Declared
    from cecli.options.schema import ProfileTable

# Returns the rules of a table in a file, given the keys that lead to the table.
Rules = Callable[[ConfigFile, Sequence[str], "ProfileTable"], tuple[Any, ...]]


@dataclass(frozen=True)
class Configuration:
    """The content of a configuration file.

    Attributes
    ----------
    path : of the file, relative to the working directory; empty if there is none.
    options : values of options, by their names in Python.
    rules : of `cecli check`.
    """

    path: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[Any, ...] = ()


def configuration(rules_of: Rules, path: str | None, profile: str | None) -> Configuration:
    """Return the configuration of a file, or of the nearest one, with a profile if one is named.

    A profile's options override those outside it; its rules, if it has any, replace those outside.

    Parameters
    ----------
    rules_of : returns the rules of a table.

    Raises
    ------
    UsageError
        If the file cannot be read or is invalid, or the profile does not exist.
    """
    file = nearest() if path is None else named_file(path)
    if file is None:
        if profile is not None:
            raise UsageError(
                f"--profile {shown(profile)}: there is no configuration",
                hint="add a cecli.toml, or [tool.cecli] to pyproject.toml",
            )
        return Configuration()
    # Imported here because most projects have no configuration.
    from cecli.options.schema import validated

    document = validated(file)
    chosen: list[tuple[tuple[str, ...], ProfileTable]] = [((), document)]
    if profile is not None:
        if profile not in document.profiles:
            known = listed(list(document.profiles)) or "none"
            raise UsageError(f"there is no profile {shown(profile)}; profiles: {known}", file.path)
        chosen.append((("profiles", profile), document.profiles[profile]))
    options: dict[str, Any] = {}
    rules: tuple[Any, ...] = ()
    for where, table in chosen:
        options |= _options(file, table)
        rules = rules_of(file, where, table) or rules
    return Configuration(file.path, options, rules)


def _options(file: ConfigFile, table: "ProfileTable") -> dict[str, Any]:
    given = table.model_dump(exclude_unset=True, exclude={"check", "profiles"})
    declared = keys_of(CONFIGURABLE)
    return {name: _value(file, declared[name], value) for name, value in given.items()}


def _value(file: ConfigFile, declared: "Declared", value: Any) -> Any:
    """Return a value of the file in the form that the command line gives."""
    if declared.is_list and isinstance(value, str):
        value = [value]
    if declared.option.is_path:
        return _from_here(file, value)
    return str(value) if declared.kind is str and isinstance(value, int | float) else value


def _from_here(file: ConfigFile, path: str | list[str]) -> str | list[str]:
    if isinstance(path, list):
        return [str(_from_here(file, one)) for one in path]
    if path == "-" or "://" in path:
        return path
    mark, rest = ("@", path[1:]) if path.startswith("@") else ("", path)
    return mark + os.path.join(os.path.dirname(file.path), rest)


HELP = frozenset({"-h", "--help"})
# The options that choose a file, or a part of it.
CHOOSING = frozenset({"--config", "--profile"})


class Defaults:
    """The defaults of each command, as Typer looks them up.

    Parameters
    ----------
    configured : returns the options of a command that a file may set, by their names in Python.
    rules_of : returns the rules of `cecli check` in a table of the file.
    """

    def __init__(
        self, configured: Callable[[str], "Mapping[str, Declared]"], rules_of: Rules
    ) -> None:
        self._configured, self._rules_of = configured, rules_of
        self._known: dict[str, CommandDefaults | None] = {}

    def get(self, command: str) -> "CommandDefaults | None":
        if command not in self._known:
            declared = self._configured(command)
            self._known[command] = CommandDefaults(declared, self._rules_of) if declared else None
        return self._known[command]

    def may_set(self, command: str, words: Iterable[str]) -> bool:
        """Return whether a file may set options of a command that these words follow."""
        defaults = self.get(command)
        if defaults is None or not HELP.isdisjoint(words):
            return False
        named = {word.partition("=")[0] for word in words}
        return not CHOOSING.isdisjoint(named) or bool(defaults.configuration.options)


class CommandDefaults:
    """The defaults of one command's options, as Typer looks them up after the environment.

    Attributes
    ----------
    path, profile : --config and --profile, set before the first option is looked up.
    """

    def __init__(self, declared: "Mapping[str, Declared]", rules_of: Rules) -> None:
        self._declared, self._rules_of = declared, rules_of
        self.path: str | None = None
        self.profile: str | None = None

    @cached_property
    def configuration(self) -> Configuration:
        return configuration(self._rules_of, self.path, self.profile)

    def get(self, name: str) -> Any:
        if name not in self._declared:
            return None
        try:
            value = self.configuration.options.get(name)
        except UsageError:
            # Help shows defaults too, and should work even if the file has a mistake.
            if HELP.isdisjoint(sys.argv):
                raise
            return None
        # The file is for many commands: what only others choose from says nothing to this one.
        choices = self._declared[name].choices
        return None if choices and isinstance(value, str) and value not in choices else value


def defaults_of(context: typer.Context) -> CommandDefaults:
    """Return the defaults of a command that can be configured."""
    found: Any = context.default_map
    if not isinstance(found, CommandDefaults):
        raise TypeError(f"{context.info_name} has no configuration")
    return found


def remember(context: typer.Context, parameter: typer.CallbackParam, value: str | None) -> Any:
    """Record --config or --profile before the defaults of other options are looked up."""
    if value is not None:
        setattr(defaults_of(context), {"config": "path"}.get(parameter.name, parameter.name), value)
    return value


def source_of(context: typer.Context, name: str) -> str:
    """Return the source of a parameter's value, such as COMMANDLINE, DEFAULT_MAP or DEFAULT."""
    source = context.get_parameter_source(name)
    return "DEFAULT" if source is None else source.name


# Options that mean nothing without another one.
NEEDS = {"min_count": "by", "max_groups": "by", "min_group": "by", "seed": "bootstrap"}


def without_idle(context: typer.Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options without those that the file sets in vain, as what they need is not given.

    The file is for many commands. On the command line, such an option is a mistake.
    """
    idle = {
        name
        for name, needed in NEEDS.items()
        if not options.get(needed) and source_of(context, name) == "DEFAULT_MAP"
    }
    return {name: value for name, value in options.items() if name not in idle}


def without_cluster(context: typer.Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options without the cluster that the file names, if the command line wants another.

    Someone who asks for threads, or for a number of processes of this machine, wants no cluster.
    """
    wants_it = options.get("engine") == EngineName.DASK and options.get("workers") is None
    idle = {"scheduler"} if source_of(context, "scheduler") == "DEFAULT_MAP" else set()
    return {name: x for name, x in options.items() if wants_it or name not in idle}


def option_of(context: typer.Context, name: str) -> str:
    """Return the name of a parameter on the command line."""
    for parameter in context.command.params:
        if parameter.name == name and parameter.opts[0].startswith("-"):
            return str(parameter.opts[0])
    return name


def refuse_given(
    context: typer.Context, names: Iterable[str], what: str, where: str, besides: str = ""
) -> None:
    """Raise a UsageError if an option that applies to predictions was typed for something else.

    Parameters
    ----------
    besides : the option that does apply, if there is one.
    """
    for name in names:
        if name != besides and source_of(context, name) == "COMMANDLINE":
            given = option_of(context, name)
            raise UsageError(f"this is {what}, but {given} applies to predictions", where)


def tell_configured(context: typer.Context, tell: Callable[[str], None]) -> None:
    """Report which options the configuration file has set."""
    names = [name for name in context.params if source_of(context, name) == "DEFAULT_MAP"]
    if names:
        options = ", ".join(option_of(context, name) for name in names)
        tell(f"{options}: set in {defaults_of(context).configuration.path}")
