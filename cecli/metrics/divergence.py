"""The identity: cross-entropy is the entropy of the targets plus the divergence from them."""

import numpy as np

from cecli.chunk import Chunk, Floats
from cecli.metrics import mean_metric
from cecli.metrics.cross_entropy import cross_entropy
from cecli.metrics.pair import p_of, q_of
from cecli.numerics import divergences
from cecli.report import Measure


def no_entropy(chunk: Chunk) -> Floats:
    """Return the entropy of hard labels: what was observed for certain has none."""
    return np.zeros(len(chunk))


def target_entropy(chunk: Chunk) -> Floats:
    return divergences.entropy(p_of(chunk))


def kl_divergence(chunk: Chunk) -> Floats:
    return divergences.kl_divergence(p_of(chunk), q_of(chunk))


TARGET_ENTROPY = "H(p): what a perfect prediction would lose"
KL = "KL(p||q): cross_entropy - target_entropy"

FOR_LABELS = (
    mean_metric("target_entropy", no_entropy, TARGET_ENTROPY, Measure.INFORMATION),
    # With no entropy in the targets the divergence is the cross-entropy, row by row.
    mean_metric("kl", cross_entropy, KL, Measure.INFORMATION),
)
FOR_TARGETS = (
    mean_metric("target_entropy", target_entropy, TARGET_ENTROPY, Measure.INFORMATION),
    mean_metric("kl", kl_divergence, KL, Measure.INFORMATION),
)
