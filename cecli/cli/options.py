"""The options that commands share, each written once."""

from typing import Annotated

import typer

from cecli.cli.output import Color, Format, Style
from cecli.report import Units
from cecli.scales import Scale

COLUMNS = "Columns"
MEASURE = "What is measured"
READING = "Reading"
OUTPUT = "Output"

File = Annotated[
    str, typer.Argument(metavar="FILE", help="Delimited text with a header; - is stdin.")
]
Weight = Annotated[
    str | None,
    typer.Option("--weight", metavar="COL", help="Column of weights.", rich_help_panel=COLUMNS),
]
InUnits = Annotated[
    Units, typer.Option("--units", help="Units of information.", rich_help_panel=MEASURE)
]
From = Annotated[
    Scale,
    typer.Option("--from", help="What the predictions are written as.", rich_help_panel=MEASURE),
]
Normalize = Annotated[
    bool,
    typer.Option(
        "--normalize",
        help="Divide the probabilities of the classes by their sum, and report how many.",
        rich_help_panel=MEASURE,
    ),
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        metavar="CHAR",
        help="What separates fields; default: a comma, or a tab in .tsv files.",
        rich_help_panel=READING,
    ),
]
ChunkBytes = Annotated[
    int | None,
    typer.Option(
        "--chunk-bytes",
        metavar="N",
        min=1,
        help="Bytes read at a time, 4 MiB by default: changes no result.",
        rich_help_panel=READING,
    ),
]
InFormat = Annotated[
    Format, typer.Option("--format", help="How the report is written.", rich_help_panel=OUTPUT)
]
Json = Annotated[
    bool, typer.Option("--json", help="Short for --format json.", rich_help_panel=OUTPUT)
]
Digits = Annotated[
    int,
    typer.Option(
        "--digits",
        metavar="N",
        min=1,
        max=17,
        help="Significant digits in the table; standard errors have 3 at most.",
        rich_help_panel=OUTPUT,
    ),
]
InColor = Annotated[
    Color, typer.Option("--color", help="Colour of the table.", rich_help_panel=OUTPUT)
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No notes on stderr.", rich_help_panel=OUTPUT)
]
# The process around the command looks for it.
Debug = Annotated[
    bool, typer.Option("--debug", help="Show tracebacks of errors.", rich_help_panel=OUTPUT)
]


def style(format: Format, json: bool, digits: int, color: Color, quiet: bool) -> Style:
    """Return how the user wants to see a report."""
    return Style(Format.JSON if json else format, digits, color, quiet)
