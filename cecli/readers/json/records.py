"""A record of JSON: strictly decoded, its keys by path, and the texts of its values.

A value has the text that it would have in a CSV cell, so that the same data give the same results:
a number its own digits, true and false these words, null nothing. The key b of an object a is the
column a.b. A list is a text in brackets, whose items are separated by ", ".
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from cecli.columns.bad_rows import Reason
from cecli.core.errors import RowError, named, shown
from cecli.readers.text.dialect import Dialect, Record

# Control characters, which texts in JSON cannot contain, so that no cell of a row needs quotes.
DELIMITED = Dialect(delimiter=b"\x1f", quote=b"\x1e")
WORDS = {None: "", True: "true", False: "false"}
EXAMPLE = '{"y": 1, "p": 0.8}'
SHOWN_BEFORE, SHOWN_AFTER = 20, 20


class Numeral(str):
    """A number, as it was written."""

    __slots__ = ()


class NotJson(str):
    """NaN or an infinity, which Python writes, and JSON does not have."""

    __slots__ = ()


class _RefusedError(Exception):
    """A record that is no valid JSON object; its words are for the user, after the place."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        key = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise _RefusedError(
            f"the key {shown(key)} occurs twice in one object", "rename or remove one of them"
        )
    return found


def _constant(name: str) -> NoReturn:
    raise _RefusedError(name)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Numeral, parse_int=Numeral, parse_constant=_constant
)
_LENIENT = json.JSONDecoder(parse_constant=NotJson)


class Decoded(NamedTuple):
    """A record, and its values by the paths of their keys."""

    record: Mapping[str, Any]
    fields: Mapping[str, Any]


def decoded(line: bytes, source: str, number: int) -> Decoded:
    """Return a record, strictly decoded.

    Parameters
    ----------
    line : one record, without anything else.
    number : its line, or its number in an array.

    Raises
    ------
    RowError
        If it is not a valid JSON object, or two keys have the same path.
    """
    try:
        return _with_paths(_record(line.decode("utf-8", "surrogateescape")))
    except _RefusedError as refused:
        raise RowError.at(source, number, refused.what, refused.hint, Reason.JSON) from None


def record_of(line: bytes, source: str, number: int) -> dict[str, Any]:
    """Return a record, strictly decoded, whose keys may have the same path; see `decoded`."""
    try:
        return _record(line.decode("utf-8", "surrogateescape"))
    except _RefusedError as refused:
        raise RowError.at(source, number, refused.what, refused.hint, Reason.JSON) from None


def _record(text: str) -> dict[str, Any]:
    try:
        record = _without_constants(text)
    except json.JSONDecodeError as error:
        raise _syntax_error(error) from None
    except RecursionError:
        raise _RefusedError("the record is nested too deeply") from None
    if not isinstance(record, dict):
        kind = "a list" if isinstance(record, list) else "a single value"
        raise _RefusedError(f"the record is {kind}, not an object with keys", f"such as {EXAMPLE}")
    return record


def _without_constants(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except _RefusedError as refused:
        # What follows a constant may be worse than it.
        raise (refused if refused.hint else _of_constant(text)) from None


def _with_paths(record: dict[str, Any]) -> Decoded:
    values = list(flattened(record))
    fields = dict(values)
    if len(fields) < len(values):
        path = next(path for path, count in Counter(p for p, _ in values).items() if count > 1)
        raise _RefusedError(f"two values have the path {shown(path)}", "rename one of the keys")
    return Decoded(record, fields)


def flattened(record: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of all keys that are not objects themselves."""
    for key, value in record.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{before}{key}.")
        else:
            yield before + key, value


def _syntax_error(error: json.JSONDecodeError) -> _RefusedError:
    text, place = error.doc, error.pos
    if not text.strip().endswith(("}", "]")):
        return _RefusedError(
            "the record is not complete on its line",
            "JSON lines have a whole record in each line: jq -c . FILE writes them so · is the "
            "file cut off?",
        )
    near = text[max(0, place - SHOWN_BEFORE) : place + SHOWN_AFTER]
    what = f"{error.msg[:1].lower()}{error.msg[1:]}"
    return _RefusedError(
        f"is not JSON: {what}, at character {place + 1}, near {shown(near)}",
        "one record a line, or one array of records; nothing after the record, not even a comma",
    )


def _of_constant(text: str) -> _RefusedError:
    """Return the error for a record with NaN or an infinity, with its key."""
    record = _LENIENT.decode(text)
    found = flattened(record) if isinstance(record, dict) else iter([("", record)])
    place, name = next(
        ((path, name) for path, value in found if (name := _constant_in(value))), ("", "NaN")
    )
    hint = (
        "write null, as to_json() of pandas does: a missing value"
        if name == "NaN"
        else f'write it as a text: "{name}"'
    )
    return _RefusedError(f"column {named(place)}: JSON has no {name}", hint)


def _constant_in(value: Any) -> str:
    if isinstance(value, list):
        return next(filter(None, map(_constant_in, value)), "")
    if isinstance(value, dict):
        return next(filter(None, map(_constant_in, value.values())), "")
    return str(value) if isinstance(value, NotJson) else ""


def text_of(value: Any) -> str:
    """Return the text of a value that is no object."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(_item, value))}]"
    return WORDS[value]


def _item(value: Any) -> str:
    """Return the text of a value inside a list, which is JSON again."""
    if isinstance(value, Numeral):
        return value
    if isinstance(value, list):
        return text_of(value)
    if isinstance(value, dict):
        inner = (f"{json.dumps(key, ensure_ascii=False)}: {_item(x)}" for key, x in value.items())
        return f"{{{', '.join(inner)}}}"
    return json.dumps(value, ensure_ascii=False)


def records_in(
    data: bytes, first_line: int, columns: Sequence[str], source: str
) -> Iterator[Record]:
    """Yield the records in lines, each with the cells of some columns and an empty one."""
    for number, line in enumerate(data.split(b"\n")[:-1], first_line):
        defect, cells = None, list[bytes]()
        is_blank = not line.strip()
        if not is_blank:
            try:
                cells = [
                    *_cells(decoded(line, source, number).fields, columns, source, number),
                    b"",
                ]
            except RowError as error:
                defect = error
        yield Record(cells, number, number + 1, 0, is_blank, defect)


def _cells(
    fields: Mapping[str, Any], columns: Sequence[str], source: str, number: int
) -> Iterator[bytes]:
    for column in columns:
        if column not in fields:
            _refuse_object(fields, column, source, number)
        yield encoded(text_of(fields.get(column)))


def _refuse_object(fields: Mapping[str, Any], column: str, source: str, number: int) -> None:
    """Raise a RowError if the value of a column is an object."""
    inner = [path for path in fields if path.startswith(f"{column}.")]
    if inner:
        raise RowError.at(
            source, number, f"column {named(column)}: an object is not one value",
            f"name a key inside it, such as {shown(inner[0])}", Reason.VALUE,
        ).about(column)  # fmt: skip


def encoded(text: str) -> bytes:
    """Return a text in UTF-8; what is no text becomes bytes that are not UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
