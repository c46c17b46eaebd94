"""A sheet as sections that fit into a width: lines of pieces with a style each, and tables."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from cecli.renderers.laid_out.fitting import fitted
from cecli.renderers.laid_out.widths import filled, width_of, wrapped
from cecli.renderers.sheet import Grid, Sheet

NOTICE, NEXT = "notice: ", "next: "
# A title and its facts are one line up to this width.
HEADLINE, BETWEEN = 80, "   "
# A command goes on below after this.
CONTINUED = " \\"


class Styled(StrEnum):
    """The styles of text, in the words of rich."""

    PLAIN = ""
    BOLD = "bold"
    DIM = "dim"
    VALUE = "bold cyan"
    WARNING = "bold yellow"


Piece = tuple[str, Styled]
StyledLine = Sequence[Piece]
Block = StyledLine | Grid


def sections_of(sheet: Sheet, width: int | None) -> Iterator[Sequence[Block]]:
    """Yield the sections of a sheet, none of them empty.

    Parameters
    ----------
    width : what they fit into; None if nothing is to be shortened or wrapped.
    """
    sections: Iterator[Sequence[Block]] = map(
        list,
        (
            _head(sheet, width),
            _sentences(sheet.sentences, width),
            *(section for grid in sheet.grids for section in _tables(grid, width)),
            [*_notices(sheet, width), *_steps(sheet.steps, width)],
        ),
    )
    return filter(None, sections)


def style_of(place: int, grid: Grid) -> Styled:
    """Return the style of a column."""
    if place == grid.remark:
        return Styled.DIM
    return {0: Styled.BOLD, 1: Styled.VALUE}.get(place, Styled.PLAIN)


def _head(sheet: Sheet, width: int | None) -> Iterator[StyledLine]:
    both = width_of(f"{sheet.title}{BETWEEN}{sheet.facts}")
    if sheet.is_brief and both <= min(width or HEADLINE, HEADLINE):
        yield ((sheet.title, Styled.BOLD), (f"{BETWEEN}{sheet.facts}", Styled.DIM))
        return
    for line in _within(sheet.title, width):
        yield ((line, Styled.BOLD),)
    for line in _facts(sheet, width):
        yield ((line, Styled.DIM),)


def _facts(sheet: Sheet, width: int | None) -> Sequence[str]:
    """Return the facts, which break between two of them if they can."""
    if width is None or width_of(sheet.facts) <= width:
        return [sheet.facts]
    pieces = (line for fact in sheet.facts.split(sheet.between) for line in wrapped(fact, width))
    return filled(list(pieces), sheet.between, width)


def _sentences(sentences: Sequence[str], width: int | None) -> Iterator[StyledLine]:
    for sentence in sentences:
        for line in _within(sentence, width):
            yield ((line, Styled.PLAIN),)


def _within(text: str, width: int | None) -> Sequence[str]:
    return [text] if width is None else wrapped(text, width)


def _notices(sheet: Sheet, width: int | None) -> Iterator[StyledLine]:
    for notice in sheet.notices:
        room = None if width is None else max(width - len(NOTICE), 1)
        for number, line in enumerate(_within(notice, room)):
            yield ((" " * len(NOTICE) if number else NOTICE, Styled.WARNING), (line, Styled.PLAIN))


def _steps(steps: Sequence[str], width: int | None) -> Iterator[StyledLine]:
    """Yield commands as they are, so that they can be pasted; none that does not fit."""
    room = None if width is None else width - len(NEXT)
    mark = NEXT
    for lines in (command_lines(step, room) for step in steps):
        if room is not None and any(width_of(line) > room for line in lines):
            continue
        for number, line in enumerate(lines):
            yield ((f"  {' ' * len(NEXT)}" if number else mark, Styled.DIM), (line, Styled.PLAIN))
        mark = " " * len(NEXT)


def command_lines(step: str, width: int | None) -> Sequence[str]:
    """Return a command as lines that break before options; pasted together, they are the same."""
    if width is None or width_of(step) <= width:
        return [step]
    first, *options = step.split(" --")
    pieces = [first, *(f"--{option}" for option in options)]
    *lines, last = filled(pieces, " ", width - len(CONTINUED) - 2)
    return [*(line + CONTINUED for line in lines), last]


def _tables(grid: Grid, width: int | None) -> Iterator[Sequence[Block]]:
    pieces = [grid] if width is None else fitted(grid, width)
    for piece in pieces:
        yield [piece]
    if more := pieces[-1].more:
        yield [((line, Styled.DIM),) for line in _within(more, width)]
