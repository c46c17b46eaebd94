"""Strict reading of stored reports, on which verdicts depend, and JSON Schemas."""

import json
import math
import os
import stat
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache
from io import BufferedReader
from typing import Any, NoReturn, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema

from cecli.core.contract import SCHEMA_VERSION
from cecli.core.errors import InputError, UnreadableError, shown, visible
from cecli.core.files import STDIN, STDIN_NAME, cannot_be_opened
from cecli.core.pipes import Pipe
from cecli.report.document import ReportDocument

WHAT, COMMANDS = "a report", "cecli score, kl and entropy write reports with --json"
T = TypeVar("T")


def report_in(text: str, source: str) -> dict[str, Any]:
    """Parse a text as a report, and return it as validated plain JSON values.

    Raises
    ------
    InputError
        If it is not JSON, not a report, or a report of another schema version.
    """
    return validated(values_in(text, source), source)


def values_in(text: str, source: str, what: str = WHAT, hint: str = COMMANDS) -> Any:
    """Parse a text as JSON, strictly.

    Parameters
    ----------
    what, hint : what it should be, and what writes such texts.

    Raises
    ------
    InputError
        If it is not JSON, repeats a key, or has a number that no float64 is.
    """
    try:
        return json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_without_repetition,
        )
    except json.JSONDecodeError as error:
        raise InputError(
            f"is not JSON: {error.msg}", f"{source}:{error.lineno}", f"{hint}, one object each"
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not {what}: {error}", source, hint) from None


def validated(report: Any, source: str) -> dict[str, Any]:
    """Return JSON values unchanged if they are a report of this schema version.

    Raises
    ------
    InputError
        If they are not.
    """
    document_in(report, source)
    found: dict[str, Any] = report
    return found


def document_in(report: Any, source: str) -> ReportDocument:
    """Return the document that some JSON values are, such as those of `read_report`.

    Raises
    ------
    InputError
        If they are no report of this schema version.
    """
    if not isinstance(report, dict) or "schema_version" not in report:
        raise InputError("is not a report: it has no schema_version", source, COMMANDS)
    version = report["schema_version"]
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise InputError(
            f"is a report of schema version {shown(str(version))}, not {SCHEMA_VERSION}",
            source,
            "write it again with this version of cecli",
        )
    return stated_in(ReportDocument, report, source)


def stated_in(
    statement: type[T], values: Any, source: str, what: str = WHAT, hint: str = COMMANDS
) -> T:
    """Return the document that some JSON values are, as a class states it.

    Raises
    ------
    InputError
        If they are none.
    """
    try:
        return cast(T, reader_of(cast(Any, statement)).validate_python(values))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        why = first["msg"].removeprefix("Value error, ")  # of what a class itself refuses
        message = f"is not {what}: {_path(first['loc'])}: {why}"
        raise InputError(message, source, hint) from None


@cache
def reader_of(statement: type[Any]) -> TypeAdapter[Any]:
    """Return what reads values strictly as a class states them, made once: it takes 20 ms."""
    return TypeAdapter(statement)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    """Return a number; reports write an infinite one as a text."""
    if math.isinf(value := float(text)):
        raise ValueError(f"{shown(text)} is beyond the range of a float64")
    return value


def _without_repetition(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise ValueError(f"the key {shown(twice)} occurs twice")
    return found


def _path(location: Sequence[int | str]) -> str:
    return ".".join(map(str, location))


BEGIN = b"{"
# Keys at the beginning of a report; one of them is enough.
OF_REPORTS = (b'"schema_version"', b'"cecli"')
LOOKED_AT = 4096
# A report has about a line per class and group; anything larger is not a report.
LARGEST = 256 * 1024 * 1024


def is_report(path: str | Pipe) -> bool:
    """Return whether an input is a report: whether it begins like a single JSON object.

    JSON lines are several, of which none has the version of a report. This consumes nothing, from
    standard input or another pipe.
    """
    if isinstance(path, Pipe):
        return _begins(path.head(LOOKED_AT))
    if path == STDIN:
        if sys.stdin is None or sys.stdin.isatty():
            return False
        return _begins(cast("BufferedReader", sys.stdin.buffer).peek(LOOKED_AT))
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with open(path, "rb") as file:
            return _begins(file.read(LOOKED_AT))
    except (OSError, ValueError):
        # The reader of predictions reports the error.
        return False


def _begins(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(BEGIN) and (
        any(key in text for key in OF_REPORTS) or not _are_lines(text)
    )


def _are_lines(text: bytes) -> bool:
    """Return whether an object is followed by another on the next line, or has a long line."""
    first, newline, others = text.partition(b"\n")
    is_whole = first.rstrip().endswith(b"}") and others.lstrip().startswith(BEGIN)
    return is_whole if newline else len(first) > LOOKED_AT // 2


def read_report(path: str | Pipe) -> dict[str, Any]:
    """Return a stored report as validated plain JSON values.

    Raises
    ------
    InputError
        If it cannot be read, or is not a report.
    """
    return report_in(text_of(path), name_of(path))


def name_of(path: str | Pipe) -> str:
    """Return the name of an input in messages."""
    if isinstance(path, Pipe):
        return path.name
    return STDIN_NAME if path == STDIN else visible(path)


def text_of(path: str | Pipe, largest: int = LARGEST, what: str = WHAT) -> str:
    """Return the text of an input of at most so many bytes.

    Raises
    ------
    InputError
        If it cannot be read, is empty, or larger.
    """
    name = name_of(path)
    try:
        if isinstance(path, Pipe):
            content = path.stream.read(largest + 1)
        elif path == STDIN:
            if sys.stdin is None or sys.stdin.isatty():
                raise UnreadableError("standard input is closed or is a terminal", name)
            content = sys.stdin.buffer.read(largest + 1)
        else:
            with open(path, "rb") as file:
                content = file.read(largest + 1)
    except (OSError, ValueError) as error:
        raise cannot_be_opened(error, name) from None
    if len(content) > largest:
        raise InputError(f"is too large for {what}", name)
    if not content.strip():
        raise InputError("is empty", name, reason="empty")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"is not UTF-8 at byte {error.start + 1}", name) from None


# Names in schemas of classes whose name the package uses for another class.
RENAMED = {"ColumnFound": "Column", "Failure": "Error"}


def name_in_schema(name: str) -> str:
    """Return the name of a class in schemas.

    Examples
    --------
    >>> name_in_schema("GroupDocument"), name_in_schema("ColumnFound"), name_in_schema("Notice")
    ('Group', 'Column', 'Notice')
    """
    return RENAMED.get(name, name.removesuffix("Document"))


class StatedJsonSchema(GenerateJsonSchema):
    """A schema generator that describes a class by the first line of its docstring."""

    def normalize_name(self, name: str) -> str:
        """Return the key of a definition."""
        return super().normalize_name(name_in_schema(name))

    def dataclass_schema(self, schema: Any) -> dict[str, Any]:
        """Return the schema of a dataclass, described only by the first line of its docstring."""
        found = super().dataclass_schema(schema)
        described, _, _ = (schema["cls"].__doc__ or "").partition("\n")
        return {**found, "title": name_in_schema(schema["cls"].__name__), "description": described}


def schema_of(statement: Any) -> dict[str, Any]:
    """Return the JSON Schema of the documents that a class states."""
    return reader_of(statement).json_schema(by_alias=True, schema_generator=StatedJsonSchema)
