"""Predictions of exactly 0 or 1, whose logits are infinite: no parameter could move them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk
from cecli.errors import InputError
from cecli.fits import Model
from cecli.metrics.pair import q_of
from cecli.models.outcome import LARGEST_LOGIT, Outcome
from cecli.notices import counted
from cecli.notices.loss import SUGGESTED_CLIP
from cecli.statistics import States, Statistic
from cecli.statistics.first_rows import FirstRows


@dataclass(frozen=True)
class _Infinite:
    """Whether the logarithms that a model needs of a row are infinite, or all but."""

    classes: int
    apart: bool

    def __call__(self, chunk: Chunk) -> NDArray[np.bool_]:
        if not self.apart:
            return np.asarray((q_of(chunk).surprisal > LARGEST_LOGIT).any(axis=0))
        outcomes = [Outcome(place) for place in range(self.classes)] or [Outcome()]
        flags = [np.abs(outcome.logit(chunk)) > LARGEST_LOGIT for outcome in outcomes]
        return np.asarray(np.any(flags, axis=0))


@dataclass(frozen=True)
class FiniteLogits:
    """No row predicts exactly 0 or 1.

    Attributes
    ----------
    classes : how many columns there are, where there are several.
    apart : whether each class is one of two outcomes, whose probabilities must not be 1 either.
    """

    model: Model
    classes: int
    apart: bool

    @property
    def _rows(self) -> FirstRows:
        return FirstRows(_Infinite(self.classes, self.apart))

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self._rows,)

    def check(self, states: States, source: str) -> None:  # noqa: ARG002
        rows = states[self._rows]
        if not rows.count:
            return
        first = rows.first[0]
        lines = ", ".join(str(position.line) for position in rows.first)
        more = ", …" if rows.count > len(rows.first) else ""
        certain = "0 or 1" if self.apart else "0"
        several = rows.count > 1
        raise InputError(
            f"{counted(rows.count, 'row')} {'give' if several else 'gives'} a probability of "
            f"exactly {certain}, or all but (line{'s' if several else ''} {lines}{more}): the "
            f"logit is infinite, and --model {self.model} cannot move it",
            f"{first.source}:{first.line}",
            f"--clip {SUGGESTED_CLIP:g} moves such probabilities a little · --model isotonic needs "
            "no logits",
        )
