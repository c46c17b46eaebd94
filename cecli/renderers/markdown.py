"""Any document as Markdown, for comments and summaries."""

import re
from typing import TYPE_CHECKING, cast

from cecli.renderers.formats import DIGITS, Document, Layout
from cecli.renderers.sheet import Grid, Sheet
from cecli.renderers.sheets import sheet_of

if TYPE_CHECKING:
    from cecli.commands.check.outcome import Checked

SPECIAL = re.compile(r"([\\`*_\[\]|~#!$])")
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": " ", "@": "&#64;"})
# GitHub takes comments of up to 65,536 characters.
LARGEST_COMMENT = 64_000


def render(document: Document, layout: Layout) -> str:
    """Return the Markdown of a document; if it has verdicts, as many as fit into a comment."""
    if document.document == "verdicts":
        return _comment(cast("Checked", document), layout.digits or DIGITS)
    return _written(sheet_of(document, layout))


def _comment(checked: "Checked", digits: int) -> str:
    """Return the verdicts in less than 64,000 bytes."""
    from cecli.renderers.verdicts import shorter_and_shorter

    text = ""
    for sheet in shorter_and_shorter(checked, digits):
        text = _written(sheet)
        if len(text.encode()) < LARGEST_COMMENT:
            break
    return text


def _written(sheet: Sheet) -> str:
    sections = [
        f"### {escaped(sheet.title)}",
        escaped(sheet.facts).replace(r"\|", "·"),
        "\n".join(map(escaped, sheet.sentences)),
        *(section for grid in sheet.grids for section in (_table(grid), escaped(grid.more))),
        "\n".join(f"- {escaped(notice)}" for notice in sheet.notices),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _table(grid: Grid) -> str:
    places = range(len(grid.headings))
    rule = ["---:" if place in grid.numeric else ":---" for place in places]
    rows = [[escaped(cell) for cell in row] for row in (grid.headings, *grid.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))


def escaped(text: str) -> str:
    """Return text escaped so that Markdown shows it literally."""
    return SPECIAL.sub(r"\\\1", text.translate(ENTITIES))
