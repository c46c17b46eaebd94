"""What `cecli metrics --json` writes."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from cecli.glossary import Direction
from cecli.schema.parts import Document, Number, Part


class Definition(Part):
    """What a metric is."""

    name: str
    meaning: str
    formula: str
    unit: str
    direction: Annotated[Direction, Field(strict=False, description="which values are better")]
    low: Number
    high: Number
    also: Annotated[list[str], Field(description="other names")]
    streams: Annotated[str, Field(description="how it is had in one pass: exactly, or how nearly")]


class DefinitionsDocument(Document):
    """The definitions of metrics."""

    model_config = ConfigDict(title="definitions")

    command: Literal["metrics"]
    definitions: list[Definition]
