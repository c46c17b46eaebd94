"""Charts of a page: the picture, what its marks say, and its numbers behind a line."""

from collections.abc import Iterator
from dataclasses import replace

from cecli.pictures.drawing.ticks import rounded
from cecli.pictures.picture import Mark, Numbers, Panel, Picture, Trace
from cecli.pictures.svg import svg_of
from cecli.renderers.page.tables import Room, folded, numbers
from cecli.renderers.page.tags import Html, tag

# On a phone, a picture of this width has text that can be read.
NARROW = 360
# Rows of the table of a curve, which has far more points.
MOST_POINTS = 41


def chart(picture: Picture, room: Room, *tables: Html, name: str = "") -> Html:
    """Return a picture with its title, its numbers, and what a keyboard needs to read it.

    Parameters
    ----------
    tables : in place of the numbers of the picture.
    name : of its ids, if the page has another picture of its name.
    """
    drawing = Html(svg_of(_spoken(replace(picture, name=name or picture.name)), heading=False,
                          styled=False))  # fmt: skip
    plot = tag(
        "div", drawing, class_="plot", tabindex="0", role="group",
        aria_label=f"{picture.title}: arrow keys read its values",
    )  # fmt: skip
    own = (*picture.numbers, *_points(picture))
    shown = tables or tuple(numbers(each, room) for each in own)
    below = [folded("Numbers", *shown)] if shown else []
    kind = "chart" if picture.width <= NARROW else "chart across"
    return tag("figure", tag("figcaption", picture.title), plot, *below, class_=kind)


def narrow(picture: Picture) -> Picture:
    """Return a picture for half of a page, or for a phone."""
    return replace(picture, width=NARROW)


def _spoken(picture: Picture) -> Picture:
    """Return a picture whose curves say what their points are."""
    panels = (
        replace(panel, marks=tuple(_titled(mark, panel) for mark in panel.marks))
        if isinstance(panel, Panel)
        else panel
        for panel in picture.panels
    )
    return replace(picture, panels=tuple(panels))


def _titled(mark: Mark, panel: Panel) -> Mark:
    if not isinstance(mark, Trace) or mark.series is None:
        return mark
    of = f"{mark.label}: " if mark.is_named else ""
    words = (
        f"{of}{panel.x.label or 'x'} {rounded(x, None)}, {panel.y.label} {rounded(y, None)}"
        for x, y in zip(mark.x, mark.y, strict=True)
    )
    return replace(mark, titles=tuple(words))


def _points(picture: Picture) -> Iterator[Numbers]:
    """Yield a table of some points of each curve."""
    for panel in picture.panels:
        if not isinstance(panel, Panel) or not panel.x.label:
            continue
        for mark in panel.marks:
            if isinstance(mark, Trace) and mark.series is not None:
                places = _some(len(mark.x))
                rows = ((rounded(mark.x[i], None), rounded(mark.y[i], None)) for i in places)
                of = mark.label or picture.title
                yield Numbers(f"Points of {of}", (panel.x.label, panel.y.label), tuple(rows))


def _some(number: int) -> list[int]:
    """Return places at equal distances, the first and the last among them."""
    wanted = min(number, MOST_POINTS)
    return [round((number - 1) * i / max(wanted - 1, 1)) for i in range(wanted)]
