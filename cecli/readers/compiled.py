"""The compiled reader of delimited text, where it was built: usual files at a gigabyte a second.

It hands every block that is not plain to the readers after it, and all blocks where it is missing.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from cecli.chunk import Coded, Floats
from cecli.columns import Column
from cecli.readers.blocks import Block
from cecli.readers.parsed import BLANK_LINE, Parsed, Request, by_role

if TYPE_CHECKING:
    from cecli.readers.scanner import Records

# None where the extension was not built; this is the one place that knows.
find: "Callable[[bytes, bytes, bytes, int, int], Records | None] | None"
try:
    from cecli.readers.scanner import find
except ImportError:
    find = None


def parse(block: Block, request: Request) -> Parsed | None:
    """Return all columns of a block without quotes whose values are all in order, else None."""
    if find is None:
        return None
    dialect = request.dialect
    records = find(block.data, dialect.delimiter, dialect.quote, request.width, block.first_line)
    if records is None:
        return None
    unwanted = list(request.bad_rows.missing_numbers)
    numbers: list[tuple[Column, Floats]] = []
    texts: dict[str, Coded] = {}
    for place, column in request.columns.items():
        if column.domain is None:
            coded = records.texts(place)
            if coded is None:
                return None
            texts[column.role] = Coded(*coded)
        else:
            values = records.numbers(place, column.domain.low, column.domain.high)
            if values is None or (unwanted and np.isin(values, unwanted).any()):
                return None
            numbers.append((column, values))
    remarks = {BLANK_LINE: records.blank_lines} if records.blank_lines.size else {}
    return Parsed(records.lines, by_role(numbers), texts, remarks)
