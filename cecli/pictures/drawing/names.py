"""Names beside the lines that they name, where a place is free."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cecli.pictures.drawing.elements import Point
from cecli.pictures.drawing.frame import SIZE, Frame
from cecli.pictures.drawing.text import width

STEP = 4.0  # pixels between the points of a line that a name must not touch
OFFSET = 9.0
LONGEST = 150.0  # pixels; a longer name stands in the key alone
TRIED = 40  # places along a line


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def has(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class Placed(NamedTuple):
    """A name at a place: the left end of its baseline."""

    name: str
    series: int | None
    at: Point


class Named(NamedTuple):
    """A line in pixels with its name."""

    name: str
    series: int | None
    points: Sequence[Point]


def placed(lines: Sequence[Named], others: Sequence[Sequence[Point]], frame: Frame) -> list[Placed]:
    """Return names at places where they touch no line and no other name; others are left out."""
    dense = [
        point for line in (*(named.points for named in lines), *others) for point in _dense(line)
    ]
    taken: list[Box] = []
    found: list[Placed] = []
    for named in lines:
        size = width(named.name, SIZE, bold=True)
        if size > LONGEST or not named.points:
            continue
        for box in _places(named.points, size):
            inside = frame.left + 2.0 <= box.left and box.right <= frame.right - 2.0
            inside &= frame.top + 2.0 <= box.top and box.bottom <= frame.bottom - 2.0
            if inside and not any(map(box.overlaps, taken)) and not any(map(box.has, dense)):
                taken.append(box)
                found.append(Placed(named.name, named.series, (box.left + 2.0, box.bottom - 4.0)))
                break
    return found


def _dense(points: Sequence[Point]) -> Iterator[Point]:
    """Yield points of a line a few pixels apart."""
    for (x0, y0), (x1, y1) in pairwise(points):
        parts = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / STEP) + 1)
        for i in range(parts + 1):
            yield x0 + (x1 - x0) * i / parts, y0 + (y1 - y0) * i / parts


def _places(points: Sequence[Point], size: float) -> Iterator[Box]:
    """Yield boxes beside a line, from its middle outwards."""
    dense = list(_dense(points)) or list(points)
    stride = max(1, len(dense) // TRIED)
    middle = len(dense) // 2
    order = sorted(range(0, len(dense), stride), key=lambda i: abs(i - middle))
    high = SIZE + 6.0
    for i in order:
        x, y = dense[i]
        for left in (x + OFFSET, x - OFFSET - size - 4.0):
            for top in (y - OFFSET - high, y + OFFSET, y - high / 2.0):
                yield Box(left, top, left + size + 4.0, top + high)
