"""A configuration that has what there can be, or an error that says what was meant."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from cecli.core.errors import UsageError, shown
from cecli.options.configuration import ConfigFile
from cecli.options.schema import CheckTable, ConfigDocument, ConfigTable, ProfileTable

# What else people call them, from other tools.
MEANT = {
    "checks": "check",
    "rules": "check",
    "profile": "profiles",
    "column": "by",
    "name": "metric",
}


def validated(file: ConfigFile) -> ConfigDocument:
    """Return the configuration in a file.

    Raises
    ------
    UsageError
        If there is anything wrong with it, with its table, key and value.
    """
    try:
        return ConfigDocument.model_validate(file.content)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        first = min(errors, key=lambda error: error["type"] != "extra_forbidden")
        raise _explained(file, first, len(errors)) from None


def _explained(file: ConfigFile, error: Mapping[str, Any], count: int) -> UsageError:
    *path, last = error["loc"] or ("",)
    place = file.path
    if path[-2:-1] == ["check"] and isinstance(path[-1], int):
        lines = file.lines_of(*map(str, path[:-1]))
        if path[-1] < len(lines):
            place = f"{file.path}:{lines[path[-1]]}"
    more = f" (one of {count} mistakes)" if count > 1 else ""
    if error["type"] == "extra_forbidden":
        return UsageError(
            f"{shown(_named(file, path, last))} is no key of the configuration{more}",
            place,
            _suggestion(_table_at(path), str(last)),
        )
    where = _named(file, [p for p in path if p not in UNIONS], last if last not in UNIONS else "")
    return UsageError(f"{where}: {_words(error)}{more}", place, "cecli schema config has the keys")


# What pydantic adds to a path where a value may be of several types.
UNIONS = {"str", "float", "int", "list[str]", "constrained-float"}


def _named(file: ConfigFile, path: Sequence[int | str], last: int | str) -> str:
    names = [*file.section, *path, *([last] if last != "" else [])]
    return "".join(
        f"[{name + 1}]" if isinstance(name, int) else f".{name}" for name in names
    ).removeprefix(".")


def _words(error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return "is missing"
    message = str(error["msg"])
    return f"{message[:1].lower()}{message[1:]}, not {shown(str(error['input']))}"


def _table_at(path: Sequence[int | str]) -> type[ConfigTable]:
    if path[-2:-1] == ["check"]:
        return CheckTable
    return ProfileTable if path else ConfigDocument


def _suggestion(table: type[ConfigTable], key: str) -> str:
    keys = [field.alias or name for name, field in table.model_fields.items()]
    if MEANT.get(key) in keys:
        return f"did you mean {shown(MEANT[key])}?"
    nearest = difflib.get_close_matches(key.replace("_", "-"), keys, n=1)
    return f"did you mean {shown(nearest[0])}?" if nearest else f"the keys are {', '.join(keys)}"
