"""Sections as rich draws them on a terminal."""

import io
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cecli.renderers.laid_out.fitting import GAP
from cecli.renderers.laid_out.sections import Block, Styled, StyledLine, style_of
from cecli.renderers.sheet import Grid

# The sections fit already, so that rich has nothing to wrap or to cut.
ROOM = 1_000_000
# The box takes one column between two others.
PADDING = (0, GAP - 1, 0, 0)


def drawn(sections: Iterable[Sequence[Block]], *, colour: bool) -> list[str]:
    """Return the lines of sections, with escape sequences only if colour."""
    # What the environment says of colour and size has been read already, with the options.
    console = Console(
        file=io.StringIO(),
        width=ROOM,
        height=1,
        color_system="standard" if colour else None,
        force_terminal=colour,
        no_color=not colour,
        legacy_windows=False,
        highlight=False,
    )
    with console.capture() as capture:
        for number, section in enumerate(sections):
            if number:
                console.print()
            for block in section:
                drawing = _table(block) if isinstance(block, Grid) else _line(block)
                console.print(drawing, soft_wrap=isinstance(drawing, Text))
    return capture.get().splitlines()


def _line(line: StyledLine) -> Text:
    return Text.assemble(*line)


def _table(grid: Grid) -> Table:
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=PADDING,
        header_style=Styled.DIM,
        border_style=Styled.DIM,
    )
    for place, heading in enumerate(grid.headings):
        table.add_column(
            Text(heading),
            style=style_of(place, grid),
            justify="right" if place in grid.numeric else "left",
            no_wrap=True,
        )
    for row in grid.rows:
        table.add_row(*map(Text, row))
    return table
