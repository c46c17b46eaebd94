"""Between which values a score lies where something happened, and where it did not."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Self

from cecli.chunk import Chunk, Floats


@dataclass(frozen=True)
class RangesState:
    """The least and the largest value in rows with a target above 0, and with one below 1."""

    low: float = inf
    high: float = -inf
    other_low: float = inf
    other_high: float = -inf

    def merge(self, other: Self) -> Self:
        return type(self)(
            min(self.low, other.low),
            max(self.high, other.high),
            min(self.other_low, other.other_low),
            max(self.other_high, other.other_high),
        )

    @property
    def has_both(self) -> bool:
        """Whether it happened somewhere, and somewhere did not."""
        return self.low <= self.high and self.other_low <= self.other_high

    @property
    def is_constant(self) -> bool:
        """Whether all rows have one value."""
        return min(self.low, self.other_low) >= max(self.high, self.other_high)


@dataclass(frozen=True)
class Ranges:
    """The ranges of a score, by a target in [0, 1]: functions from a chunk to one float64 a row."""

    score: Callable[[Chunk], Floats]
    target: Callable[[Chunk], Floats]

    def empty(self) -> RangesState:
        return RangesState()

    def summarize(self, chunk: Chunk) -> RangesState:
        score, target = self.score(chunk), self.target(chunk)
        return RangesState(*_range(score[target > 0.0]), *_range(score[target < 1.0]))


def _range(values: Floats) -> tuple[float, float]:
    if not values.size:
        return inf, -inf
    # −0.0 and 0.0 are one value: which of them comes first must not show.
    return float(values.min()) + 0.0, float(values.max()) + 0.0
