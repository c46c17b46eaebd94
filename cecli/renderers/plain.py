"""The report as aligned text: no colour, no box, nothing cut to a width."""

from cecli.renderers.sheet import HEADINGS, NUMERIC, sheet_of
from cecli.report import Report

GAP = "  "


def render(report: Report, digits: int) -> str:
    sheet = sheet_of(report, digits)
    table = [HEADINGS, *sheet.rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [_line(row, widths) for row in table]
    notices = [f"notice: {notice}" for notice in sheet.notices]
    sections = [[sheet.title, sheet.facts], lines, notices]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (
        cell.rjust(width) if place in NUMERIC else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return GAP.join(cells).rstrip()
