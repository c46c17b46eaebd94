"""How uncertain is it?"""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from cecli.answer import answer
from cecli.api.options import names_of, scale_of, units_of
from cecli.questions.stating import Stating
from cecli.questions.uncertainty import Uncertainty, uncertainty
from cecli.readers.opening import open_table
from cecli.report import Report, Units
from cecli.scales import Scale

if TYPE_CHECKING:
    import pandas as pd


def entropy(
    data: "str | os.PathLike[str] | pd.DataFrame | Mapping[str, ArrayLike]",
    *,
    column: str | None = None,
    given: str | None = None,
    prob: str | Sequence[str] | None = None,
    weight: str | None = None,
    scale: Scale | str = Scale.PROBABILITY,
    normalize: bool = False,
    units: Units | str = Units.NATS,
    delimiter: str | None = None,
    chunk_bytes: int | None = None,
) -> Report:
    """Measure the uncertainty of a column of values, or of predicted probabilities.

    Parameters
    ----------
    data : a path to delimited text ("-" is standard input), a DataFrame, or arrays by column name.
    column : the column whose values are counted.
    given : another column, of which it is asked what it says about the first.
    prob : instead, the column of probabilities of one of two outcomes; or the columns of all
        classes, by names or by a pattern such as "p_*".
    weight : the column of weights, finite and not negative; without it every row counts once.
    scale : what prob is: "probability", "percent", "logit" or "log-probability".
    normalize : divide the probabilities of several classes by their sum in each row.
    units : of information, nats or bits.
    delimiter : one ASCII character; by default a comma, or a tab where the file's suffix is .tsv.
    chunk_bytes : how much of a file is read at a time, 4 MiB by default; it changes no result.

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
    wanted = Uncertainty(
        column=column,
        given=given,
        prob=names_of(prob),
        weight=weight,
        stating=Stating(scale_of(scale), normalize),
        units=units_of(units),
    )
    table = open_table(data, delimiter, chunk_bytes)
    return answer(table, uncertainty(table, wanted))
