"""Where a panel's plot is, and its axes around it: ticks whose labels do not overlap."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from cecli.pictures.axis import Axis
from cecli.pictures.drawing.elements import Point, path, text
from cecli.pictures.drawing.palette import FONTS
from cecli.pictures.drawing.text import width
from cecli.pictures.drawing.ticks import Tick, linear_ticks, log_ticks

SIZE, _ = FONTS["label"]
LINE = 16.0  # pixels from one line of text to the next
GAP = 10.0  # at least between labels of ticks
# Pixels between ticks that one would like to have, along a line of text and across lines.
ALONG, ACROSS = 110.0, 60.0
MARGIN = 12.0


class Frame(NamedTuple):
    """The rectangle of a plot in pixels, and its axes."""

    left: float
    top: float
    width: float
    height: float
    x: Axis
    y: Axis

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def at_x(self, value: float) -> float:
        return self.left + self.width * self.x.share(value)

    def at_y(self, value: float) -> float:
        return self.bottom - self.height * self.y.share(value)

    def at(self, x: float, y: float) -> Point:
        return self.at_x(x), self.at_y(y)


def ticks_of_x(axis: Axis, room: float) -> list[Tick]:
    """Return the ticks of a horizontal axis of so many pixels."""
    return _ticks(axis, room, ALONG, lambda tick: width(tick.label, SIZE))


def ticks_of_y(axis: Axis, room: float) -> list[Tick]:
    """Return the ticks of a vertical axis of so many pixels."""
    return _ticks(axis, room, ACROSS, lambda _: SIZE)


def _ticks(axis: Axis, room: float, apart: float, size: Callable[[Tick], float]) -> list[Tick]:
    """Return ticks whose labels do not overlap, and two at least where that can be.

    Parameters
    ----------
    room : the length of the axis in pixels.
    size : how much of it the label of a tick takes.
    """
    make = log_ticks if axis.is_log else linear_ticks
    best = max(2, round(room / apart) + 1)
    fewest: list[Tick] = []
    for wanted in (*range(best, 1, -1), *range(best + 1, best + 4)):
        ticks = make(axis.low, axis.high, wanted)
        if _are_apart([(axis.share(tick.value) * room, size(tick)) for tick in ticks]):
            if len(ticks) >= 2:
                return ticks
            fewest = fewest or ticks
    return fewest


def _are_apart(labels: Sequence[tuple[float, float]]) -> bool:
    """Return whether there is a gap between labels, given as their middles and sizes."""
    return all(
        after - before - (size + other) / 2.0 >= GAP
        for (before, size), (after, other) in pairwise(labels)
    )


class Gutters(NamedTuple):
    """The pixels at the left and the right of a plot, for labels."""

    left: float
    right: float


def gutters_of(x: Axis, y: Axis, picture_width: float, height: float) -> Gutters:
    """Return the gutters that hold the labels of both axes."""
    left = MARGIN + _widest(ticks_of_y(y, height)) + 8.0
    ends = MARGIN / 2.0 + _widest(ticks_of_x(x, picture_width - left - MARGIN)) / 2.0
    return Gutters(max(left, ends), max(MARGIN, ends))


def _widest(ticks: list[Tick]) -> float:
    return max((width(tick.label, SIZE) for tick in ticks), default=0.0)


def axes(frame: Frame) -> list[str]:
    """Return the grid, the ticks with their labels, and the label of the axis below."""
    found = []
    for tick in ticks_of_y(frame.y, frame.height):
        y = frame.at_y(tick.value)
        found.append(path([(frame.left, y), (frame.right, y)], class_="c-thin c-rule-l"))
        found.append(text(frame.left - 8.0, y + 4.0, tick.label, "label", "faint", "end"))
    found += below(frame)
    if frame.x.label:
        middle = frame.left + frame.width / 2.0
        found.append(
            text(middle, frame.bottom + 2.0 * LINE + 4.0, frame.x.label, "label", "ink", "middle")
        )
    return found


def below(frame: Frame) -> list[str]:
    """Return the ticks of the axis below, with their labels."""
    bottom = frame.bottom
    found = [path([(frame.left, bottom), (frame.right, bottom)], class_="c-thin c-faint-l")]
    for tick in ticks_of_x(frame.x, frame.width):
        x = frame.at_x(tick.value)
        found.append(path([(x, bottom), (x, bottom + 4.0)], class_="c-thin c-faint-l"))
        found.append(text(x, bottom + 18.0, tick.label, "label", "faint", "middle"))
    return found
