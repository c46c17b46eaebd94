"""The result of parsing a block, and the general parser, which reports defects."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import Column
from cecli.columns.numbers import extended_number, is_number
from cecli.core.chunk import Chunk, Coded, Integers, joined_texts
from cecli.core.dataclasses import dataclass, field, replace
from cecli.core.errors import RowError, named, shown
from cecli.core.remarks import BLANK_LINE
from cecli.core.table import BLOCK
from cecli.numerics import Floats
from cecli.readers.text.blocks import Block
from cecli.readers.text.dialect import Dialect, Record, records

# Enough rows that, with many classes, the work on each class outweighs its function call.
LEAST_BLOCK = 512


@dataclass(frozen=True)
class Request:
    """The fields of each record to parse, their columns, and what to do with bad rows."""

    source: str
    dialect: Dialect
    width: int
    columns: Mapping[int, Column]
    bad_rows: BadRows = STRICT


def by_role(columns: Iterable[tuple[Column, Floats]]) -> dict[str, Floats]:
    """Return the numbers of each role, shape (n,), or (K, n) if it has a column for each class."""
    numbers: dict[str, Floats] = {}
    classes: dict[str, list[Floats]] = {}
    for column, values in columns:
        if column.place is None:
            numbers[column.role] = values
        else:
            classes.setdefault(column.role, []).append(values)
    return numbers | {role: np.stack(rows) for role, rows in classes.items()}


def block_rows(classes: int) -> int:
    """Return the maximum number of rows of a chunk if a role has this many columns."""
    return max(LEAST_BLOCK, BLOCK // classes)


@dataclass(frozen=True)
class Parsed:
    """The columns of the rows up to the first defect, if there is one."""

    lines: Integers
    numbers: Mapping[str, Floats]
    texts: Mapping[str, Coded]
    remarks: Mapping[str, Integers] = field(default_factory=dict)
    defect: RowError | None = None

    @property
    def most_rows(self) -> int:
        """The maximum number of rows of a chunk."""
        return block_rows(max([len(x) for x in self.numbers.values() if x.ndim > 1], default=1))

    def chunks(self, source: str) -> Iterator[Chunk]:
        """Yield the rows as chunks: the first has the remarks, the last has the defect."""
        size = self.most_rows
        if len(self.lines) <= size:  # as usual
            yield Chunk(
                source, self.lines, self.numbers, self.texts, self.remarks, defect=self.defect
            )
            return
        starts = range(0, len(self.lines), size)
        for start in starts:
            rows = slice(start, start + size)
            yield Chunk(
                source,
                self.lines[rows],
                {role: np.ascontiguousarray(x[..., rows]) for role, x in self.numbers.items()},
                {role: text.at(rows) for role, text in self.texts.items()},
                self.remarks if start == 0 else {},
                defect=self.defect if start == starts[-1] else None,
            )


@dataclass(frozen=True)
class WithPoints:
    """Gives the numbers in texts decimal points, for those who look at texts."""

    dialect: Dialect

    def __call__(self, chunk: Chunk) -> Chunk:
        texts = {role: self._of(text) for role, text in chunk.texts.items()}
        return replace(chunk, texts=texts)

    def _of(self, text: Coded) -> Coded:
        points = map(self.dialect.with_points, text.names)
        names = [x if is_number(x) else name for x, name in zip(points, text.names, strict=True)]
        return Coded(text.codes, tuple(names))


def are_enough(pieces: Sequence[Parsed]) -> bool:
    """Return whether consecutive pieces have enough rows to outweigh the fixed cost of a chunk.

    With many columns, a block has few rows.
    """
    last = pieces[-1]
    return last.defect is not None or 4 * sum(len(x.lines) for x in pieces) >= last.most_rows


def joined(pieces: Sequence[Parsed]) -> Parsed:
    """Return consecutive pieces as one, up to the first defect."""
    if len(pieces) == 1:
        return pieces[0]
    end = next((i for i, piece in enumerate(pieces) if piece.defect is not None), len(pieces) - 1)
    kept = pieces[: end + 1]
    if len(kept) == 1:
        return kept[0]
    remarks: dict[str, list[Integers]] = {}
    for piece in kept:
        for code, lines in piece.remarks.items():
            remarks.setdefault(code, []).append(lines)
    return Parsed(
        np.concatenate([piece.lines for piece in kept]),
        {
            role: np.concatenate([piece.numbers[role] for piece in kept], axis=-1)
            for role in kept[0].numbers
        },
        {role: _joined_texts([piece.texts[role] for piece in kept]) for role in kept[0].texts},
        {code: np.concatenate(lines) for code, lines in remarks.items()},
        kept[-1].defect,
    )


def _joined_texts(texts: Sequence[Coded]) -> Coded:
    if not all(text.is_coded for text in texts):
        # Imported here, because most inputs are not joined.
        from cecli.core.texts import in_one

        return in_one(texts)
    return joined_texts(texts)


def bad_value(request: Request, line: int, column: Column, text: str) -> RowError:
    """Return the error for a number column's cell."""
    return bad_number(request.source, request.bad_rows, line, column, text)


def bad_number(source: str, bad_rows: BadRows, line: int, column: Column, text: str) -> RowError:
    """Return the error for a number column's cell, in any kind of table."""
    place = f"column {named(column.name)}"
    if bad_rows.is_missing_number(text):
        what = "the cell is empty" if not text.strip() else f"{shown(text)} is a missing value"
        hint = "--missing skip leaves out and counts such rows"
        error = RowError.at(source, line, f"{place}: {what}", hint, Reason.MISSING)
        return error.about(column.name, text)
    domain = column.domain
    if domain is None:
        raise TypeError("a text column has no bad numbers")
    what = f"{place}: {shown(text)} is not {domain.meaning}"
    error = RowError.at(source, line, what, domain.hint_for(text), Reason.VALUE)
    return error.about(column.name, text)


def parse(block: Block, request: Request) -> Parsed:
    """Return the columns of a block, up to its first defect that is not to be skipped."""
    found = records(block.data, block.first_line, request.dialect, request.source)
    return parsed_records(found, request)


def parsed_records(found: Iterable[Record], request: Request) -> Parsed:
    """Return the columns of some records, up to the first defect that is not to be skipped."""
    rows = _Rows()
    for record in found:
        if record.is_blank:
            rows.remarks[BLANK_LINE].append(record.line)
            continue
        try:
            cells = _cells(record, request)
        except RowError as defect:
            if defect.reason not in request.bad_rows.skips:
                return rows.parsed(request, defect)
            rows.remarks[Reason(defect.reason).remark].append(record.line)
            continue
        rows.cells.append(cells)
        rows.lines.append(record.line)
    return rows.parsed(request, None)


@dataclass(frozen=True)
class _Rows:
    lines: list[int] = field(default_factory=list)
    cells: list[list[float | str]] = field(default_factory=list)
    remarks: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def parsed(self, request: Request, defect: RowError | None) -> Parsed:
        by_column = zip(*self.cells, strict=True) if self.cells else ((),) * len(request.columns)
        numbers: list[tuple[Column, Floats]] = []
        texts: dict[str, Coded] = {}
        for column, cells in zip(request.columns.values(), by_column, strict=True):
            if column.domain is None:
                texts[column.role] = _coded([str(cell) for cell in cells])
            else:
                numbers.append((column, np.array(cells, dtype=np.float64)))
        remarks = {code: _integers(lines) for code, lines in self.remarks.items()}
        return Parsed(_integers(self.lines), by_role(numbers), texts, remarks, defect)


def _integers(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def _coded(cells: list[str]) -> Coded:
    codes = {name: code for code, name in enumerate(dict.fromkeys(cells))}
    return Coded(_integers([codes[cell] for cell in cells]), tuple(codes))


def _cells(record: Record, request: Request) -> list[float | str]:
    if record.defect is not None:
        raise record.defect
    fields = record.fields
    if len(fields) != request.width:
        count = f"{len(fields)} field{'' if len(fields) == 1 else 's'}"
        raise RowError.at(
            request.source, record.line, f"has {count}, but the header has {request.width}",
            _fields_hint(fields, request), Reason.FIELDS,
        )  # fmt: skip
    if any(b"\0" in cell for cell in fields):
        raise RowError.at(
            request.source, record.line, "contains a NUL byte",
            "if the text is UTF-16, give --encoding utf-16", Reason.NUL,
        )  # fmt: skip
    return [
        _cell(fields[place], column, record.line, request)
        for place, column in request.columns.items()
    ]


def _fields_hint(fields: Sequence[bytes], request: Request) -> str:
    """Return what to do about a row of too few or too many fields."""
    quoting = "quote fields that contain the delimiter"
    if len(fields) < request.width:
        return "is the row cut off, or a delimiter missing?"
    if len(fields) > request.width + 1:
        return quoting
    delimiter = request.dialect.delimiter.decode()
    if not fields[-1].strip():
        return (
            f"does each row end with a delimiter, and the header not? add one to the header: "
            f"sed '1s/$/{delimiter}/'"
        )
    if delimiter == "," and all(cell.strip().isdigit() for cell in fields[-2:]):
        quoting += " · decimal commas? write points: 0.5 for 0,5"
    return f"{quoting} · row names, as R writes them? --row-names"


def _cell(cell: bytes, column: Column, line: int, request: Request) -> float | str:
    try:
        text = cell.decode("utf-8")
    except UnicodeDecodeError as error:
        text = cell.decode("utf-8", "backslashreplace")
        raise RowError.at(
            request.source, line,
            f"column {named(column.name)}: {shown(text)} is not UTF-8 at its byte "
            f"{error.start + 1}",
            "if the file is Latin-1, give --encoding latin-1", Reason.ENCODING,
        ).about(column.name, text) from None  # fmt: skip
    if column.domain is None:
        return text
    if column.domain.may_be_missing and request.bad_rows.is_missing_number(text):
        return math.nan
    value = extended_number(request.dialect.with_points(text))
    if (
        value is None
        or not column.domain.contains(value)
        or value in request.bad_rows.missing_numbers
    ):
        raise bad_value(request, line, column, text)
    return value
