"""How far is q from p?"""

from collections.abc import Callable, Sequence
from typing import Unpack

from cecli.columns.numbers import Scale
from cecli.commands.kl.plan import Divergence, divergence
from cecli.commands.kl.plan import over_rows as columns_over_rows
from cecli.core.evaluate import evaluate
from cecli.options.predictions import Stating
from cecli.options.values import (
    EvaluationOptions,
    bad_rows_of,
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


def kl(
    data: Data,
    *,
    p: str | Sequence[str],
    q: str | Sequence[str],
    over_rows: bool = False,
    normalize: bool = False,
    scale: Scale | str = Scale.PROBABILITY,
    threshold: float | None = None,
    weight: str | None = None,
    units: Units | str = Units.NATS,
    tell: Callable[[str], None] = lambda _: None,
    **options: Unpack[EvaluationOptions],
) -> Report:
    """Compare distributions: the Kullback-Leibler divergence of q from p, and its relatives.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with paths in its lines,
        or a list of such; a DataFrame; or arrays by column name.
    p, q : the true and the approximating probability of one class; or the columns of all classes,
        by names or by a pattern such as "p_*", paired by what the star matched.
    over_rows : take each column as one distribution over the rows, instead of a pair in each row.
    normalize : divide by the sum first, of each row or, over rows, of each column.
    scale : what the numbers are: "probability", "percent", "logit" or "log-probability".
    threshold : report the share of rows whose divergence is above it, in the units of the report.
    weight : the column of weights, finite and not negative; without it every row counts once.
    units : of information, nats or bits.
    tell : called with one sentence where columns are paired by their order.
    **options : how input is read, and which rows belong together, see
        `cecli.options.values.ReadingOptions` and `GroupingOptions`.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option makes no sense.
    ColumnError
        If a column is not there, or the columns of p and q cannot be paired.
    InputError
        If the input cannot be read, has no rows, or is no distribution over the rows.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> report = kl({"p": [0.5, 0.5], "q": [0.5, 0.25]}, p="p", q="q")
    >>> round(report["kl"], 6), report["kl_max"] == 2 * report["kl"]
    (0.071921, True)
    """
    wanted = Divergence(
        p=names_of(p),
        q=names_of(q),
        weight=weight,
        stating=Stating(scale_of(scale), normalize),
        threshold=threshold,
        units=units_of(units),
        grouping=grouping_of(options),
        bad_rows=bad_rows_of(options),
        tell=tell,
    )
    ask = columns_over_rows if over_rows else divergence
    passes = 2 if over_rows and normalize else 1
    table = open_table(data, reading_of(options, passes, numbered=wanted.grouping.by_place))
    return evaluate(table, ask(table, wanted), engine_of(options), options.get("progress"))
