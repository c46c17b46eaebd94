"""Losses that are infinite, and what clipping does about them."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk, Floats
from cecli.metrics.cross_entropy import CROSS_ENTROPY, cross_entropy
from cecli.metrics.pair import q_of
from cecli.notices import Watch, at_rows, counted
from cecli.preparations.clipping import CLIPPED, Clip
from cecli.report import NATS_PER, Notice, Units
from cecli.scales import Scale
from cecli.statistics import States
from cecli.statistics.every import Every
from cecli.statistics.first_rows import FirstRows, Remarked
from cecli.statistics.mean import Mean

SUGGESTED_CLIP = 1e-15


def _infinite(chunk: Chunk) -> NDArray[np.bool_]:
    return np.isinf(chunk.once(cross_entropy))


def _decided(chunk: Chunk) -> bool:
    """Return whether all predictions are 0 or 1; the first row of most chunks tells."""
    prob = q_of(chunk).prob
    return all(bool(((part == 0.0) | (part == 1.0)).all()) for part in (prob[..., :1], prob))


def _change_by_clip(chunk: Chunk) -> Floats:
    """Return what the suggested clip would add to each row's loss, infinite losses counting as 0.

    Zero for nearly all rows, so that nothing is computed for a chunk without extreme predictions.
    """
    clip = Clip(SUGGESTED_CLIP)
    if chunk.scales.get("prob") is Scale.LOGIT or not clip.moves(chunk):
        return np.zeros(len(chunk))
    moved = clip(chunk)
    loss = chunk.once(cross_entropy)
    return moved.once(cross_entropy) - np.where(np.isinf(loss), 0.0, loss)


def _clipped_cross_entropy(chunk: Chunk) -> Floats:
    return np.where(chunk.numbers["clipped"] > 0.0, chunk.once(cross_entropy), 0.0)


INFINITE = FirstRows(_infinite)
DECIDED = Every(_decided)
CHANGE_BY_CLIP = Mean(_change_by_clip)
CLIPPED_SHARE = Mean(_clipped_cross_entropy)


def infinite_loss(units: Units) -> Watch:
    """Watch for rows that lose infinitely much, and say what clipping would make of them."""
    return Watch((INFINITE, DECIDED, CHANGE_BY_CLIP, CROSS_ENTROPY), partial(_infinite_loss, units))


def _infinite_loss(units: Units, states: States) -> Notice | None:
    rows = states[INFINITE]
    if not rows.count:
        return None
    loss = states[CROSS_ENTROPY]
    decisions = (
        "; every prediction is 0 or 1: are they decisions, and no probabilities?"
        if states[DECIDED].holds
        else ""
    )
    clipped = loss.finite_mean + states[CHANGE_BY_CLIP].finite_mean
    return at_rows(
        "infinite-loss",
        rows,
        f"{counted(rows.count, 'row')} gave probability 0 to what happened: the mean is infinite; "
        f"--clip {SUGGESTED_CLIP:g} would make it {float(clipped) / NATS_PER[units]:.6g} {units}"
        f"{decisions}",
    )


def clipping(epsilon: float) -> Watch:
    """Report what a requested clip touched, and how much of the mean those rows make."""
    return Watch((Remarked(CLIPPED), CLIPPED_SHARE, CROSS_ENTROPY), partial(_clipping, epsilon))


def _clipping(epsilon: float, states: States) -> Notice:
    rows, loss = states[Remarked(CLIPPED)], states[CROSS_ENTROPY].total
    share = float(states[CLIPPED_SHARE].total / loss) if loss else 0.0
    return at_rows(
        CLIPPED,
        rows,
        f"--clip {epsilon:g} moved the probability of {counted(rows.count, 'row')}; "
        f"they make {share:.2%} of cross_entropy",
    )
