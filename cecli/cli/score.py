"""`cecli score`."""

from typing import Annotated

import typer

from cecli.cli.output import Color, Format, Output, Style
from cecli.report import Units

COLUMNS = "Columns"
MEASURE = "What is measured"
READING = "Reading"
OUTPUT = "Output"


def score(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Delimited text with a header; - is stdin.")
    ],
    label: Annotated[
        str | None,
        typer.Option(metavar="COL", help="Column of observed classes.", rich_help_panel=COLUMNS),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="COL",
            help="Instead of --label: column of soft labels, from 0 to 1.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    prob: Annotated[
        str | None,
        typer.Option(
            metavar="COL",
            help="Column of predicted probabilities of the positive class.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    weight: Annotated[
        str | None,
        typer.Option(metavar="COL", help="Column of weights.", rich_help_panel=COLUMNS),
    ] = None,
    positive: Annotated[
        str | None,
        typer.Option(
            metavar="VALUE",
            help="Label of the positive class, where labels are not 0/1 or false/true.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    base_rate: Annotated[
        float | None,
        typer.Option(
            metavar="R",
            help="Measure skill against predicting R, the base rate of the training data.",
            rich_help_panel=MEASURE,
        ),
    ] = None,
    clip: Annotated[
        float | None,
        typer.Option(
            metavar="EPS",
            help="Move probabilities into EPS … 1-EPS, and report how many.",
            rich_help_panel=MEASURE,
        ),
    ] = None,
    units: Annotated[
        Units, typer.Option(help="Units of information.", rich_help_panel=MEASURE)
    ] = Units.NATS,
    delimiter: Annotated[
        str | None,
        typer.Option(
            metavar="CHAR",
            help="What separates fields; default: a comma, or a tab in .tsv files.",
            rich_help_panel=READING,
        ),
    ] = None,
    chunk_bytes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Bytes read at a time, 4 MiB by default: changes no result.",
            rich_help_panel=READING,
        ),
    ] = None,
    format: Annotated[
        Format, typer.Option(help="How the report is written.", rich_help_panel=OUTPUT)
    ] = Format.TABLE,
    json: Annotated[
        bool, typer.Option("--json", help="Short for --format json.", rich_help_panel=OUTPUT)
    ] = False,
    digits: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=17,
            help="Significant digits in the table; standard errors have 3 at most.",
            rich_help_panel=OUTPUT,
        ),
    ] = 6,
    color: Annotated[
        Color, typer.Option(help="Colour of the table.", rich_help_panel=OUTPUT)
    ] = Color.AUTO,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="No notes on stderr.", rich_help_panel=OUTPUT),
    ] = False,
    debug: Annotated[  # noqa: ARG001 (the process around the command looks for it)
        bool,
        typer.Option("--debug", help="Show tracebacks of errors.", rich_help_panel=OUTPUT),
    ] = False,
) -> Output:
    """How good are these probabilities?

    cecli score preds.csv

    cecli score preds.csv --label y_true --prob y_prob --weight sample_weight

    cecli score preds.csv --label outcome --positive yes --units bits

    cecli score preds.csv --json | jq .metrics.cross_entropy
    """
    from cecli.api.score import score as evaluate

    style = Style(Format.JSON if json else format, digits, color, quiet)
    report = evaluate(
        file,
        label=label,
        target=target,
        prob=prob,
        weight=weight,
        positive=positive,
        base_rate=base_rate,
        clip=clip,
        units=units,
        delimiter=delimiter,
        chunk_bytes=chunk_bytes,
        tell=style.tell,
    )
    return style.output(report)
