"""Marks of a panel as elements, and as samples in its key."""

from collections.abc import Sequence
from itertools import pairwise

from cecli.pictures.drawing.elements import Point, along, element, number, path, title
from cecli.pictures.drawing.frame import Frame
from cecli.pictures.drawing.palette import MARKERS
from cecli.pictures.drawing.thinning import thinned
from cecli.pictures.picture import Bars, Dots, Mark, Ribbon, Trace

# More marks than this have no titles of their own, and are one path.
MOST_TITLED = 60
RADIUS = 4.0
CAP = 3.0  # half the width of the end of an error bar
ON_TRACE = 7  # markers on a named line, so that it is told without colour
SAMPLE = 26.0  # the width of a mark in the key


def paint_of(series: int | None) -> str:
    """Return the name of the paint of a series."""
    return "faint" if series is None else f"s{series}"


def drawn(mark: Mark, frame: Frame) -> str:
    """Return a mark in a frame."""
    match mark:
        case Trace():
            return _trace(mark, frame)
        case Ribbon():
            return _ribbon(mark, frame)
        case Dots():
            return _dots(mark, frame)
        case Bars():
            return _bars(mark, frame)


def points_of(trace: Trace, frame: Frame) -> list[Point]:
    """Return the points of a line in pixels, as many as are seen."""
    return thinned([frame.at(x, y) for x, y in zip(trace.x, trace.y, strict=True)])


def extents_of(dots: Dots, frame: Frame) -> list[list[Point]]:
    """Return the vertical lines that points and their error bars take, in pixels."""
    lower, upper = dots.lower or dots.y, dots.upper or dots.y
    ends = zip(dots.x, lower, upper, strict=True)
    return [
        [(at[0], at[1] + RADIUS), (at[0], frame.at_y(high) - RADIUS)]
        for at, high in ((frame.at(x, low), high) for x, low, high in ends)
    ]


def line(points: Sequence[Point], trace: Trace) -> str:
    """Return a line in the colour and the dashes of its series; of no series, it is thin."""
    if trace.series is None:
        return path(points, class_=f"c-thin c-faint-l c-d{trace.dashes}")
    return path(points, class_=f"c-line c-{paint_of(trace.series)}-l c-d{trace.series}")


def marker(at: Point, series: int | None, radius: float = RADIUS) -> str:
    """Return the marker of a series at a point."""
    place = f"translate({number(at[0])} {number(at[1])}) scale({number(radius)})"
    return element("path", d=MARKERS[series or 0], transform=place, class_=f"c-{paint_of(series)}")


def _trace(trace: Trace, frame: Frame) -> str:
    points = points_of(trace, frame)
    if not points:
        return ""
    drawing = line(points, trace) if len(points) > 1 else marker(points[0], trace.series)
    if not trace.is_named:
        return drawing
    return element("g", drawing, *(marker(at, trace.series, 3.0) for at in spread(points)))


def spread(points: Sequence[Point]) -> list[Point]:
    """Return some points of a line at about equal distances from one another."""
    lengths = [0.0]
    for (x0, y0), (x1, y1) in pairwise(points):
        lengths.append(lengths[-1] + abs(x1 - x0) + abs(y1 - y0))
    found: list[Point] = []
    place = 0
    for i in range(1, ON_TRACE + 1):
        wanted = lengths[-1] * i / (ON_TRACE + 1)
        while lengths[place] < wanted:
            place += 1
        if points[place] not in found:
            found.append(points[place])
    return found


def _ribbon(ribbon: Ribbon, frame: Frame) -> str:
    lower = thinned([frame.at(x, y) for x, y in zip(ribbon.x, ribbon.lower, strict=True)])
    upper = thinned([frame.at(x, y) for x, y in zip(ribbon.x, ribbon.upper, strict=True)])
    if not lower:
        return ""
    return element(
        "path", d=f"{along([*upper, *reversed(lower)])}z",
        class_=f"c-area c-{paint_of(ribbon.series)}",
    )  # fmt: skip


def _dots(dots: Dots, frame: Frame) -> str:
    centres = [frame.at(x, y) for x, y in zip(dots.x, dots.y, strict=True)]
    bars = _error_bars(dots, frame)
    if len(centres) > MOST_TITLED:
        return _as_one(centres, bars, dots.series)
    titles = dots.titles or [""] * len(centres)
    whiskers = bars or [""] * len(centres)
    groups = (
        element(
            "g",
            title(words) if words else "",
            element("path", d=whisker, class_=_whisker(dots.series)) if whisker else "",
            marker(at, dots.series),
        )
        for at, whisker, words in zip(centres, whiskers, titles, strict=True)
    )
    return "".join(groups)


def _as_one(centres: Sequence[Point], bars: Sequence[str], series: int | None) -> str:
    """Return points without titles as one path of round dots, and their error bars as another."""
    dots = "".join(f"M{number(x)} {number(y)}h0" for x, y in dict.fromkeys(centres))
    kind = f"{_whisker(series)} c-pale"
    whiskers = element("path", d="".join(bars), class_=kind) if bars else ""
    return whiskers + element(
        "path", d=dots, stroke_width=5, stroke_linecap="round", class_=f"c-{paint_of(series)}-l"
    )


def _whisker(series: int | None) -> str:
    return f"c-thin c-{paint_of(series)}-l"


def _error_bars(dots: Dots, frame: Frame) -> list[str]:
    if not dots.lower:
        return []
    cap = CAP if len(dots.x) <= MOST_TITLED else 0.0
    ends = (
        (frame.at_x(x), frame.at_y(lower), frame.at_y(upper))
        for x, lower, upper in zip(dots.x, dots.lower, dots.upper, strict=True)
    )
    return [
        f"M{number(x)} {number(low)}V{number(high)}"
        + "".join(f"M{number(x - cap)} {number(y)}h{number(2 * cap)}" for y in (low, high) if cap)
        for x, low, high in ends
    ]


def _bars(bars: Bars, frame: Frame) -> str:
    titles = bars.titles or [""] * len(bars.left)
    boxes = [
        (frame.at_x(left), frame.at_y(height), frame.at_x(right) - frame.at_x(left), words)
        for left, right, height, words in zip(
            bars.left, bars.right, bars.height, titles, strict=True
        )
        if height > frame.y.low
    ]
    if len(boxes) > MOST_TITLED:
        low = number(frame.bottom)
        shape = (
            f"M{number(x)} {low}V{number(y)}h{number(width)}V{low}" for x, y, width, _ in boxes
        )
        return element("path", d="".join(shape), class_=f"c-{paint_of(bars.series)}")
    return "".join(
        element(
            "rect", *([title(words)] if words else []),
            x=x + 0.5, y=y, width=max(width - 1.0, 1.0), height=frame.bottom - y,
            class_=f"c-{paint_of(bars.series)}",
        )
        for x, y, width, words in boxes
    )  # fmt: skip


def sample(mark: Mark, left: float, middle: float) -> str:
    """Return a small mark of the same kind for the key, SAMPLE wide."""
    ends = [(left, middle), (left + SAMPLE, middle)]
    centre = (left + SAMPLE / 2.0, middle)
    match mark:
        case Trace():
            own = marker(centre, mark.series, 3.0) if mark.is_named else ""
            return line(ends, mark) + own
        case Dots():
            x, y = centre
            whisker = path([(x, y - 7.0), (x, y + 7.0)], class_=_whisker(mark.series))
            return (whisker if mark.lower else "") + marker(centre, mark.series)
        case Ribbon():
            kind = f"c-area c-{paint_of(mark.series)}"
        case Bars():
            kind = f"c-{paint_of(mark.series)}"
    return element("rect", x=left, y=middle - 5.0, width=SAMPLE, height=10, class_=kind)
