"""The JSON that cecli writes and reads, as models: the one home of pydantic.

A schema changes by addition only within a major version, and a test sees to it.
"""

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from cecli.options import shared as options
from cecli.terminal.output import Output

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Name(StrEnum):
    """What there is a schema of."""

    REPORT = "report"
    CONFIG = "config"
    ERROR = "error"
    INSPECTION = "inspection"
    DEFINITIONS = "definitions"


def json_schema(name: Name) -> dict[str, Any]:
    """Return the JSON Schema, draft 2020-12, of this version's documents of a kind."""
    # Where only the names are wanted, this is not waited for.
    from cecli.report.report import SCHEMA_VERSION

    title, model = MODELS[name]
    schema = model().model_json_schema(by_alias=True)
    schema.pop("title", None)
    return {
        "$schema": DIALECT,
        "$id": f"urn:cecli:schema:{name}:{SCHEMA_VERSION}",
        "title": title,
        **schema,
    }


def _report() -> Any:
    from cecli.report.document import ReportDocument

    return ReportDocument


def _config() -> Any:
    from cecli.options.schema import ConfigDocument

    return ConfigDocument


def _error() -> Any:
    from cecli.report.document import ErrorDocument

    return ErrorDocument


def _inspection() -> Any:
    from cecli.report.document import InspectionDocument

    return InspectionDocument


def _definitions() -> Any:
    from cecli.report.document import DefinitionsDocument

    return DefinitionsDocument


MODELS: dict[Name, tuple[str, Callable[[], Any]]] = {
    Name.REPORT: ("A report of cecli score, compare, kl, entropy, worst, fit or check", _report),
    Name.CONFIG: ("[tool.cecli] in pyproject.toml, or all of cecli.toml", _config),
    Name.ERROR: ("An error, as --error-format json writes it", _error),
    Name.INSPECTION: ("What cecli inspect found", _inspection),
    Name.DEFINITIONS: ("What cecli metrics says of metrics", _definitions),
}


def schema(
    name: Annotated[
        Name, typer.Argument(help="Of which document.", show_default=False, case_sensitive=True)
    ],
    error_format: options.InErrorFormat = options.ErrorFormat.TEXT,  # noqa: ARG001
    debug: options.Debug = False,  # noqa: ARG001
) -> Output:
    """Print the JSON Schema (draft 2020-12) of what cecli writes and reads.

    cecli schema report

    cecli schema config

    cecli schema error
    """
    return Output(json.dumps(json_schema(name), indent=2) + "\n")
