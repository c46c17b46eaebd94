"""Rows of weight 0 in a join: they do not count, and neither do their partners."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cecli.core.chunk import Chunk, Coded, Integers, Preparation
from cecli.join.sides import ROW
from cecli.numerics import Floats
from cecli.preparations.rows import drop_weightless


@dataclass(frozen=True)
class KeepKeys:
    """Prepares the rows that count, and keeps the others for their keys alone.

    What preparations make of a row of weight 0 is not known, so that it has zeros in its place: the
    join leaves such rows out, with their partners.

    Attributes
    ----------
    keyed : the preparations that make the key.
    further : the other preparations.
    key : the role of the key.
    """

    keyed: Sequence[Preparation]
    further: Sequence[Preparation]
    key: str

    def __call__(self, chunk: Chunk) -> Chunk:
        for prepare in self.keyed:
            chunk = prepare(chunk)
        counted = drop_weightless(chunk)
        prepared = counted
        for prepare in self.further:
            prepared = prepare(prepared)
        if counted is chunk or chunk.weight is None:
            return prepared
        return self._with_others(prepared, chunk, np.flatnonzero(chunk.weight == 0.0))

    def _with_others(self, prepared: Chunk, whole: Chunk, others: Integers) -> Chunk:
        """Return prepared rows with the others of a chunk, in its order."""
        kept = np.searchsorted(whole.numbers[ROW], prepared.numbers[ROW])
        places = np.concatenate([kept, others])
        order = np.argsort(places, kind="stable")
        places = places[order]

        def scattered(values: Floats) -> Floats:
            zeros = np.zeros((*values.shape[:-1], others.size))
            return np.concatenate([values, zeros], axis=-1)[..., order]

        numbers = {role: scattered(values) for role, values in prepared.numbers.items()}
        numbers[ROW] = whole.numbers[ROW][places]
        zeros = np.zeros(others.size, dtype=np.int64)
        texts = {
            role: Coded(np.concatenate([text.codes, zeros])[order], text.names)
            for role, text in prepared.texts.items()
            if role != self.key
        }
        texts[self.key] = whole.texts[self.key].at(places)
        return replace(prepared, lines=whole.lines[places], numbers=numbers, texts=texts)
