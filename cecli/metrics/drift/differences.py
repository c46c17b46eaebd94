"""Divergences of two samples in bins."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cecli.metrics.drift.binned import Binned
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.sums.exact import exact_sum, from_units


class Divergences(NamedTuple):
    """How far the shares q of now are from the shares p of the reference; in nats."""

    psi: float
    kl: float
    reverse_kl: float
    js_divergence: float
    total_variation: float


class BinShares(NamedTuple):
    """The shares of the bins in both samples, shape (bins,), and q − p."""

    p: Floats
    q: Floats
    difference: Floats


def shares_of(binned: Binned, smooth: float = 0.0) -> BinShares:
    """Return the shares of the bins, after `smooth` was added to the weight of each.

    Notes
    -----
    q − p is computed from the weights, as a difference of rounded shares would lose digits.
    """
    a = np.array([each.reference for each in binned.bins]) + smooth
    b = np.array([each.current for each in binned.bins]) + smooth
    n, m = float(a.sum()), float(b.sum())
    return BinShares(a / n, b / m, (b * n - a * m) / n / m)


def divergences_of(shares: BinShares) -> Divergences:
    """Return the divergences of shares; infinite where a bin is empty on one side."""
    p, q, difference = shares
    forth = _sum(divergences.excess(p, q, difference))
    back = _sum(divergences.excess(q, p, 0.0 - difference))
    return Divergences(
        forth + back,
        forth,
        back,
        _sum(divergences.js_terms(p, q, difference)),
        min(1.0, _sum(np.abs(difference)) / 2.0),
    )


def _sum(terms: Floats) -> float:
    if np.isinf(terms).any():
        return float("inf")
    return float(from_units(exact_sum(terms)))


def empty_on_one_side(binned: Binned) -> tuple[Sequence[int], Sequence[int]]:
    """Return the places of the bins that only now has rows in, and those that only then had."""
    new = [i for i, each in enumerate(binned.bins) if not each.reference]
    vanished = [i for i, each in enumerate(binned.bins) if not each.current]
    return new, vanished
