"""A digest of rows that is the same for the same rows, in whatever order they come."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.numerics import Words
from cecli.numerics.multisets.muhash import PRIME, digest_of, key_of, product_of, text_hashes


@dataclass(frozen=True)
class RowDigestState:
    """The product of the hashes of rows, modulo a prime."""

    product: int = 1

    def merge(self, other: Self) -> Self:
        return type(self)(self.product * other.product % PRIME)

    @property
    def digest(self) -> str:
        """The digest of the rows, as 64 hexadecimal digits."""
        return digest_of(self.product)


@dataclass(frozen=True)
class RowDigest:
    """The digest of some values of each row; a row with a count is as many rows.

    A number is the bits of its float64, and −0 is 0. A text is the hash of its UTF-8.

    Attributes
    ----------
    numbers : names of numbers of a chunk, each with how many columns it has.
    texts : roles of texts.
    """

    numbers: tuple[tuple[str, int], ...]
    texts: tuple[str, ...] = ()

    @cached_property
    def key(self) -> bytes:
        """The key of the hashes, which tells what the values of a row are."""
        numbers = (f"{name} {columns}" for name, columns in self.numbers)
        return key_of("\n".join(["cecli rows 1", *numbers, *self.texts]))

    def empty(self) -> RowDigestState:
        return RowDigestState()

    def summarize(self, chunk: Chunk) -> RowDigestState:
        if not len(chunk):
            return self.empty()
        columns = np.stack([*self._of_numbers(chunk), *_of_texts(chunk, self.texts)])
        return RowDigestState(product_of(columns, self.key, chunk.count))

    def _of_numbers(self, chunk: Chunk) -> Iterator[Words]:
        for name, _ in self.numbers:
            for column in np.atleast_2d(chunk.numbers[name]):
                yield (column + 0.0).view(np.uint64)


def _of_texts(chunk: Chunk, roles: Sequence[str]) -> Iterator[Words]:
    for role in roles:
        text = chunk.texts[role]
        yield from text_hashes(text.names).take(text.codes, axis=0).T
