"""Sections as plain lines, whose tables are aligned by blanks: for pipes, files and Python."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from cecli.renderers.laid_out.fitting import GAP, widths
from cecli.renderers.laid_out.sections import Block
from cecli.renderers.laid_out.widths import padded
from cecli.renderers.sheet import Grid


def aligned(sections: Iterable[Sequence[Block]]) -> Iterator[str]:
    """Yield the lines of sections, which are an empty line apart."""
    for number, section in enumerate(sections):
        if number:
            yield ""
        for block in section:
            if isinstance(block, Grid):
                yield from _table(block)
            else:
                yield "".join(text for text, _ in block).rstrip()


def _table(grid: Grid) -> Iterator[str]:
    found = widths(grid)
    for row in (grid.headings, *grid.rows):
        # A cell may have several lines.
        for cells in zip_longest(*(cell.split("\n") for cell in row), fillvalue=""):
            yield _line(cells, found, grid)


def _line(cells: Sequence[str], found: Sequence[int], grid: Grid) -> str:
    texts = (
        padded(cell, found[place], to_the_right=place in grid.numeric)
        for place, cell in enumerate(cells)
    )
    return (" " * GAP).join(texts).rstrip()
