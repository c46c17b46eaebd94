"""Notices of losses that are infinite or concentrated in a few rows, and of few events."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk
from cecli.core.plan import Noticing
from cecli.core.remarks import at_rows, counted
from cecli.core.statistic import States
from cecli.metrics.base_rate import BASE_RATE
from cecli.metrics.cells.ranking import rows_of_classes
from cecli.metrics.concentration import concentration, place_of_costliest
from cecli.metrics.cross_entropy import CROSS_ENTROPY, cross_entropy
from cecli.numerics import Floats
from cecli.options.scoring import Scoring
from cecli.preparations.rows import CLIPPED, Clip, is_clipped, q_of
from cecli.report.result import NATS_PER, Notice, Undefined, Units
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.first_rows import Every, FirstRows
from cecli.statistics.mean import WEIGHT, Mean

SUGGESTED_CLIP = 1e-15


def _infinite(chunk: Chunk) -> NDArray[np.bool_]:
    return np.isinf(chunk.once(cross_entropy))


def _decided(chunk: Chunk) -> bool:
    """Return whether all predictions are 0 or 1; the first row of most chunks decides it."""
    prob = q_of(chunk).prob
    return all(bool(((part == 0.0) | (part == 1.0)).all()) for part in (prob[..., :1], prob))


def _change_by_clip(chunk: Chunk) -> Floats:
    """Return what the suggested clip would add to each row's loss, infinite losses counting as 0.

    It is 0 for nearly all rows; a chunk without extreme predictions computes nothing.
    """
    clip = Clip(SUGGESTED_CLIP)
    if not clip.moves(chunk):
        return np.zeros(len(chunk))
    moved = clip(chunk)
    loss = chunk.once(cross_entropy)
    change = moved.once(cross_entropy) - np.where(np.isinf(loss), 0.0, loss)
    return np.where(is_clipped(moved), change, 0.0)


def _clipped_cross_entropy(chunk: Chunk) -> Floats:
    return np.where(is_clipped(chunk), chunk.once(cross_entropy), 0.0)


INFINITE = FirstRows(_infinite)
DECIDED = Every(_decided)
CHANGE_BY_CLIP = Mean(_change_by_clip)
CLIPPED_ROWS = FirstRows(is_clipped)
CLIPPED_SHARE = Mean(_clipped_cross_entropy)


def infinite_loss(units: Units) -> Noticing:
    """Report rows with infinite loss, and what the mean would be with clipping."""
    return Noticing(
        (INFINITE, DECIDED, CHANGE_BY_CLIP, CROSS_ENTROPY), partial(_infinite_loss, units)
    )


def _infinite_loss(units: Units, states: States) -> Notice | None:
    rows = states[INFINITE]
    if not rows.count:
        return None
    loss = states[CROSS_ENTROPY]
    decisions = (
        "; every prediction is 0 or 1: are these decisions instead of probabilities?"
        if states[DECIDED].holds
        else ""
    )
    clipped = loss.finite_mean + states[CHANGE_BY_CLIP].finite_mean
    return at_rows(
        "infinite-loss",
        rows,
        f"{counted(rows.count, 'row')} gave probability 0 to the observed outcome: "
        "the mean is infinite; "
        f"--clip {SUGGESTED_CLIP:g} would make it {float(clipped) / NATS_PER[units]:.6g} {units}"
        f"{decisions}",
    )


def clipping(epsilon: float) -> Noticing:
    """Report the rows that a requested clip changed, and their share of the loss."""
    return Noticing((CLIPPED_ROWS, CLIPPED_SHARE, CROSS_ENTROPY), partial(_clipping, epsilon))


def _clipping(epsilon: float, states: States) -> Notice:
    rows, loss = states[CLIPPED_ROWS], states[CROSS_ENTROPY].total
    share = float(states[CLIPPED_SHARE].total / loss) if loss else 0.0
    return at_rows(
        CLIPPED,
        rows,
        f"--clip {epsilon:g} changed the probabilities of {counted(rows.count, 'row')}; "
        f"share of cross_entropy: {share:.2%}",
    )


# With fewer events, 95 % intervals of skill cover the true value less often, and those of a model
# that hardly ever expects an event are too narrow. benchmarks/coverage.py measures it.
FEW_EVENTS = 5
# With fewer rows, wide intervals are no surprise, so there is no notice.
LEAST_ROWS = 20
# Shares of the loss from which there is a notice, and the least number of rows for it.
MUCH_OF_TOP, MUCH_OF_ROW, SHARING_ROWS = 0.5, 0.1, 200


def _few_events(states: States) -> Notice | None:
    rows, rate = float(states[WEIGHT].effective_rows), float(states[BASE_RATE].mean)
    events = min(rate, 1.0 - rate) * rows
    if rows < LEAST_ROWS or events >= FEW_EVENTS:
        return None
    happened = f"occurred about {events:.2g} times" if events else "never occurred"
    # Without events, skill is defined only beside a given base rate.
    skill = ", and that of skill is too narrow" if events else ""
    return Notice(
        "few-events",
        f"the rarer class {happened}: with so few events, intervals rest on what the predictions "
        f"expect{skill}",
    )


FEW = Noticing((WEIGHT, BASE_RATE), _few_events)

# With fewer rows of a class, intervals of its AUC cover the true one less often, or are very wide.
ENOUGH_RANKED = 20


def _few_ranked(states: States) -> Notice | None:
    classes = states.once(rows_of_classes)
    rows = classes.rarer
    if sum(classes) < LEAST_ROWS or not 0.0 < rows < ENOUGH_RANKED:
        return None
    return Notice(
        "few-events",
        f"the AUC rests on {rows:.3g} {'row' if rows == 1.0 else 'rows'} of the rarer class: with "
        f"fewer than {ENOUGH_RANKED}, its interval and tests of it are rough",
    )


FEW_RANKED = Noticing((CELLS,), _few_ranked)


def of_predictions(scoring: Scoring) -> list[Noticing]:
    """Return the notices about the losses of predictions."""
    clipped = [] if scoring.clip is None else [clipping(scoring.clip)]
    return [
        infinite_loss(scoring.units),
        *clipped,
        concentrated(CROSS_ENTROPY, weighed=scoring.weighting.weight is not None),
    ]


def concentrated(loss: Mean, *, weighed: bool) -> Noticing:
    """Report a loss that is concentrated in a few rows, which may have weights."""
    top, row = concentration(loss, weighed=weighed)
    statistics = tuple(dict.fromkeys((WEIGHT, *top.statistics, *row.statistics)))
    return Noticing(statistics, partial(_concentrated, loss, weighed=weighed))


def _concentrated(loss: Mean, states: States, *, weighed: bool) -> Notice | None:
    top, row = concentration(loss, weighed=weighed)
    shares = [metric.answer(states) for metric in (top, row)]
    if any(isinstance(share, Undefined) for share in shares):
        return None
    of_top, of_row = (share for share in shares if not isinstance(share, Undefined))
    rows = states[loss].weights.rows
    if rows < SHARING_ROWS or (of_top < MUCH_OF_TOP and of_row < MUCH_OF_ROW):
        return None
    place = place_of_costliest(loss, states, weighed=weighed)
    # The costliest 1 % are by loss, and so is what worst lists; a row's share has its weight.
    said = (
        f"the costliest 1 % of the weight carries {of_top:.0%} of the loss, the row with the "
        f"largest weight × loss ({place}) {of_row:.0%}: intervals may be too narrow; cecli worst "
        "lists rows by their loss before weighting"
        if weighed
        else f"the costliest 1 % of the rows account for {of_top:.0%} of the loss, the costliest "
        f"row ({place}) for {of_row:.0%}: intervals may be too narrow; cecli worst lists these rows"
    )
    return Notice("concentrated-loss", said)
