"""The definitions of metrics, and their JSON."""

from typing import Annotated, Any, ClassVar, Literal

from cecli.core.contract import (
    SCHEMA_VERSION,
    Bounds,
    InJson,
    Many,
    Number,
    Says,
    SchemaVersion,
    Writer,
    stated,
    written,
)
from cecli.core.dataclasses import dataclass
from cecli.report.result import Definition, Direction


@stated
@dataclass(frozen=True)
class DefinitionDocument:
    """The definition of a metric."""

    name: str
    meaning: str
    formula: str
    unit: str
    direction: Annotated[Direction, Bounds(strict=False), Says("which values are better")]
    low: Number
    high: Number
    also: Annotated[Many[str], Says("other names")]
    streams: Annotated[str, Says("how accurate one pass is: exactly, or an error bound")]


@stated
@dataclass(frozen=True)
class DefinitionsDocument:
    """The definitions of metrics."""

    schema_version: SchemaVersion
    cecli: Writer
    command: Annotated[str, InJson(Literal["metrics"])]
    definitions: Many[DefinitionDocument]


@dataclass(frozen=True)
class Definitions:
    """The definitions of metrics, as plain frozen values."""

    document: ClassVar[str] = "definitions"

    definitions: tuple[Definition, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the definitions as plain JSON values."""
        from cecli import __version__

        parts = tuple(map(_document, self.definitions))
        return written(DefinitionsDocument(SCHEMA_VERSION, __version__, "metrics", parts))


def _document(definition: Definition) -> DefinitionDocument:
    """Return a definition in the shape of its JSON."""
    return DefinitionDocument(
        definition.name,
        definition.meaning,
        definition.formula,
        definition.unit,
        definition.direction,
        definition.low,
        definition.high,
        definition.also,
        definition.streams,
    )
