"""Which model is better, on the same rows?"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Unpack

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.numbers import Scale
from cecli.commands.compare.comparing import Comparing
from cecli.commands.compare.plan import among_columns, between_tables
from cecli.core.evaluate import evaluate
from cecli.core.table import Table
from cecli.options.predictions import Scoring, Stating
from cecli.options.values import (
    EvaluationOptions,
    bad_rows_of,
    choice,
    engine_of,
    grouping_of,
    names_of,
    reading_of,
    scale_of,
    units_of,
)
from cecli.readers.opening import Data, open_table
from cecli.report.report import Report
from cecli.report.result import Units


def compare(
    data: Data,
    other: Data | None = None,
    *,
    label: str | None = None,
    target: str | Sequence[str] | None = None,
    prob: str | Sequence[str] | None = None,
    weight: str | None = None,
    positive: str | None = None,
    scale: Scale | str = Scale.PROBABILITY,
    normalize: bool = False,
    id: str | None = None,
    on_unmatched: OnUnmatched | str | None = None,
    margin: float | None = None,
    anytime: bool = False,
    clip: float | None = None,
    units: Units | str = Units.NATS,
    tell: Callable[[str], None] = lambda _: None,
    **options: Unpack[EvaluationOptions],
) -> Report:
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
    **options : how input is read, and which rows belong together, see
        `cecli.options.values.ReadingOptions` and `GroupingOptions`. Of two inputs, groups and
        clusters are columns of data; the level is that of intervals and verdicts.

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
    (0.153989, <Verdict.WORSE: 'worse'>)
    """
    scoring = Scoring(
        label=label,
        target=names_of(target),
        prob=(),
        weight=weight,
        positive=positive,
        clip=None,
        stating=Stating(scale_of(scale), normalize),
        units=units_of(units),
        grouping=grouping_of(options),
        bad_rows=bad_rows_of(options),
        tell=cache(tell),  # what is the same for both inputs is said once
    )
    wanted = Comparing(
        scoring,
        names_of(prob),
        margin,
        anytime,
        clip,
        id,
        None if on_unmatched is None else choice(OnUnmatched, on_unmatched, "--on-unmatched"),
    )
    how = reading_of(options)
    table = open_table(data, how)
    if other is None:
        plan = among_columns(table, wanted)
    else:
        second = open_table(other, how)
        _tell_whose(table, second, scoring)
        table, plan = between_tables(table, second, wanted)
    return evaluate(table, plan, engine_of(options), options.get("progress"))


def _tell_whose(first: Table, second: Table, scoring: Scoring) -> None:
    """Say of columns that both inputs have whose they are, where that of one is taken."""
    grouping = scoring.grouping
    named = (("weights", scoring.weight), ("clusters", grouping.cluster))
    roles = [*named, *(("groups", name) for name in grouping.names(first.header))]
    for role, name in roles:
        if name in second.header:
            scoring.tell(f"the {role} are those of {first.name}")
