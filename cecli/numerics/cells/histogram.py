"""The distribution of predictions in bins of equal width, whose edges no cell lies across."""

import math
from typing import NamedTuple

import numpy as np

from cecli.numerics.cells.keys import INNER, Integers, keys_of, predictions_of
from cecli.numerics.cells.ordered import OrderedCells

MOST_BINS = 40


class Histogram(NamedTuple):
    """Sums in bins from one edge on and below the next; the last bin holds its upper edge, too.

    Attributes
    ----------
    edges : multiples of a power of two, one more than bins.
    weight, events : in the unit of the cells.
    """

    edges: tuple[float, ...]
    weight: tuple[int, ...]
    events: tuple[int, ...]


def histogram_of(cells: OrderedCells) -> Histogram:
    """Return the histogram of some cells, in at most 40 bins around their predictions."""
    ends = predictions_of(np.array([cells.least[0], cells.most[-1]]))[0]
    edges, borders = _edges(float(ends[0]), float(ends[1]))
    places = np.searchsorted(cells.least, borders[1:-1], side="left")
    starts = np.concatenate([[0], places, [len(cells)]])
    sums = (np.append(0, np.cumsum(x))[starts] for x in (cells.weight, cells.events))
    weight, events = (tuple(np.diff(x).tolist()) for x in sums)
    return Histogram(edges, weight, events)


def _edges(low: float, high: float) -> tuple[tuple[float, ...], Integers]:
    """Return the narrowest edges around two predictions that are where cells begin, as keys, too.

    A multiple of a power of two with few binary digits is such an edge, on either side of ½.
    """
    power = math.floor(math.log2(max(high - low, 2.0**-40) / MOST_BINS))
    while True:
        width = 2.0**power
        first = math.floor(low / width)
        last = max(math.ceil(high / width), first + 1)
        edges = width * np.arange(first, last + 1, dtype=np.float64)
        keys = keys_of(edges)
        if last - first <= MOST_BINS and not (keys & INNER).any():
            return tuple(edges.tolist()), keys
        power += 1
