"""Remarks on data quality that belong in the report, each with its count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk, Floats
from cecli.metrics.cross_entropy import CROSS_ENTROPY, cross_entropy
from cecli.metrics.pair import p_of
from cecli.numerics import divergences
from cecli.numerics.bernoulli import Probabilities
from cecli.preparations import CLIPPED, ZERO_WEIGHT
from cecli.readers.parsed import BLANK_LINE
from cecli.report import NATS_PER, Notice, Result, Units
from cecli.statistics import States, Statistic
from cecli.statistics.first_rows import FirstRows, FirstRowsState, Remarked
from cecli.statistics.mean import Mean

SUGGESTED_CLIP = 1e-15


@dataclass(frozen=True)
class Watch:
    """Something to watch for: what it needs to know of the rows, and what it says of them."""

    statistics: tuple[Statistic[Any], ...]
    notice: Callable[[States], Notice | None]


def _infinite(chunk: Chunk) -> NDArray[np.bool_]:
    return np.isinf(chunk.once(cross_entropy))


def _change_by_clip(chunk: Chunk) -> Floats:
    """Return what the suggested clip would add to each row's loss, infinite losses counting as 0.

    Zero for nearly all rows, so that nothing is computed for a chunk without extreme predictions.
    """
    prob, loss = chunk.numbers["prob"], chunk.once(cross_entropy)
    moved = np.clip(prob, SUGGESTED_CLIP, 1.0 - SUGGESTED_CLIP)
    if not (moved != prob).any():
        return np.zeros(len(chunk))
    clipped = divergences.cross_entropy(p_of(chunk), Probabilities(moved))
    return clipped - np.where(np.isinf(loss), 0.0, loss)


def _clipped_cross_entropy(chunk: Chunk) -> Floats:
    return np.where(chunk.numbers["clipped"] > 0.0, chunk.once(cross_entropy), 0.0)


INFINITE = FirstRows(_infinite)
CHANGE_BY_CLIP = Mean(_change_by_clip)
CLIPPED_SHARE = Mean(_clipped_cross_entropy)


def infinite_loss(units: Units) -> Watch:
    """Watch for rows that lose infinitely much, and say what clipping would make of them."""
    return Watch((INFINITE, CHANGE_BY_CLIP, CROSS_ENTROPY), partial(_infinite_loss, units))


def _infinite_loss(units: Units, states: States) -> Notice | None:
    rows = states[INFINITE]
    if not rows.count:
        return None
    clipped = states[CROSS_ENTROPY].finite_mean + states[CHANGE_BY_CLIP].finite_mean
    return _counted(
        "infinite-loss",
        rows,
        f"{_count(rows.count, 'row')} gave probability 0 to what happened: the mean is infinite; "
        f"--clip {SUGGESTED_CLIP:g} would make it {float(clipped) / NATS_PER[units]:.6g} {units}",
    )


def clipping(epsilon: float) -> Watch:
    """Report what a requested clip touched, and how much of the mean those rows make."""
    return Watch((Remarked(CLIPPED), CLIPPED_SHARE, CROSS_ENTROPY), partial(_clipping, epsilon))


def _clipping(epsilon: float, states: States) -> Notice:
    rows, loss = states[Remarked(CLIPPED)], states[CROSS_ENTROPY].total
    share = float(states[CLIPPED_SHARE].total / loss) if loss else 0.0
    return _counted(
        CLIPPED,
        rows,
        f"--clip {epsilon:g} moved the probability of {_count(rows.count, 'row')}; "
        f"they make {share:.2%} of cross_entropy",
    )


def remarked(code: str, what: str, message: str) -> Watch:
    """Watch for lines on which a reader or a preparation remarked; what names one of them."""
    return Watch((Remarked(code),), partial(_remarked, code, what, message))


def _remarked(code: str, what: str, message: str, states: States) -> Notice | None:
    rows = states[Remarked(code)]
    return _counted(code, rows, f"{_count(rows.count, what)} {message}") if rows.count else None


BLANK_LINES = remarked(BLANK_LINE, "blank line", "skipped")
WEIGHTLESS = remarked(ZERO_WEIGHT, "row", "of weight 0 left out")


def undefined(results: Sequence[Result]) -> list[Notice]:
    """Return one notice for each reason why metrics are undefined."""
    reasons: dict[str, list[str]] = {}
    for result in results:
        if result.undefined:
            reasons.setdefault(result.undefined, []).append(result.name)
    return [
        Notice("undefined-metric", f"{' and '.join(names)}: undefined, because {reason}")
        for reason, names in reasons.items()
    ]


def _counted(code: str, rows: FirstRowsState, message: str) -> Notice:
    return Notice(code, message, rows.count, tuple(position.line for position in rows.first))


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
