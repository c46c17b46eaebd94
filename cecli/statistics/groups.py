"""Groups of rows: those that share the values of some text columns."""

import numpy as np

from cecli.chunk import Chunk, Coded, Integers

Key = tuple[str, ...]

# So many combinations can be counted one by one, whether or not they occur.
FEW = 1 << 20


def groups_of(chunk: Chunk, roles: tuple[str, ...]) -> tuple[list[Key], Integers]:
    """Return the groups that occur in a chunk, and the group of each row, by its place."""
    texts = [chunk.texts[role] for role in roles]
    columns: list[list[str]] = []
    groups, codes = _numbered(texts[0].codes, len(texts[0].names))
    columns.append(_names(texts[0], groups))
    for text in texts[1:]:
        size = max(len(text.names), 1)
        groups, codes = _numbered(codes * size + text.codes, len(columns[0]) * size)
        before, last = np.divmod(groups, size)
        columns = [[names[place] for place in before.tolist()] for names in columns]
        columns.append(_names(text, last))
    return list(zip(*columns, strict=True)), codes


def _numbered(codes: Integers, size: int) -> tuple[Integers, Integers]:
    """Return the codes that occur, in order, and each row's place among them."""
    if size > FEW:
        used, places = np.unique(codes, return_inverse=True)
        return used, places.reshape(-1)
    used = np.flatnonzero(np.bincount(codes, minlength=size))
    if used.size == size:
        return used, codes
    recode = np.zeros(size, dtype=np.int64)
    recode[used] = np.arange(used.size)
    return used, recode.take(codes)


def _names(text: Coded, codes: Integers) -> list[str]:
    return [text.names[code] for code in codes.tolist()]
