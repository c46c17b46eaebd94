"""The rows of a chunk: which of them count, the scale of their numbers, and clipping.

Each row has two distributions: that of the observed outcome, and the predicted one.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.numbers import Scale, Unscaled
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import RowError
from cecli.core.remarks import ZERO_COUNT, ZERO_WEIGHT
from cecli.numerics import Floats
from cecli.numerics.distributions.distributions import Certain, Distributions, stated
from cecli.numerics.scalars import log, log1p


def p_of(chunk: Chunk) -> Distributions:
    """Return the observed distributions; labels are certain."""
    return chunk.once(_target)


def q_of(chunk: Chunk) -> Distributions:
    """Return the predicted distributions."""
    return chunk.once(_prediction)


def _target(chunk: Chunk) -> Distributions:
    target, label = chunk.numbers["target"], chunk.texts.get("label")
    if label is not None and target.ndim > 1:
        return Certain(label.codes, target)
    return _stated(chunk, "target")


def _prediction(chunk: Chunk) -> Distributions:
    return _stated(chunk, "prob")


def _stated(chunk: Chunk, role: str) -> Distributions:
    return stated(chunk.numbers[role], chunk.scales.get(role, Scale.PROBABILITY))


@dataclass(frozen=True)
class Stated:
    """Record the scale of a role's numbers."""

    role: str
    scale: Scale

    def __call__(self, chunk: Chunk) -> Chunk:
        return replace(chunk, scales={**chunk.scales, self.role: self.scale})


@dataclass(frozen=True)
class Alias:
    """Give a role the texts of another one, which is of the same column."""

    role: str
    of: str

    def __call__(self, chunk: Chunk) -> Chunk:
        return chunk.with_texts(**{self.role: chunk.texts[self.of]})


def drop_weightless(chunk: Chunk) -> Chunk:
    """Leave out rows of weight or count zero, which are nothing even if their loss is infinite."""
    if chunk.weight is None or (counts := chunk.weight > 0.0).all():
        return chunk
    code = ZERO_WEIGHT if chunk.count is None else ZERO_COUNT
    return chunk.with_remark(code, ~counts).where(counts)


def without(
    chunk: Chunk,
    bad: NDArray[np.bool_],
    reason: Reason,
    bad_rows: BadRows,
    explain: Callable[[int], RowError],
) -> Chunk:
    """Return all other rows if bad rows are skipped, else those before the first bad row.

    Parameters
    ----------
    bad : shape (n,).
    explain : the error for a bad row, by its index.
    """
    if not bad.any():
        return chunk
    if reason in bad_rows.skips:
        return chunk.with_remark(reason.remark, bad).where(~bad)
    row = int(np.argmax(bad))
    return chunk.until(row, explain(row))


CLIPPED = "clipped"


def is_clipped(chunk: Chunk) -> NDArray[np.bool_]:
    """Return in which rows a clip moved a probability."""
    return chunk.numbers[CLIPPED] > 0.0


@dataclass(frozen=True)
class Clip:
    """Move probabilities under some roles into [epsilon, 1 − epsilon], on request.

    Rows in which any of them moved have `clipped` = 1, the others 0.
    """

    epsilon: float
    roles: tuple[str, ...] = ("prob",)

    def __call__(self, chunk: Chunk) -> Chunk:
        touched: NDArray[np.bool_] = np.zeros(len(chunk), dtype=np.bool_)
        moved, scales = {}, dict(chunk.scales)
        for role in self.roles:
            values, scale = _clippable(chunk, role)
            moved[role] = np.clip(values, *bounds(self.epsilon, scale))
            touched |= np.atleast_2d(moved[role] != values).any(axis=0)
            if role in scales:
                scales[role] = scale
        chunk = replace(chunk, scales=scales)
        return chunk.with_numbers(**moved, **{CLIPPED: touched.astype(np.float64)})

    def moves(self, chunk: Chunk) -> bool:
        """Return whether any probability is out of bounds."""
        for role in self.roles:
            values, scale = _clippable(chunk, role)
            low, high = bounds(self.epsilon, scale)
            if values.size and (values.min() < low or values.max() > high):
                return True
        return False


def _clippable(chunk: Chunk, role: str) -> tuple[Floats, Scale]:
    """Return the numbers of a role, and their scale, on which each bounds one probability.

    Amounts and logits of several classes determine probabilities only together.
    """
    values, scale = chunk.numbers[role], chunk.scales.get(role, Scale.PROBABILITY)
    if scale is Unscaled.AMOUNT or (scale is Scale.LOGIT and values.ndim > 1):
        together = q_of(chunk) if role == "prob" else _stated(chunk, role)
        return together.prob, Scale.PROBABILITY
    return values, Scale(scale)


def bounds(epsilon: float, scale: Scale) -> tuple[float, float]:
    """Return epsilon and 1 − epsilon on a scale."""
    match scale:
        case Scale.LOG_PROBABILITY:
            return log(epsilon), log1p(-epsilon)
        case Scale.LOGIT:
            odds = log(epsilon) - log1p(-epsilon)
            return odds, -odds
        case Scale.PERCENT:
            return 100.0 * epsilon, 100.0 * (1.0 - epsilon)
        case Scale.PROBABILITY:
            return epsilon, 1.0 - epsilon
