"""Reading a report back: strictly, for a verdict will rest on it."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from pydantic import ValidationError

from cecli.errors import InputError, shown
from cecli.report import SCHEMA_VERSION
from cecli.schema.report import ReportDocument

COMMANDS = "a report is what cecli score, kl or entropy write with --json"


def report_in(text: str, source: str) -> dict[str, Any]:
    """Return the report that a text is, as plain JSON values that were validated.

    Raises
    ------
    InputError
        If it is no JSON, or no report, or one of another version's schema.
    """
    try:
        report = json.loads(
            text, parse_constant=_refuse_constant, object_pairs_hook=_without_repetition
        )
    except json.JSONDecodeError as error:
        raise InputError(
            f"is not JSON: {error.msg}", f"{source}:{error.lineno}", f"{COMMANDS}: one object"
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not a report: {error}", source, COMMANDS) from None
    return validated(report, source)


def validated(report: Any, source: str) -> dict[str, Any]:
    """Return JSON values that are a report of this version's schema.

    Raises
    ------
    InputError
        If they are not.
    """
    if not isinstance(report, dict) or "schema_version" not in report:
        raise InputError("is not a report: it has no schema_version", source, COMMANDS)
    version = report["schema_version"]
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise InputError(
            f"is a report of schema version {shown(str(version))}, not {SCHEMA_VERSION}",
            source,
            "make it again with this version",
        )
    try:
        ReportDocument.model_validate(report)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = f"is not a report: {_path(first['loc'])}: {first['msg']}"
        raise InputError(message, source, COMMANDS) from None
    return report


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _without_repetition(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {shown(twice)} is there twice")
    return found


def _path(location: Sequence[int | str]) -> str:
    return ".".join(map(str, location))
