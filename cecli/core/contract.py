"""How a frozen dataclass states a JSON document, and how its values are written as JSON.

A field's type is its type in Python. Marks in `Annotated` add what JSON needs beyond that: bounds,
descriptions, other keys, and which keys may be absent. Nothing here imports pydantic at start-up,
so writing a document costs no more than the dataclasses do. Pydantic queries the marks when a
`TypeAdapter` builds a JSON Schema or a strict reader from a stated class.

A field without a default is required. A field with a default is always written, and may be missing
in the input. The marks of `Presence` change this.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache, partial
from math import isfinite, isnan
from operator import attrgetter
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeVar, get_args

if TYPE_CHECKING:
    from dataclasses import Field

T = TypeVar("T")


class Bounds:
    """Constraints on a value, given as keywords of `pydantic.Field`."""

    # The protocol of annotated_types for several constraints at once.
    __is_annotated_types_grouped_metadata__: Literal[True] = True

    def __init__(self, **constraints: Any) -> None:
        self.constraints = constraints

    def __iter__(self) -> Iterator[Any]:
        from pydantic import Field

        yield from Field(**self.constraints).metadata


class Says:
    """The description of a field in a JSON Schema."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {**handler(schema), "description": self.text}


class Key:
    """The JSON key of a field whose name in Python differs."""

    def __init__(self, name: str) -> None:
        self.name = name


class Presence(Enum):
    """When the key of a field with a default is present.

    ALWAYS: the key is required in the input, too. LEFT_OUT: the key is written only if the value
    differs from the default.
    """

    ALWAYS = "always"
    LEFT_OUT = "left-out"


class InJson:
    """The type of a value in JSON, and the function that converts it to the Python value."""

    def __init__(self, kind: Any, made: Callable[[Any], Any] | None = None) -> None:
        self.kind, self.made = kind, made

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        schema = handler.generate_schema(self.kind)
        return schema if self.made is None else _followed_by(self.made, schema)


class Listed:
    """A tuple that is a list in JSON. `min_length` applies to tuples of any length."""

    def __init__(self, min_length: int | None = None) -> None:
        self.min_length = min_length

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        kind, *rest = get_args(source)
        schema = handler.generate_schema(GenericAlias(list, (kind,)))
        if rest != [...]:
            schema.update(min_length=len(rest) + 1, max_length=len(rest) + 1)
        elif self.min_length is not None:
            schema.update(min_length=self.min_length)
        return _followed_by(tuple, schema)


def _followed_by(made: Callable[[Any], Any], schema: Any) -> Any:
    from pydantic_core.core_schema import no_info_after_validator_function

    return no_info_after_validator_function(made, schema)


Infinite = Literal["Infinity", "-Infinity"]


def float64(value: float | str | None) -> float | None:
    """Return a number from JSON, in which infinities are "Infinity" and "-Infinity"."""
    return float(value) if isinstance(value, str) else value


# The version of all documents. It is raised by any change that is not an addition.
SCHEMA_VERSION = 1
SchemaVersion = Annotated[int, InJson(Literal[1])]
Writer = Annotated[str, Says("the version of cecli that wrote it")]
MOST_ROWS = 2**63 - 1
Count = Annotated[int, Bounds(ge=0, le=MOST_ROWS)]
# JSON has no infinity; an undefined number is null.
Number = Annotated[float | None, InJson(float | Infinite | None, float64)]
Many = Annotated[tuple[T, ...], Listed()]

CONFIG = {"strict": True, "extra": "ignore", "allow_inf_nan": False}


def stated(cls: type[T]) -> type[T]:
    """Mark a dataclass as the statement of a JSON document, or of a part of one.

    Reading is strict: neither true nor a string is accepted as a number. Unknown keys are ignored,
    because a later minor version may have added them.
    """
    cls.__pydantic_config__ = CONFIG  # type: ignore[attr-defined]
    cls.__get_pydantic_core_schema__ = classmethod(_core_schema)  # type: ignore[attr-defined]
    return cls


def _core_schema(cls: type[object], source: Any, handler: Any) -> Any:
    """Return pydantic's schema of a stated class, with the keys and the presence of its fields."""
    schema = handler(source)
    found = handler.resolve_ref_schema(schema)
    # A JSON object must be accepted as an instance. The configuration keeps the fields strict.
    found["strict"] = False
    by_name = {member.name: member for member in members(cls)}  # type: ignore[arg-type]
    for field in found["schema"]["fields"]:
        member = by_name[field["name"]]
        if member.key != member.name:
            field["validation_alias"] = member.key
        if member.presence is Presence.ALWAYS:
            field["schema"] = field["schema"]["schema"]
    return schema


class Member(NamedTuple):
    """A field of a stated class.

    Attributes
    ----------
    presence : None if the key is always written.
    default : MISSING if there is none.
    """

    name: str
    key: str
    presence: Presence | None
    default: Any


@cache
def members(cls: type[object]) -> tuple[Member, ...]:
    """Return the fields of a stated class, in their order in JSON."""
    return tuple(map(_member, fields(cls)))  # type: ignore[arg-type]


def _member(field: "Field[Any]") -> Member:
    marks = getattr(field.type, "__metadata__", ())
    key = next((mark.name for mark in marks if isinstance(mark, Key)), field.name)
    presence = next((mark for mark in marks if isinstance(mark, Presence)), None)
    made = field.default_factory
    return Member(field.name, key, presence, field.default if made is MISSING else made())


def written(document: Any) -> dict[str, Any]:
    """Return a stated document as a dictionary of plain JSON values."""
    found: dict[str, Any] = plain(document)
    return found


def plain(value: Any) -> Any:
    """Return a value as plain JSON: dictionaries, lists, strings, numbers, booleans and None.

    Infinities become the strings "Infinity" and "-Infinity". NaN stays, so that the JSON writer
    rejects it.

    Examples
    --------
    >>> plain({"loss": float("inf"), "lines": (1, 2)})
    {'loss': 'Infinity', 'lines': [1, 2]}
    """
    return _writer(type(value))(value)  # type: ignore[arg-type]


PLAIN = frozenset({str, int, bool, type(None)})


@cache
def _writer(kind: type[object]) -> Callable[[Any], Any]:
    """Return the function that makes values of a type plain."""
    if is_dataclass(kind):
        return partial(_fields, writing_of(kind))
    if issubclass(kind, Enum):
        return attrgetter("value")
    if issubclass(kind, float):
        return _number
    if issubclass(kind, Mapping):
        return _table
    if issubclass(kind, Sequence) and not issubclass(kind, str):
        return _list
    return lambda value: value


def _number(value: float) -> float | str:
    if isfinite(value) or isnan(value):
        return float(value)
    return "Infinity" if value > 0 else "-Infinity"


def _list(values: Iterable[Any]) -> list[Any]:
    return [plain(value) for value in values]


def _table(values: Mapping[str, Any]) -> dict[str, Any]:
    return _made_plain(dict(values))


class Writing(NamedTuple):
    """How to write a stated class: its keys, the getter of their values, and optional keys."""

    keys: tuple[str, ...]
    values: Callable[[Any], Iterable[Any]]
    optional: tuple[tuple[str, Any], ...]


@cache
def writing_of(cls: type[Any]) -> Writing:
    """Return how to write the values of a stated class."""
    found = members(cls)  # type: ignore[arg-type]
    optional = tuple((m.key, m.default) for m in found if m.presence is Presence.LEFT_OUT)
    return Writing(
        tuple(member.key for member in found), _getter([m.name for m in found]), optional
    )


def _getter(names: Sequence[str]) -> Callable[[Any], Iterable[Any]]:
    """Return a getter of several attributes; attrgetter returns no tuple for a single one."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda document: [getattr(document, name) for name in names]


def _fields(writing: Writing, document: Any) -> dict[str, Any]:
    keys, values, optional = writing
    found = dict(zip(keys, values(document), strict=True))
    for key, default in optional:
        if found[key] == default:
            del found[key]
    return _made_plain(found)


def _made_plain(found: dict[str, Any]) -> dict[str, Any]:
    """Make the values of a new dictionary plain, in place."""
    # A report may have many groups. Most values are plain already, so they cost no call.
    for key, value in found.items():
        kind = type(value)
        if kind not in PLAIN and (kind is not float or not isfinite(value)):
            found[key] = _writer(kind)(value)  # type: ignore[arg-type]
    return found
