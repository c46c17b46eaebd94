"""The compiled reader of delimited text, if it was built: usual files at a gigabyte a second.

It leaves irregular blocks to the other readers, and all blocks if it was not built.
"""

from typing import TYPE_CHECKING

import numpy as np

from cecli.columns.column import Column
from cecli.core.chunk import Coded
from cecli.core.remarks import BLANK_LINE
from cecli.numerics import Floats
from cecli.readers.text import native
from cecli.readers.text.blocks import Block
from cecli.readers.text.dialect import EXCHANGED
from cecli.readers.text.parsed import Parsed, Request, by_role

if TYPE_CHECKING:
    from cecli.readers.text.scanner import Records


def parse(block: Block, request: Request) -> Parsed | None:
    """Return all columns of a block if all of its quotes and values are valid, else None."""
    if native.scanner is None:
        return None
    dialect = request.dialect
    records = native.scanner.find(
        block.text,
        len(block),
        dialect.delimiter,
        dialect.quote,
        request.width,
        list(request.columns),
        block.first_line,
    )
    numeric = records
    if dialect.decimal == b"," and records is not None:
        # The same records, in which the bytes of points and commas have changed places.
        numeric = native.scanner.find(
            block.text.translate(EXCHANGED),
            len(block),
            dialect.delimiter.translate(EXCHANGED),
            dialect.quote,
            request.width,
            list(request.columns),
            block.first_line,
        )
    if records is None or numeric is None:
        return None
    block.set_lines(records.next_line - block.first_line)
    unwanted = list(request.bad_rows.missing_numbers)
    numbers: list[tuple[Column, Floats]] = []
    texts: dict[str, Coded] = {}
    for place, column in request.columns.items():
        if column.domain is None:
            text = _texts(records, place, column)
            if text is None:
                return None
            texts[column.role] = text
        else:
            domain = column.domain
            values = numeric.numbers(place, domain.low, domain.high, domain.infinities)
            if values is None or (unwanted and np.isin(values, unwanted).any()):
                return None
            if column.domain.is_whole and not column.domain.contains(values).all():
                return None
            numbers.append((column, values))
    remarks = {BLANK_LINE: records.blank_lines} if records.blank_lines.size else {}
    return Parsed(records.lines, by_role(numbers), texts, remarks)


def _texts(records: "Records", place: int, column: Column) -> Coded | None:
    """Return a column of texts, or None if one of them is not UTF-8."""
    if not column.is_key:
        coded = records.texts(place)
        return None if coded is None else Coded(*coded)
    # Imported here, because most inputs are not joined.
    from cecli.core.texts import LazilyCoded

    raw = records.raw_texts(place)
    return None if raw is None else LazilyCoded(*raw)
