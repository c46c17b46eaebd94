"""What do predictions become by a fit?"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from cecli.columns.numbers import Scale
from cecli.commands.apply import text as csv
from cecli.commands.apply.addition import Addition
from cecli.commands.apply.plan import Applying, applying
from cecli.core.chunk import Chunk
from cecli.core.errors import UsageError
from cecli.core.files import check_destination, compressed, explained, replaced
from cecli.core.table import Table
from cecli.numerics import Floats
from cecli.options.values import ReadingOptions, names_of, reading_of, scale_of
from cecli.readers.arrow.arrow import ArrowTable, ParquetFile
from cecli.readers.in_memory import FrameTable
from cecli.readers.opening import Data, open_table
from cecli.readers.text.csv import CsvTable
from cecli.report.fit import Fit
from cecli.report.report import Report

# A stream is kept in a temporary file: its header is read before its rows.
PASSES = 2
PARQUET = (".parquet", ".pq")


def apply(
    data: Data,
    *,
    fit: "Fit | Report | Mapping[str, Any] | str | os.PathLike[str] | None" = None,
    output: "str | os.PathLike[str] | None" = None,
    prob: str | Sequence[str] | None = None,
    column: str | None = None,
    scale: Scale | str | None = None,
    to: Scale | str | None = None,
    prior_shift: float | None = None,
    base_rate: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
    **reading: Unpack[ReadingOptions],
) -> Any:
    """Add recalibrated predictions to a file, or to a table in memory.

    Parameters
    ----------
    data : a path ("-" is standard input), of delimited text or Parquet; a DataFrame; or arrays by
        column name.
    fit : what `cecli.fit` returned, or the path of a fit file.
    output : the file to write, for a path; its suffix tells the compression.
    prob : the columns of predictions, by default those that were fitted.
    column : the name of the column to add or replace, "calibrated" by default; for several classes
        a pattern, "calibrated_*" by default.
    scale : how predictions are written, where there is no fit that knows.
    to : how recalibrated ones are; by default the same.
    prior_shift : the share of the positive class in the population for which to predict.
    base_rate : that in the population that was learned from; by default that of the fit.
    tell : called with one sentence for each column that was guessed from its name.
    **reading : how input is read, see `cecli.options.values.ReadingOptions`.

    Returns
    -------
    None for a path; a DataFrame, or arrays by column name, for such.

    Raises
    ------
    UsageError
        If an option makes no sense.
    InputError
        If the fit or the input cannot be read, or the output not be written.
    RowError
        If a row has no prediction; no output is written.

    Examples
    --------
    >>> shifted = apply({"p": [0.5, 0.9]}, prior_shift=0.1, base_rate=0.5)
    >>> [round(float(q), 6) for q in shifted["calibrated"]]
    [0.1, 0.5]
    """
    wanted = Applying(
        fit=None if fit is None else _fit(fit),
        prob=names_of(prob),
        column=column,
        scale=None if scale is None else scale_of(scale),
        to=None if to is None else scale_of(to, "--to"),
        rate=prior_shift,
        base_rate=base_rate,
        tell=tell,
    )
    table = open_table(data, reading_of(reading, passes=PASSES))
    certain = _Certain()
    addition = applying(table, wanted)
    addition = replace(addition, compute=certain.counted(addition.compute, wanted.written))
    if isinstance(table, FrameTable):
        added = _in_memory(table, addition)
        certain.tell(tell)
        return added
    if output is None:
        raise UsageError("--output PATH is needed", hint="-o out.csv")
    _write(table, addition, os.fspath(output), fit)
    certain.tell(tell)
    return None


class _Certain:
    """How many rows are written as exactly 0 or 1."""

    def __init__(self) -> None:
        self._rows = 0

    def counted(
        self, compute: Callable[[Chunk], Floats], scale: Scale
    ) -> Callable[[Chunk], Floats]:
        """Return the same function, whose results on this scale are looked at."""
        whole = {Scale.PROBABILITY: 1.0, Scale.PERCENT: 100.0}.get(scale)
        if whole is None:
            return compute

        def looked_at(chunk: Chunk) -> Floats:
            values = compute(chunk)
            self._rows += int(np.count_nonzero(((values == 0.0) | (values == whole)).any(axis=0)))
            return values

        return looked_at

    def tell(self, tell: Callable[[str], None]) -> None:
        if self._rows:
            tell(
                f"{self._rows:,} row{'s are' if self._rows > 1 else ' is'} written as exactly 0 or "
                "1, where an error costs infinitely much; --to logit keeps the digits that a "
                "probability has not"
            )


def _fit(given: Any) -> Fit:
    from cecli.commands.fit.fit_file import fit_of, read_fit

    if isinstance(given, Fit):
        return given
    if isinstance(given, Report):
        if given.fit is None:
            raise UsageError("this report has no fit", hint="cecli.fit returns one")
        return given.fit
    if isinstance(given, Mapping):
        return fit_of(given, "<fit>")
    return read_fit(os.fspath(given))


def _in_memory(table: FrameTable, addition: Addition) -> Any:
    chunks = table.partitions(addition.columns)[0].chunks()
    values = [addition.values(chunk) for chunk in chunks]
    columns = np.concatenate(values, axis=1) if values else np.empty((len(addition.names), 0))
    added = dict(zip(addition.names, columns, strict=True))
    if isinstance(table.data, Mapping):
        return {**table.data, **added}
    return table.data.assign(**added)


def _write(table: Table, addition: Addition, path: str, fit: object) -> None:
    check_destination(path, [*table.names, *([fit] if isinstance(fit, str) else [])])
    if len(table.names) > 1:
        raise UsageError(
            f"one file is copied at a time, and these are {len(table.names)}", table.name
        )
    is_parquet = path.lower().endswith(PARQUET)
    if isinstance(table, CsvTable) and not is_parquet:
        with replaced(path) as file, compressed(path, file) as stream:
            for piece in csv.rewritten(table, addition):
                with explained(path):
                    stream.write(piece)
    elif isinstance(table, ArrowTable) and isinstance(table.data, ParquetFile) and is_parquet:
        from cecli.commands.apply import parquet

        with replaced(path) as file, explained(path):
            parquet.rewrite(table, table.data, addition, file)
    else:
        raise UsageError(
            "delimited text is written as text, and Parquet as Parquet",
            table.name,
            "give --output the suffix of the input",
        )
