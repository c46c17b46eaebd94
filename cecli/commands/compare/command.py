"""`cecli compare`."""

from typing import TYPE_CHECKING, Annotated

import typer

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.numbers import Scale
from cecli.core.errors import UsageError
from cecli.options import columns as predictions
from cecli.options import shared as options
from cecli.options.shared import COLUMNS, MEASURE
from cecli.report.result import Units
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.options.values import GroupingOptions, ReadingOptions


JOINING = "Two inputs"


def compare(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE [FILE]",
            help="One input with a column for each model, or two with the same rows, of which "
            "the first has the weights, groups and clusters: delimited text, compressed or not, or "
            "Parquet; patterns, directories, @LIST, addresses; - is stdin.",
            show_default=False,
        ),
    ],
    label: predictions.Label = None,
    target: predictions.Target = None,
    prob: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COL",
            help="Column of a model's probabilities, the baseline's first; or a pattern such as "
            "'a_*' for its columns of several classes. Repeat it.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    weight: options.Weight = None,
    positive: predictions.Positive = None,
    id: Annotated[
        str | None,
        typer.Option(
            metavar="COL",
            help="Column of the key by which rows of two inputs belong together, of any size with "
            "cecli[join]; default: their position.",
            rich_help_panel=JOINING,
        ),
    ] = None,
    on_unmatched: Annotated[
        OnUnmatched | None,
        typer.Option(
            help="Refuse keys that one input has and the other has not, or count them.",
            rich_help_panel=JOINING,
        ),
    ] = None,
    margin: Annotated[
        float | None,
        typer.Option(
            metavar="M",
            help="A difference that is no matter: is the model not worse by more, or equivalent?",
            rich_help_panel=MEASURE,
        ),
    ] = None,
    anytime: Annotated[
        bool,
        typer.Option(
            "--anytime",
            help="Hold however often one looks, as rows come in; needs --clip.",
            rich_help_panel=MEASURE,
        ),
    ] = False,
    clip: predictions.Clip = None,
    scale: options.From = Scale.PROBABILITY,
    normalize: options.Normalize = False,
    units: options.InUnits = Units.NATS,
    *,
    grouping: "GroupingOptions",
    reading: "ReadingOptions",
    style: Style,
) -> Output:
    """Which model is better, on the same rows?

    cecli compare preds.csv --label y_true --prob model_a --prob model_b

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --margin 0.002

    cecli compare old.csv new.csv --label y_true --prob y_prob

    cecli compare old.csv new.csv --label y_true --prob y_prob --id id --on-unmatched skip

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --by segment

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --cluster user

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --anytime --clip 0.01
    """
    from cecli.commands.compare.function import compare as evaluate
    from cecli.readers.bytes.locations import STDIN

    if len(files) > 2:
        raise UsageError(
            f"{len(files)} inputs: one or two can be compared",
            hint="put a pattern in quotes: what it matches is then one input",
        )
    if files == [STDIN, STDIN]:
        raise UsageError("standard input is named twice")
    report = evaluate(
        files[:1],
        files[1:] or None,
        label=label,
        target=target,
        prob=prob,
        weight=weight,
        positive=positive,
        scale=scale,
        normalize=normalize,
        id=id,
        on_unmatched=on_unmatched,
        margin=margin,
        anytime=anytime,
        clip=clip,
        units=units,
        tell=style.tell,
        **grouping,
        **reading,
    )
    return style.output(report)
