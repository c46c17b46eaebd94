"""`cecli worst`: which rows cost the most?

plan - the columns that are read, and those that are shown
largest_rows - the rows with the largest values of a score
rows - the fields of a row in the report
lines - every row and its loss, written as delimited text
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.roles import Tell
from cecli.core.errors import UsageError, visible
from cecli.core.files import check_destination
from cecli.options.declare import COLUMNS, MEASURE, OUTPUT, Family, Option
from cecli.options.joining import LabelOptions
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.options.predictions import (
    Clip,
    Count,
    FromAny,
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
from cecli.options.shapes import ShapeOptions, of_log
from cecli.report.result import Units
from cecli.terminal.output import Output, ReportOutputOptions, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.report import Report


class WorstOptions(Family):
    """The predictions, the number of rows to show, and their further columns."""

    rows: Annotated[
        int,
        Option(
            "Number of rows to show: those with the largest loss before weighting; ties go to the "
            "earlier row.",
            MEASURE,
            "N",
            min=1,
            configurable=False,
        ),
    ] = 20
    show: Annotated[
        Sequence[str],
        Option(
            "Further columns to show, separated by commas or by repeating the option.",
            COLUMNS,
            "COL",
            configurable=False,
        ),
    ] = ()
    label: Label = None
    target: Target = ()
    prob: Prob = ()
    log_prob: LogProb = None
    weight: Weight = None
    count: Count = None
    positive: Positive = None
    scale: FromAny = None
    normalize: Normalize = False
    clip: Clip = None
    units: InUnits = Units.NATS
    write: Annotated[
        str | os.PathLike[str] | None,
        Option(
            "Write the loss of every row to a file, whole or not at all: .csv or .tsv, or either "
            "with .gz. Cells stay as they are in the input. Uses one thread.",
            OUTPUT,
            "PATH",
            configurable=False,
        ),
    ] = None

    def echo(self) -> dict[str, float | str | bool]:
        """Return the options that a report states, which always include the number of rows."""
        return super().echo() | {"rows": self.rows}


@in_keywords
def worst(
    data: "Data",
    asked: WorstOptions,
    shapes: ShapeOptions,
    joins: LabelOptions,
    reading: ReadingOptions,
    *,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Find the rows of the largest loss, in one pass, in memory for these rows only.

    Rows are ranked by their unweighted loss. Infinite losses come first; equal losses keep the
    order of the input.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path per line,
        or a list of these; a DataFrame; or arrays by column name.
    rows : the number of rows, at least one.
    show : names of further columns to show.
    write : a file for the loss of every used row, in input order: delimited text, with tabs if the
        name ends in .tsv, compressed if it ends in .gz. The input is then read by one thread.
    label : the column of observed classes: 0 and 1, or false and true in any case; for several
        classes, their names.
    target : instead of label, the column of soft labels in [0, 1], or one column per class.
    prob : the column of predicted probabilities of the positive class; or the columns of all
        classes, by name or by a pattern such as "p_*", in which the star stands for the class.
    weight : the column of weights, finite and not negative, such as importance weights; by default
        every row has weight 1.
    count : instead of weight, the column that says for how many equal rows each row stands.
    positive : the label of the positive class, if labels are not 0 and 1 or false and true.
    log_prob : instead of label, target and prob, the column of a language model's log-probability
        of each token of a text, as natural logarithms.
    scale : scale of the predictions: "probability", "percent", "logit" or "log-probability".
    normalize : divide the probabilities of several classes by their sum in each row.
    clip : first move probabilities into [clip, 1 − clip]; the report states how many were moved.
    units : units of information, nats or bits.
    labels : the input with the labels, if they are not in data, and perhaps with weights, groups or
        clusters; rows are matched by `id`, or by their order with `by_position`.
    id : the columns of a key that both inputs have, and that identifies their rows.
    by_position : match the rows of both inputs by their order.
    on_unmatched : "skip" leaves out and counts rows whose key the other input does not have.
    tell : called with one sentence for each column that is guessed from its name.

    Returns
    -------
    Report
        Its `rows` are the rows found; `rows_to_frame()` returns them as a DataFrame.

    Raises
    ------
    UsageError
        If an option is invalid.
    ColumnError
        If a column is missing, occurs twice, or cannot be guessed because several match.
    InputError
        If the input cannot be read, has no rows, or has no column that matches a required role; or
        if the losses cannot be written.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> found = worst({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6], "id": ["a", "b", "c"]}, show="id")
    >>> [(row.line, row.shown["id"], round(row.loss, 3)) for row in found.rows]
    [(3, 'c', 0.511), (2, 'b', 0.223), (1, 'a', 0.105)]
    """
    from cecli.commands.score.plan import completed
    from cecli.commands.score.tokens import tokens_of
    from cecli.commands.worst.lines import written
    from cecli.commands.worst.plan import Wanted
    from cecli.commands.worst.plan import worst as plan_of
    from cecli.core.evaluate import evaluate
    from cecli.engines import Elsewhere, serial
    from cecli.options.values import (
        engine_of,
        read_as_shown,
        reading_of,
        scoring_of,
        shapes_of,
        with_labels,
    )
    from cecli.readers.opening import open_table
    from cecli.readers.views import InOrder
    from cecli.shapes import shaped

    asked, shapes = of_log(reading, (asked, shapes), tell)
    scoring = scoring_of(asked, reading, tell)
    of_tokens = tokens_of(asked.log_prob, None, None, scoring)
    wanted = Wanted(asked.rows, asked.show)
    engine = engine_of(reading)
    if asked.write is not None and isinstance(engine, Elsewhere):
        raise UsageError(
            "--write and --engine dask exclude each other: this process writes every row, and so "
            "has to read it",
            hint="leave out --engine",
        )
    reading = read_as_shown(data, reading, tell, "worst", [asked, shapes, joins])
    how = reading_of(reading)
    families = [asked, shapes, joins, reading]
    table = with_labels(open_table(data, how), joins, how, "worst", data, families, tell)
    table, scoring = shaped(table, shapes_of(shapes, reading), scoring)
    if of_tokens is None:
        scoring = completed(table, scoring, "worst", data, families)
    plan, fields = plan_of(table, scoring, of_tokens, wanted)
    plan = plan.stating({**echo(*families), **scoring.guessed})
    if asked.write is None:
        return evaluate(table, plan, engine, progress)
    path = os.fspath(asked.write)
    check_destination(path, table.names, "--write")
    with written(path, fields, scoring.units) as lines:
        writing = replace(plan, prepare=[*plan.prepare, lines])
        return evaluate(InOrder(table), writing, serial, progress)


def _run(inputs: Inputs, asked: dict[str, Any], style: Style) -> Output:
    """Which rows cost the most?

    cecli worst preds.csv --label y_true --prob y_prob

    cecli worst preds.csv --label y_true --prob y_prob --rows 5 --show segment,outcome

    cecli worst preds.csv --label species --prob 'p_*' --json

    cecli worst preds.csv --label y_true --prob y_prob --write losses.csv
    """
    if "write" in asked and style.path is not None:
        _refuse_one_file(asked["write"], style.path, inputs.files)
    return style.output(worst(inputs.files, **asked))


def _refuse_one_file(write: str, output: str, files: Sequence[str]) -> None:
    """Raise a UsageError if the report would overwrite the losses or an input."""
    check_destination(output, files)
    if os.path.realpath(write) == os.path.realpath(output):
        raise UsageError("--write and --output name the same file", visible(write))


COMMAND = CommandLine(
    _run,
    worst,
    output=ReportOutputOptions,
    configured=(WorstOptions, ShapeOptions, LabelOptions, ReadingOptions),
    matters="label prob positive rows show write weight json",
)
