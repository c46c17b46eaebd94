"""Every row and its loss as a line of delimited text, written while rows are read."""

import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import BinaryIO

import numpy as np

from cecli.commands.worst.rows import RowFields, Shown, shown_number
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError, visible
from cecli.core.files import explained, replaced
from cecli.numerics import Floats
from cecli.report.result import NATS_PER, Units

GZIP, TABS = ".gz", ".tsv"
# Suffixes of formats that cannot be written.
OTHERS = frozenset({
    ".bz2", ".xz", ".zst", ".zip", ".parquet", ".arrow", ".feather", ".json", ".jsonl", ".xlsx",
})  # fmt: skip
# Higher levels would take several times as long as all other work together.
GZIP_LEVEL = 6
# Window size of zlib; the added 16 selects the gzip format.
GZIP_WINDOW = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class RowLines:
    """Formats the rows of a chunk as delimited text.

    Numbers have all their digits, so that they read back as the same float64.
    """

    fields: RowFields
    units: Units
    delimiter: str = ","

    @property
    def header(self) -> str:
        return self._text([[name] for name in self._quoted(self.fields.headings)])

    def of(self, chunk: Chunk) -> str:
        """Return the lines of a chunk's rows, in their order."""
        loss = chunk.once(self.fields.loss) / NATS_PER[self.units]
        (source,) = self._quoted([chunk.source])
        columns: list[Iterable[str]] = [repeat(source), map(str, chunk.lines.tolist())]
        for _, values in self.fields.own:
            columns += self._columns(values(chunk))
        columns.append(_numbers(loss))
        for role, _ in self.fields.shown:
            cells = Shown(role)(chunk)
            if isinstance(cells, Coded):
                columns.append(self._texts(cells))
            else:
                columns.append(map(shown_number, cells.tolist()))
        return self._text(columns)

    def _columns(self, values: Floats | Coded) -> Iterator[Iterable[str]]:
        if isinstance(values, Coded):
            yield self._texts(values)
        else:
            yield from map(_numbers, np.atleast_2d(values))

    def _texts(self, column: Coded) -> list[str]:
        return self._quoted(map(column.names.__getitem__, column.codes.tolist()))

    def _quoted(self, cells: Iterable[str]) -> list[str]:
        """Return cells quoted as in RFC 4180; test all cells at once, as few need quotes."""
        cells = list(cells)
        special = [*'"\r\n', self.delimiter]
        whole = "".join(cells)
        if not any(character in whole for character in special):
            return cells
        return [
            '"' + cell.replace('"', '""') + '"' if any(c in cell for c in special) else cell
            for cell in cells
        ]

    def _text(self, columns: list[Iterable[str]]) -> str:
        lines = map(self.delimiter.join, zip(*columns, strict=False))
        return "\n".join([*lines, ""])


def _numbers(values: Floats) -> Iterable[str]:
    texts = map(repr, values.tolist())
    return [text.replace("inf", "Infinity") for text in texts] if np.isinf(values).any() else texts


@dataclass(frozen=True)
class Written:
    """Writes the rows of each chunk, and returns the chunk unchanged.

    Attributes
    ----------
    write : called with one piece of text at a time.
    """

    lines: RowLines
    write: Callable[[str], None]

    def __call__(self, chunk: Chunk) -> Chunk:
        if len(chunk):
            self.write(self.lines.of(chunk))
        return chunk


@contextmanager
def written(path: str, fields: RowFields, units: Units) -> Iterator[Written]:
    """Yield a writer of rows to a file, which is put in place only if the block succeeds.

    The suffix of the path decides the delimiter, and whether the file is compressed.

    Raises
    ------
    UsageError
        If the suffix is that of another format.
    InputError
        If the file cannot be written.
    """
    if path == "-":
        raise UsageError(
            "--write - is not possible: the report is written to standard output",
            hint="--write losses.csv",
        )
    name, suffix = os.path.splitext(path.lower())
    if suffix in OTHERS:
        what, hint = f"--write cannot write {suffix} files", "losses.csv, or losses.csv.gz"
        raise UsageError(what, visible(path), hint)
    kind = os.path.splitext(name)[1] if suffix == GZIP else suffix
    lines = RowLines(fields, units, "\t" if kind == TABS else ",")
    with replaced(path) as file, _encoded(file, path, compress=suffix == GZIP) as write:
        write(lines.header)
        yield Written(lines, write)


@contextmanager
def _encoded(file: BinaryIO, path: str, *, compress: bool) -> Iterator[Callable[[str], None]]:
    """Yield a function that writes text to a file; flush the coder if the block succeeds."""
    # The gzip header has no name and no time, so that the same rows give the same bytes.
    coder = zlib.compressobj(GZIP_LEVEL, wbits=GZIP_WINDOW) if compress else None

    def write(text: str) -> None:
        data = text.encode("utf-8", "backslashreplace")
        with explained(path):
            file.write(data if coder is None else coder.compress(data))

    yield write
    if coder is not None:
        with explained(path):
            file.write(coder.flush())
