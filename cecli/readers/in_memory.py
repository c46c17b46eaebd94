"""Finding the reader for a table in memory."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from cecli.errors import UsageError
from cecli.readers import Table
from cecli.readers.arrow import ArrowStream, ArrowTable
from cecli.readers.frame import FrameTable
from cecli.readers.pieces import PiecesTable


def table_of(data: Any, number: Callable[[Table], Table]) -> Table:
    """Return the table that data stand for.

    Parameters
    ----------
    data : a DataFrame, or anything that hands out Arrow data; arrays by column name; or an
        iterable of such tables.
    number : what becomes of each table, in their order.

    Raises
    ------
    UsageError
        If this is nothing of the kind.
    """
    # A DataFrame is known by its looks, so that pandas is not imported to recognise a mapping.
    if isinstance(data, Mapping) or (hasattr(data, "iloc") and hasattr(data, "columns")):
        return number(FrameTable(data))
    if hasattr(data, "to_frame"):
        raise UsageError("a single column is not a table", hint="make one of it: .to_frame()")
    if hasattr(data, "__arrow_c_stream__"):
        return number(ArrowTable(f"<{type(data).__name__}>", ArrowStream(data)))
    if isinstance(data, Iterable):
        return PiecesTable(data, partial(table_of, number=number))
    raise UsageError(
        f"a {type(data).__name__} is not a table",
        hint='give a path, a DataFrame, or arrays by name: {"y": labels, "p": probabilities}',
    )
