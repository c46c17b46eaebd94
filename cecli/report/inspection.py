"""What was found in a file: plain frozen values, without a thought of how they are shown."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from cecli.report.report import SCHEMA_VERSION, Input, Notice, json_number


@dataclass(frozen=True)
class ColumnFound:
    """A column: what its values are, and which role its name and values suggest."""

    name: str
    kind: str
    role: str
    missing: int
    distinct: int | None
    low: float | None
    high: float | None
    first: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the column as plain JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "role": self.role,
            "missing": self.missing,
            "distinct": self.distinct,
            "low": json_number(self.low),
            "high": json_number(self.high),
            "first": list(self.first),
        }


@dataclass(frozen=True)
class Inspection:
    """What was found.

    Attributes
    ----------
    complete : whether all rows were looked at, or the first of them only.
    advice : how cecli could be called for this file.
    """

    document: ClassVar[str] = "inspection"

    input: Input
    complete: bool
    columns: tuple[ColumnFound, ...]
    notices: tuple[Notice, ...]
    advice: tuple[str, ...]
    command: str = "inspect"

    def to_dict(self) -> dict[str, Any]:
        """Return the inspection as plain JSON values."""
        from cecli import __version__

        return {
            "schema_version": SCHEMA_VERSION,
            "cecli": __version__,
            "command": self.command,
            "input": {
                "paths": list(self.input.paths),
                "rows": self.input.rows,
                "complete": self.complete,
                "skipped": {
                    "rows": sum(self.input.skipped.values()),
                    "reasons": dict(self.input.skipped),
                },
            },
            "columns": [column.to_dict() for column in self.columns],
            "advice": list(self.advice),
            "notices": [notice.to_dict() for notice in self.notices],
        }

    def to_json(self) -> str:
        """Return the inspection as JSON."""
        return json.dumps(self.to_dict(), indent=2, allow_nan=False)

    def to_json_line(self) -> str:
        """Return the inspection as JSON on one line."""
        return json.dumps(self.to_dict(), allow_nan=False)
