"""The quick reader of delimited text: pandas' C parser, on blocks that are shown to be regular.

pandas alone would cut a value at a NUL, read `"0.5"1` as 0.51, a lone carriage return as a line
end, a short row as one with empty cells, and a column of TRUE as ones. So a block is looked over
first (`structure`), and given up wherever pandas and the rules might disagree; the general reader
then has it.
"""

import io
from typing import TYPE_CHECKING

import numpy as np

from cecli.chunk import Coded, Floats
from cecli.columns import Column
from cecli.readers.blocks import Block
from cecli.readers.parsed import BLANK_LINE, Parsed, Request, by_role
from cecli.readers.records import records
from cecli.readers.structure import regular
from cecli.tokens import is_number

if TYPE_CHECKING:
    import pandas as pd


def parse(block: Block, request: Request) -> Parsed | None:
    """Return all columns of a regular block whose values are all in order, else None."""
    rows = regular(block, request)
    if rows is None:
        return None
    frame = _read(rows.data, request)
    if frame is None or len(frame) != len(rows.lines):
        return None
    unwanted = list(request.bad_rows.missing_numbers)
    numbers: list[tuple[Column, Floats]] = []
    texts: dict[str, Coded] = {}
    for place, column in request.columns.items():
        if column.domain is None:
            texts[column.role] = _coded(frame[place])
            continue
        values = frame[place].to_numpy() + 0.0  # turns −0.0 into 0.0
        if unwanted and np.isin(values, unwanted).any():
            return None
        if not column.domain.contains(values).all() or _maybe_words(
            values, place, rows.data, request
        ):
            return None
        numbers.append((column, values))
    remarks = {BLANK_LINE: rows.blank_lines} if rows.blank_lines.size else {}
    return Parsed(rows.lines, by_role(numbers), texts, remarks)


def _read(data: bytes, request: Request) -> "pd.DataFrame | None":
    import pandas as pd

    wanted = request.columns.items()
    try:
        return pd.read_csv(
            io.BytesIO(data),
            sep=request.dialect.delimiter.decode("ascii"),
            quotechar=request.dialect.quote.decode("ascii"),
            header=None,
            index_col=False,
            usecols=[place for place, _ in wanted],
            # Not "category": its categories are text only until they all look like numbers.
            dtype={place: "object" if c.domain is None else "float64" for place, c in wanted},
            na_filter=False,
            skip_blank_lines=False,
            engine="c",
            low_memory=False,
        )
    except ValueError:  # also pandas' own ParserError: the general reader knows which row and why
        return None


def _coded(column: "pd.Series") -> Coded:
    codes, names = column.factorize(use_na_sentinel=False)
    return Coded(codes.astype(np.int64), tuple(names))


def _maybe_words(values: Floats, place: int, data: bytes, request: Request) -> bool:
    """Return whether zeros and ones were read from words: pandas takes TRUE for 1.0.

    It does so only where the whole column is words, so that the first row tells.
    """
    if len(values) == 0 or not ((values == 0.0) | (values == 1.0)).all():
        return False
    first = next(records(data, 1, request.dialect, request.source))
    return not is_number(first.fields[place].decode("ascii", "replace"))
