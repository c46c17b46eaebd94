"""`cecli kl`."""

from typing import TYPE_CHECKING, Annotated

import typer

from cecli.columns.numbers import Scale
from cecli.options import shared as options
from cecli.options.shared import COLUMNS, MEASURE
from cecli.report.result import Units
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.options.values import GroupingOptions, ReadingOptions


def kl(
    files: options.Files,
    p: Annotated[
        list[str],
        typer.Option(
            "--p",
            metavar="COL",
            help="Column of p, the truth; or one a class, by repeating it or by a pattern "
            "such as 'p_*'.",
            rich_help_panel=COLUMNS,
        ),
    ],
    q: Annotated[
        list[str],
        typer.Option(
            "--q",
            metavar="COL",
            help="Column of q, the approximation; or one a class.",
            rich_help_panel=COLUMNS,
        ),
    ],
    weight: options.Weight = None,
    over_rows: Annotated[
        bool,
        typer.Option(
            "--over-rows",
            help="Each column is one distribution over the rows, not a pair in each row.",
            rich_help_panel=MEASURE,
        ),
    ] = False,
    normalize: options.Normalize = False,
    scale: options.From = Scale.PROBABILITY,
    threshold: Annotated[
        float | None,
        typer.Option(
            metavar="X",
            help="Report the share of rows whose kl is above X.",
            rich_help_panel=MEASURE,
        ),
    ] = None,
    units: options.InUnits = Units.NATS,
    *,
    grouping: "GroupingOptions",
    reading: "ReadingOptions",
    style: Style,
) -> Output:
    """How far is q from p?

    cecli kl preds.csv --p teacher --q student

    cecli kl preds.csv --p teacher --q student --threshold 0.1 --units bits

    cecli kl preds.csv --p 'p_*' --q 'q_*'

    cecli kl counts.csv --p last_month --q this_month --over-rows --normalize
    """
    from cecli.commands.kl.function import kl as evaluate

    report = evaluate(
        files,
        p=p,
        q=q,
        over_rows=over_rows,
        normalize=normalize,
        scale=scale,
        threshold=threshold,
        weight=weight,
        units=units,
        tell=style.tell,
        **grouping,
        **reading,
    )
    return style.output(report)
