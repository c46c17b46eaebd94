"""`cecli compare`: which model is better, on the same rows?

comparing - what the user asks, before the headers are known
plan - columns, preparations and findings, once the headers are known
evidence - the losses of two models on the same rows, and their differences
inference - what the mean difference of some rows says of all rows like them
conclusion - from p-values to a conclusion, and its sentence
findings - the comparisons of a report, from the states
definitions - what the metrics of a comparison are
notices - infinite losses, rows without a partner, and too few clusters
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.core.errors import UsageError
from cecli.options.declare import COLUMNS, MEASURE, Family, Option
from cecli.options.families import (
    Clip,
    From,
    GroupOptions,
    InUnits,
    Label,
    Normalize,
    Positive,
    ReadingOptions,
    Target,
    Weight,
)
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.readers.bytes.locations import STDIN
from cecli.report.result import Units
from cecli.terminal.output import Output, OutputOptions, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.core.table import Table
    from cecli.options.scoring import Scoring
    from cecli.readers.opening import Data
    from cecli.report.report import Report


JOINING = "Two inputs"


class ComparedInputs(Family):
    """What is compared."""

    files: Annotated[
        Sequence[str],
        Option(
            "One input with a column for each model, or two with the same rows, of which the "
            "first has the weights, groups and clusters: delimited text, compressed or not, or "
            "Parquet; patterns, directories, @LIST, addresses; - is stdin.",
            metavar="FILE [FILE]",
            is_argument=True,
        ),
    ]

    def __post_init__(self) -> None:
        if len(self.files) > 2:
            raise UsageError(
                f"{len(self.files)} inputs: one or two can be compared",
                hint="put a pattern in quotes: what it matches is then one input",
            )
        if self.files == (STDIN, STDIN):
            raise UsageError("standard input is named twice")


class CompareOptions(Family):
    """Which models are compared, and how."""

    label: Label = None
    target: Target = ()
    prob: Annotated[
        Sequence[str],
        Option(
            "Column of a model's probabilities, the baseline's first; or a pattern such as 'a_*' "
            "for its columns of several classes. Repeat it.",
            COLUMNS,
            "COL",
        ),
    ] = ()
    weight: Weight = None
    positive: Positive = None
    id: Annotated[
        str | None,
        Option(
            "Column of the key by which rows of two inputs belong together, of any size with "
            "cecli[join]; default: their position.",
            JOINING,
            "COL",
            echoed=True,
        ),
    ] = None
    on_unmatched: Annotated[
        OnUnmatched | None,
        Option("Refuse keys that one input has and the other has not, or count them.", JOINING,
               echoed=True),
    ] = None  # fmt: skip
    margin: Annotated[
        float | None,
        Option(
            "A difference that is no matter: is the model not worse by more, or equivalent?",
            MEASURE,
            "M",
            echoed=True,
        ),
    ] = None
    anytime: Annotated[
        bool,
        Option("Hold however often one looks, as rows come in; needs --clip.", MEASURE,
               echoed=True),
    ] = False  # fmt: skip
    clip: Clip = None
    scale: From = Scale.PROBABILITY
    normalize: Normalize = False
    units: InUnits = Units.NATS


@in_keywords
def compare(
    data: "Data",
    other: "Data | None" = None,
    *,
    asked: CompareOptions,
    groups: GroupOptions,
    reading: ReadingOptions,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Compare two or more models by the difference of their losses in each row.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with paths in its lines,
        or a list of such; a DataFrame; or arrays by column name.
    other : the same rows with the predictions of another model, where not all are columns of data.
    label, target, weight, positive, scale, normalize : as in `score`; weights are those of data.
    prob : the column of each model, or a pattern such as "a_*" for the columns of its classes. The
        first is the baseline, with which each other is compared. For two inputs: the column of
        both, or of either.
    id : the column of both inputs whose values tell which rows belong together; without it they
        are put together by their position, where counts and labels agree.
    on_unmatched : "skip" leaves rows out whose key the other input does not have, and counts them.
    margin : the difference, in units, that is no matter: is the model not worse by more, are both
        equivalent within it?
    anytime : give a confidence sequence, and p-values that hold however often one looks.
    clip : move probabilities into [clip, 1 − clip] first; the report says in how many rows.
    units : of information, nats or bits.
    tell : called with one sentence for each column that was guessed from its name.

    Returns
    -------
    Report
        Its `comparisons` have an entry for each model but the first; `metrics` are those of the
        only entry, or numbered from 2 on. `groups` have the same of their rows, and what they
        contribute to the difference, by which they are sorted.

    Raises
    ------
    UsageError
        If an option makes no sense.
    ColumnError
        If a column is not there, or there twice, or several could be meant.
    InputError
        If the input cannot be read, or rows cannot be put side by side.
    RowError
        If a row cannot be used, with its line, column and value.

    Notes
    -----
    The difference is that of the model minus the baseline: negative where the model loses less.
    Where just one of two losses is infinite the mean difference is, and the verdict follows; where
    both are, in any row, or each in rows of its own, it is undefined. Two infinite losses are equal
    for the shares of rows.

    With `by`, the p-values of all groups and models are adjusted together (Holm 1979). With
    `cluster`, standard errors are cluster-robust with the small-sample factor C/(C − 1) of C
    clusters, and Student's t has C − 1 degrees of freedom: the CR1 variance of a mean.

    Examples
    --------
    >>> data = {"y": [1, 0, 1, 0], "a": [0.9, 0.2, 0.6, 0.4], "b": [0.8, 0.3, 0.5, 0.5]}
    >>> report = compare(data, prob=["a", "b"])
    >>> round(report["difference"], 6), report.comparisons[0].verdict
    (0.153989, <Conclusion.WORSE: 'worse'>)
    """
    from functools import cache

    from cecli.commands.compare.comparing import Comparing
    from cecli.commands.compare.plan import among_columns, between_tables
    from cecli.core.evaluate import evaluate
    from cecli.options.values import engine_of, grouping_of, reading_of, scoring_of
    from cecli.readers.opening import open_table

    scoring = scoring_of(
        asked,
        reading,
        cache(tell),  # what is the same for both inputs is said once
        prob=(),
        clip=None,
        grouping=grouping_of(groups),
    )
    wanted = Comparing(
        scoring,
        asked.prob,
        asked.margin,
        asked.anytime,
        asked.clip,
        asked.id,
        asked.on_unmatched,
    )
    how = reading_of(reading)
    table = open_table(data, how)
    if other is None:
        plan = among_columns(table, wanted)
    else:
        second = open_table(other, how)
        _tell_whose(table, second, scoring)
        table, plan = between_tables(table, second, wanted)
    plan = plan.stating(echo(asked, groups, reading))
    return evaluate(table, plan, engine_of(reading), progress)


def _tell_whose(first: "Table", second: "Table", scoring: "Scoring") -> None:
    """Say of columns that both inputs have whose they are, where that of one is taken."""
    grouping = scoring.grouping
    named = (("weights", scoring.weight), ("clusters", grouping.cluster))
    roles = [*named, *(("groups", name) for name in grouping.names(first.header))]
    for role, name in roles:
        if name in second.header:
            scoring.tell(f"the {role} are those of {first.name}")


def _run(inputs: ComparedInputs, asked: dict[str, Any], style: Style) -> Output:
    """Which model is better, on the same rows?

    cecli compare preds.csv --label y_true --prob model_a --prob model_b

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --margin 0.002

    cecli compare old.csv new.csv --label y_true --prob y_prob

    cecli compare old.csv new.csv --label y_true --prob y_prob --id id --on-unmatched skip

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --by segment

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --cluster user

    cecli compare preds.csv --label y_true --prob model_a --prob model_b --anytime --clip 0.01
    """
    first, second = inputs.files[:1], inputs.files[1:] or None
    return style.output(compare(first, second, **asked))


COMMAND = CommandLine(_run, compare, output=OutputOptions)
