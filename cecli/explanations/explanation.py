"""What a code means: the statement of an explanation, and its JSON."""

import shlex
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from cecli.core.contract import (
    SCHEMA_VERSION,
    Bounds,
    InJson,
    Many,
    Presence,
    Says,
    SchemaVersion,
    Writer,
    stated,
    written,
)
from cecli.core.dataclasses import dataclass

# A file of so many characters is written by the line of an example.
MOST_SHOWN = 160
# The file of an example that is pasted.
OWN = "example.csv"


class CodeKind(StrEnum):
    """What a code stands for."""

    NOTICE = "notice"
    ROW = "row"
    ERROR = "error"
    EXIT = "exit-code"
    METRIC = "metric"


@stated
@dataclass(frozen=True)
class ExampleOfCode:
    """A command after which the code is seen, and the file that it reads.

    Attributes
    ----------
    rows : the whole of preds.csv; empty if the file has to be larger, or of another kind.
    """

    command: str
    rows: Annotated[str, Says("the whole of preds.csv; empty if it takes more")] = ""

    @property
    def line(self) -> str:
        """The example as a line for a shell, which writes the file first if it is small.

        The file is not that of the command: whoever pastes the line may have a preds.csv.
        """
        if not 0 < len(self.rows) <= MOST_SHOWN:
            return self.command
        rows = shlex.quote(self.rows.replace("\n", "\\n"))
        return f"printf {rows} > {OWN}; {self.command.replace('preds.csv', OWN)}"


@stated
@dataclass(frozen=True)
class CodeExplanation:
    """What a code means.

    Attributes
    ----------
    means : what has happened, in one sentence.
    why : why this is said.
    remedy : what to do.
    """

    code: str
    kind: Annotated[CodeKind, Bounds(strict=False)]
    means: str
    why: str
    remedy: str
    example: Annotated[ExampleOfCode | None, Presence.LEFT_OUT] = None


@stated
@dataclass(frozen=True)
class ExplanationsDocument:
    """Explanations of codes."""

    schema_version: SchemaVersion
    cecli: Writer
    command: Annotated[str, InJson(Literal["explain"])]
    explanations: Many[CodeExplanation]


@dataclass(frozen=True)
class Explanations:
    """Explanations of codes, as plain frozen values."""

    document: ClassVar[str] = "explanations"

    explanations: Sequence[CodeExplanation]

    def to_dict(self) -> dict[str, Any]:
        """Return the explanations as plain JSON values."""
        from cecli import __version__

        every = tuple(self.explanations)
        return written(ExplanationsDocument(SCHEMA_VERSION, __version__, "explain", every))


def notice(
    code: str, means: str, why: str, remedy: str, command: str, rows: str = ""
) -> CodeExplanation:
    """Return the explanation of a notice."""
    example = ExampleOfCode(command, rows)
    return CodeExplanation(code, CodeKind.NOTICE, means, why, remedy, example)


def error(
    code: str, means: str, why: str, remedy: str, command: str = "", rows: str = ""
) -> CodeExplanation:
    """Return the explanation of an error."""
    example = ExampleOfCode(command, rows) if command else None
    return CodeExplanation(code, CodeKind.ERROR, means, why, remedy, example)


def row(
    code: str, means: str, why: str, remedy: str, command: str, rows: str = ""
) -> CodeExplanation:
    """Return the explanation of why a row cannot be used."""
    return CodeExplanation(code, CodeKind.ROW, means, why, remedy, ExampleOfCode(command, rows))
