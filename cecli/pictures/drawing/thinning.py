"""Fewer points for the same line: a line is two pixels wide, and half a pixel is not seen."""

import math
from collections.abc import Sequence

from cecli.pictures.drawing.elements import Point

TOLERANCE = 0.5  # pixels
# From so many points on, only the extremes of each column of pixels are looked at.
MANY = 3000


def thinned(points: Sequence[Point]) -> list[Point]:
    """Return the points that are kept of a line."""
    return [points[place] for place in kept_of(points)]


def kept_of(points: Sequence[Point]) -> list[int]:
    """Return the places of some of the points of a line; the others are close to the new line.

    Ramer 1972, doi:10.1016/S0146-664X(72)80017-0; Douglas, Peucker 1973. Many points are first
    reduced to the first, lowest, highest and last of each column of pixels, which changes no
    pixel (M4: Jugel et al. 2014, doi:10.14778/2732951.2732953).
    """
    places = _of_columns(points) if len(points) > MANY else list(range(len(points)))
    if len(places) < 3:
        return places
    found = [points[place] for place in places]
    kept = {0, len(found) - 1}
    waiting = [(0, len(found) - 1)]
    while waiting:
        first, last = waiting.pop()
        place, distance = _farthest(found, first, last)
        if distance > TOLERANCE:
            kept.add(place)
            waiting += [(first, place), (place, last)]
    return [places[place] for place in sorted(kept)]


def _farthest(points: Sequence[Point], first: int, last: int) -> tuple[int, float]:
    """Return the place of the point farthest from the chord between two others, and how far."""
    (x0, y0), (x1, y1) = points[first], points[last]
    dx, dy = x1 - x0, y1 - y0
    square = dx * dx + dy * dy or 1.0
    place, most = first, 0.0
    for i in range(first + 1, last):
        x, y = points[i][0] - x0, points[i][1] - y0
        share = min(max((x * dx + y * dy) / square, 0.0), 1.0)
        off = math.hypot(x - share * dx, y - share * dy)
        if off > most:
            place, most = i, off
    return place, most


def _of_columns(points: Sequence[Point]) -> list[int]:
    found: list[int] = []
    start = 0
    for stop in range(1, len(points) + 1):
        if stop < len(points) and int(points[stop][0]) == int(points[start][0]):
            continue
        inside = range(start, stop)
        extremes = {start, stop - 1}
        extremes |= {
            min(inside, key=lambda i: points[i][1]),
            max(inside, key=lambda i: points[i][1]),
        }
        found += sorted(extremes)
        start = stop
    return found
