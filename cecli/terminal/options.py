"""The options about what is written, and how."""

from enum import StrEnum
from typing import Annotated, ClassVar

from cecli.options.declare import OUTPUT, Family, Option
from cecli.renderers.formats import chosen, formats_of
from cecli.terminal.output import Color, Style


class ErrorFormat(StrEnum):
    """How an error is written."""

    TEXT = "text"
    JSON = "json"


# What is written to standard error is no matter of a configuration.
Quiet = Annotated[
    bool, Option("No notes on stderr.", OUTPUT, short="-q", configurable=False)
]  # fmt: skip
# The process around the command looks for these two.
InErrorFormat = Annotated[
    ErrorFormat, Option("How an error is written on stderr.", OUTPUT, configurable=False)
]
Debug = Annotated[bool, Option("Show tracebacks of errors.", OUTPUT, configurable=False)]


def _format(document: str, written: str = "the report is") -> Option:
    """Return the option of a format for a kind of document."""
    names = tuple(format.name for format in formats_of(document))
    return Option(
        f"How {written} written; default: table.", OUTPUT, choices=names, configurable=False
    )


class OutputOptions(Family):
    """How a report is written, and what is said beside it."""

    document: ClassVar[str] = "report"

    output: Annotated[
        str | None,
        Option("Write the report to a file, whole or not at all; its suffix tells the format.",
               OUTPUT, "PATH", short="-o", configurable=False),
    ] = None  # fmt: skip
    format: Annotated[str | None, _format("report")] = None
    json: Annotated[
        bool, Option("Short for --format json.", OUTPUT, configurable=False)
    ] = False  # fmt: skip
    digits: Annotated[
        int,
        Option("Significant digits in the table; standard errors have 3 at most.", OUTPUT, "N",
               min=1, max=17, configurable=False),
    ] = 6  # fmt: skip
    color: Annotated[
        Color, Option("Colour of the table.", OUTPUT, configurable=False)
    ] = Color.AUTO  # fmt: skip
    quiet: Quiet = False
    error_format: InErrorFormat = ErrorFormat.TEXT
    debug: Debug = False

    @property
    def style(self) -> Style:
        """How the user wants to see a report."""
        format = chosen("json" if self.json else self.format, self.output, self.document)
        return Style(format, self.digits, self.color, self.quiet, self.output)


class InspectionOutputOptions(OutputOptions):
    """How an inspection is written."""

    document = "inspection"
    format: Annotated[str | None, _format("inspection")] = None


class DefinitionOutputOptions(OutputOptions):
    """How definitions are written."""

    document = "definitions"
    format: Annotated[str | None, _format("definitions")] = None


class VerdictOutputOptions(OutputOptions):
    """How verdicts are written."""

    document = "verdicts"
    format: Annotated[str | None, _format("verdicts", "the verdicts are")] = None


class ErrorOptions(Family):
    """What is said beside a schema."""

    error_format: InErrorFormat = ErrorFormat.TEXT
    debug: Debug = False
