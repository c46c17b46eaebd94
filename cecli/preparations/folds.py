"""Which fold a row is in: by a stable hash, the same on every machine and every day."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from cecli.chunk import Chunk, Floats
from cecli.numerics.splitmix import outputs
from cecli.statistics.outside_fold import FOLD

FOLD_BY = "fold_by"


@dataclass(frozen=True)
class FoldByText:
    """The fold of a text, such as an identifier: rows that share it stay together.

    Notes
    -----
    blake2b of its UTF-8 bytes, the first 8 bytes of the digest, little-endian, modulo the folds.
    """

    folds: int

    def __call__(self, chunk: Chunk) -> Chunk:
        text = chunk.texts[FOLD_BY]
        folds = np.array([fold_of(name, self.folds) for name in text.names], dtype=np.float64)
        return chunk.with_numbers(**{FOLD: folds.take(text.codes)})


def fold_of(text: str, folds: int) -> int:
    """Return the fold of a text.

    Examples
    --------
    >>> [fold_of(name, 5) for name in ("a", "b", "c")] == [fold_of(name, 5) for name in "abc"]
    True
    """
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") % folds


def folds_of_positions(first: int, rows: int, folds: int) -> Floats:
    """Return the folds of rows by their positions, of which the first is given.

    Notes
    -----
    The position, counted from 0 over the rows that are used, through SplitMix64's mixing function,
    modulo the folds.
    """
    places = np.arange(first, first + rows, dtype=np.uint64)
    z = outputs(np.zeros(1, dtype=np.uint64), places)
    return np.asarray((z % np.uint64(folds)).astype(np.float64))
