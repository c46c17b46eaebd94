"""What went wrong, for people and for machines."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import typer

from cecli.errors import CecliError, ColumnError, ExitCode, RowError, UsageError, visible

OPTION, JSON = "--error-format", "json"


@dataclass(frozen=True)
class Failure:
    """An error at the end of the process.

    Attributes
    ----------
    kind : usage, column, input, row or bug.
    what, where, hint, reason : as CecliError has them.
    """

    kind: str
    what: str
    where: str = ""
    hint: str = ""
    reason: str = ""
    exit_code: int = ExitCode.BUG

    @property
    def text(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f"\nhint: {self.hint}" if self.hint else ""
        return f"error: {place}{self.what}{hint}"

    def to_json(self) -> str:
        """Return the error on one line, as the JSON contract has it."""
        import json

        from cecli import __version__
        from cecli.report import SCHEMA_VERSION

        error = {
            "kind": self.kind,
            "what": self.what,
            "where": self.where,
            "hint": self.hint,
            "reason": self.reason,
            "exit_code": int(self.exit_code),
        }
        return json.dumps({"schema_version": SCHEMA_VERSION, "cecli": __version__, "error": error})


def failure_of(error: CecliError) -> Failure:
    """Return a deliberate error."""
    return Failure(_kind(error), error.what, error.where, error.hint, error.reason, error.exit_code)


def _kind(error: CecliError) -> str:
    match error:
        case ColumnError():
            return "column"
        case UsageError():
            return "usage"
        case RowError():
            return "row"
        case _:
            return "input"


def misuse(error: typer.TyperException) -> Failure:
    """Return what is wrong with a command line."""
    context = getattr(error, "ctx", None)
    command = "cecli" if context is None else context.command_path
    # Words of the library that reads the options, not of ours.
    message = error.format_message().replace("Value error, ", "")
    return Failure("usage", visible(message), hint=f"{command} --help", exit_code=error.exit_code)


def wants_json(arguments: Sequence[str]) -> bool:
    """Return whether errors are for machines; also where the options cannot be read."""
    pairs = pairwise(arguments)
    return f"{OPTION}={JSON}" in arguments or (OPTION, JSON) in pairs
