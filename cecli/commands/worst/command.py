"""`cecli worst`."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cecli.columns.numbers import Scale
from cecli.core.errors import UsageError, visible
from cecli.core.files import check_destination
from cecli.options import columns as predictions
from cecli.options import shared as options
from cecli.options.shared import COLUMNS, MEASURE, OUTPUT
from cecli.report.result import Units
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.options.values import ReadingOptions


def worst(
    files: options.Files,
    rows: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="How many rows: those of the largest loss, whatever they weigh; of equal ones, "
            "the first.",
            rich_help_panel=MEASURE,
        ),
    ] = 20,
    show: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COL",
            help="Another column to show of them; several with commas between, or by repeating it.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    label: predictions.Label = None,
    target: predictions.Target = None,
    prob: predictions.Prob = None,
    log_prob: predictions.LogProb = None,
    weight: options.Weight = None,
    positive: predictions.Positive = None,
    scale: options.From = Scale.PROBABILITY,
    normalize: options.Normalize = False,
    clip: predictions.Clip = None,
    units: options.InUnits = Units.NATS,
    write: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="Write the loss of every row to a file, by one thread, whole or not at all: .csv, "
            "or .tsv, or either with .gz.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    *,
    reading: "ReadingOptions",
    style: Style,
) -> Output:
    """Which rows cost the most?

    cecli worst preds.csv --label y_true --prob y_prob

    cecli worst preds.csv --label y_true --prob y_prob --rows 5 --show segment,outcome

    cecli worst preds.csv --label species --prob 'p_*' --json

    cecli worst preds.csv --label y_true --prob y_prob --write losses.csv
    """
    from cecli.commands.worst.function import worst as evaluate

    if write is not None and style.path is not None:
        _refuse_one_file(write, style.path, files)
    report = evaluate(
        files,
        rows=rows,
        show=show,
        write=write,
        label=label,
        target=target,
        prob=prob,
        log_prob=log_prob,
        scale=scale,
        normalize=normalize,
        weight=weight,
        positive=positive,
        clip=clip,
        units=units,
        tell=style.tell,
        **reading,
    )
    return style.output(report)


def _refuse_one_file(write: str, output: str, files: list[str]) -> None:
    """Raise a UsageError if the report cannot be written once the losses are."""
    check_destination(output, files)
    if os.path.realpath(write) == os.path.realpath(output):
        raise UsageError("--write and --output are one file", visible(write))
