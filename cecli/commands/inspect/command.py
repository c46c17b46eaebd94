"""`cecli inspect`."""

from typing import TYPE_CHECKING, Annotated

import typer

from cecli.options import shared as options
from cecli.options.shared import READING
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.options.values import ReadingOptions

OPTIONS = {"style": options.style_of("inspection")}


def inspect(
    files: options.Files,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Look at all rows, not at the first only.", rich_help_panel=READING
        ),
    ] = False,
    *,
    reading: "ReadingOptions",
    style: Style,
) -> Output:
    """Look into a file: what is in it, and what could be scored?

    cecli inspect preds.csv

    cecli inspect preds.csv --all --json
    """
    from cecli.commands.inspect.function import inspect as look_into

    return style.output(look_into(files, everything=everything, **reading))
