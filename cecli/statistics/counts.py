"""How much each value of a column counts, or each combination of values of several."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.errors import InputError
from cecli.numerics.sums.exact import exact_moments, exact_sums_by
from cecli.statistics.keys import Key, groups_of
from cecli.statistics.mean import ONE

# This many distinct values or pairs take a few hundred megabytes.
MOST = 1_000_000


@dataclass(frozen=True)
class CountsState:
    """Σw of each value or pair, in units of `numerics.sums.exact`, and the input's name.

    Attributes
    ----------
    weights : Σw by key.
    unequal : Σw² by key; empty if all rows weigh 1, as Σw² is Σw.
    """

    source: str
    weights: Mapping[Key, int] = field(default_factory=dict)
    unequal: Mapping[Key, int] = field(default_factory=dict)

    @property
    def squares(self) -> Mapping[Key, int]:
        """Σw² by key."""
        return self.unequal or self.weights

    def merge(self, other: Self) -> Self:
        """Return the summed weights of both.

        Raises
        ------
        InputError
            If there are more than a million distinct keys.
        """
        merged = _added(self.weights, other.weights)
        if len(merged) > MOST:
            raise InputError(
                f"has more than {MOST:,} distinct values to count",
                self.source,
                "identifiers or numbers? for probabilities use --prob COL",
            )
        return type(self)(self.source, merged, _added(self.unequal, other.unequal))


def _added(some: Mapping[Key, int], others: Mapping[Key, int]) -> dict[Key, int]:
    total = Counter(some)
    total.update(others)
    return dict(total)


@dataclass(frozen=True)
class Counts:
    """The weight of each value of one text role, or of each combination of several."""

    roles: tuple[str, ...]
    source: str

    def empty(self) -> CountsState:
        return CountsState(self.source)

    def summarize(self, chunk: Chunk) -> CountsState:
        keys, codes = groups_of(chunk, self.roles)
        rows = np.bincount(codes, minlength=len(keys))
        if chunk.weight is None:
            weights = [count * ONE for count in rows.tolist()]
        elif chunk.count is not None:
            weights = exact_sums_by(codes, len(keys), chunk.count)
        else:
            ordered = chunk.weight.take(np.argsort(codes, kind="stable"))
            of_keys = map(exact_moments, np.split(ordered, np.cumsum(rows)[:-1]))
            found = dict(zip(keys, of_keys, strict=False))
            weights_of = {key: total for key, (total, _) in found.items()}
            return CountsState(self.source, weights_of, {key: of for key, (_, of) in found.items()})
        return CountsState(self.source, dict(zip(keys, weights, strict=True)))
