"""`cecli kl`: how far is q from p?

wanted - the options, before headers are read
sides - p and q in two inputs
plan - distributions in each row
over_rows - one distribution over the rows
categories - two columns of categories, counted
two_arrays - p and q as arrays without names
beside - arrays beside distributions: observed tokens, and what groups rows
vocabularies - distributions over a vocabulary in the inputs
ordered - all values of a score in order
llama - the statistics that llama.cpp prints
tokens - two language models' distributions of the same tokens
top_lists - the likeliest tokens of two language models, in their logs
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.core.errors import UsageError
from cecli.core.files import refuse_stdin_twice
from cecli.options.declare import COLUMNS, MEASURE, Family, Option
from cecli.options.groups import GroupOptions, ReplicateOptions
from cecli.options.joining import MatchOptions, tell_whose
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.options.predictions import (
    Count,
    From,
    InUnits,
    Normalize,
    Tokens,
    UnitOptions,
    Weight,
)
from cecli.options.reading import DATA, ReadingOptions
from cecli.options.shapes import of_log
from cecli.options.states import StateOptions
from cecli.report.result import Units
from cecli.terminal.output import Output, ReportOutputOptions, Style

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from cecli.core.fold import Progress
    from cecli.core.plan import Plan
    from cecli.core.table import Table
    from cecli.readers.opening import Data
    from cecli.report.report import Report


class DivergingInputs(Family):
    """The inputs of p and q."""

    files: Annotated[
        Sequence[str],
        Option(
            "One input with the columns of p and q, or that of p and that of q; weights, groups "
            f"and clusters are those of the first. {DATA}; - is stdin.",
            metavar="FILE [FILE]",
            is_argument=True,
        ),
    ]

    def __post_init__(self) -> None:
        if len(self.files) > 2:
            raise UsageError(
                f"{len(self.files)} inputs: kl takes one, or that of p and that of q",
                hint="put a pattern in quotes, so that all files it matches are one input",
            )
        refuse_stdin_twice(self.files)


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
    ] = ()
    q: Annotated[
        Sequence[str],
        Option(
            "Column of q, the approximation; or one per class. Of two inputs, the same as of p.",
            COLUMNS,
            "COL",
        ),
    ] = ()
    weight: Weight = None
    count: Count = None
    over_rows: Annotated[
        bool,
        Option(
            "Treat each column as one distribution over the rows, instead of a pair in each row.",
            MEASURE,
        ),
    ] = False
    categories: Annotated[
        bool,
        Option("The columns have categories: count their values, and compare their shares.",
               MEASURE),
    ] = False  # fmt: skip
    normalize: Normalize = False
    scale: From = Scale.PROBABILITY
    tokens: Tokens = None
    threshold: Annotated[
        float | None,
        Option("Report the share of rows with kl above X.", MEASURE, "X", echoed=True),
    ] = None
    units: InUnits = Units.NATS


@in_keywords
def kl(
    data: "Data | ArrayLike",
    other: "Data | ArrayLike | None" = None,
    *,
    asked: DivergenceOptions,
    groups: GroupOptions,
    replicates: ReplicateOptions,
    matching: MatchOptions,
    reading: ReadingOptions,
    states: StateOptions,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Compare distributions: the Kullback-Leibler divergence of q from p, and its relatives.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path per line,
        or a list of these; a DataFrame; or arrays by column name.
    other : the input of q, if it is not in data: another such table with the same rows. Or both are
        arrays, data of p and other of q: one number a row, or a row of K numbers.
    p, q : the columns of the true and of the approximating probability of one class; or the columns
        of all classes, by name or by a pattern such as "p_*", paired by the text that the star
        matches. Of two inputs, one stands for both, and without either they are the columns that
        both inputs have.
    id : the columns of a key that matches the rows of two inputs; without it rows are matched by
        position, and both inputs must have the same number of rows.
    by_position : match the rows of two inputs by their order, as is done without a key.
    on_unmatched : "skip" leaves out and counts rows whose key the other input does not have.
    over_rows : treat each column as one distribution over all rows, instead of comparing p and q in
        each row.
    categories : the columns p and q have categories: count the values of each, and compare the
        shares.
    normalize : first divide by the sum: of each row or, with over_rows, of each column.
    scale : scale of the numbers: "probability", "percent", "logit" or "log-probability".
    threshold : report the share of rows whose divergence is above this number, in `units`.
    weight : the column of weights, finite and not negative, such as importance weights; by default
        every row has weight 1.
    count : instead of weight, the column that says for how many equal rows each row stands.
    units : units of information, nats or bits.
    tell : called with one sentence if columns are paired by their order, or were not named.

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
        If the input cannot be read, has no rows, or is not a distribution over the rows; or if rows
        of two inputs cannot be matched.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> report = kl({"p": [0.5, 0.5], "q": [0.5, 0.25]}, p="p", q="q")
    >>> round(report["kl"], 6), report["kl_max"] == 2 * report["kl"]
    (0.071921, True)
    >>> kl([0.5, 0.5], [0.5, 0.25])["kl"] == report["kl"]
    True
    """
    from cecli.commands.kl.wanted import Divergence
    from cecli.core.evaluate import evaluate
    from cecli.options.scoring import Stating, Weighting
    from cecli.options.values import bad_rows_of, engine_of, grouping_of, read_as_shown, reading_of
    from cecli.readers.opening import open_table
    from cecli.readers.tensors import may_have_arrays

    if other is not None or may_have_arrays(data):
        from cecli.commands.kl.vocabularies import VocabularyInputs

        given = (asked.p, asked.q, asked.scale, asked.tokens, groups.by, groups.cluster)
        inputs_of = VocabularyInputs(*given, normalize=asked.normalize)
        if (pairs := inputs_of.pairs(data, other)) is not None:
            from cecli.commands.kl.tokens import plan_of

            if states.are_kept:
                raise UsageError("states of distributions over a vocabulary are not saved")
            grouping = grouping_of(groups, replicates)
            plan = plan_of(pairs, vars(asked), grouping, bad_rows_of(reading), reading.like)
            stated = echo(asked, groups, replicates, matching, reading)
            return evaluate(pairs, plan.stating(stated), engine_of(reading), progress)
    if asked.tokens is not None:
        raise UsageError(
            "--tokens tells what was observed of distributions over a vocabulary, of which there "
            "are none",
            hint="they are files of two arrays of two dimensions or three: cecli kl p.npy q.npy",
        )
    if other is not None:
        from cecli.commands.kl.two_arrays import as_tables

        data, other, asked = as_tables(data, other, asked, {**vars(groups), **vars(matching)})
    if other is None:
        matching.refuse_one_input()
    (groups,) = of_log(reading, (groups,), tell)
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
        key=matching.id,
        on_unmatched=matching.on_unmatched,
    )
    inputs = [data] if other is None else [data, other]
    families = [asked, groups, replicates, matching]
    reading = read_as_shown(inputs if len(inputs) > 1 else data, reading, tell, "kl", families)
    passes = 2 if asked.over_rows and asked.normalize else 1
    how = reading_of(reading, passes, numbered=wanted.grouping.by_place)
    table, *others = (open_table(each, how) for each in inputs)
    second = others[0] if others else None
    if second is not None and reading.like is None:
        tell_whose(table, second, wanted.weighting, wanted.grouping, tell)
    if reading.like is None:
        rows, plan = _ask(asked)(table, second, wanted)
    else:
        from cecli.commands.kl.top_lists import top_lists

        rows, plan = top_lists(table, second, vars(asked), wanted)
    plan = plan.stating(echo(*families, reading))
    keep = states.keep("kl", [*families, reading], table=rows, inputs=len(inputs))
    return evaluate(rows, plan, engine_of(reading), progress, keep)


def _ask(asked: DivergenceOptions) -> "Callable[..., tuple[Table, Plan]]":
    """Return what makes the plan."""
    if asked.over_rows and asked.categories:
        raise UsageError(
            "--over-rows and --categories exclude each other",
            hint="--over-rows takes numbers that are a distribution over the rows, --categories "
            "values to be counted",
        )
    if asked.categories:
        from cecli.commands.kl.categories import categories

        return categories
    if asked.over_rows:
        from cecli.commands.kl.over_rows import over_rows

        return over_rows
    from cecli.commands.kl.plan import divergence

    return divergence


def _run(inputs: DivergingInputs, asked: dict[str, Any], style: Style) -> Output:
    """How far is q from p?

    cecli kl preds.csv --p teacher --q student

    cecli kl preds.csv --p teacher --q student --threshold 0.1 --units bits

    cecli kl preds.csv --p 'p_*' --q 'q_*'

    cecli kl teacher.csv student.csv --p 'p_*' --id id

    cecli kl counts.csv --p last_month --q this_month --over-rows --normalize

    cecli kl preds.csv --p observed --q predicted --categories

    cecli kl base.kld quantised.kld --by position
    """
    return style.output(kl(inputs.files[:1], inputs.files[1:] or None, **asked))


COMMAND = CommandLine(
    _run,
    kl,
    output=ReportOutputOptions,
    configured=(ReadingOptions, UnitOptions),
    matters="p q id over_rows categories normalize threshold weight by units whole json",
)
