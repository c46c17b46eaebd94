"""The report as a table for a terminal."""

import io
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cecli.renderers.sheet import HEADINGS, NUMERIC, Sheet, sheet_of
from cecli.report import Report

GAP, EDGES = 3, 2
# With less room than this for them, the explanations are left out.
LEAST_LAST_COLUMN = 30

STYLES = ("bold", "bold cyan", "", "", "dim")


def render(report: Report, digits: int, *, width: int, colour: bool, unicode: bool) -> str:
    """Return the table, in escape sequences only if colour; numbers are never cut to the width."""
    sheet = sheet_of(report, digits)
    fits = width >= _fixed_width(sheet) + LEAST_LAST_COLUMN
    lines = box.SIMPLE_HEAD if unicode else box.ASCII2
    table = _table(sheet, HEADINGS if fits else HEADINGS[:-1], lines)
    console = Console(
        file=io.StringIO(),
        width=max(width, _fixed_width(sheet)),
        color_system="standard" if colour else None,
        force_terminal=colour,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        console.print(Text(sheet.title, "bold"))
        console.print(Text(sheet.facts, "dim"))
        console.print(table)
        for notice in sheet.notices:
            console.print(Text.assemble(("notice: ", "bold yellow"), notice))
    return capture.get()


def _table(sheet: Sheet, headings: Sequence[str], lines: box.Box) -> Table:
    table = Table(box=lines, pad_edge=False, header_style="dim")
    for place, heading in enumerate(headings):
        table.add_column(
            heading,
            style=STYLES[place],
            justify="right" if place in NUMERIC else "left",
            no_wrap=place < len(HEADINGS) - 1,
        )
    for row in sheet.rows:
        table.add_row(*map(Text, row[: len(headings)]))
    return table


def _fixed_width(sheet: Sheet) -> int:
    """Return what all columns but the last take, with the gaps between them."""
    cells = [HEADINGS, *sheet.rows]
    return EDGES + sum(
        max(len(row[place]) for row in cells) + GAP for place in range(len(HEADINGS) - 1)
    )
