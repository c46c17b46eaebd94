"""`cecli schema`: the JSON Schema of each document that cecli writes or reads.

A schema changes by addition only within a major version, and a test sees to it.
"""

import json
from enum import StrEnum
from pkgutil import resolve_name
from typing import Annotated, Any, NamedTuple

from cecli.options.declare import Family, Option
from cecli.options.keywords import CommandLine
from cecli.terminal.output import ErrorOptions, Output

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Name(StrEnum):
    """What there is a schema of."""

    REPORT = "report"
    CONFIG = "config"
    ERROR = "error"
    INSPECTION = "inspection"
    DEFINITIONS = "definitions"


class Contract(NamedTuple):
    """A kind of document: the title of its schema, and the class that states it."""

    title: str
    statement: str


DOCUMENTS = {
    Name.REPORT: Contract(
        "A report of cecli score, compare, kl, entropy, worst, fit or check",
        "cecli.report.document:ReportDocument",
    ),
    Name.CONFIG: Contract(
        "[tool.cecli] in pyproject.toml, or all of cecli.toml",
        "cecli.options.schema:ConfigDocument",
    ),
    Name.ERROR: Contract(
        "An error, as --error-format json writes it", "cecli.report.document:ErrorDocument"
    ),
    Name.INSPECTION: Contract(
        "What cecli inspect found", "cecli.report.inspection:InspectionDocument"
    ),
    Name.DEFINITIONS: Contract(
        "What cecli metrics says of metrics", "cecli.report.document:DefinitionsDocument"
    ),
}


def json_schema(name: Name) -> dict[str, Any]:
    """Return the JSON Schema, draft 2020-12, of this version's documents of a kind."""
    # Where only the names are wanted, these are not waited for.
    from cecli.core.contract import SCHEMA_VERSION
    from cecli.report.reading import schema_of

    document = DOCUMENTS[name]
    schema = schema_of(resolve_name(document.statement))
    schema.pop("title", None)
    return {
        "$schema": DIALECT,
        "$id": f"urn:cecli:schema:{name}:{SCHEMA_VERSION}",
        "title": document.title,
        **schema,
    }


class SchemaName(Family):
    """Which schema is printed."""

    name: Annotated[Name, Option("Of which document.", is_argument=True)]


def _run(which: SchemaName, errors: ErrorOptions) -> Output:  # noqa: ARG001
    """Print the JSON Schema (draft 2020-12) of what cecli writes and reads.

    cecli schema report

    cecli schema config

    cecli schema error
    """
    return Output(json.dumps(json_schema(which.name), indent=2) + "\n")


COMMAND = CommandLine(_run)
