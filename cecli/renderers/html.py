"""A document as a page of its own: its picture if it has one, and all its numbers as tables.

The page has no script, and its policy allows no request.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from cecli.pictures.drawing.elements import element, whole
from cecli.pictures.drawing.palette import INK, PAPER, RULE
from cecli.pictures.forest import Forest
from cecli.pictures.picture import Picture
from cecli.pictures.svg import svg_of
from cecli.renderers.formats import Document, Layout
from cecli.renderers.sheet import Grid, Sheet
from cecli.renderers.sheets import sheet_of
from cecli.report.report import Report

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """\
:root{{color-scheme:light dark}}
body{{font:16px/1.5 sans-serif;margin:2em auto;max-width:64em;padding:0 1em;{light}}}
h1{{font-size:1.4em;line-height:1.3;overflow-wrap:anywhere}}
.facts{{overflow-wrap:anywhere;opacity:.8}}
figure{{margin:1.5em 0;overflow-x:auto}}
svg{{max-width:100%;min-width:34em;height:auto}}
.wide{{overflow-x:auto}}
table{{border-collapse:collapse;margin:1.5em 0;font-variant-numeric:tabular-nums}}
th,td{{text-align:left;font-weight:normal;padding:.25em .8em .25em 0;vertical-align:top}}
thead th{{font-weight:bold}}
caption{{text-align:left;font-weight:bold}}
tr{{border-bottom:1px solid {rule}}}
.n{{text-align:right;white-space:nowrap}}
td:last-child:not(.n){{min-width:14em}}
@media screen and (prefers-color-scheme:dark){{body{{{dark}}}tr{{border-color:{dark_rule}}}}}
@media print{{body{{margin:0;max-width:none}}tr,svg{{break-inside:avoid}}}}"""


def render(document: Document, layout: Layout) -> str:
    return page(sheet_of(document, layout.digits), _pictures(document, layout.plots))


def _pictures(document: Document, plots: Sequence[str]) -> list[Picture]:
    """Return the requested pictures of a report, or all of them; other documents have none."""
    if document.document != "report":
        return []
    from cecli.renderers.pictured.plots import chosen, pictures_of

    report = cast("Report", document).to_document()
    return chosen(report, plots) if plots else list(pictures_of(report).values())


# A notebook shows so many rows of a table.
MOST_SHOWN = 60
OF_FRAGMENTS = (
    ".cecli td,.cecli th{text-align:left}.cecli .n{text-align:right}"
    ".cecli table{font-variant-numeric:tabular-nums}"
)


def fragment(report: Report) -> str:
    """Return a report as part of a page of others, such as a notebook.

    It has the picture that stands for the report, if that shows more than a number, and the tables.
    """
    from cecli.renderers.pictured.plots import pictures_of

    sheet = sheet_of(report, Layout().digits)
    pictures = pictures_of(report.to_document()).values()
    drawn = [picture for picture in pictures if _says_more(picture)]
    parts = (
        f"<style>{OF_FRAGMENTS}</style>",
        element("p", element("b", whole(sheet.title)), "<br>", whole(sheet.facts)),
        *map(svg_of, drawn[:1]),
        *(_table(_first_rows(grid)) for grid in sheet.grids),
        *_notices(sheet),
    )
    return element("div", *parts, class_="cecli")


def _says_more(picture: Picture) -> bool:
    """Return whether a picture shows more than one estimate."""
    return any(
        not isinstance(panel, Forest) or len(panel.estimates) > 1 for panel in picture.panels
    )


def _first_rows(grid: Grid) -> Grid:
    """Return a table without its last rows if it is long, and with their number instead."""
    more = len(grid.rows) - MOST_SHOWN
    if more <= 0:
        return grid
    said = (f"and {more:,} more", *("" for _ in grid.headings[1:]))
    return replace(grid, rows=(*grid.rows[:MOST_SHOWN], said))


def page(sheet: Sheet, pictures: Sequence[Picture]) -> str:
    """Return a page with pictures, their numbers, and the tables of a sheet."""
    title = whole(sheet.title)
    head = (
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>{_style()}</style>",
    )
    body = (
        f"<h1>{title}</h1>",
        element("p", whole(sheet.facts), class_="facts"),
        *(_figure(picture, place) for place, picture in enumerate(pictures)),
        *map(_table, sheet.grids),
        *_notices(sheet),
    )
    lines = ("<!DOCTYPE html>", '<html lang="en">', "<head>", *head, "</head>", "<body>", "<main>",
             *body, "</main>", "</body>", "</html>")  # fmt: skip
    return "\n".join(lines) + "\n"


def _figure(picture: Picture, place: int) -> str:
    """Return a picture with its numbers; its ids differ from those of the others."""
    named = replace(picture, name=f"{picture.name}-{place}") if place else picture
    tables = (
        _table(
            Grid(some.headings, some.rows, frozenset(range(1, len(some.headings)))), some.caption
        )
        for some in picture.numbers
    )
    # The title of the first picture is that of the page.
    figure = element("figure", svg_of(named, heading=place > 0), tabindex="0")
    return "\n".join((figure, *tables))


def _style() -> str:
    return STYLE.format(
        light=f"color:{INK.light};background:{PAPER.light}",
        dark=f"color:{INK.dark};background:{PAPER.dark}",
        rule=RULE.light,
        dark_rule=RULE.dark,
    )


def _table(grid: Grid, caption: str = "") -> str:
    head = "".join(
        _cell("th", cell, place, grid, 'scope="col"') for place, cell in enumerate(grid.headings)
    )
    rows = (f"<tr>{_row(row, grid)}</tr>" for row in grid.rows)
    lines = (
        '<div class="wide" tabindex="0"><table>',
        *([f"<caption>{whole(caption)}</caption>"] if caption else []),
        f"<thead><tr>{head}</tr></thead>",
        *("<tbody>", *rows, "</tbody>"),
        "</table></div>",
    )
    return "\n".join(lines)


def _row(row: tuple[str, ...], grid: Grid) -> str:
    first, *others = row
    cells = (_cell("td", cell, place, grid) for place, cell in enumerate(others, start=1))
    return _cell("th", first, 0, grid, 'scope="row"') + "".join(cells)


def _cell(name: str, cell: str, place: int, grid: Grid, scope: str = "") -> str:
    kind = 'class="n"' if place in grid.numeric else ""
    attributes = " ".join(filter(None, ("", scope, kind)))
    return f"<{name}{f' {attributes}' if attributes else ''}>{whole(cell)}</{name}>"


def _notices(sheet: Sheet) -> list[str]:
    if not sheet.notices:
        return []
    lines = "\n".join(f"<li>{whole(notice)}</li>" for notice in sheet.notices)
    return [f"<ul>\n{lines}\n</ul>"]
