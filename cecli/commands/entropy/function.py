"""How uncertain is it?"""

from collections.abc import Sequence
from typing import Unpack

from cecli.columns.numbers import Scale
from cecli.commands.entropy.plan import EntropyWanted, uncertainty
from cecli.core.evaluate import evaluate
from cecli.options.predictions import Stating
from cecli.options.values import (
    ReadingOptions,
    bad_rows_of,
    engine_of,
    names_of,
    reading_of,
    scale_of,
    units_of,
)
from cecli.readers.opening import Data, open_table
from cecli.report.report import Report
from cecli.report.result import Units


def entropy(
    data: Data,
    *,
    column: str | None = None,
    given: str | None = None,
    prob: str | Sequence[str] | None = None,
    weight: str | None = None,
    scale: Scale | str = Scale.PROBABILITY,
    normalize: bool = False,
    units: Units | str = Units.NATS,
    **reading: Unpack[ReadingOptions],
) -> Report:
    """Measure the uncertainty of a column of values, or of predicted probabilities.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with paths in its lines,
        or a list of such; a DataFrame; or arrays by column name.
    column : the column whose values are counted.
    given : another column, of which it is asked what it says about the first.
    prob : instead, the column of probabilities of one of two outcomes; or the columns of all
        classes, by names or by a pattern such as "p_*".
    weight : the column of weights, finite and not negative; without it every row counts once.
    scale : what prob is: "probability", "percent", "logit" or "log-probability".
    normalize : divide the probabilities of several classes by their sum in each row.
    units : of information, nats or bits.
    **reading : how input is read, see `cecli.options.values.ReadingOptions`.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option makes no sense.
    ColumnError
        If a column is not there, or there twice.
    InputError
        If the input cannot be read, has no rows, or a million different values.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> report = entropy({"x": ["a", "b", "a", "b"]}, column="x", units="bits")
    >>> report["entropy"]
    1.0
    """
    wanted = EntropyWanted(
        column=column,
        given=given,
        prob=names_of(prob),
        weight=weight,
        stating=Stating(scale_of(scale), normalize),
        units=units_of(units),
        bad_rows=bad_rows_of(reading),
    )
    table = open_table(data, reading_of(reading))
    return evaluate(table, uncertainty(table, wanted), engine_of(reading), reading.get("progress"))
