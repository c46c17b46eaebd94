"""`cecli apply`."""

from typing import TYPE_CHECKING, Annotated

import typer

from cecli.columns.numbers import Scale
from cecli.options.shared import COLUMNS, OUTPUT
from cecli.terminal.output import Output, say

if TYPE_CHECKING:
    from cecli.options.values import ReadingOptions


CHANGE = "What becomes of predictions"


def apply(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Delimited text, compressed or not, or Parquet; - is stdin.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Where to write, whole or not at all; .gz, .bz2, .xz and .zst compress.",
            rich_help_panel=OUTPUT,
        ),
    ],
    fit: Annotated[
        str | None,
        typer.Option(metavar="FIT", help="What cecli fit -o wrote.", rich_help_panel=CHANGE),
    ] = None,
    prior_shift: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            help="Predict for a population in which RATE is the share of the positive class.",
            rich_help_panel=CHANGE,
        ),
    ] = None,
    base_rate: Annotated[
        float | None,
        typer.Option(
            metavar="R",
            help="Its share in the data that were learned from; default: that of the fit.",
            rich_help_panel=CHANGE,
        ),
    ] = None,
    prob: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COL",
            help="Column of predictions, or one a class; default: those that were fitted.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Column to add or replace; default: calibrated, or 'calibrated_*'.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    scale: Annotated[
        Scale | None,
        typer.Option(
            "--from",
            help="What predictions are written as, where no fit knows.",
            rich_help_panel=CHANGE,
        ),
    ] = None,
    to: Annotated[
        Scale | None,
        typer.Option(help="What to write them as; default: the same.", rich_help_panel=CHANGE),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No notes on stderr.", rich_help_panel=OUTPUT)
    ] = False,
    # The process around the command looks for it.
    debug: Annotated[  # noqa: ARG001
        bool, typer.Option("--debug", help="Show tracebacks of errors.", rich_help_panel=OUTPUT)
    ] = False,
    *,
    text: "ReadingOptions",
) -> Output:
    """Apply a fit: what do predictions become?

    cecli apply preds.csv --fit fit.json -o out.csv

    cecli apply preds.csv --fit fit.json --column y_prob -o out.csv.gz

    cecli apply preds.csv --fit fit.json --prior-shift 0.01 -o out.csv

    cecli apply preds.csv --prob y_prob --base-rate 0.5 --prior-shift 0.01 -o out.csv
    """
    from cecli.commands.apply.function import apply as write

    def tell(sentence: str) -> None:
        if not quiet:
            say(f"note: {sentence}")

    write(
        [file],
        fit=fit,
        output=output,
        prob=prob,
        column=column,
        scale=scale,
        to=to,
        prior_shift=prior_shift,
        base_rate=base_rate,
        tell=tell,
        **text,
    )
    return Output("")
