"""Any document as tables: plain text that is never cut, unless it goes to a terminal."""

from collections.abc import Iterable

from cecli.renderers.formats import Document, Layout
from cecli.renderers.laid_out.aligned import aligned
from cecli.renderers.laid_out.sections import sections_of
from cecli.renderers.sheet import IN_ASCII, Sheet, inert
from cecli.renderers.sheets import sheet_of


def render(document: Document, layout: Layout) -> str:
    """Return a document as tables, drawn by rich if they go to a terminal or are coloured."""
    lines = _lines(sheet_of(document, layout), layout)
    text = "".join(f"{inert(line)}\n" for line in lines)
    return text if layout.unicode else text.translate(IN_ASCII)


def _lines(sheet: Sheet, layout: Layout) -> Iterable[str]:
    sections = sections_of(sheet, layout.width)
    if layout.width is None and not layout.colour:
        return aligned(sections)
    # Imported here, because it imports rich.
    from cecli.renderers.laid_out.drawn import drawn

    return drawn(sections, colour=layout.colour)
