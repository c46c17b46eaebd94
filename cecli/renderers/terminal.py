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
    grids = [_fitting(grid, width) for grid in sheet.grids]
    lines = box.SIMPLE_HEAD if unicode else box.ASCII2
    console = Console(
        file=io.StringIO(),
        width=max(width, *(_fixed_width(grid) for grid in grids)),
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


def _fitting(grid: Grid, width: int) -> Grid:
    fits = grid.remark is None or width >= _fixed_width(grid) + LEAST_REMARK
    return grid if fits else grid.without_remark()


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
    return EDGES + sum(
        max(len(row[place]) for row in cells) + GAP
        for place in range(len(grid.headings))
        if place != grid.remark
    )
