"""The probabilities of a row's classes add up to 1, or they are made to, on request."""

from dataclasses import dataclass

import numpy as np

from cecli.chunk import Chunk, Floats
from cecli.errors import RowError
from cecli.numerics.class_sum import sum_over_classes
from cecli.scales import Scale

NORMALIZED = "normalized"
# By how much a sum may be off: beyond the first it is remarked on, beyond the second refused.
NOTICED, REFUSED = 1e-6, 1e-3


def deviation(role: str) -> str:
    """Return under which name the distance of a role's sum from 1 is kept, of shape (n,)."""
    return f"{role}-sum"


@dataclass(frozen=True)
class AddUpToOne:
    """Refuse rows of K probabilities whose sum is not 1; keep how far the others are off."""

    role: str
    word: str

    def __call__(self, chunk: Chunk) -> Chunk:
        total = _total(chunk, self.role)
        off = np.abs(total - 1.0)
        if (off > REFUSED).any():
            row = int(np.argmax(off > REFUSED))
            defect = RowError.at(
                *chunk.position(row),
                f"the {self.word} add up to {total[row]:.6g}, not to 1",
                _hint(float(total[row])),
            )
            chunk, off = chunk.until(row, defect), off[:row]
        return chunk.with_numbers(**{deviation(self.role): np.ascontiguousarray(off)})


@dataclass(frozen=True)
class Normalize:
    """Divide K probabilities by their sum, on request; remark on the rows that this changes."""

    role: str
    word: str

    def __call__(self, chunk: Chunk) -> Chunk:
        total = _total(chunk, self.role)
        nothing = (total == 0.0) | np.isinf(total)
        if nothing.any():
            row = int(np.argmax(nothing))
            what = f"the {self.word} add up to {total[row]:.6g}"
            chunk = chunk.until(row, RowError.at(*chunk.position(row), what, "is this row empty?"))
            total = total[:row]
        off = np.abs(total - 1.0)
        values = chunk.numbers[self.role]
        logarithms = chunk.scales.get(self.role) is Scale.LOG_PROBABILITY
        divided = values - np.log(total) if logarithms else values / total
        return chunk.with_numbers(**{self.role: divided, deviation(self.role): off}).with_remark(
            f"{NORMALIZED}-{self.role}", off > NOTICED
        )


def _total(chunk: Chunk, role: str) -> Floats:
    values = chunk.numbers[role]
    return sum_over_classes(
        np.exp(values) if chunk.scales.get(role) is Scale.LOG_PROBABILITY else values
    )


def _hint(total: float) -> str:
    if abs(total - 100.0) < 1.0:
        return "percentages? --from percent"
    return "are these all the classes? --normalize divides each row by its sum"
