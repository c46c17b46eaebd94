"""`cecli entropy`."""

from typing import Annotated

import typer

from cecli.cli import options
from cecli.cli.options import COLUMNS
from cecli.cli.output import Color, Format, Output
from cecli.report import Units
from cecli.scales import Scale


def entropy(
    file: options.File,
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
    delimiter: options.Delimiter = None,
    chunk_bytes: options.ChunkBytes = None,
    format: options.InFormat = Format.TABLE,
    json: options.Json = False,
    digits: options.Digits = 6,
    color: options.InColor = Color.AUTO,
    quiet: options.Quiet = False,
    debug: options.Debug = False,  # noqa: ARG001
) -> Output:
    """How uncertain is it?

    cecli entropy preds.csv --column segment --units bits

    cecli entropy preds.csv --column outcome --given segment

    cecli entropy preds.csv --prob y_prob

    cecli entropy preds.csv --prob 'p_*'
    """
    from cecli.api.entropy import entropy as evaluate

    style = options.style(format, json, digits, color, quiet)
    report = evaluate(
        file,
        column=column,
        given=given,
        prob=prob,
        weight=weight,
        scale=scale,
        normalize=normalize,
        units=units,
        delimiter=delimiter,
        chunk_bytes=chunk_bytes,
    )
    return style.output(report)
