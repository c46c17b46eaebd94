"""A panel as elements: its title, its key, its axes and its marks."""

from collections.abc import Sequence
from typing import NamedTuple

from cecli.pictures.drawing import marks, names
from cecli.pictures.drawing.elements import Point, text
from cecli.pictures.drawing.frame import LINE, MARGIN, SIZE, Frame, Gutters, axes, gutters_of
from cecli.pictures.drawing.palette import FONTS
from cecli.pictures.drawing.text import cut, harmless, width, wrapped
from cecli.pictures.picture import Dots, Panel, Trace


class Drawing(NamedTuple):
    """Elements, and how many pixels they take from top to bottom."""

    elements: list[str]
    height: float


def gutters(panel: Panel, picture_width: float) -> Gutters:
    """Return the gutters that a panel needs."""
    return gutters_of(panel.x, panel.y, picture_width, panel.height * picture_width)


def drawn(panel: Panel, top: float, picture_width: float, beside: Gutters) -> Drawing:
    """Return a panel whose upper edge is at `top`, with these gutters beside its plot."""
    head = paragraph(panel.title, "head", "ink", top, picture_width - 2.0 * MARGIN)
    key = _key(panel, top + head.height, picture_width)
    above = head.height + key.height + LINE + 8.0
    frame = Frame(
        beside.left, top + above, picture_width - sum(beside), panel.height * picture_width,
        panel.x, panel.y,
    )  # fmt: skip
    label = text(MARGIN, frame.top - 10.0, _label(panel.y.label, picture_width), "label")
    shapes = [marks.drawn(mark, frame) for mark in panel.marks]
    found = [*head.elements, *key.elements, label, *axes(frame), *shapes, *_names(panel, frame)]
    below = LINE + 8.0 + (LINE if panel.x.label else 0.0)
    return Drawing(found, frame.bottom + below - top)


def _label(words: str, picture_width: float) -> str:
    return cut(harmless(words), SIZE, picture_width - 2.0 * MARGIN)


def paragraph(words: str, font: str, paint: str, top: float, room: float) -> Drawing:
    """Return text in as many lines as it needs, of at most four."""
    size, bold = FONTS[font]
    lines = wrapped(harmless(words), size, room, bold=bold)
    if len(lines) > 4:
        lines = [*lines[:3], cut(" ".join(lines[3:]), size, room, bold=bold)]
    step = size + 4.0
    elements = [
        text(MARGIN, top + step * (i + 1) - 4.0, line, font, paint) for i, line in enumerate(lines)
    ]
    return Drawing(elements, step * len(lines) + (4.0 if lines else 0.0))


def _key(panel: Panel, top: float, picture_width: float) -> Drawing:
    """Return the marks that have labels, beside each other as far as there is room."""
    elements: list[str] = []
    left, row, room = MARGIN, 0, picture_width - 2.0 * MARGIN
    for mark in panel.marks:
        if not mark.label:
            continue
        words = cut(harmless(mark.label), SIZE, room - marks.SAMPLE - 6.0)
        size = marks.SAMPLE + 6.0 + width(words, SIZE)
        if left > MARGIN and left + size > MARGIN + room:
            left, row = MARGIN, row + 1
        middle = top + row * (LINE + 4.0) + 10.0
        elements.append(marks.sample(mark, left, middle))
        elements.append(text(left + marks.SAMPLE + 6.0, middle + 4.0, words, "label"))
        left += size + 18.0
    return Drawing(elements, (row + 1) * (LINE + 4.0) + 2.0 if elements else 0.0)


def _names(panel: Panel, frame: Frame) -> list[str]:
    """Return the names beside the lines of models."""
    if not any(isinstance(mark, Trace) and mark.is_named for mark in panel.marks):
        return []
    named: list[names.Named] = []
    others: list[Sequence[Point]] = []
    for mark in panel.marks:
        if isinstance(mark, Dots):
            others += marks.extents_of(mark, frame)
        elif isinstance(mark, Trace):
            points = marks.points_of(mark, frame)
            if mark.is_named:
                named.append(names.Named(harmless(mark.label), mark.series, points))
            else:
                others.append(points)
    return [
        text(place.at[0], place.at[1], place.name, "name", marks.paint_of(place.series))
        for place in names.placed(named, others, frame)
    ]
