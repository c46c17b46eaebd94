"""The JSON of the definitions of metrics."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cecli.core.contract import (
    Bounds,
    InJson,
    Many,
    Number,
    Says,
    SchemaVersion,
    Writer,
    stated,
)
from cecli.report.result import Direction


@stated
@dataclass(frozen=True)
class DefinitionDocument:
    """What a metric is."""

    name: str
    meaning: str
    formula: str
    unit: str
    direction: Annotated[Direction, Bounds(strict=False), Says("which values are better")]
    low: Number
    high: Number
    also: Annotated[Many[str], Says("other names")]
    streams: Annotated[str, Says("how it is had in one pass: exactly, or how nearly")]


@stated
@dataclass(frozen=True)
class DefinitionsDocument:
    """The definitions of metrics."""

    schema_version: SchemaVersion
    cecli: Writer
    command: Annotated[str, InJson(Literal["metrics"])]
    definitions: Many[DefinitionDocument]
