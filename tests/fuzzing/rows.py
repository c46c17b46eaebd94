"""What a reader makes of bytes, and the ways to it, which must not matter."""

import gzip
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch
from zlib import crc32

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import Column, Domain
from cecli.columns.numbers import is_number
from cecli.core.errors import CecliError, ExitCode, InputError, visible
from cecli.core.fold import fold
from cecli.readers.json import native as json_native
from cecli.readers.logs import native as log_native
from cecli.readers.opening import Reading, open_table
from cecli.readers.text import csv, native

SKIPPING = BadRows(frozenset(Reason))
NUMBER = Domain(-math.inf, math.inf, "a number", "")
# A part is longer than a byte order mark, which is no part of the text.
LEAST_PART = 8
FEW = 12  # columns that are read


@dataclass(frozen=True)
class RowsState:
    """All rows, each as its line and its cells; and all remarks, as code and line."""

    rows: tuple[tuple[object, ...], ...] = ()
    remarks: tuple[tuple[str, int], ...] = ()

    def merge(self, other):
        return RowsState(self.rows + other.rows, self.remarks + other.remarks)

    def moved(self, lines):
        return RowsState(
            tuple((line + lines, *cells) for line, *cells in self.rows),
            tuple((code, line + lines) for code, line in self.remarks),
        )


@dataclass(frozen=True)
class Rows:
    """The rows themselves, so that nothing of them can get lost."""

    def empty(self):
        return RowsState()

    def summarize(self, chunk):
        texts = [
            [text.names[code] for code in text.codes] for _, text in sorted(chunk.texts.items())
        ]
        numbers = [map(float.hex, x.tolist()) for _, x in sorted(chunk.numbers.items())]
        assert all(math.isfinite(value) for x in chunk.numbers.values() for value in x.tolist())
        remarks = [(code, int(n)) for code, lines in sorted(chunk.remarks.items()) for n in lines]
        return RowsState(
            tuple(zip(chunk.lines.tolist(), *texts, *numbers, strict=True)), tuple(remarks)
        )


def read(name: str, reading: Reading, kinds: tuple[bool, ...] | None, bad_rows: BadRows):
    """Return the rows of an input, or its error as a text.

    Parameters
    ----------
    kinds : whether each column has numbers; None to read texts.
    """
    try:
        table = open_table(name, reading)
        header = list(table.header)
        places = [i for i, x in enumerate(header) if header.count(x) == 1][:FEW]
        columns = [
            Column(
                f"role{i:02}", header[i], NUMBER if kinds and kinds[i : i + 1] == (True,) else None
            )
            for i in places
        ]
        found = fold(table.partitions(columns, bad_rows), [Rows()])[Rows()]
    except CecliError as error:
        checked(error, name)
        return str(error).replace(visible(name), "INPUT")
    return header, found.rows, sorted(found.remarks)


def checked(error: CecliError, name: str) -> None:
    """Assert what holds of every error about an input."""
    assert error.exit_code in {ExitCode.INPUT, ExitCode.USAGE}, error
    assert error.what, repr(error)
    assert visible(name) in error.where or not isinstance(error, InputError), error
    assert all(x == "\n" or x.isprintable() for x in str(error)), repr(str(error))


def kinds_of(answer) -> tuple[bool, ...] | None:
    """Return which columns have a number in their first row; None if there is no row."""
    if isinstance(answer, str) or not answer[1]:
        return None
    header, rows, _ = answer
    _, *cells = rows[0]
    places = [i for i, x in enumerate(header) if header.count(x) == 1][:FEW]
    kinds = dict(zip(places, map(is_number, cells), strict=True))
    return tuple(kinds.get(i, False) for i in range(len(header)))


@contextmanager
def without_compiled() -> Iterator[None]:
    with (
        patch.object(native, "scanner", None),
        patch.object(json_native, "converter", None),
        patch.object(log_native, "token_rows", None),
    ):
        yield


@contextmanager
def in_parts(size: int) -> Iterator[None]:
    with patch.object(csv, "PART_BYTES", size), patch.object(csv, "SMALLEST_HALVED", 1):
        yield


def agree(data: bytes, name: str, reading: Reading) -> object:
    """Assert that every way to some bytes gives the same rows, or the same error; return them."""
    path = Path(name)
    path.write_bytes(data)
    texts = read(name, reading, None, SKIPPING)
    kinds = kinds_of(texts)

    def answers() -> Iterator[object]:
        yield read(name, reading, None, SKIPPING)
        yield read(name, reading, kinds, STRICT)
        yield read(name, reading, kinds, SKIPPING)

    expected = list(answers())

    def assert_same(how: str) -> None:
        found = list(answers())
        assert found == expected, (how, found, expected)

    usual = reading
    step = 1 + crc32(data) % (1 + len(data) // 20)
    reading = replace(usual, chunk_bytes=step)
    assert_same(f"{step} bytes at a time")
    reading = usual
    with in_parts(max(step, LEAST_PART)):
        assert_same(f"in parts of {step} bytes")
    with without_compiled():
        assert_same("without what is compiled")
    path.write_bytes(gzip.compress(data, 1))
    if not data.startswith(b"\x1f\x8b"):
        assert_same("compressed")
    return expected
