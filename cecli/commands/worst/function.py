"""Which rows cost the most?"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Unpack

from cecli.columns.numbers import Scale
from cecli.commands.score.tokens import tokens_of
from cecli.commands.worst.lines import written
from cecli.commands.worst.plan import Wanted
from cecli.commands.worst.plan import worst as plan_of
from cecli.core.evaluate import evaluate
from cecli.core.files import check_destination
from cecli.engines.serial import serial
from cecli.options.predictions import Scoring, Stating
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
from cecli.readers.views import InOrder
from cecli.report.report import Report
from cecli.report.result import Units


def worst(
    data: Data,
    *,
    rows: int = 20,
    show: str | Sequence[str] | None = None,
    write: str | os.PathLike[str] | None = None,
    label: str | None = None,
    target: str | Sequence[str] | None = None,
    prob: str | Sequence[str] | None = None,
    weight: str | None = None,
    positive: str | None = None,
    log_prob: str | None = None,
    scale: Scale | str = Scale.PROBABILITY,
    normalize: bool = False,
    clip: float | None = None,
    units: Units | str = Units.NATS,
    tell: Callable[[str], None] = lambda _: None,
    **reading: Unpack[ReadingOptions],
) -> Report:
    """Find the rows that cost the most, in one pass, in memory for these rows alone.

    Rows are ranked by their own loss, whatever they weigh; infinite losses come first, and of equal
    ones those that come first in the input.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with paths in its lines,
        or a list of such; a DataFrame; or arrays by column name.
    rows : how many, at least one.
    show : further columns to show of them, by their names.
    write : a file for the loss of every row that counts, in their order: delimited text, with tabs
        where its name ends in .tsv, compressed where it ends in .gz.
    label : the column of observed classes: 0 and 1, or false and true in any case; of several
        classes, their names.
    target : instead, the column of soft labels in [0, 1], or the columns, one a class.
    prob : the column of predicted probabilities of the positive class; or the columns of all
        classes, by names or by a pattern such as "p_*", where the star stands for the class.
    weight : the column of weights, finite and not negative; without it every row counts once.
    positive : the label of the positive class, where labels are not 0 and 1 or false and true.
    log_prob : instead of all the above, the column of a language model's log-probability of each
        token of a text, natural logarithms.
    scale : what the predictions are: "probability", "percent", "logit" or "log-probability".
    normalize : divide the probabilities of several classes by their sum in each row.
    clip : move probabilities into [clip, 1 − clip] first; the report says how many.
    units : of information, nats or bits.
    tell : called with one sentence for each column that was guessed from its name.
    **reading : how input is read, see `cecli.options.values.ReadingOptions`. To write losses, one
        thread reads.

    Returns
    -------
    Report
        The rows are its `rows`, and `rows_to_frame()` returns them as a DataFrame.

    Raises
    ------
    UsageError
        If an option makes no sense.
    ColumnError
        If a column is not there, or there twice, or several could be meant.
    InputError
        If the input cannot be read, has no rows, or no column that looks like the one needed; or
        the losses cannot be written.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> found = worst({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6], "id": ["a", "b", "c"]}, show="id")
    >>> [(row.line, row.shown["id"], round(row.loss, 3)) for row in found.rows]
    [(3, 'c', 0.511), (2, 'b', 0.223), (1, 'a', 0.105)]
    """
    scoring = Scoring(
        label=label,
        target=names_of(target),
        prob=names_of(prob),
        weight=weight,
        positive=positive,
        clip=clip,
        stating=Stating(scale_of(scale), normalize),
        units=units_of(units),
        bad_rows=bad_rows_of(reading),
        tell=tell,
    )
    of_tokens = tokens_of(log_prob, None, scoring)
    wanted = Wanted(rows, names_of(show))
    engine, progress = engine_of(reading), reading.get("progress")
    table = open_table(data, reading_of(reading))
    plan, fields = plan_of(table, scoring, of_tokens, wanted)
    if write is None:
        return evaluate(table, plan, engine, progress)
    path = os.fspath(write)
    check_destination(path, table.names, "--write")
    with written(path, fields, scoring.units) as lines:
        writing = replace(plan, prepare=[*plan.prepare, lines])
        return evaluate(InOrder(table), writing, serial, progress)
