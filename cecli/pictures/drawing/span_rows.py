"""Spans as elements: the name and the value above each bar, so that they fit on a phone."""

from itertools import pairwise

from cecli.pictures.axis import Axis, axis_of
from cecli.pictures.drawing.elements import element, path, text, title
from cecli.pictures.drawing.frame import MARGIN, SIZE, Frame, below
from cecli.pictures.drawing.marks import paint_of
from cecli.pictures.drawing.panels import Drawing, paragraph
from cecli.pictures.drawing.text import cut, harmless, width
from cecli.pictures.spans import FloatingBar, Spans

STEP = 42.0  # pixels from bar to bar
NAME, HIGH = 15.0, 16.0  # the baseline of the name below the step's top; the height of a bar


def drawn(spans: Spans, top: float, picture_width: float) -> Drawing:
    """Return bars whose upper edge is at `top`."""
    room = picture_width - 2.0 * MARGIN
    head = paragraph(spans.title, "head", "ink", top, room)
    first = top + head.height
    frame = Frame(
        MARGIN, first, room, STEP * len(spans.spans) + 4.0, axis_for(spans), axis_of("", ())
    )
    found = [*head.elements, *below(frame)]
    found += _links(spans, frame)
    found += [_span(span, frame, place) for place, span in enumerate(spans.spans)]
    label = paragraph(spans.quantity, "label", "ink", frame.bottom + 26.0, room)
    return Drawing([*found, *label.elements], frame.bottom + 26.0 + label.height - top)


def axis_for(spans: Spans) -> Axis:
    """Return the axis that holds all bars, and 0."""
    ends = [0.0, *(value for span in spans.spans for value in (span.start, span.end))]
    low, high = min(ends), max(ends)
    if low == high:
        high = 1.0
    return Axis(spans.quantity, low, high)


def _links(spans: Spans, frame: Frame) -> list[str]:
    if not spans.linked:
        return []
    places = enumerate(pairwise(spans.spans))
    return [
        path(
            # Below the name, which it would cross.
            [(frame.at_x(span.end), _bar(frame, place + 1) - 4.0),
             (frame.at_x(span.end), _bar(frame, place + 1) + HIGH)],
            class_="c-thin c-faint-l c-d2",
        )
        for place, (span, _) in places
    ]  # fmt: skip


def _bar(frame: Frame, place: int) -> float:
    """Return the upper edge of a bar."""
    return frame.top + STEP * place + NAME + 6.0


def _span(span: FloatingBar, frame: Frame, place: int) -> str:
    base, left = frame.top + STEP * place + NAME, frame.left
    value = harmless(span.words)
    room = frame.width - width(value, SIZE, bold=True) - 12.0
    name = cut(harmless(span.name), SIZE, room, bold=span.series is None)
    ends = sorted((frame.at_x(span.start), frame.at_x(span.end)))
    return element(
        "g",
        title(f"{span.name}: {span.words}"),
        text(left, base, name, "name" if span.series is None else "label"),
        text(frame.right, base, value, "name", "ink", "end"),
        element(
            "rect", x=ends[0], y=_bar(frame, place), width=max(ends[1] - ends[0], 1.5),
            height=HIGH, class_=f"c-{'ink' if span.series is None else paint_of(span.series)}",
        ),
    )  # fmt: skip
