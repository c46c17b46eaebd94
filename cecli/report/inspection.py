"""The findings about a file: plain frozen values, and their JSON."""

import json
from typing import Annotated, Any, ClassVar, Literal

from cecli.core.contract import (
    SCHEMA_VERSION,
    Count,
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
from cecli.core.errors import TriedCommand
from cecli.report.parts import Skipped, skipped_of
from cecli.report.report import as_tables
from cecli.report.result import Input, Notice


@stated
@dataclass(frozen=True)
class ColumnFound:
    """A column, and the role that it could have.

    Attributes
    ----------
    kind, role : the kind of its values, and the role that its name and values suggest.
    """

    name: str
    kind: str
    role: str
    missing: Count
    distinct: Count | None
    low: Number
    high: Number
    first: Many[str]


@dataclass(frozen=True)
class Inspection:
    """The findings about a file.

    Attributes
    ----------
    complete : whether all rows were read, or only the first ones.
    proposals : cecli commands that suit this file, the likeliest first, each with its reason.
    """

    document: ClassVar[str] = "inspection"

    input: Input
    complete: bool
    columns: tuple[ColumnFound, ...]
    notices: tuple[Notice, ...]
    proposals: tuple[TriedCommand, ...]
    command: str = "inspect"

    @property
    def advice(self) -> tuple[str, ...]:
        """The commands without their reasons."""
        return tuple(command.line for command in self.proposals)

    def __str__(self) -> str:
        """Return the tables that the command prints."""
        return as_tables(self)

    def to_document(self) -> "InspectionDocument":
        """Return the inspection in the shape of its JSON."""
        from cecli import __version__

        found = self.input
        return InspectionDocument(
            SCHEMA_VERSION,
            __version__,
            self.command,
            Inspected(found.paths, found.rows, self.complete, skipped_of(found)),
            self.columns,
            self.advice,
            self.notices,
            self.proposals,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the inspection as plain JSON values."""
        return written(self.to_document())

    def to_json(self) -> str:
        """Return the inspection as JSON."""
        return json.dumps(self.to_dict(), indent=2, allow_nan=False)

    def to_json_line(self) -> str:
        """Return the inspection as JSON on one line."""
        return json.dumps(self.to_dict(), allow_nan=False)


@stated
@dataclass(frozen=True)
class Inspected:
    """The input that was read."""

    paths: Many[str]
    rows: Count
    complete: bool
    skipped: Skipped


@stated
@dataclass(frozen=True)
class InspectionDocument:
    """The findings about a file."""

    schema_version: SchemaVersion
    cecli: Writer
    command: Annotated[str, InJson(Literal["inspect"])]
    input: Inspected
    columns: Many[ColumnFound]
    advice: Many[str]
    notices: Many[Notice]
    proposals: Annotated[Many[TriedCommand], Says("the same commands, each with its reason")] = ()
