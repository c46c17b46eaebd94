"""The options of the output of receipts and verifications."""

from typing import Annotated

from cecli.options.declare import OUTPUT, Family, Option
from cecli.renderers.formats import FORMATS
from cecli.terminal.output import (
    Color,
    Debug,
    ErrorFormat,
    InErrorFormat,
    OutputOptions,
    Quiet,
    Style,
    format_option,
)


class ReceiptOutputOptions(Family):
    """Where a receipt is written, and what is written to standard error."""

    output: Annotated[
        str | None,
        Option("Write to a file, whole or not at all; default: stdout.", OUTPUT, "PATH",
               short="-o", configurable=False),
    ] = None  # fmt: skip
    quiet: Quiet = False
    error_format: InErrorFormat = ErrorFormat.TEXT
    debug: Debug = False

    @property
    def style(self) -> Style:
        """How a receipt is written: it has one text."""
        quiet = self.quiet or self.error_format is ErrorFormat.JSON
        return Style(FORMATS["json"], None, Color.NEVER, quiet, self.output)


class VerificationOutputOptions(OutputOptions):
    """How a verification is written."""

    document = "verification"
    format: Annotated[str | None, format_option("verification", "the verification")] = None
