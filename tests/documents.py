"""Every JSON document that a test sees on a stream obeys its schema, and has nothing beside it."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from cecli.commands.schema import Name, json_schema
from cecli.explanations.registry import of_codes
from cecli.metrics.registry import definition_of

KINDS = {
    "inspect": Name.INSPECTION,
    "metrics": Name.DEFINITIONS,
    "explain": Name.EXPLANATIONS,
    "help": Name.HELP,
    "verify": Name.VERIFICATION,
}


def check_documents(stdout: bytes, stderr: bytes) -> None:
    """Raise where a document on a stream is not as its schema says."""
    for document in (parsed(stdout), parsed(stderr.rstrip().rpartition(b"\n")[2])):
        if document is None:
            continue
        if "$schema" in document:
            Draft202012Validator.check_schema(document)
        elif "_type" in document:
            validator(Name.RECEIPT).validate(document)
        elif "schema_version" in document:
            validator(kind_of(document)).validate(document)
            check_names(document)


def parsed(text: bytes) -> dict[str, Any] | None:
    if not text.startswith(b"{"):
        return None
    try:
        document = json.loads(text)
    except ValueError:  # a row of a file, in a message
        return None
    return document if isinstance(document, dict) else None


def kind_of(document: dict[str, Any]) -> Name:
    if "error" in document:
        return Name.ERROR
    return KINDS.get(document["command"], Name.REPORT)


@cache
def validator(name: Name) -> Draft202012Validator:
    return Draft202012Validator(closed(json_schema(name)))


def closed(schema: Any) -> Any:
    """Return a schema whose objects have no properties but the described ones."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {key: closed(part) for key, part in schema.items()}
    if "properties" in schema:
        inside.setdefault("additionalProperties", False)
    return inside


def check_names(document: dict[str, Any]) -> None:
    """Assert that every metric is described, and every code of a notice or an error."""
    told = [notice["code"] for notice in document.get("notices", [])]
    told += [document["error"]["code"]] if "error" in document else []
    for code in told:
        assert code in of_codes(), code
    reported = [
        document.get("metrics", {}),
        *(group["metrics"] for group in document.get("per_class", [])),
        *(group["metrics"] for group in document.get("groups", [])),
        *(found["metrics"] for found in document.get("comparisons", [])),
    ]
    for metrics in reported:
        for name in metrics:
            definition_of(name)
