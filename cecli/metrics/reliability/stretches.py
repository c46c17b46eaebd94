"""The differences of clusters along the prediction, in a pass over rows whose cells are known.

The prediction is divided into stretches in which chance moves the cumulative differences about
equally. Many clusters are put together at random, as names that share a hash, to keep memory flat:
clusters that are independent of each other still are.
"""

from hashlib import blake2b

import numpy as np

from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass
from cecli.metrics.reliability.flipped_signs import BEYOND
from cecli.metrics.reliability.seen_by import SeenBy
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.options.scoring import CLUSTER
from cecli.statistics.cells.prediction_cells import row_keys
from cecli.statistics.group_totals import GroupTotals

UNIT, STRETCH = "unit", "stretch"
STRETCHES = 64
# More clusters than this tell no more of the variance between them.
MOST_UNITS = 2048
# A sum takes some 500 bytes.
MOST_SUMS = 1 << 20


@dataclass(frozen=True, eq=False)
class InStretches:
    """Give each row the number of its stretch, and its cluster, or what it is put together with.

    Attributes
    ----------
    borders : keys of predictions, ascending; a stretch ends after each.
    units : the number of units that clusters are put together to; 0 if each is its own.
    """

    borders: Integers
    units: int

    def __call__(self, chunk: Chunk) -> Chunk:
        codes = np.searchsorted(self.borders, row_keys(chunk), side="left")
        names = tuple(map(str, range(len(self.borders) + 1)))
        clusters = chunk.texts[CLUSTER]
        if self.units:
            clusters = _put_together(clusters, self.units)
        return chunk.with_texts(**{UNIT: clusters, STRETCH: Coded(codes, names)})


def _put_together(clusters: Coded, units: int) -> Coded:
    found = np.array([_hash(name) % units for name in clusters.names], dtype=np.int64)
    used, places = np.unique(found, return_inverse=True)
    return Coded(places.reshape(-1).take(clusters.codes), tuple(map(str, used.tolist())))


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def differences(
    cells: OrderedCells,
    clusters: int,
    source: str,
    roles: tuple[str, ...] = (),
    *,
    most: tuple[int, int] = (STRETCHES, MOST_UNITS),
) -> SeenBy:
    """Return the statistic of the differences of each cluster in each stretch.

    Parameters
    ----------
    cells : of the rows.
    clusters : how many there are.
    roles : of the text columns whose values define a group, if each group has its own sums.
    most : the largest numbers of stretches and of units.
    """
    stretches, units = most
    view = InStretches(_borders(cells, stretches), units if clusters > units else 0)
    sums = GroupTotals((*roles, UNIT, STRETCH), BEYOND, source, MOST_SUMS)
    return SeenBy(view, sums)


def _borders(cells: OrderedCells, stretches: int) -> Integers:
    """Return the ends of stretches in which Σwq(1 − q) is about equal."""
    q, rest = cells.means
    total = np.cumsum(cells.weight.astype(np.float64) * q * rest)
    if not (len(total) and total[-1] > 0.0):
        return np.empty(0, dtype=np.int64)
    wanted = total[-1] * np.arange(1, stretches) / stretches
    places = np.unique(np.searchsorted(total, wanted, side="left"))
    return np.asarray(cells.most[places[places < len(cells) - 1]])
