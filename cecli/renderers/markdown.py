"""The report as Markdown, for comments and summaries."""

import re
from typing import TYPE_CHECKING

from cecli.renderers.sheet import Grid, Sheet, sheet_of
from cecli.report.report import Report

if TYPE_CHECKING:
    from cecli.report.inspection import Inspection


SPECIAL = re.compile(r"([\\`*_\[\]|~#!$])")
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": " ", "@": "&#64;"})


def render(report: "Report | Inspection | Sheet", digits: int) -> str:
    sheet = sheet_of(report, digits)
    sections = [
        f"### {escaped(sheet.title)}",
        escaped(sheet.facts).replace(r"\|", "·"),
        *map(_table, sheet.grids),
        "\n".join(f"- {escaped(notice)}" for notice in sheet.notices),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _table(grid: Grid) -> str:
    places = range(len(grid.headings))
    rule = ["---:" if place in grid.numeric else ":---" for place in places]
    rows = [[escaped(cell) for cell in row] for row in (grid.headings, *grid.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return SPECIAL.sub(r"\\\1", text.translate(ENTITIES))
