"""`cecli score`."""

from typing import TYPE_CHECKING, Annotated

import typer

from cecli.columns.numbers import Scale
from cecli.options import columns as predictions
from cecli.options import shared as options
from cecli.options.shared import COLUMNS, MEASURE
from cecli.report.result import Units
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.options.values import GroupingOptions, ReadingOptions


def score(
    files: options.Files,
    label: predictions.Label = None,
    target: predictions.Target = None,
    prob: predictions.Prob = None,
    log_prob: predictions.LogProb = None,
    n_bytes: Annotated[
        str | None,
        typer.Option(
            "--bytes",
            metavar="COL",
            help="Column of how many bytes each token has.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    weight: options.Weight = None,
    positive: predictions.Positive = None,
    scale: options.From = Scale.PROBABILITY,
    normalize: options.Normalize = False,
    base_rate: Annotated[
        float | None,
        typer.Option(
            metavar="R",
            help="Measure skill against predicting R, the base rate of the training data.",
            rich_help_panel=MEASURE,
        ),
    ] = None,
    clip: predictions.Clip = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Show how the numbers follow from each other, step by step.",
            rich_help_panel=MEASURE,
        ),
    ] = False,
    units: options.InUnits = Units.NATS,
    *,
    grouping: "GroupingOptions",
    reading: "ReadingOptions",
    style: Style,
) -> Output:
    """How good are these probabilities?

    cecli score preds.csv

    cecli score preds.csv --label y_true --prob y_prob --weight sample_weight

    cecli score preds.csv --label outcome --positive yes --units bits

    cecli score preds.csv --explain

    cecli score preds.csv --label species --prob 'p_*'

    cecli score preds.csv --bootstrap 1000 --level 0.9

    cecli score preds.csv --json | jq .metrics.cross_entropy
    """
    from cecli.commands.score.function import score as evaluate

    report = evaluate(
        files,
        label=label,
        target=target,
        prob=prob,
        log_prob=log_prob,
        n_bytes=n_bytes,
        scale=scale,
        normalize=normalize,
        weight=weight,
        positive=positive,
        base_rate=base_rate,
        clip=clip,
        explain=explain,
        units=units,
        tell=style.tell,
        **grouping,
        **reading,
    )
    return style.output(report)
