"""What a project says once in pyproject.toml, or in cecli.toml: defaults of options, and rules."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cecli.columns import listed
from cecli.configuration.file import ConfigFile, named_file, nearest
from cecli.errors import UsageError, shown

if TYPE_CHECKING:
    from cecli.checks.rule import Rule
    from cecli.schema.config import ProfileTable

# Their values are paths, which are relative to the file that they stand in.
PATHS = ("files", "baseline", "baseline_file")
LISTS = ("target", "prob", "missing", "by", "files", "export")
# Numbers or shares: options that are read from text.
AS_TEXT = ("max_bad", "max_skipped")


@dataclass(frozen=True)
class Configuration:
    """What a configuration file says.

    Attributes
    ----------
    path : of the file, as seen from here; empty where there is none.
    options : values by the names of the command line's parameters.
    """

    path: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    rules: "tuple[Rule, ...]" = ()


def configuration(path: str | None = None, profile: str | None = None) -> Configuration:
    """Return what a file, or the nearest one, says: for a profile, where one is named.

    A profile's options come before those outside it; its rules, where it has any, replace them.

    Raises
    ------
    UsageError
        If the file cannot be read or is no configuration, or there is no such profile.
    """
    file = nearest() if path is None else named_file(path)
    if file is None:
        if profile is not None:
            raise UsageError(
                f"--profile {shown(profile)}: there is no configuration",
                hint="it is read from cecli.toml, or [tool.cecli] in pyproject.toml",
            )
        return Configuration()
    # What most projects have not is not waited for.
    from cecli.configuration.rules import rules_of
    from cecli.configuration.validation import validated

    document = validated(file)
    chosen: list[tuple[tuple[str, ...], ProfileTable]] = [((), document)]
    if profile is not None:
        if profile not in document.profiles:
            known = listed(list(document.profiles)) or "none"
            raise UsageError(f"there is no profile {shown(profile)}; there is: {known}", file.path)
        chosen.append((("profiles", profile), document.profiles[profile]))
    options: dict[str, Any] = {}
    rules: tuple[Rule, ...] = ()
    for where, table in chosen:
        options |= _options(file, table)
        rules = rules_of(file, where, table) or rules
    return Configuration(file.path, options, rules)


def _options(file: ConfigFile, table: "ProfileTable") -> dict[str, Any]:
    given = table.model_dump(exclude_unset=True, exclude={"check", "profiles"})
    for name in LISTS:
        if isinstance(given.get(name), str):
            given[name] = [given[name]]
    for name in PATHS:
        if name in given:
            given[name] = _from_here(file, given[name])
    return {name: str(value) if name in AS_TEXT else value for name, value in given.items()}


def _from_here(file: ConfigFile, path: str | list[str]) -> str | list[str]:
    if isinstance(path, list):
        return [str(_from_here(file, one)) for one in path]
    if path == "-" or "://" in path:
        return path
    mark, rest = ("@", path[1:]) if path.startswith("@") else ("", path)
    return mark + os.path.join(os.path.dirname(file.path), rest)
