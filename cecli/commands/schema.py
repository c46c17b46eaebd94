"""`cecli schema`: the JSON Schema of each document that cecli writes or reads.

Within a major version, a schema changes only by addition; a test ensures this.
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
    """The documents that have a schema."""

    REPORT = "report"
    CONFIG = "config"
    ERROR = "error"
    INSPECTION = "inspection"
    DEFINITIONS = "definitions"
    EXPLANATIONS = "explanations"
    HELP = "help"
    RECEIPT = "receipt"
    VERIFICATION = "verification"


class Contract(NamedTuple):
    """A kind of document: the title of its schema, and the class that defines it."""

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
        "An error, written by --error-format json", "cecli.report.document:ErrorDocument"
    ),
    Name.INSPECTION: Contract(
        "An inspection, written by cecli inspect", "cecli.report.inspection:InspectionDocument"
    ),
    Name.DEFINITIONS: Contract(
        "Definitions of metrics, written by cecli metrics",
        "cecli.report.definitions:DefinitionsDocument",
    ),
    Name.EXPLANATIONS: Contract(
        "Explanations of codes, written by cecli explain",
        "cecli.explanations.explanation:ExplanationsDocument",
    ),
    Name.HELP: Contract(
        "Commands and options, written by cecli --help --format json",
        "cecli.manual.catalogue:CatalogueDocument",
    ),
    Name.RECEIPT: Contract(
        "A receipt, written by cecli attest", "cecli.receipts.document:ReceiptDocument"
    ),
    Name.VERIFICATION: Contract(
        "A verification, written by cecli verify", "cecli.receipts.document:VerificationDocument"
    ),
}


def json_schema(name: Name) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a kind of document, as of this version."""
    # Imported here because the names of the schemas alone do not need them.
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
    """The schema to print."""

    name: Annotated[Name, Option("The document that the schema describes.", is_argument=True)]


def _run(which: SchemaName, errors: ErrorOptions) -> Output:  # noqa: ARG001
    """Print the JSON Schema of what cecli writes and reads.

    cecli schema report

    cecli schema config

    cecli schema error
    """
    return Output(json.dumps(json_schema(which.name), indent=2) + "\n")


COMMAND = CommandLine(_run)
