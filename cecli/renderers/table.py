"""Any document as aligned text, in colour and fitted to a terminal if it goes to one."""

from cecli.renderers.formats import Document, Layout
from cecli.renderers.laid_out.lines import Styled, StyledLine, lines_of
from cecli.renderers.sheet import IN_ASCII, inert
from cecli.renderers.sheets import sheet_of

BEGIN, END = "\x1b[{}m", "\x1b[0m"


def render(document: Document, layout: Layout) -> str:
    """Return a document as tables, which are never cut unless they go to a terminal."""
    lines = lines_of(sheet_of(document, layout), layout.width)
    write = _coloured if layout.colour else _plain
    text = "".join(f"{inert(write(line))}\n" for line in lines)
    return text if layout.unicode else text.translate(IN_ASCII)


def _plain(line: StyledLine) -> str:
    return "".join(text for text, _ in line).rstrip()


def _coloured(line: StyledLine) -> str:
    return "".join(
        text if style is Styled.PLAIN or not text.strip() else f"{BEGIN.format(style)}{text}{END}"
        for text, style in line
    )
