"""Rows of an input, and those of another with the same keys."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk
from cecli.readers.sides import Numbered

# So many keys are named in an error.
EXAMPLES = 3


@dataclass(frozen=True, eq=False)
class Match:
    """Some rows of the first input, up to the first defect, and their partners.

    Attributes
    ----------
    has_partner : shape (n,), for each row of the first.
    second : the partners, in the order of the rows that have one.
    """

    first: Chunk
    has_partner: NDArray[np.bool_]
    second: Chunk


@dataclass(frozen=True)
class Alone:
    """How many rows have no partner, and the first of them.

    Attributes
    ----------
    examples : key and line of at most EXAMPLES rows.
    """

    count: int
    examples: Sequence[tuple[str, int]]


class Partners(Protocol):
    """All rows of the second input, to be found by their keys, each by one row of the first."""

    @property
    def remarked(self) -> Sequence[Chunk]:
        """No rows, with what was remarked on those of the second input."""
        ...

    def matches(self, first: Iterable[Numbered]) -> Iterator[Match]:
        """Yield the rows of the first input with their partners, in order.

        A match of no rows may come when there is no news but that work goes on. Rows end at the
        first whose key was asked for before.
        """
        ...

    def first_alone(self) -> Alone:
        """Return which rows of the first input have no partner, once all have gone by."""
        ...

    def second_alone(self) -> Alone:
        """Return which rows of the second were found for none."""
        ...

    def chunks_alone(self) -> Iterator[Chunk]:
        """Yield the rows of the second that were found for none: nothing but their lines."""
        ...
