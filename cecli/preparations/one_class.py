"""One class, or one of several models, at a time: predictions of an event."""

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.numerics import Floats
from cecli.preparations.rows import p_of, q_of

# The targets and the predictions of all classes, shape (K, n), once a row is about one event.
TARGETS, PROBS = "targets of classes", "probs of classes"


@dataclass(frozen=True)
class LikeliestClass:
    """Make of each row the event that its likeliest class is observed; of equal ones, the first."""

    def __call__(self, chunk: Chunk) -> Chunk:
        q, target = q_of(chunk), p_of(chunk).prob
        top, rows = q.preference.argmax(axis=0), np.arange(len(chunk))
        numbers = {
            **chunk.numbers,
            "prob": q.prob[top, rows],
            "target": target[top, rows],
            PROBS: q.prob,
            TARGETS: target,
        }
        scales = {role: scale for role, scale in chunk.scales.items() if role != "prob"}
        return replace(chunk, numbers=numbers, scales=scales)


@dataclass(frozen=True)
class AgainstOthers:
    """Return the rows with one class as the event, after `LikeliestClass`."""

    place: int

    def __call__(self, chunk: Chunk) -> Chunk:
        probs, targets = (chunk.numbers[role][self.place] for role in (PROBS, TARGETS))
        return Chunk(
            chunk.source,
            chunk.lines,
            {"prob": probs, "target": targets, **_weights(chunk)},
            chunk.texts,
            scales=chunk.scales,
        )


@dataclass(frozen=True)
class OfModel:
    """Return the rows with the predictions of one of several models."""

    role: str

    def __call__(self, chunk: Chunk) -> Chunk:
        numbers = {"prob": chunk.numbers[self.role], "target": chunk.numbers["target"]}
        scales = {"prob": chunk.scales[self.role]} if self.role in chunk.scales else {}
        return Chunk(
            chunk.source, chunk.lines, numbers | _weights(chunk), chunk.texts, scales=scales
        )


def _weights(chunk: Chunk) -> dict[str, Floats]:
    return {role: chunk.numbers[role] for role in ("weight", "count") if role in chunk.numbers}
