"""A forest plot as elements: names at the left, the plot, then values and numbers of rows."""

from typing import NamedTuple

from cecli.pictures.axis import axis_of
from cecli.pictures.drawing.elements import Point, element, path, text, title
from cecli.pictures.drawing.frame import GAP, MARGIN, SIZE, Frame, below
from cecli.pictures.drawing.marks import marker
from cecli.pictures.drawing.panels import Drawing, paragraph
from cecli.pictures.drawing.text import cut, harmless, width
from cecli.pictures.drawing.ticks import compact, rounded
from cecli.pictures.forest import Estimated, Forest, bounds_of

STEP = 22.0  # pixels from row to row
# The least width of the plot, as a share of the picture's; long names are cut for it.
LEAST = 0.3
CAP = 4.0
MANY = 10**7  # rows are not counted one by one


class Columns(NamedTuple):
    """Where the columns of a forest plot are: left edge of the plot, right edges of texts."""

    plot: float
    plot_end: float
    values: float
    rows: float
    names: float  # the width of the longest name


def drawn(forest: Forest, top: float, picture_width: float) -> Drawing:
    """Return a forest plot whose upper edge is at `top`."""
    room = picture_width - 2.0 * MARGIN
    head = paragraph(forest.title, "head", "ink", top, room)
    shown, left_out = forest.shown, len(forest.estimates) - forest.most
    texts = [words_of(estimate) for estimate in shown]
    columns = _columns(forest, shown, texts, picture_width)
    first = top + head.height + STEP
    bounds = bounds_of(forest)
    frame = Frame(
        columns.plot, first, columns.plot_end - columns.plot, STEP * len(shown),
        axis_of(forest.quantity, bounds), axis_of("", ()),
    )  # fmt: skip
    found = [*head.elements, *_headings(forest, columns, first)]
    if bounds:
        found += [*below(frame), *_reference(forest, frame)]
    for place, (estimate, words) in enumerate(zip(shown, texts, strict=True)):
        middle = first + STEP * (place + 0.5)
        found.append(_row(estimate, words, columns, frame, middle))
    label = paragraph(forest.quantity, "label", "ink", frame.bottom + 26.0, room)
    height = frame.bottom + 26.0 + label.height - top
    found += label.elements
    if left_out > 0:
        more = paragraph(f"and {left_out:,} more, not drawn", "label", "faint", top + height, room)
        found += more.elements
        height += more.height
    return Drawing(found, height)


def words_of(estimate: Estimated) -> str:
    """Return an estimate with its interval in words.

    Examples
    --------
    >>> words_of(Estimated("a", 0.4736, 0.4717, 0.4756)), words_of(Estimated("a", None))
    ('0.4736 [0.4717, 0.4756]', 'undefined')
    """
    if estimate.value is None:
        return "undefined"
    if estimate.lower is None or estimate.upper is None:
        return rounded(estimate.value, None)
    half = (estimate.upper - estimate.lower) / 2.0
    value, low, high = (rounded(v, half) for v in (estimate.value, estimate.lower, estimate.upper))
    return f"{value} [{low}, {high}]"


def _rows(estimate: Estimated) -> str:
    if estimate.rows is None:
        return ""
    rows = f"{estimate.rows:,}" if estimate.rows < MANY else compact(float(estimate.rows))
    return f"{rows}{' (few)' if estimate.is_small else ''}"


def _columns(
    forest: Forest, shown: tuple[Estimated, ...], texts: list[str], picture_width: float
) -> Columns:
    """Return columns that hold their texts; the plot takes what is left."""

    def widest(heading: str, words: list[str]) -> float:
        rows = zip(words, shown, strict=True)
        sizes = (width(word, SIZE, bold=estimate.is_total) for word, estimate in rows)
        return max(width(heading, SIZE), *sizes)

    rows = widest("rows", list(map(_rows, shown))) if any(map(_rows, shown)) else 0.0
    values = widest(_heading(forest), texts)
    names = widest(harmless(forest.of), [harmless(estimate.name) for estimate in shown])
    right = picture_width - MARGIN
    plot_end = right - rows - (1.5 * GAP if rows else 0.0) - values - 2.5 * GAP
    names = max(40.0, min(names, plot_end - LEAST * picture_width - MARGIN - 2.5 * GAP))
    return Columns(
        MARGIN + names + 2.5 * GAP, plot_end, plot_end + 2.5 * GAP + values, right, names
    )


def _heading(forest: Forest) -> str:
    if not any(estimate.lower is not None for estimate in forest.shown):
        return "estimate"
    if forest.level is None:
        return "estimate [interval]"
    return f"estimate [{100.0 * forest.level:.3g}% interval]"


def _headings(forest: Forest, columns: Columns, first: float) -> list[str]:
    y = first - 8.0
    of = cut(harmless(forest.of), SIZE, columns.names)
    found = [
        text(MARGIN, y, of, "label", "faint"),
        text(columns.values, y, _heading(forest), "label", "faint", "end"),
        path([(MARGIN, first), (columns.rows, first)], class_="c-thin c-rule-l"),
    ]
    if any(map(_rows, forest.shown)):
        found.append(text(columns.rows, y, "rows", "label", "faint", "end"))
    return found


def _reference(forest: Forest, frame: Frame) -> list[str]:
    if forest.reference is None:
        return []
    x = frame.at_x(forest.reference)
    line = path([(x, frame.top), (x, frame.bottom)], class_="c-thin c-faint-l c-d1")
    if forest.margin is None:
        return [line]
    left, right = (
        frame.at_x(forest.reference + shift) for shift in (-forest.margin, forest.margin)
    )
    zone = element("rect", x=left, y=frame.top, width=right - left, height=frame.height,
                   class_="c-area c-faint")  # fmt: skip
    return [zone, line]


def _row(estimate: Estimated, words: str, columns: Columns, frame: Frame, middle: float) -> str:
    font = "name" if estimate.is_total else "label"
    name, base = harmless(estimate.name), middle + 4.0
    shown = cut(name, SIZE, columns.names, bold=estimate.is_total)
    rows = _rows(estimate)
    said = f"{name}: {words}{f', {rows} rows' if rows else ''}"
    return element(
        "g",
        title(said),
        text(MARGIN, base, shown, font),
        *_interval(estimate, frame, middle),
        *_point(estimate, frame, middle),
        text(columns.values, base, words, font, "ink", "end"),
        *([text(columns.rows, base, rows, font, "faint", "end")] if rows else []),
    )


def _interval(estimate: Estimated, frame: Frame, middle: float) -> list[str]:
    """Return the interval, with an arrow at an end that is beyond the axis."""
    if estimate.lower is None or estimate.upper is None:
        return []
    left, right = frame.at_x(estimate.lower), frame.at_x(estimate.upper)
    ends = (
        _end(left, middle, CAP, estimate.lower < frame.x.low),
        _end(right, middle, -CAP, estimate.upper > frame.x.high),
    )
    kind = f"c-line c-{'ink' if estimate.is_total else 's0'}-l"
    if estimate.is_total and frame.x.low <= estimate.lower <= estimate.upper <= frame.x.high:
        return []  # the diamond is as wide as the interval
    return [path(points, class_=kind) for points in ([(left, middle), (right, middle)], *ends)]


def _end(x: float, middle: float, inwards: float, is_beyond: bool) -> list[Point]:  # noqa: FBT001
    """Return an arrow's head, or a short stroke across."""
    back = x + inwards if is_beyond else x
    if is_beyond:
        return [(back, middle - CAP), (x, middle), (back, middle + CAP)]
    return [(x, middle - CAP), (x, middle + CAP)]


def _point(estimate: Estimated, frame: Frame, middle: float) -> list[str]:
    value = estimate.value
    if value is None:
        return []
    x = frame.at_x(value)
    if not frame.x.low <= value <= frame.x.high:
        step = CAP if value < frame.x.low else -CAP
        points = [_end(x + shift, middle, step, is_beyond=True) for shift in (0.0, step)]
        return [path(some, class_="c-line c-s0-l") for some in points]
    if estimate.is_total:
        return [_diamond(estimate, frame, x, middle)]
    return [marker((x, middle), 0, 3.5)]


def _diamond(estimate: Estimated, frame: Frame, x: float, middle: float) -> str:
    """Return the mark of all rows: a diamond from end to end of the interval."""
    lower = x if estimate.lower is None else frame.at_x(estimate.lower)
    upper = x if estimate.upper is None else frame.at_x(estimate.upper)
    left, right = min(lower, x - 4.0), max(upper, x + 4.0)
    corners = [(left, middle), (x, middle - 7.0), (right, middle), (x, middle + 7.0)]
    return path(corners, class_="c-ink")
