"""How often each value of a text column, or each pair of values of two, occurs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from cecli.chunk import Chunk, Coded, Integers
from cecli.errors import InputError
from cecli.numerics.exact import exact_sums_by
from cecli.statistics.mean import ONE

# So many different values, or pairs, take a few hundred megabytes.
MOST = 1_000_000

Key = tuple[str, ...]


@dataclass(frozen=True)
class CountsState:
    """The weight of each value or pair, in units of `numerics.exact`, and what the input is."""

    source: str
    weights: Mapping[Key, int] = field(default_factory=dict)

    def merge(self, other: Self) -> Self:
        """Return the weights of both.

        Raises
        ------
        InputError
            If there are more than a million different keys.
        """
        merged = Counter(self.weights)
        merged.update(other.weights)
        if len(merged) > MOST:
            raise InputError(
                f"has more than {MOST:,} different values to count",
                self.source,
                "identifiers, or numbers? probabilities: --prob COL",
            )
        return type(self)(self.source, dict(merged))


@dataclass(frozen=True)
class Counts:
    """The weight of each value of one text role, or of each combination of several."""

    roles: tuple[str, ...]
    source: str

    def empty(self) -> CountsState:
        return CountsState(self.source)

    def summarize(self, chunk: Chunk) -> CountsState:
        texts = [chunk.texts[role] for role in self.roles]
        cells, places, rows = np.unique(_joint(texts), return_inverse=True, return_counts=True)
        if chunk.weight is None:
            weights = [int(count) * ONE for count in rows]
        else:
            weights = exact_sums_by(places, len(cells), chunk.weight)
        return CountsState(self.source, dict(zip(_keys(cells, texts), weights, strict=True)))


def _joint(texts: list[Coded]) -> Integers:
    """Return one code for each row's combination of values."""
    joint = texts[0].codes
    for text in texts[1:]:
        joint = joint * len(text.names) + text.codes
    return joint


def _keys(joint: Integers, texts: list[Coded]) -> list[Key]:
    """Return the values that the combined codes stand for."""
    columns: list[list[str]] = []
    for text in reversed(texts):
        size = max(len(text.names), 1)
        columns.insert(0, [text.names[code] for code in (joint % size).tolist()])
        joint = joint // size
    return list(zip(*columns, strict=True))
