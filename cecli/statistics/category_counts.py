"""How much each value of a column counts, as long as there are not too many different ones."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from cecli.columns.bad_rows import BadRows
from cecli.core.chunk import Chunk, Coded
from cecli.core.errors import InputError
from cecli.statistics.group_rows import Term
from cecli.statistics.group_sums import GroupSums

WEIGHT = (Term(0), Term(1))


class _TooManyError(InputError):
    """There are more values than are counted; no message, as nobody sees it."""


def _too_many(most: int, source: str) -> InputError:  # noqa: ARG001
    return _TooManyError("")


@dataclass(frozen=True)
class CategoryCountsState:
    """Σw of each text; None if there are too many different ones."""

    sums: GroupSums | None

    def merge(self, other: Self) -> Self:
        if self.sums is None or other.sums is None:
            return type(self)(None)
        try:
            return replace(self, sums=self.sums.merge(other.sums))
        except _TooManyError:
            return type(self)(None)

    @cached_property
    def weights(self) -> dict[str, int] | None:
        """Σw of each text, in units of `numerics.sums.exact`; None if there are too many."""
        if self.sums is None:
            return None
        if len(self.sums) > self.sums.most:
            return None
        return {text: weight for (text,), (_, weight) in self.sums}


@dataclass(frozen=True)
class CategoryCounts:
    """The weight of each value of a text role, of at most so many."""

    role: str
    most: int

    def empty(self) -> CategoryCountsState:
        return CategoryCountsState(GroupSums.empty("", self.most, WEIGHT, _too_many))

    def summarize(self, chunk: Chunk) -> CategoryCountsState:
        empty = self.empty()
        if empty.sums is None:
            return empty
        try:
            return CategoryCountsState(empty.sums.of(chunk, (self.role,), ()))
        except _TooManyError:
            return CategoryCountsState(None)


@dataclass(frozen=True)
class MissingAlike:
    """Gives all texts of a role that stand for a missing value one text: an empty one.

    Words such as NA and None are missing values only if an option says so: some are categories.
    """

    role: str
    bad_rows: BadRows

    def __call__(self, chunk: Chunk) -> Chunk:
        text = chunk.texts[self.role]
        if not self.bad_rows.any_missing(text.names):
            return chunk
        places: dict[str, int] = {}
        names = ("" if self.bad_rows.is_missing(name) else name for name in text.names)
        recode = [places.setdefault(name, len(places)) for name in names]
        codes = np.array(recode, dtype=np.int64).take(text.codes)
        return chunk.with_texts(**{self.role: Coded(codes, tuple(places))})
