"""The JSON of many groups: their numbers, set into the text of one.

Ten thousand groups have a million numbers. An object for each interval, and a text for each key,
would take longer than all their sums.
"""

from collections.abc import Callable, Iterator
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.core.json_text import BLANK, Blank, text_of
from cecli.report.grouped.table import BLOCK, Floats, GroupTable, Places
from cecli.report.result import Floor, Group, Interval, Result

try:
    from cecli.report.grouped import number_texts
except ImportError:
    number_texts = None  # type: ignore[assignment]

NUMBER: Any = Blank()
# Whether a group is small; then, for each interval, whether it has degrees of freedom and a floor.
Pattern = NDArray[np.bool_]


def group_texts(
    table: GroupTable, document_of: Callable[[Group], Any], newline: str
) -> Iterator[str]:
    """Yield the JSON of the document of each group, whose line begins with some spaces."""
    for start in range(0, len(table), BLOCK):
        part = slice(start, min(start + BLOCK, len(table)))
        usual = _usual(table, part) if number_texts is not None else np.zeros(0, dtype=np.int64)
        texts: dict[int, str] = {}
        for pattern, some in _alike(_patterns(table, part)[usual]):
            places = usual[some]
            text = text_of(document_of(_blank(table, pattern)), newline)
            of_places = _filled(table, places + start, pattern, text.split(BLANK))
            texts |= zip(places.tolist(), of_places, strict=True)
        for run in _runs(np.setdiff1d(np.arange(start, part.stop), usual + start)):
            groups = table.block(slice(int(run[0]), int(run[-1]) + 1))
            of_groups = (text_of(document_of(group), newline) for group in groups)
            texts |= zip((run - start).tolist(), of_groups, strict=True)
        yield from map(texts.__getitem__, range(len(texts)))


def _runs(places: Places) -> list[Places]:
    """Return ascending places as runs of consecutive ones."""
    return np.split(places, np.flatnonzero(np.diff(places) != 1) + 1) if places.size else []


def _usual(table: GroupTable, part: slice) -> Places:
    """Return which groups of a part have all their numbers in the columns, and finite."""
    found = np.ones(part.stop - part.start, dtype=np.bool_)
    for column in table.columns:
        found &= np.isfinite(column.values[part])
        if column.intervals is not None:
            found &= column.intervals.is_known[part]
        others = np.fromiter(column.others, dtype=np.int64) - part.start
        found[others[(others >= 0) & (others < found.size)]] = False
    return np.flatnonzero(found)


def _patterns(table: GroupTable, part: slice) -> Pattern:
    """Return the pattern of each group, shape (groups, flags)."""
    flags = [table.rows[part] < table.least]
    for column in table.columns:
        if column.intervals is not None:
            flags += [
                np.isfinite(column.intervals.degrees[part]),
                column.intervals.is_floored[part],
            ]
    return np.column_stack(flags)


def _alike(patterns: Pattern) -> Iterator[tuple[Pattern, Places]]:
    """Yield each distinct pattern, and which groups have it."""
    packed = np.packbits(patterns, axis=1)
    # As texts, patterns are sorted in a fiftieth of the time that they take as rows.
    codes = packed.view(f"S{packed.shape[1]}").reshape(-1)
    _, first, of = np.unique(codes, return_index=True, return_inverse=True)
    for number, place in enumerate(first.tolist()):
        yield patterns[place], np.flatnonzero(of == number)


def _blank(table: GroupTable, pattern: Pattern) -> Group:
    """Return a group with a blank in place of each number and name."""
    is_small, *flags = pattern.tolist()
    of_intervals = iter(flags)
    results = []
    for column in table.columns:
        interval = None
        if column.intervals is not None:
            level, scale = column.intervals.level, column.intervals.scale
            degrees = NUMBER if next(of_intervals) else None
            floor: Floor | None = "predictions" if next(of_intervals) else None
            ends = NUMBER, NUMBER, NUMBER
            interval = Interval(*ends, level, degrees=degrees, scale=scale, floor=floor)
        results.append(Result(column.name, "", NUMBER, column.measure, interval))
    return Group(dict.fromkeys(table.names, NUMBER), NUMBER, NUMBER, tuple(results), is_small)


def _filled(
    table: GroupTable, places: Places, pattern: Pattern, pieces: list[str]
) -> Iterator[str]:
    """Yield the text of the groups at some places, given the text around the blanks."""
    flags = iter(pattern.tolist()[1:])
    numbers: list[Floats] = [table.weights[places]]
    of_intervals: list[Floats] = []
    for column in table.columns:
        numbers.append(column.values[places])
        if column.intervals is not None:
            its = column.intervals.at(places)
            of_intervals += [its.se, its.lower, its.upper]
            if next(flags):
                of_intervals.append(its.degrees)
            next(flags)
    head, tail = pieces[: len(table.names) + 1], pieces[len(table.names) + 1 :]
    matrix = np.ascontiguousarray(np.column_stack([*numbers, *of_intervals]))
    ends = number_texts.filled([piece.encode() for piece in tail], matrix)
    for place, rows, end in zip(places.tolist(), table.rows[places].tolist(), ends, strict=True):
        names = zip(head, map(quoted, table.keys[place]), strict=False)
        yield f"{''.join(part for pair in names for part in pair)}{head[-1]}{rows}{end}"
