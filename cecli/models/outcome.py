"""What may happen in a row: the positive class, or one of K classes against all others."""

from dataclasses import dataclass

import numpy as np

from cecli.chunk import Chunk, Floats
from cecli.numerics import bernoulli, categorical
from cecli.scales import Scale

# Squares of larger logits, and sums of these, would leave the range of a float64.
LARGEST_LOGIT = 1e100


@dataclass(frozen=True)
class Outcome:
    """An event that a row's prediction gives a probability.

    Attributes
    ----------
    place : of the class that it is, of K; None where there is one column of probabilities.
    """

    place: int | None = None

    def stated(self, chunk: Chunk) -> Floats:
        """Return the predictions as they are written, which order the rows; shape (n,)."""
        prob = chunk.numbers["prob"]
        return prob if self.place is None else prob[self.place]

    def target(self, chunk: Chunk) -> Floats:
        """Return how far it happened, shape (n,), in [0, 1]."""
        target = chunk.numbers["target"]
        return target if self.place is None else target[self.place]

    def surprisal(self, chunk: Chunk) -> Floats:
        """Return −ln(1 − q) and −ln q, shape (2, n)."""
        return chunk.once(self._surprisal)

    def logit(self, chunk: Chunk) -> Floats:
        """Return ln q − ln(1 − q), shape (n,), infinite where q is 0 or 1."""
        return chunk.once(self._logit)

    def _surprisal(self, chunk: Chunk) -> Floats:
        scale = chunk.scales.get("prob", Scale.PROBABILITY)
        if self.place is not None and scale is Scale.LOGIT:
            return chunk.once(_softmax)[:, self.place]
        surprisal: Floats = bernoulli.KINDS[scale](self.stated(chunk)).surprisal
        return surprisal

    def _logit(self, chunk: Chunk) -> Floats:
        if self.place is None and chunk.scales.get("prob") is Scale.LOGIT:
            return self.stated(chunk)
        surprisal = self.surprisal(chunk)
        with np.errstate(invalid="ignore"):
            return np.asarray(surprisal[0] - surprisal[1])


def _softmax(chunk: Chunk) -> Floats:
    """Return −ln(1 − q) and −ln q of all classes, from their logits; shape (2, K, n)."""
    return categorical.Logits(chunk.numbers["prob"]).surprisal_of_others()
