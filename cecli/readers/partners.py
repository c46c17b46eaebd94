"""The rows of a second input, where there is room for them: in memory, or in a database."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain

from cecli.bad_rows import BadRows
from cecli.errors import InputError
from cecli.readers.database import Database, require_duckdb
from cecli.readers.folder import temporary_folder
from cecli.readers.in_core import InMemory
from cecli.readers.keyed import KeyedRows, KeyedSide, in_one
from cecli.readers.matches import Partners
from cecli.readers.out_of_core import OutOfCore
from cecli.readers.setaside import SetAside
from cecli.readers.sides import Side

# So much is joined in memory, some fourteen million rows with a short key and one probability; it
# takes half as much again for a moment.
MOST_BYTES = 1 << 30


@contextmanager
def partners_of(side: Side, bad_rows: BadRows, roles: Sequence[str]) -> Iterator[Partners]:
    """Give all rows of a side, to be found by their keys, with what they have of some roles.

    Raises
    ------
    InputError
        If a row cannot be used, or a key occurs again, or there is no row.
    MissingExtraError
        If there are too many for memory, and DuckDB is not there.
    """
    rows = KeyedSide(side, bad_rows, roles)
    coming, pieces, size = iter(rows), deque[KeyedRows](), 0
    for piece in coming:
        pieces.append(piece)
        size += piece.size
        if size > MOST_BYTES:
            require_duckdb(rows.name)
            with (
                temporary_folder() as folder,
                closing(Database(folder)) as database,
                closing(SetAside(folder)) as first,
            ):
                yield OutOfCore(database, first, rows, chain(_drained(pieces), coming))
            return
    if not pieces:
        raise InputError("has a header and no data rows", side.table.name)
    kept = in_one(pieces)
    pieces.clear()
    yield InMemory(rows, kept)


def _drained(pieces: deque[KeyedRows]) -> Iterator[KeyedRows]:
    """Yield what was kept, and keep it no longer."""
    while pieces:
        yield pieces.popleft()
