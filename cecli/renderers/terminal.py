"""Tables drawn for a terminal."""

import io

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cecli.renderers.sheet import Grid, Sheet

GAP, EDGES = 3, 2
# Remarks are left out if there is less room for them than this.
LEAST_REMARK = 30

NAME, VALUE, NUMBER, REMARK = "bold", "bold cyan", "", "dim"


def drawn(sheet: Sheet, width: int, *, colour: bool, unicode: bool) -> str:
    """Return the tables, with escape sequences only if colour; numbers are never cut."""
    grids = [piece for grid in sheet.grids for piece in _fitting(grid, width)]
    lines = box.SIMPLE_HEAD if unicode else box.ASCII2
    console = Console(
        file=io.StringIO(),
        width=max(width, *(_fixed_width(grid) for grid in grids)),  # one number may be wider
        color_system="standard" if colour else None,
        force_terminal=colour,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        console.print(Text(sheet.title, "bold"))
        console.print(Text(sheet.facts, "dim"))
        for grid in grids:
            console.print(_table(grid, lines))
        for notice in sheet.notices:
            console.print(Text.assemble(("notice: ", "bold yellow"), notice))
    return capture.get()


def _fitting(grid: Grid, width: int) -> list[Grid]:
    """Return a grid, without its remarks or in several pieces if there is no room for the whole."""
    if grid.remark is not None and width >= _fixed_width(grid) + GAP + LEAST_REMARK:
        return [grid]
    bare = grid.without_remark()
    pieces: list[list[int]] = [[0]]
    for place in range(1, len(bare.headings)):
        wider = [*pieces[-1], place]
        if len(pieces[-1]) > 1 and _fixed_width(bare.part(wider)) > width:
            wider = [0, place]
            pieces.append(wider)
        else:
            pieces[-1] = wider
    return [bare.part(places) for places in pieces]


def _table(grid: Grid, lines: box.Box) -> Table:
    table = Table(box=lines, pad_edge=False, header_style="dim")
    for place, heading in enumerate(grid.headings):
        table.add_column(
            heading,
            style=_style(place, grid),
            justify="right" if place in grid.numeric else "left",
            no_wrap=place != grid.remark,
        )
    for row in grid.rows:
        table.add_row(*map(Text, row))
    return table


def _style(place: int, grid: Grid) -> str:
    if place == grid.remark:
        return REMARK
    return {0: NAME, 1: VALUE}.get(place, NUMBER)


def _fixed_width(grid: Grid) -> int:
    """Return the width of all columns except the remarks, with the gaps between them."""
    cells = [grid.headings, *grid.rows]
    places = [place for place in range(len(grid.headings)) if place != grid.remark]
    widths = [max(len(row[place]) for row in cells) for place in places]
    return EDGES + sum(widths) + GAP * (len(places) - 1)
