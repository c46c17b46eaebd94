"""`cecli kl`: how far is q from p?

plan - distributions in each row, or over the rows
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.options.declare import COLUMNS, MEASURE, Family, Option
from cecli.options.groups import GroupOptions, ReplicateOptions
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.options.predictions import Count, From, InUnits, Normalize, UnitOptions, Weight
from cecli.options.reading import Inputs, ReadingOptions
from cecli.options.states import StateOptions
from cecli.report.result import Units
from cecli.terminal.output import Output, ReportOutputOptions, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.report import Report


class DivergenceOptions(Family):
    """The columns that `kl` compares, and how."""

    p: Annotated[
        Sequence[str],
        Option(
            "Column of p, the truth; or one per class, by repeating the option or by a pattern "
            "such as 'p_*'.",
            COLUMNS,
            "COL",
        ),
    ]
    q: Annotated[
        Sequence[str],
        Option("Column of q, the approximation; or one per class.", COLUMNS, "COL"),
    ]
    weight: Weight = None
    count: Count = None
    over_rows: Annotated[
        bool,
        Option(
            "Treat each column as one distribution over the rows, instead of a pair in each row.",
            MEASURE,
        ),
    ] = False
    normalize: Normalize = False
    scale: From = Scale.PROBABILITY
    threshold: Annotated[
        float | None,
        Option("Report the share of rows with kl above X.", MEASURE, "X", echoed=True),
    ] = None
    units: InUnits = Units.NATS


@in_keywords
def kl(
    data: "Data",
    asked: DivergenceOptions,
    groups: GroupOptions,
    replicates: ReplicateOptions,
    reading: ReadingOptions,
    states: StateOptions,
    *,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Compare distributions: the Kullback-Leibler divergence of q from p, and its relatives.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path per line,
        or a list of these; a DataFrame; or arrays by column name.
    p, q : the columns of the true and of the approximating probability of one class; or the columns
        of all classes, by name or by a pattern such as "p_*", paired by the text that the star
        matches.
    over_rows : treat each column as one distribution over all rows, instead of comparing p and q in
        each row.
    normalize : first divide by the sum: of each row or, with over_rows, of each column.
    scale : scale of the numbers: "probability", "percent", "logit" or "log-probability".
    threshold : report the share of rows whose divergence is above this number, in `units`.
    weight : the column of weights, finite and not negative, such as importance weights; by default
        every row has weight 1.
    count : instead of weight, the column that says for how many equal rows each row stands.
    units : units of information, nats or bits.
    tell : called with one sentence if columns are paired by their order.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option is invalid.
    ColumnError
        If a column is missing, or the columns of p and q cannot be paired.
    InputError
        If the input cannot be read, has no rows, or is not a distribution over the rows.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> report = kl({"p": [0.5, 0.5], "q": [0.5, 0.25]}, p="p", q="q")
    >>> round(report["kl"], 6), report["kl_max"] == 2 * report["kl"]
    (0.071921, True)
    """
    from cecli.commands.kl.plan import Divergence, divergence
    from cecli.commands.kl.plan import over_rows as columns_over_rows
    from cecli.core.evaluate import evaluate
    from cecli.options.scoring import Stating, Weighting
    from cecli.options.values import bad_rows_of, engine_of, grouping_of, read_as_shown, reading_of
    from cecli.readers.opening import open_table

    wanted = Divergence(
        p=asked.p,
        q=asked.q,
        weighting=Weighting(asked.weight, asked.count),
        stating=Stating(asked.scale, asked.normalize),
        threshold=asked.threshold,
        units=asked.units,
        grouping=grouping_of(groups, replicates),
        bad_rows=bad_rows_of(reading),
        tell=tell,
    )
    ask = columns_over_rows if asked.over_rows else divergence
    passes = 2 if asked.over_rows and asked.normalize else 1
    reading = read_as_shown(data, reading, tell, "kl", [asked, groups, replicates])
    table = open_table(data, reading_of(reading, passes, numbered=wanted.grouping.by_place))
    plan = ask(table, wanted).stating(echo(asked, groups, replicates, reading))
    keep = states.keep("kl", [asked, groups, replicates, reading], table=table)
    return evaluate(table, plan, engine_of(reading), progress, keep)


def _run(inputs: Inputs, asked: dict[str, Any], style: Style) -> Output:
    """How far is q from p?

    cecli kl preds.csv --p teacher --q student

    cecli kl preds.csv --p teacher --q student --threshold 0.1 --units bits

    cecli kl preds.csv --p 'p_*' --q 'q_*'

    cecli kl counts.csv --p last_month --q this_month --over-rows --normalize
    """
    return style.output(kl(inputs.files, **asked))


COMMAND = CommandLine(
    _run,
    kl,
    output=ReportOutputOptions,
    configured=(ReadingOptions, UnitOptions),
    matters="p q over_rows normalize threshold weight by units whole json",
)
