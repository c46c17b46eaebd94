"""What `cecli inspect --json` writes."""

from typing import Literal

from pydantic import ConfigDict

from cecli.schema.parts import Count, Document, Notice, Number, Part, Skipped


class Inspected(Part):
    """What was read."""

    paths: list[str]
    rows: Count
    complete: bool
    skipped: Skipped


class Column(Part):
    """A column, and what it could be."""

    name: str
    kind: str
    role: str
    missing: Count
    distinct: Count | None
    low: Number
    high: Number
    first: list[str]


class InspectionDocument(Document):
    """What is in a file."""

    model_config = ConfigDict(title="inspection")

    command: Literal["inspect"]
    input: Inspected
    columns: list[Column]
    advice: list[str]
    notices: list[Notice]
