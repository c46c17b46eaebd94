"""`cecli slices`: where are these probabilities worse, in groups that nobody named?

definitions - the metrics of slices
features - what columns become: categories, and ranges of numbers
sums - the sums of slices, and the contrast of one part of the rows with another
found - which are worse, by how much for sure, and which add nothing
search - all groups of some columns and of their crossings, tested together
plan - a pass that finds values and ranges, and one that sums their groups
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.roles import Tell
from cecli.options.declare import COLUMNS, MEASURE, Family, Option
from cecli.options.joining import LabelOptions
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.options.predictions import (
    Clip,
    Count,
    FromAny,
    InUnits,
    Label,
    Normalize,
    Positive,
    Prob,
    Target,
    Weight,
)
from cecli.options.reading import Inputs, ReadingOptions
from cecli.report.result import Units
from cecli.terminal.output import Output, ReportOutputOptions, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.report import Report

PASSES = 2


class SlicesOptions(Family):
    """The predictions, and the columns whose groups are searched."""

    columns: Annotated[
        Sequence[str],
        Option(
            "Columns whose values and ranges form groups, separated by commas or by repeating the "
            "option.",
            COLUMNS,
            "COL",
        ),
    ] = ()
    depth: Annotated[
        int,
        Option(
            "Cross up to so many columns.", MEASURE, "N", echoed=True, limits={"ge": 1, "le": 3}
        ),
    ] = 2
    bins: Annotated[
        int,
        Option("Cut numbers into so many ranges of about as many rows.", MEASURE, "N", echoed=True,
               limits={"ge": 2, "le": 100}),
    ] = 5  # fmt: skip
    min_rows: Annotated[
        int | None,
        Option(
            "Search groups of so many rows or more; default: the root of the number of rows, and "
            "30 at least.",
            MEASURE,
            "N",
            echoed=True,
            limits={"ge": 2},
        ),
    ] = None
    level: Annotated[
        float,
        Option(
            "No group is found falsely with this confidence.", MEASURE, "L",
            limits={"gt": 0.0, "lt": 1.0}, echoed=True,
        ),
    ] = 0.95  # fmt: skip
    label: Label = None
    target: Target = ()
    prob: Prob = ()
    weight: Weight = None
    count: Count = None
    positive: Positive = None
    scale: FromAny = None
    normalize: Normalize = False
    clip: Clip = None
    units: InUnits = Units.NATS


@in_keywords
def slices(
    data: "Data",
    asked: SlicesOptions,
    joins: LabelOptions,
    reading: ReadingOptions,
    *,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Search groups of rows for those whose loss or calibration is worse than that of the rest.

    Groups are the values of columns, ranges of their numbers, and crossings of these. Rows are
    read twice. All groups that are large enough are tested, and p-values are adjusted for all of
    these tests (Holm).

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path per line,
        or a list of these; a DataFrame; or arrays by column name.
    columns : the columns to search.
    depth : the number of columns that are crossed at most, 1 to 3.
    bins : the number of ranges that numbers are cut into.
    min_rows : the smallest group, and the smallest rest; by default the square root of the number
        of rows, and 30 at least.
    level : the confidence with which no group at all is found falsely.
    label : the column of observed classes: 0 and 1, or false and true in any case; for several
        classes, their names.
    target : instead of label, the column of soft labels in [0, 1], or one column per class.
    prob : the column of predicted probabilities of the positive class; or the columns of all
        classes, by name or by a pattern such as "p_*", in which the star stands for the class.
    weight : the column of weights, finite and not negative, such as importance weights; by default
        every row has weight 1.
    count : instead of weight, the column that says for how many equal rows each row stands.
    positive : the label of the positive class, if labels are not 0 and 1 or false and true.
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
        Its `groups` are those that are worse; `groups_to_frame()` returns them as a DataFrame.

    Raises
    ------
    UsageError
        If an option is invalid, or the columns have too many groups.
    ColumnError
        If a column is missing, occurs twice, or cannot be guessed because several match.
    InputError
        If the input cannot be read, has no rows, or has infinite losses.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> predictions = [0.5, 0.5] * 60 + [0.1, 0.9] * 40
    >>> rows = {"y": [1, 0] * 100, "p": predictions, "g": ["a"] * 120 + ["b"] * 80}
    >>> [group.key["slice"] for group in slices(rows, columns="g").groups]
    ['g = b']
    """
    from cecli.commands.score.plan import completed
    from cecli.commands.slices.plan import SlicesWanted, slices_plan
    from cecli.core.evaluate import evaluate
    from cecli.guessing.proposal import Asking
    from cecli.options.values import (
        engine_of,
        read_as_shown,
        reading_of,
        scoring_of,
        with_labels,
    )
    from cecli.readers.opening import open_table

    scoring = scoring_of(asked, reading, tell)
    wanted = SlicesWanted(asked.columns, asked.depth, asked.bins, asked.min_rows, asked.level)
    engine = engine_of(reading)
    reading = read_as_shown(data, reading, tell, "slices", [asked, joins])
    how = reading_of(reading, PASSES)
    families = [asked, joins, reading]
    table = with_labels(open_table(data, how), joins, how, "slices", data, families, tell)
    scoring = completed(table, scoring, "slices", data, families)
    asking = Asking("slices", data, families)
    plan = slices_plan(table, scoring, wanted, asking, engine, progress)
    plan = plan.stating({**echo(*families), **scoring.guessed})
    return evaluate(table, plan, engine, progress)


def _run(inputs: Inputs, asked: dict[str, Any], style: Style) -> Output:
    """Which groups, that nobody named, fare worse?

    cecli slices preds.csv --label y_true --prob y_prob --columns segment,user

    cecli slices preds.csv --label y_true --prob y_prob --columns segment,user --depth 1 --bins 10

    cecli slices preds.csv --label y_true --prob y_prob --columns segment --json
    """
    return style.output(slices(inputs.files, **asked))


COMMAND = CommandLine(
    _run,
    slices,
    output=ReportOutputOptions,
    configured=(SlicesOptions, LabelOptions, ReadingOptions),
    matters="label prob positive columns depth bins min_rows level weight json",
)
