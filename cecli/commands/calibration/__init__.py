"""`cecli calibration`: are these probabilities right, and do they rank?

plan - the findings, and the passes over the rows
open_cells - finer cells where the order of rows still matters
kept - rows that are kept in memory between passes
chance - what isotonic regression wins back of calibrated predictions
line - slope, intercept and calibration in the large
"""

from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.options.declare import MEASURE, Family, Option
from cecli.options.groups import Level
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.options.predictions import (
    Clip,
    Count,
    From,
    InUnits,
    Label,
    Normalize,
    Positive,
    Prob,
    Target,
    Weight,
)
from cecli.options.reading import Inputs, ReadingOptions
from cecli.report.result import LEVEL, Units
from cecli.terminal.output import Output, OutputOptions, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.report import Report

# Rows that do not fit in memory are read more than once.
PASSES = 2
DRAWS = 100


class CalibrationOptions(Family):
    """What `calibration` measures, and in which columns."""

    label: Label = None
    target: Target = ()
    prob: Prob = ()
    weight: Weight = None
    count: Count = None
    positive: Positive = None
    scale: From = Scale.PROBABILITY
    normalize: Normalize = False
    clip: Clip = None
    draws: Annotated[
        int,
        Option(
            "Draw labels from the predictions N times, to see what chance alone miscalibrates; 0 "
            "for not at all.",
            MEASURE,
            "N",
            echoed=True,
            limits={"ge": 0, "le": 100_000},
        ),
    ] = DRAWS
    level: Level = None
    units: InUnits = Units.NATS


@in_keywords
def calibration(
    data: "Data",
    asked: CalibrationOptions,
    reading: ReadingOptions,
    *,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Split the loss into miscalibration, discrimination and uncertainty, exactly, at any size.

    Parameters
    ----------
    data : as `cecli.score` takes it.
    label, target, prob, weight, count, positive, scale, normalize, clip : as `cecli.score` takes
        them, for one column of predictions.
    draws : how often labels are drawn from the predictions, to see how large the miscalibration of
        calibrated predictions is; 0 for not at all.
    level : of the confidence intervals.
    units : of information, nats or bits.
    tell : called with one sentence for each column that was guessed from its name.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option makes no sense, or there are several columns of predictions.
    InputError
        If the input cannot be read.

    Examples
    --------
    >>> report = calibration({"y": [0, 1, 0, 1], "p": [0.2, 0.3, 0.6, 0.8]}, draws=0)
    >>> report["auc"]
    0.75
    >>> loss = report["miscalibration"] - report["discrimination"] + report["uncertainty"]
    >>> round(loss - report["cross_entropy"], 12)
    0.0
    """
    from cecli.commands.calibration.plan import calibrating
    from cecli.commands.score.plan import completed
    from cecli.options.scoring import Grouping
    from cecli.options.values import engine_of, read_as_shown, reading_of, scoring_of
    from cecli.readers.opening import open_table

    level = LEVEL if asked.level is None else asked.level
    scoring = scoring_of(asked, reading, tell, grouping=Grouping(level=level))
    reading = read_as_shown(data, reading, tell)
    table = open_table(data, reading_of(reading, passes=PASSES))
    scoring = completed(table, scoring, "calibration", data, [asked, reading])
    wanted = calibrating(table, scoring, asked.draws)
    wanted = wanted.stating({**echo(asked, reading), **scoring.guessed})
    return wanted.report(table, engine_of(reading), progress)


def _run(inputs: Inputs, asked: dict[str, Any], style: Style) -> Output:
    """Are these probabilities right, and do they rank?

    cecli calibration preds.csv

    cecli calibration preds.csv --label outcome --positive yes

    cecli calibration preds.csv --weight sample_weight --draws 1000

    cecli calibration preds.csv --json | jq .metrics.miscalibration
    """
    return style.output(calibration(inputs.files, **asked))


COMMAND = CommandLine(_run, calibration, output=OutputOptions)
