"""Fewer points for the same line, and how far the others are from it.

References
----------
Ramer, U. (1972), An iterative procedure for the polygonal approximation of plane curves.
doi:10.1016/S0146-664X(72)80017-0
Jugel, U. et al. (2014), M4: a visualization-oriented time series data aggregation.
doi:10.14778/2732951.2732953
"""

import heapq
from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats

Places = NDArray[np.intp]
# Of the range of each axis. Lines are some hundred pixels long.
TOLERANCE = 5e-4
MOST_POINTS = 300
# From so many points on, only the extremes of each column are looked at.
MANY, COLUMNS = 8000, 2000


class Polyline(NamedTuple):
    """A line through points.

    Attributes
    ----------
    x, y : shape (n,).
    within_x, within_y : no point that was left out is farther than this from the line, along
        either axis.
    """

    x: Floats
    y: Floats
    within_x: float = 0.0
    within_y: float = 0.0

    @property
    def ranges(self) -> tuple[float, float]:
        """The lengths that the line takes along both axes; 1 where it takes none."""
        lengths = (float(values.max() - values.min()) for values in (self.x, self.y))
        x, y = (length or 1.0 for length in lengths)
        return x, y

    def at(self, places: Places) -> Self:
        """Return the line through some of its points."""
        return self._replace(x=self.x[places], y=self.y[places])

    def wider(self, by_x: float, by_y: float) -> Self:
        """Return the same line, from which the exact one may be farther away by this much."""
        return self._replace(within_x=self.within_x + by_x, within_y=self.within_y + by_y)

    def thinned(self, most: int = MOST_POINTS, lengths: tuple[float, float] | None = None) -> Self:
        """Return a line through at most so many of the points, and no more than are needed.

        The first and the last point stay. Where the tolerance needs more points, those are kept
        that matter most.

        Parameters
        ----------
        lengths : what the tolerance is a share of, along both axes; by default the ranges.

        Examples
        --------
        >>> line = Polyline(np.array([0.0, 0.5, 1.0, 1.0]), np.array([0.0, 0.5, 1.0, 2.0]))
        >>> line.thinned().x.tolist(), line.thinned(2).x.tolist()
        ([0.0, 1.0, 1.0], [0.0, 1.0])
        """
        found = self
        if len(self.x) > MANY:
            found = self.at(extremes(self)).wider(self.ranges[0] / COLUMNS, 0.0)
        if len(found.x) < 3:
            return found
        x, y = self.ranges if lengths is None else lengths
        kept, off = _kept(found.x / x, found.y / y, most)
        return found.at(kept).wider(off * x, off * y)


def extremes(line: Polyline) -> Places:
    """Return the places of the first, lowest, highest and last point in each column, ascending.

    The points that are left out are in a column, and between its lowest and its highest point.
    x is ascending, or descending.
    """
    width, _ = line.ranges
    columns = ((line.x - line.x.min()) * (COLUMNS / width)).astype(np.int64)
    columns = np.minimum(columns, COLUMNS - 1)
    starts = np.flatnonzero(np.append(True, columns[1:] != columns[:-1]))
    stops = np.append(starts[1:], len(columns))
    order = np.lexsort((line.y, np.repeat(np.arange(len(starts)), stops - starts)))
    return np.unique(np.concatenate([starts, stops - 1, order[starts], order[stops - 1]]))


def _kept(x: Floats, y: Floats, most: int) -> tuple[Places, float]:
    """Return the places of the points to keep, and how far the others are from their chords."""
    kept = {0, len(x) - 1}
    waiting = [_farthest(x, y, 0, len(x) - 1)]
    while waiting[0][0] < -TOLERANCE and len(kept) < most:
        _, place, first, last = heapq.heappop(waiting)
        kept.add(place)
        for part in _parts(first, place, last):
            heapq.heappush(waiting, _farthest(x, y, *part))
        if not waiting:
            return np.array(sorted(kept), dtype=np.intp), 0.0
    return np.array(sorted(kept), dtype=np.intp), -waiting[0][0]


def _parts(first: int, place: int, last: int) -> Iterator[tuple[int, int]]:
    yield from (part for part in ((first, place), (place, last)) if part[1] - part[0] > 1)


def _farthest(x: Floats, y: Floats, first: int, last: int) -> tuple[float, int, int, int]:
    """Return minus the largest distance from the chord between two points, and the place."""
    px, py = x[first + 1 : last] - x[first], y[first + 1 : last] - y[first]
    dx, dy = float(x[last] - x[first]), float(y[last] - y[first])
    share = np.clip((px * dx + py * dy) / (dx * dx + dy * dy or 1.0), 0.0, 1.0)
    squares = (px - share * dx) ** 2 + (py - share * dy) ** 2
    place = int(squares.argmax())
    return -float(np.sqrt(squares[place])), first + 1 + place, first, last
