"""The general reader of delimited text: it turns records into columns, and says what is wrong."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from cecli.columns.bad_rows import Reason
from cecli.columns.column import Column
from cecli.columns.numbers import number
from cecli.core.chunk import Coded
from cecli.core.errors import RowError, named, shown
from cecli.core.remarks import BLANK_LINE
from cecli.numerics import Floats
from cecli.readers.text.blocks import Block
from cecli.readers.text.dialect import Record, records
from cecli.readers.text.parsed import Parsed, Request, bad_value, by_role


def parse(block: Block, request: Request) -> Parsed:
    """Return the columns of a block, up to its first defect that is not to be skipped."""
    rows = _Rows()
    for record in records(block.data, block.first_line, request.dialect, request.source):
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
            request.source, record.line, f"has {count}, and the header has {request.width}",
            "a field that holds the delimiter is quoted", Reason.FIELDS,
        )  # fmt: skip
    if any(b"\0" in cell for cell in fields):
        raise RowError.at(
            request.source, record.line, "holds a NUL byte",
            "UTF-16 text? --encoding utf-16", Reason.NUL,
        )  # fmt: skip
    return [
        _cell(fields[place], column, record.line, request)
        for place, column in request.columns.items()
    ]


def _cell(cell: bytes, column: Column, line: int, request: Request) -> float | str:
    try:
        text = cell.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RowError.at(
            request.source, line,
            f"column {named(column.name)}: {shown(cell.decode('utf-8', 'backslashreplace'))} "
            f"is not UTF-8 from its byte {error.start + 1} on",
            "--encoding latin-1 reads a file that is Latin-1", Reason.ENCODING,
        ) from None  # fmt: skip
    if column.domain is None:
        return text
    value = number(text)
    if (
        value is None
        or not column.domain.contains(value)
        or value in request.bad_rows.missing_numbers
    ):
        raise bad_value(request, line, column, text)
    return value
