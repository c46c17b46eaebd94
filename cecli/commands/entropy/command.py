"""`cecli entropy`."""

from typing import TYPE_CHECKING, Annotated

import typer

from cecli.columns.numbers import Scale
from cecli.options import shared as options
from cecli.options.shared import COLUMNS
from cecli.report.result import Units
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.options.values import ReadingOptions


def entropy(
    files: options.Files,
    column: Annotated[
        str | None,
        typer.Option(
            metavar="COL", help="Column whose values are counted.", rich_help_panel=COLUMNS
        ),
    ] = None,
    given: Annotated[
        str | None,
        typer.Option(
            metavar="COL",
            help="Another column: how much does it say about the first?",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    prob: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COL",
            help="Instead: column of probabilities; or one a class, by repeating it or by a "
            "pattern such as 'p_*'.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    weight: options.Weight = None,
    normalize: options.Normalize = False,
    scale: options.From = Scale.PROBABILITY,
    units: options.InUnits = Units.NATS,
    *,
    reading: "ReadingOptions",
    style: Style,
) -> Output:
    """How uncertain is it?

    cecli entropy preds.csv --column segment --units bits

    cecli entropy preds.csv --column outcome --given segment

    cecli entropy preds.csv --prob y_prob

    cecli entropy preds.csv --prob 'p_*'
    """
    from cecli.commands.entropy.function import entropy as evaluate

    report = evaluate(
        files,
        column=column,
        given=given,
        prob=prob,
        weight=weight,
        scale=scale,
        normalize=normalize,
        units=units,
        **reading,
    )
    return style.output(report)
