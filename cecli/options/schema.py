"""The configuration as pydantic models, whose keys are the options that it may set."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field, ValidationError, create_model

from cecli.core.errors import UsageError, nearest, shown
from cecli.options.checking import CONFIGURABLE
from cecli.options.config_file import ConfigFile
from cecli.options.declare import Declared
from cecli.options.groups import SHARE
from cecli.options.keywords import keys_of

Texts = str | list[str]
Share = Annotated[float, Field(**SHARE)]
Amount = Annotated[float, Field(allow_inf_nan=False)] | str
Undecided = Literal["fail", "pass"]
Severity = Literal["error", "warn"]


class ConfigTable(BaseModel):
    """A table of the configuration file. Unknown keys are errors."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        alias_generator=AliasGenerator(alias=lambda name: name.replace("_", "-")),
    )


class CheckTable(ConfigTable):
    """A metric, and one or more limits that it must meet."""

    metric: Annotated[str, Field(description="The name of a metric, or NAME@COLUMN.")]
    by: Annotated[
        str | None,
        Field(min_length=1, description="A column: each of its groups must meet the limits."),
    ] = None
    max: Amount | None = None
    min: Amount | None = None
    max_increase: Annotated[
        Amount | None, Field(description='A number such as 0.002, or a share such as "1%".')
    ] = None
    max_decrease: Amount | None = None
    max_worsening: Annotated[
        Amount | None, Field(description="A change in the direction that is worse for the metric.")
    ] = None
    confidence: Share | None = None
    undecided: Undecided | None = None
    severity: Annotated[
        Severity, Field(description="What follows where the rule does not hold; default: error.")
    ] = "error"


def _field(declared: Declared) -> Any:
    """Return the type and the optional field of an option in the configuration file."""
    option, kind = declared.option, declared.kind
    if declared.is_list:
        kind = Texts
    elif option.schema is not None:
        kind = option.schema
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        kind = Literal[tuple(map(str, kind))]
    field = Field(default=None, alias=declared.key, description=option.help, **option.limits)
    return kind | None, field


def _options() -> type[ConfigTable]:
    fields = {name: _field(declared) for name, declared in keys_of(CONFIGURABLE).items()}
    return create_model(
        "Options",
        __base__=ConfigTable,
        __doc__="Defaults of options. Fields have the names of the options in Python.",
        **fields,
    )


if TYPE_CHECKING:
    Options = ConfigTable
else:
    Options = _options()


class ProfileTable(Options):
    """Options and rules that `cecli check --profile NAME` uses instead of those outside."""

    check: list[CheckTable] = []  # noqa: RUF012


class ConfigDocument(ProfileTable):
    """The whole configuration."""

    model_config = ConfigDict(title="config")

    profiles: dict[str, ProfileTable] = {}  # noqa: RUF012


# Names that people may know from other tools, and the keys that they mean.
MEANT = {
    "checks": "check",
    "rules": "check",
    "profile": "profiles",
    "column": "by",
    "name": "metric",
}


def validated(file: ConfigFile) -> ConfigDocument:
    """Validate the configuration in a file and return it.

    Raises
    ------
    UsageError
        If a table, key or value is wrong; the message names it.
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
            f"{shown(_named(file, path, last))} is not a key of the configuration{more}",
            place,
            _suggestion(_table_at(path), str(last)),
        )
    where = _named(file, [p for p in path if p not in UNIONS], last if last not in UNIONS else "")
    return UsageError(
        f"{where}: {_words(error)}{more}", place, "cecli schema config lists the keys"
    )


# The names that pydantic adds to the path of a value with several possible types.
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
    near = nearest(key.replace("_", "-"), keys)
    return f"the keys are {', '.join(keys)}" if near is None else f"did you mean {shown(near)}?"
