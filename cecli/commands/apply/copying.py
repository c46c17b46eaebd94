"""Adding recalibrated predictions to a file, or to a table in memory."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.commands.apply import rewriting as csv
from cecli.commands.apply.plan import Addition, Applying, applying
from cecli.core.chunk import Chunk
from cecli.core.errors import UsageError
from cecli.core.files import check_destination, compressed, explained, replaced
from cecli.core.table import Table
from cecli.numerics import Floats
from cecli.readers.arrow.arrow import ArrowTable
from cecli.readers.arrow.files import ParquetFile
from cecli.readers.in_memory import FrameTable
from cecli.readers.text.csv import CsvTable
from cecli.report.fit import Fit
from cecli.report.report import Report

PARQUET = (".parquet", ".pq")


def copied(table: Table, wanted: Applying, output: str | None, inputs: Sequence[str]) -> Any:
    """Write a table with recalibrated predictions, or return it if it is in memory.

    Parameters
    ----------
    output : the file to write.
    inputs : files other than the table that must not be overwritten.
    """
    certain = _Certain(wanted.written)
    addition = applying(table, wanted)
    addition = replace(addition, compute=certain.counted(addition.compute))
    if isinstance(table, FrameTable):
        added = _in_memory(table, addition)
        certain.tell(wanted.tell)
        return added
    if output is None:
        raise UsageError("--output PATH is needed", hint="-o out.csv")
    _write(table, addition, output, inputs)
    certain.tell(wanted.tell)
    return None


class _Certain:
    """Counts the rows that are written as exactly 0 or 1, or as the logarithms of these."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._rows = 0

    def counted(self, compute: Callable[[Chunk], Floats]) -> Callable[[Chunk], Floats]:
        """Return the same function, which also counts such rows."""

        def looked_at(chunk: Chunk) -> Floats:
            values = compute(chunk)
            self._rows += int(np.count_nonzero(self._are_certain(values).any(axis=0)))
            return values

        return looked_at

    def _are_certain(self, values: Floats) -> NDArray[np.bool_]:
        whole = {Scale.PROBABILITY: 1.0, Scale.PERCENT: 100.0}.get(self._scale)
        if whole is None:
            return np.isinf(values)
        return np.asarray((values == 0.0) | (values == whole))

    def tell(self, tell: Tell) -> None:
        if not self._rows:
            return
        rows = f"{self._rows:,} row{'s are' if self._rows > 1 else ' is'} written as"
        if self._scale in {Scale.PROBABILITY, Scale.PERCENT}:
            tell(
                f"{rows} exactly 0 or 1, where an error costs infinitely much; --to logit keeps "
                "digits that a probability cannot hold"
            )
        else:
            tell(f"{rows} infinite logarithms, where an error costs infinitely much")


def fit_of(given: Any) -> Fit:
    """Return a fit that was given as such, in a report, or stored."""
    from cecli.commands.fit.recalibrations import fit_of as read_values
    from cecli.commands.fit.recalibrations import read_fit

    if isinstance(given, Fit):
        return given
    if isinstance(given, Report):
        if given.fit is None:
            raise UsageError("this report has no fit", hint="cecli.fit returns a report with one")
        return given.fit
    if isinstance(given, Mapping):
        return read_values(given, "<fit>")
    return read_fit(os.fspath(given))


def _in_memory(table: FrameTable, addition: Addition) -> Any:
    chunks = table.partitions(addition.columns)[0].chunks()
    values = [addition.values(chunk) for chunk in chunks]
    columns = np.concatenate(values, axis=1) if values else np.empty((len(addition.names), 0))
    added = dict(zip(addition.names, columns, strict=True))
    if isinstance(table.data, Mapping):
        return {**table.data, **added}
    return table.data.assign(**added)


def _write(table: Table, addition: Addition, path: str, inputs: Sequence[str]) -> None:
    check_destination(path, [*table.names, *inputs])
    if len(table.names) > 1:
        raise UsageError(
            f"{len(table.names)} files are given, but only one can be copied at a time", table.name
        )
    is_parquet = path.lower().endswith(PARQUET)
    if isinstance(table, CsvTable) and not is_parquet:
        with replaced(path) as file, compressed(path, file) as stream:
            for piece in csv.rewritten(table, addition):
                with explained(path):
                    stream.write(piece)
    elif isinstance(table, ArrowTable) and isinstance(table.data, ParquetFile) and is_parquet:
        from cecli.commands.apply import rewriting as parquet

        with replaced(path) as file, explained(path):
            parquet.rewrite(table, table.data, addition, file)
    elif not isinstance(table, CsvTable | ArrowTable):
        raise UsageError(
            "only delimited text and Parquet can be written with further columns",
            table.name,
            "write it as one of them first: pandas.read_json('FILE', lines=True)"
            ".to_csv('FILE.csv', index=False)",
        )
    else:
        raise UsageError(
            "delimited text is written as text, and Parquet as Parquet",
            table.name,
            "give --output the suffix of the input",
        )
