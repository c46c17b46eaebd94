"""Stated documents as JSON text, a piece at a time.

The text is that of `json.dumps(written(document))`. But values are written as they stand: a long
list is never there as dictionaries, and an indent costs no time.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from enum import Enum
from functools import cache, partial
from json.encoder import encode_basestring_ascii as quoted
from math import isfinite
from typing import Any, Protocol, runtime_checkable

from cecli.core.contract import Writing, plain, writing_of

# A list with more elements is written an element at a time.
MANY = 100


class Blank:
    """Stands for a value that is to be set into the text. No other text has a `BLANK`."""


BLANK = "\0"


@runtime_checkable
class SelfWritten(Protocol):
    """A sequence that has a faster way to write its elements."""

    def json_texts(self, newline: str) -> Iterator[str]:
        """Yield the text of each element, as `text_of` would."""
        ...


def json_pieces(document: Any, *, indent: bool = False) -> Iterator[str]:
    """Yield parts of the JSON text of a stated document, or of plain values.

    Raises
    ------
    ValueError
        If a number is NaN.

    Examples
    --------
    >>> "".join(json_pieces({"metrics": {"loss": 0.5}, "rows": (1, 2)}))
    '{"metrics": {"loss": 0.5}, "rows": [1, 2]}'
    """
    inner, end = ("\n  ", "\n") if indent else ("", "")
    between = f",{inner}" if indent else ", "
    mark = "{"
    for key, value in _items(document):
        yield f"{mark}{inner if mark == '{' else between}{quoted(key)}: "
        mark = ""
        if isinstance(value, Sequence) and not isinstance(value, str) and len(value) > MANY:
            yield from _long(value, inner)
        else:
            yield text_of(value, inner)
    yield "{}" if mark else f"{end}}}"


def json_text(document: Any, *, indent: bool = False) -> str:
    """Return the JSON text of a stated document, or of plain values; see `json_pieces`."""
    return "".join(json_pieces(document, indent=indent))


def _long(values: Sequence[Any], newline: str) -> Iterator[str]:
    inner = newline and newline + "  "
    between = f",{inner}" if inner else ", "
    if isinstance(values, SelfWritten):
        texts = values.json_texts(inner)
    else:
        texts = (text_of(value, inner) for value in values)
    for place, text in enumerate(texts):
        yield f"{between if place else '[' + inner}{text}"
    yield f"{newline}]"


def _items(document: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(document, Mapping):
        yield from document.items()
        return
    keys, values, optional = writing_of(type(document))  # type: ignore[arg-type]
    left_out = dict(optional)
    for key, value in zip(keys, values(document), strict=True):
        if key not in left_out or value != left_out[key]:
            yield key, value


def text_of(value: Any, newline: str) -> str:
    """Return the text of a value whose line begins with some spaces; without a newline, in one."""
    return _writer(type(value))(value, newline)  # type: ignore[arg-type]


@cache
def _writer(kind: type[Any]) -> Callable[[Any, str], str]:
    if kind in SIMPLE:
        return partial(_simple, SIMPLE[kind])
    if is_dataclass(kind):
        return partial(_stated, writing_of(kind))
    if issubclass(kind, Enum):
        return lambda value, newline: text_of(value.value, newline)
    if issubclass(kind, str):  # such as a name of a column that is a text of numpy
        return partial(_simple, quoted)
    if issubclass(kind, Mapping):
        return _mapping
    if issubclass(kind, Sequence):
        return _list
    return partial(_simple, _rare)


def _simple(write: Callable[[Any], str], value: Any, newline: str) -> str:  # noqa: ARG001
    return write(value)


def _rare(value: Any) -> str:
    return json.dumps(plain(value), allow_nan=False)


def _number(value: float) -> str:
    return repr(value) if isfinite(value) else _rare(value)


# How values of the commonest types are written.
SIMPLE: dict[type[Any], Callable[[Any], str]] = {
    float: _number,
    str: quoted,
    int: repr,
    bool: json.dumps,
    type(None): json.dumps,
    Blank: lambda _: BLANK,
}
_key = cache(quoted)


def _stated(writing: Writing, document: Any, newline: str) -> str:
    keys, values, optional = writing
    found = zip(keys, values(document), strict=True)
    if not optional:
        return _object(found, newline)
    left_out = dict(optional)
    return _object(
        [item for item in found if item[0] not in left_out or item[1] != left_out[item[0]]], newline
    )


def _mapping(values: Mapping[str, Any], newline: str) -> str:
    return _object(values.items(), newline)


def _object(items: Iterable[tuple[str, Any]], newline: str) -> str:
    inner = newline and newline + "  "
    parts = [
        f"{_key(key)}: {write(value)}"
        if (write := SIMPLE.get(type(value)))
        else f"{_key(key)}: {text_of(value, inner)}"
        for key, value in items
    ]
    return f"{{{inner}{(',' + inner if inner else ', ').join(parts)}{newline}}}" if parts else "{}"


def _list(values: Sequence[Any], newline: str) -> str:
    inner = newline and newline + "  "
    parts = [text_of(value, inner) for value in values]
    return f"[{inner}{(',' + inner if inner else ', ').join(parts)}{newline}]" if parts else "[]"
