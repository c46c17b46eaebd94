"""The compiled reader of delimited text, if it was built: usual files at a gigabyte a second.

It leaves irregular blocks to the other readers, and all blocks if it was not built.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from cecli.columns.column import Column, Domain
from cecli.columns.numbers import extended_number
from cecli.core.chunk import Coded, Integers
from cecli.core.remarks import BLANK_LINE
from cecli.numerics import Floats
from cecli.readers.text import native
from cecli.readers.text.blocks import Block
from cecli.readers.text.dialect import EXCHANGED
from cecli.readers.text.parsed import Parsed, Request, by_role

if TYPE_CHECKING:
    from cecli.readers.text.scanner import Records


def are_accepted(values: Floats, domain: Domain, unwanted: list[float]) -> bool:
    """Return whether numbers in the range of a domain are all accepted, and none is unwanted."""
    if unwanted and np.isin(values, unwanted).any():
        return False
    return not domain.is_whole or bool(domain.contains(values).all())


def with_gaps(
    coded: tuple[Integers, tuple[str, ...]] | None, domain: Domain, request: Request
) -> Floats | None:
    """Return the numbers of some texts, NaN for missing values; None if another is no number."""
    if coded is None:
        return None
    codes, names = coded
    is_missing, decimal = request.bad_rows.is_missing_number, request.dialect.with_points
    numbers = [math.nan if is_missing(x) else extended_number(decimal(x)) for x in names]
    if None in numbers:
        return None
    values = np.array(numbers, dtype=np.float64)
    accepted = np.isnan(values) | domain.contains(values)
    return values.take(codes) if accepted.all() else None


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
            if values is not None and not are_accepted(values, domain, unwanted):
                values = None
            if values is None and domain.may_be_missing:
                values = with_gaps(records.texts(place), domain, request)
            if values is None:
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
