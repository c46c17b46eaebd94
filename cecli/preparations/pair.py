"""The two distributions of each row: p, of what happened, and q, of what was predicted.

A chunk has them under the roles "target" and "prob". Each is made once for a chunk.
"""

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.numerics.distributions.distributions import Certain, Distributions, stated


def p_of(chunk: Chunk) -> Distributions:
    """Return the distributions of what happened: certain ones, where labels were observed."""
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
