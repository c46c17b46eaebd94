"""A grid that fits into a width, without a number that is cut or a word that is broken.

What yields, in this order: remarks are wrapped, or left out if there is no room for them; sentences
are wrapped; other text is shortened in the middle; columns go on below, beside the first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cecli.renderers.laid_out.widths import shortened, width_of, wrapped
from cecli.renderers.sheet import Grid

# The columns between two others, however the grid is drawn.
GAP = 2
# Remarks are left out, and other text is shortened, if there is less room than this.
LEAST_REMARK, LEAST_PROSE, LEAST_TEXT = 30, 20, 12
# The first column beside a number that hardly leaves room.
LEAST_FIRST = 4
LONGEST_HEADING = LONGEST_TEXT = 24


def fitted(grid: Grid, width: int) -> Sequence[Grid]:
    """Return a grid as one that fits, or as several of which each has the first column.

    A cell with several lines has them separated by line feeds.
    """
    if _total(grid) <= width:
        return [grid]
    grid = _with_short_headings(grid)
    if grid.remark is not None:
        kept = _with_wrapped_remark(grid, width)
        if kept is not None:
            return [kept]
        grid = _without_remark(grid)
    grid = _with_wrapped_prose(_with_short_texts(grid, width), width)
    return list(_pieces(grid, width))


def widths(grid: Grid) -> list[int]:
    """Return the width of each column."""
    lines = [grid.headings, *grid.rows]
    return [max(map(_widest, column)) for column in zip(*lines, strict=True)]


def _widest(cell: str) -> int:
    return max(map(width_of, cell.split("\n")))


def _total(grid: Grid) -> int:
    found = widths(grid)
    return sum(found) + GAP * (len(found) - 1)


def _with_short_headings(grid: Grid) -> Grid:
    """Return the grid with short headings; the remarks' may be as long as they are."""
    headings = (
        heading if place == grid.remark else shortened(heading, LONGEST_HEADING)
        for place, heading in enumerate(grid.headings)
    )
    return replace(grid, headings=tuple(headings))


def _with_wrapped_remark(grid: Grid, width: int) -> Grid | None:
    """Return the grid with its remarks wrapped; None if there is no room for them."""
    room = width - _total(grid.without_remark()) - GAP
    natural = widths(grid)[-1]
    if room < min(natural, LEAST_REMARK) or (grid.has_bars and room < natural):
        return None
    return _changed(grid, len(grid.headings) - 1, lambda cell: "\n".join(wrapped(cell, room)))


def _without_remark(grid: Grid) -> Grid:
    """Return the grid without its remarks, and what it takes to see them."""
    heading, bare = grid.headings[-1], grid.without_remark()
    needed = _total(bare) + GAP + (widths(grid)[-1] if grid.has_bars else LEAST_REMARK)
    if not heading:
        return replace(bare, more=grid.more)
    more = f"{heading}: in {needed} columns or more"
    return replace(bare, more=f"{grid.more}; {more}" if grid.more else more)


def _with_short_texts(grid: Grid, width: int) -> Grid:
    """Return the grid with its widest texts shortened as far as that makes it fit.

    If columns go on below in any case, texts need not be that short.
    """
    short = _shortened_to(grid, width, LEAST_TEXT)
    return short if _excess(short, width) <= 0 else _shortened_to(grid, width, LONGEST_TEXT)


def _shortened_to(grid: Grid, width: int, least: int) -> Grid:
    """Return the grid with its widest texts shortened, but not to less than a width."""
    texts = [p for p in range(len(grid.headings)) if p not in grid.numeric | grid.prose]
    while texts:
        found, excess = widths(grid), _excess(grid, width)
        widest = max(texts, key=found.__getitem__)
        if excess <= 0 or found[widest] <= least:
            break
        others = [found[place] for place in texts if found[place] < found[widest]]
        room = max(found[widest] - excess, *others, least)
        grid = _shortened(grid, widest, room)
    return grid


def _excess(grid: Grid, width: int) -> int:
    """Return by how much a grid is too wide if its sentences have the least room."""
    found = widths(grid)
    return _total(grid) - sum(max(found[p] - LEAST_PROSE, 0) for p in grid.prose) - width


def _with_wrapped_prose(grid: Grid, width: int) -> Grid:
    """Return the grid with its sentences wrapped; those that are short leave room to the others."""
    found = widths(grid)
    left = width - sum(found) - GAP * (len(found) - 1) + sum(found[p] for p in grid.prose)
    for number, place in enumerate(sorted(grid.prose, key=found.__getitem__)):
        room = max(min(found[place], left // (len(grid.prose) - number)), LEAST_PROSE)
        left -= room
        grid = _changed(grid, place, lambda cell, room=room: "\n".join(wrapped(cell, room)))  # type: ignore[misc]
    return grid


def _pieces(grid: Grid, width: int) -> Iterator[Grid]:
    """Yield the columns in pieces that fit, of which each has the first column."""
    piece = [0]
    for place in range(1, len(grid.headings)):
        if len(piece) > 1 and _total(grid.part([*piece, place])) > width:
            yield _beside(grid.part(piece), width)
            piece = [0]
        piece.append(place)
    yield _beside(grid.part(piece), width)


def _beside(piece: Grid, width: int) -> Grid:
    """Return a piece whose first column leaves room for the others."""
    excess = _total(piece) - width
    if excess <= 0 or 0 in piece.numeric:
        return piece
    return _shortened(piece, 0, max(widths(piece)[0] - excess, LEAST_FIRST))


def _shortened(grid: Grid, place: int, room: int) -> Grid:
    return _changed(grid, place, lambda cell: shortened(cell, room))


def _changed(grid: Grid, place: int, change: Callable[[str], str]) -> Grid:
    """Return the grid with one column changed."""
    headings, *rows = (
        (*row[:place], change(row[place]), *row[place + 1 :]) for row in (grid.headings, *grid.rows)
    )
    return replace(grid, headings=headings, rows=tuple(rows))
