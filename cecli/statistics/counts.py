"""How often each value of a text column, or each pair of values of two, occurs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.errors import InputError
from cecli.numerics.sums.exact import exact_sums_by
from cecli.statistics.group_means import Key, groups_of
from cecli.statistics.mean import ONE

# So many different values, or pairs, take a few hundred megabytes.
MOST = 1_000_000


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
        keys, codes = groups_of(chunk, self.roles)
        if chunk.weight is None:
            rows: list[int] = np.bincount(codes, minlength=len(keys)).tolist()
            weights = [count * ONE for count in rows]
        else:
            weights = exact_sums_by(codes, len(keys), chunk.weight)
        return CountsState(self.source, dict(zip(keys, weights, strict=True)))
