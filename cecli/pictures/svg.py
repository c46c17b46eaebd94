"""A picture as SVG: one document that needs nothing else, in browsers, print and screen readers.

The same picture gives the same bytes.
"""

from cecli.pictures.drawing import forest_rows, panels, span_rows
from cecli.pictures.drawing.elements import element, number, safe, whole
from cecli.pictures.drawing.frame import MARGIN, Gutters
from cecli.pictures.drawing.palette import style_sheet
from cecli.pictures.drawing.panels import Drawing, paragraph
from cecli.pictures.forest import Forest
from cecli.pictures.picture import Panel, Picture
from cecli.pictures.spans import Spans

BETWEEN = 14.0  # pixels between panels


def svg_of(picture: Picture, *, heading: bool = True, styled: bool = True) -> str:
    """Return the SVG of a picture, as text that ends with its last tag.

    Parameters
    ----------
    heading : whether the title is drawn, too: not where the page around it has it.
    styled : whether the style sheet is inside: not where the page around it has it.
    """
    body = _body(picture, picture.title if heading else "")
    name = picture.name
    height = number(body.height)
    return element(
        "svg",
        element("title", safe(picture.title), id=f"{name}-title"),
        element("desc", whole(picture.description), id=f"{name}-desc"),
        *([element("style", style_sheet())] if styled else []),
        element("rect", width=picture.width, height=body.height, class_="c-paper"),
        *body.elements,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {picture.width} {height}",
        width=picture.width,
        height=body.height,
        role="img",
        class_="c-page",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def _gutters(picture: Picture) -> Gutters:
    """Return gutters that suit all panels, so that their axes are under each other."""
    found = [
        panels.gutters(panel, picture.width) for panel in picture.panels if isinstance(panel, Panel)
    ]
    return Gutters(
        max((some.left for some in found), default=MARGIN),
        max((some.right for some in found), default=MARGIN),
    )


def _body(picture: Picture, heading: str) -> Drawing:
    """Return the title, the panels and the notes under each other."""
    room = picture.width - 2.0 * MARGIN
    head = paragraph(heading, "title", "ink", MARGIN, room)
    elements, top = list(head.elements), MARGIN + head.height
    beside = _gutters(picture)
    for panel in picture.panels:
        if isinstance(panel, Forest):
            drawing = forest_rows.drawn(panel, top, picture.width)
        elif isinstance(panel, Spans):
            drawing = span_rows.drawn(panel, top, picture.width)
        else:
            drawing = panels.drawn(panel, top, picture.width, beside)
        elements += drawing.elements
        top += drawing.height + BETWEEN
    for note in picture.notes:
        drawing = paragraph(note, "label", "faint", top, room)
        elements += drawing.elements
        top += drawing.height
    return Drawing(elements, top + MARGIN - (0.0 if picture.notes else BETWEEN))
