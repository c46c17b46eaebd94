"""What happens to a chunk between reader and statistics: labels to targets, weights, clipping.

Each preparation is a frozen value, called with a chunk; it changes nothing that it does not
remark on.
"""

from dataclasses import dataclass

import numpy as np

from cecli.chunk import Chunk, Coded
from cecli.errors import RowError, shown
from cecli.labels import LabelRule

ZERO_WEIGHT = "zero-weight"
CLIPPED = "clipped"


@dataclass(frozen=True)
class LabelsToTargets:
    """Name each label's class, and add the target: 1 for the positive class and 0 for another."""

    column: str
    rule: LabelRule

    def __call__(self, chunk: Chunk) -> Chunk:
        label = chunk.texts["label"]
        names = [self.rule.canonical(text) for text in label.names]
        chunk = self._up_to_the_first_unnamed(chunk, names)
        classes = {name: code for code, name in enumerate(dict.fromkeys(filter(None, names)))}
        recode = np.array([classes.get(name or "", 0) for name in names], dtype=np.int64)
        positive = np.array([self.rule.is_positive(name or "") for name in names], dtype=np.float64)
        codes = chunk.texts["label"].codes
        return chunk.with_numbers(target=positive.take(codes)).with_texts(
            label=Coded(recode.take(codes), tuple(classes))
        )

    def _up_to_the_first_unnamed(self, chunk: Chunk, names: list[str | None]) -> Chunk:
        label = chunk.texts["label"]
        unnamed = np.array([name is None for name in names], dtype=np.bool_)
        if not unnamed.any() or not (bad := unnamed.take(label.codes)).any():
            return chunk
        row = int(np.argmax(bad))
        text = label.names[label.codes[row]]
        what = f"{shown(text)} is {self.rule.expected}" if text.strip() else "the label is empty"
        return chunk.until(
            row,
            RowError.at(
                *chunk.position(row),
                f"column {self.column}: {what}",
                f"other classes: --positive VALUE · soft labels: --target {self.column}",
            ),
        )


def drop_weightless(chunk: Chunk) -> Chunk:
    """Leave out rows of weight zero: they do not count, even where their loss is infinite."""
    if chunk.weight is None or (counts := chunk.weight > 0.0).all():
        return chunk
    return chunk.with_remark(ZERO_WEIGHT, ~counts).where(counts)


@dataclass(frozen=True)
class Clip:
    """Move probabilities into [epsilon, 1 − epsilon], on request; `clipped` is 1 where it did."""

    epsilon: float

    def __call__(self, chunk: Chunk) -> Chunk:
        prob = chunk.numbers["prob"]
        moved = np.clip(prob, self.epsilon, 1.0 - self.epsilon)
        clipped = moved != prob
        return chunk.with_numbers(prob=moved, clipped=clipped.astype(np.float64)).with_remark(
            CLIPPED, clipped
        )
