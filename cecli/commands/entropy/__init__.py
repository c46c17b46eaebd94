"""`cecli entropy`: how uncertain are values or predictions?

plan - the uncertainty of a column's values, or of predictions
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.options.declare import COLUMNS, Family, Option
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


class EntropyOptions(Family):
    """The columns whose uncertainty is measured."""

    column: Annotated[
        str | None, Option("Column of values to count.", COLUMNS, "COL")
    ] = None  # fmt: skip
    given: Annotated[
        str | None,
        Option("Column to condition on: how much does it tell about the first?", COLUMNS, "COL"),
    ] = None
    prob: Annotated[
        Sequence[str],
        Option(
            "Column of probabilities, instead of --column; or one per class, by repeating the "
            "option or by a pattern such as 'p_*'.",
            COLUMNS,
            "COL",
        ),
    ] = ()
    weight: Weight = None
    count: Count = None
    normalize: Normalize = False
    scale: From = Scale.PROBABILITY
    units: InUnits = Units.NATS


@in_keywords
def entropy(
    data: "Data",
    asked: EntropyOptions,
    reading: ReadingOptions,
    states: StateOptions,
    *,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Measure the uncertainty of a column of values, or of predicted probabilities.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path per line,
        or a list of these; a DataFrame; or arrays by column name.
    column : the column of values to count.
    given : a second column: measure how much information it gives about the first.
    prob : instead of column, the column of probabilities of one of two outcomes; or the columns of
        all classes, by name or by a pattern such as "p_*".
    weight : the column of weights, finite and not negative, such as importance weights; by default
        every row has weight 1.
    count : instead of weight, the column that says for how many equal rows each row stands.
    scale : scale of prob: "probability", "percent", "logit" or "log-probability".
    normalize : divide the probabilities of several classes by their sum in each row.
    units : units of information, nats or bits.
    tell : called with one sentence for each option that the first lines of a text show.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option is invalid.
    ColumnError
        If a column is missing, or occurs twice.
    InputError
        If the input cannot be read, has no rows, or has more than a million distinct values.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> report = entropy({"x": ["a", "b", "a", "b"]}, column="x", units="bits")
    >>> report["entropy"]
    1.0
    """
    from cecli.commands.entropy.plan import EntropyWanted, uncertainty
    from cecli.core.evaluate import evaluate
    from cecli.options.scoring import Stating, Weighting
    from cecli.options.values import bad_rows_of, engine_of, read_as_shown, reading_of
    from cecli.readers.opening import open_table

    wanted = EntropyWanted(
        column=asked.column,
        given=asked.given,
        prob=asked.prob,
        weighting=Weighting(asked.weight, asked.count),
        stating=Stating(asked.scale, asked.normalize),
        units=asked.units,
        bad_rows=bad_rows_of(reading),
    )
    reading = read_as_shown(data, reading, tell, "entropy", [asked])
    table = open_table(data, reading_of(reading))
    plan = uncertainty(table, wanted).stating(echo(asked, reading))
    keep = states.keep("entropy", [asked, reading], table=table)
    return evaluate(table, plan, engine_of(reading), progress, keep)


def _run(inputs: Inputs, asked: dict[str, Any], style: Style) -> Output:
    """How uncertain are values or predictions?

    cecli entropy preds.csv --column segment --units bits

    cecli entropy preds.csv --column outcome --given segment

    cecli entropy preds.csv --prob y_prob

    cecli entropy preds.csv --prob 'p_*'
    """
    return style.output(entropy(inputs.files, **asked))


COMMAND = CommandLine(
    _run,
    entropy,
    output=ReportOutputOptions,
    configured=(ReadingOptions, UnitOptions),
    matters="column given prob weight normalize units whole json",
)
