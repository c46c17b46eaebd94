"""The report as aligned text: no colour, no box, nothing cut to a width."""

from typing import TYPE_CHECKING

from cecli.renderers.sheet import Grid, Sheet, sheet_of
from cecli.report.report import Report

if TYPE_CHECKING:
    from cecli.report.inspection import Inspection


GAP = "  "


def render(report: "Report | Inspection | Sheet", digits: int) -> str:
    sheet = sheet_of(report, digits)
    notices = [f"notice: {notice}" for notice in sheet.notices]
    sections = [[sheet.title, sheet.facts], *map(_lines, sheet.grids), notices]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _lines(grid: Grid) -> list[str]:
    table = [grid.headings, *grid.rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [_line(row, widths, grid.numeric) for row in table]


def _line(row: tuple[str, ...], widths: list[int], numeric: frozenset[int]) -> str:
    cells = (
        cell.rjust(width) if place in numeric else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return GAP.join(cells).rstrip()
