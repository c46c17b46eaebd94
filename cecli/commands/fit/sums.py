"""The sums of the terms of a line through the logits, from one compiled pass over the rows.

They have the bits of the sums of `bernoulli_terms`, since both are exact.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from cecli.commands.fit.models import Curve, Logistic, Offset, Point, logit_and_one
from cecli.core.chunk import Chunk
from cecli.numerics.sums.exact import COMPILED_SHIFT

try:
    from cecli.kernels import logistic_pass
except ImportError:
    logistic_pass = None  # type: ignore[assignment]

Sums = Callable[[Chunk, Point], Sequence[int] | None]


def quick_sums(curve: Curve) -> Sums | None:
    """Return what sums the terms of a curve at a point in a compiled pass; None if there is none.

    It returns the sums in units of `numerics.exact`, or None for rows that it does not apply to:
    those with weights, on other scales, and with infinite logits.
    """
    if logistic_pass is None or not isinstance(curve, Offset | Logistic):
        return None
    if curve.outcome.place is not None:
        return None
    if isinstance(curve, Offset):
        return partial(_sums, is_shift=True)
    return partial(_sums, is_shift=False) if curve.features is logit_and_one else None


def _sums(chunk: Chunk, point: Point, *, is_shift: bool) -> Sequence[int] | None:
    prob = chunk.numbers["prob"]
    if chunk.weight is not None or "prob" in chunk.scales or prob.ndim > 1:
        return None
    target = np.ascontiguousarray(chunk.numbers["target"])
    slope, intercept = (1.0, *point) if is_shift else point
    sums = logistic_pass.logistic_sums(
        target, np.ascontiguousarray(prob), slope, intercept, is_shift
    )
    return None if sums is None else [x << COMPILED_SHIFT for x in sums]
