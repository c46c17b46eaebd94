"""Any document as a table: boxes on a terminal, otherwise aligned text that is never cut."""

from cecli.renderers.formats import Document, Layout
from cecli.renderers.sheet import Grid, Sheet, inert
from cecli.renderers.sheets import sheet_of

GAP = "  "


def render(document: Document, layout: Layout) -> str:
    """Return a document as tables."""
    sheet = sheet_of(document, layout.digits)
    if not layout.unicode:
        sheet = sheet.without_blocks()
    if layout.width is None:
        return _aligned(sheet)
    from cecli.renderers import terminal

    return terminal.drawn(sheet, layout.width, colour=layout.colour, unicode=layout.unicode)


def _aligned(sheet: Sheet) -> str:
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
    return inert(GAP.join(cells).rstrip())
