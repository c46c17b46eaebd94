"""`cecli calibration`: are these probabilities right, and do they rank?

shaped - files without a plain label and predictions
plan - the findings, pass by pass
open_cells - finer cells where the order of rows still matters
store - arrays that are kept between passes, in memory or in a temporary file
kept - rows that are kept so
passes - further passes over them, or what is known without
one_pass - what one pass tells, once the rows are gone
clusters - rows that depend on each other: a further pass
chance - what isotonic regression wins back of calibrated predictions
reliability - bins and thresholds as requested
notices - what is said of a report, and which groups are refused
versus - further models beside the first, in columns of their own
in_rows - several models in rows of their own
joined - a score and a calibration of the same rows as one report
line - slope, intercept and calibration in the large
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.core.errors import RowError
from cecli.options.declare import COLUMNS, MEASURE, Family, Option
from cecli.options.groups import GroupOptions
from cecli.options.joining import LabelOptions
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.options.predictions import (
    Clip,
    Count,
    From,
    InUnits,
    Label,
    LogProb,
    Normalize,
    Positive,
    Prob,
    Target,
    Weight,
)
from cecli.options.reading import Inputs, ReadingOptions
from cecli.options.shapes import ModelOptions, ShapeOptions
from cecli.options.states import StateOptions
from cecli.report.reliability import Strategy
from cecli.report.result import Units
from cecli.terminal.output import Output, PlottedOutputOptions, Style

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from cecli.commands.calibration.plan import Calibrating
    from cecli.core.fold import Progress
    from cecli.core.table import Table
    from cecli.options.scoring import Scoring
    from cecli.readers.opening import Data
    from cecli.report.report import Report

# Rows that do not fit in memory are read more than once.
PASSES = 2
DRAWS = 100
RELIABILITY = "Bins and thresholds"


class CalibrationOptions(Family):
    """What `calibration` measures, and in which columns."""

    label: Label = None
    target: Target = ()
    prob: Prob = ()
    log_prob: LogProb = None
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
    units: InUnits = Units.NATS


class ReliabilityOptions(Family):
    """The bins of the reliability table, and thresholds."""

    bins: Annotated[
        int | None,
        Option("Number of bins of the reliability table; default: 10.", RELIABILITY, "N",
               usual=10, echoed=True, limits={"ge": 1, "le": 1000}),
    ] = None  # fmt: skip
    strategy: Annotated[
        Strategy | None,
        Option("Bins of equal width, or of about equal weight, or between --edges.", RELIABILITY,
               usual=Strategy.UNIFORM, echoed=True),
    ] = None  # fmt: skip
    edges: Annotated[
        Sequence[str],
        Option("Edges of the bins; a bin holds predictions above one and up to the next.",
               RELIABILITY, "E[,E]", echoed=True, python="Sequence[float] | str | None"),
    ] = ()  # fmt: skip
    debiased: Annotated[
        bool,
        Option("Report the error in bins without what chance adds to it, too.", RELIABILITY,
               echoed=True),
    ] = False  # fmt: skip
    threshold: Annotated[
        Sequence[str],
        Option("Report what follows if predictions from T on count as positive.", RELIABILITY,
               "T[,T]", echoed=True, python="float | Sequence[float] | str | None"),
    ] = ()  # fmt: skip
    versus: Annotated[
        Sequence[str],
        Option("Column of another model's predictions: its results beside those of --prob, and "
               "the difference of both AUCs, of one event; may be repeated. It excludes groups, "
               "thresholds and models in rows.", COLUMNS, "COL", echoed=True),
    ] = ()  # fmt: skip


@in_keywords
def calibration(
    data: "Data | ArrayLike",
    predictions: "ArrayLike | None" = None,
    *,
    asked: CalibrationOptions,
    shapes: ShapeOptions,
    models: ModelOptions,
    reliability: ReliabilityOptions,
    groups: GroupOptions,
    joins: LabelOptions,
    reading: ReadingOptions,
    states: StateOptions,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Split the loss into miscalibration, discrimination and uncertainty, exactly, at any size.

    Parameters
    ----------
    data : as `cecli.score` takes it.
    predictions : as `cecli.score` takes them: the predicted probabilities, if data are labels.
    label, target, prob, weight, count, positive, scale, normalize, clip : as `cecli.score` takes
        them.
    log_prob : refused: what happened alone does not tell whether predictions are calibrated.
    event, predicted, classes, pairs, multilabel, within : shapes of files, as `cecli.score` takes
        them; the candidates of a group are rows, and the group is a cluster.
    model : the column of models, if each has rows of its own: `models` has the results of each.
    draws : how often labels are drawn from the predictions, to see how large the miscalibration of
        calibrated predictions is; 0 for not at all.
    level : of the confidence intervals.
    units : of information, nats or bits.
    bins, strategy, edges : of the reliability table, and of `ece` and `mce`: a number of bins of
        equal width, or of about equal weight ("quantile"), or their edges.
    debiased : whether to report `rmsce` and `rmsce_debiased`, too.
    threshold : one or several; report what follows if predictions from there on count as positive.
    versus : columns of other models: `models` has their results, and `comparisons` the difference
        of the AUC of each from that of the first.
    by : columns whose values form groups: for each, `ecce` and its p-value, adjusted over the
        groups.
    cluster : the column of clusters of rows that may depend on each other: intervals and p-values
        are over clusters, and what holds for independent rows alone is undefined.
    labels, id, by_position, on_unmatched : labels in another input, as `cecli.score` takes them.
    tell : called with one sentence for each column that was guessed from its name.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option makes no sense.
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
    from functools import partial

    from cecli.commands.calibration import one_pass
    from cecli.commands.calibration.plan import calibrating
    from cecli.commands.calibration.reliability import Reliable, binning_of, thresholds_of
    from cecli.commands.calibration.shaped import NO_LOG_PROB, shaped_rows
    from cecli.commands.calibration.versus import versus_of
    from cecli.commands.score.plan import advising, completed
    from cecli.core.evaluate import memory_of
    from cecli.engines import ready
    from cecli.options.values import (
        engine_of,
        grouping_of,
        read_as_shown,
        reading_of,
        scoring_of,
        with_labels,
    )
    from cecli.readers.opening import open_table

    if asked.log_prob is not None:
        raise NO_LOG_PROB
    if predictions is not None:
        from cecli.commands.score.two_arrays import as_table

        named = {"model": models.model, "by": groups.by, "cluster": groups.cluster}
        data, asked = as_table(data, predictions, shapes.names_of_classes, asked, named)
        shapes = shapes.without_classes
    scoring = scoring_of(asked, reading, tell, grouping=grouping_of(groups))
    reliable = Reliable(
        binning_of(reliability.strategy, reliability.bins, reliability.edges),
        thresholds_of(reliability.threshold),
        reliability.debiased,
    )
    others = [asked, shapes, models, reliability, groups, joins]
    reading = read_as_shown(data, reading, tell, "calibration", others)
    families = [*others, reading]
    engine, how = engine_of(reading), reading_of(reading, passes=PASSES)
    read = with_labels(open_table(data, how), joins, how, "calibration", data, families, tell)
    if models.model is not None:
        from cecli.commands.calibration.in_rows import in_rows, refuse_together

        refuse_together(reliability.versus, reliable.thresholds)
        scoring = replace(scoring, elsewhere=[*scoring.elsewhere, models.model])
    table, plain = shaped_rows(read, shapes, scoring, reading)
    scoring = completed(table, plain, "calibration", data, families)
    stated = {**echo(*families), **scoring.guessed}

    def wanted(rows: "Table", of_rows: "Scoring") -> "Calibrating":
        return calibrating(rows, of_rows, asked.draws, reliable).stating(stated)

    if states.are_kept:
        dependent, other = scoring.grouping.is_dependent, reliability.versus
        one_pass.refuse_dependent(dependent=dependent, versus=other, model=models.model)
    try:
        with ready(engine):
            if models.model is not None:
                return in_rows(table, models.model, scoring, wanted, engine, progress)
            versus = versus_of(reliability.versus, table, scoring, asked.draws, reliable)
            beside = None if versus is None else versus.parts
            found = wanted(table, scoring)
            if memory_of(table) is not None:
                return one_pass.report_of_memory(found, table, engine)
            before = {"read": read, "table": table, "named": plain, "completed": scoring}
            make = partial(one_pass.report_of_states, found, engine)
            keep = states.keep("calibration", families, make=make, **before)
            return found.report(table, engine, progress, beside, keep, alone=states.alone)
    except RowError as error:
        raise advising(error, table, scoring, "calibration", data, families) from None


def _run(inputs: Inputs, asked: dict[str, Any], style: Style) -> Output:
    """Are these probabilities right, and do they rank?

    cecli calibration preds.csv

    cecli calibration preds.csv --label outcome --positive yes

    cecli calibration preds.csv --bins 20 --strategy quantile --threshold 0.5

    cecli calibration preds.csv --label y_true --prob model_a --versus model_b

    cecli calibration preds.csv --cluster user --weight sample_weight

    cecli calibration probs.csv --labels truth.csv --id id

    cecli calibration top.csv --label species --predicted class --prob confidence

    cecli calibration preds.csv --json | jq .metrics.miscalibration

    cecli calibration preds.csv -o curves.svg --plot reliability,roc

    cecli calibration month/*.state
    """
    return style.output(calibration(inputs.files, **asked))


COMMAND = CommandLine(
    _run,
    calibration,
    output=PlottedOutputOptions,
    takes_states=True,
    matters="label prob positive weight bins threshold versus by whole json",
)
