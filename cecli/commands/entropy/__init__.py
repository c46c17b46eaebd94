"""`cecli entropy`: how uncertain are values or predictions?

wanted - the options, before the header is read
plan - the uncertainty of a column's values
predictions - that of predictions, and of the members of an ensemble
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.options.declare import COLUMNS, Family, Option
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
    member: Annotated[
        Sequence[str],
        Option(
            "Column of one member of an ensemble, instead of --column; or a pattern such as 'a_*' "
            "for its columns per class. Repeat it for each member.",
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
    groups: GroupOptions,
    replicates: ReplicateOptions,
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
    member : instead of column, the members of an ensemble: for each its column of probabilities, or
        a pattern such as "a_*" for its columns of all classes.
    weight : the column of weights, finite and not negative, such as importance weights; by default
        every row has weight 1.
    count : instead of weight, the column that says for how many equal rows each row stands.
    scale : scale of prob and member: "probability", "percent", "logit" or "log-probability".
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
    >>> report = entropy({"a": [0.5, 1.0], "b": [0.5, 0.0]}, member=["a", "b"], units="bits")
    >>> report["entropy"], report["conditional_entropy"], report["mutual_information"]
    (1.0, 0.5, 0.5)
    """
    from cecli.commands.entropy.plan import uncertainty
    from cecli.commands.entropy.wanted import EntropyWanted
    from cecli.core.evaluate import evaluate
    from cecli.options.scoring import Stating, Weighting
    from cecli.options.values import bad_rows_of, engine_of, grouping_of, read_as_shown, reading_of
    from cecli.readers.opening import open_table

    wanted = EntropyWanted(
        column=asked.column,
        given=asked.given,
        prob=asked.prob,
        member=asked.member,
        weighting=Weighting(asked.weight, asked.count),
        stating=Stating(asked.scale, asked.normalize),
        units=asked.units,
        grouping=grouping_of(groups, replicates),
        bad_rows=bad_rows_of(reading),
    )
    families = [asked, groups, replicates]
    reading = read_as_shown(data, reading, tell, "entropy", families)
    table = open_table(data, reading_of(reading, numbered=wanted.grouping.by_place))
    plan = uncertainty(table, wanted).stating(echo(*families, reading))
    keep = states.keep("entropy", [*families, reading], table=table)
    return evaluate(table, plan, engine_of(reading), progress, keep)


def _run(inputs: Inputs, asked: dict[str, Any], style: Style) -> Output:
    """How uncertain are values or predictions?

    cecli entropy preds.csv --column segment --units bits

    cecli entropy preds.csv --column outcome --given segment

    cecli entropy preds.csv --prob y_prob

    cecli entropy preds.csv --prob 'p_*'

    cecli entropy preds.csv --member net_1 --member net_2 --member net_3 --by segment
    """
    return style.output(entropy(inputs.files, **asked))


COMMAND = CommandLine(
    _run,
    entropy,
    output=ReportOutputOptions,
    configured=(ReadingOptions, UnitOptions),
    matters="column given prob member by weight normalize units whole json",
)
