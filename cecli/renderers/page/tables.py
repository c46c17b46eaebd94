"""Tables of a page, of as many rows as a page has room for."""

from collections.abc import Sequence
from typing import NamedTuple

from cecli.pictures.picture import Numbers
from cecli.renderers.page.tags import Html, escaped, shortened, tag, together
from cecli.renderers.sheet import Grid


class Room(NamedTuple):
    """How much a page shows.

    Attributes
    ----------
    rows : of each table.
    cell : characters of each cell.
    json : characters of the report's JSON, as it is embedded.
    """

    rows: int
    cell: int
    json: int


def table(grid: Grid, caption: str, room: Room) -> Html:
    """Return a table in a box that scrolls where the page is narrow."""
    head = [_cell("th", cell, place, grid, room, "col") for place, cell in enumerate(grid.headings)]
    rows = [tag("tr", *_row(row, grid, room)) for row in grid.rows[: room.rows]]
    found = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *head)),
        tag("tbody", together(rows)),
    )
    more = len(grid.rows) - room.rows
    said = [] if more <= 0 else [tag("p", f"and {more:,} more rows, left out here", class_="more")]
    box = tag("div", found, class_="wide", tabindex="0", role="group", aria_label=caption)
    return together([box, *said])


def folded(summary: str, *inside: Html) -> Html:
    """Return what is behind a line that opens it."""
    return tag("details", tag("summary", summary), *inside)


def numbers(of: Numbers, room: Room) -> Html:
    """Return the numbers of a picture."""
    places = frozenset(range(1, len(of.headings)))
    return table(Grid(of.headings, of.rows, places), of.caption, room)


def pairs(rows: Sequence[tuple[str, str]]) -> Html:
    """Return names and what they stand for, under each other."""
    return tag("dl", together(tag("div", tag("dt", n), tag("dd", v)) for n, v in rows))


def _row(row: tuple[str, ...], grid: Grid, room: Room) -> list[Html]:
    first, *others = row
    cells = (_cell("td", cell, place, grid, room) for place, cell in enumerate(others, start=1))
    return [_cell("th", first, 0, grid, room, "row"), *cells]


def _cell(name: str, cell: str, place: int, grid: Grid, room: Room, scope: str = "") -> Html:
    text = escaped(shortened(cell, room.cell))
    kind: dict[str, str | bool] = {"scope": scope or False}
    return tag(name, text, **kind, class_="n" if place in grid.numeric else False)
