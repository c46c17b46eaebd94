"""Labels in an input of their own: how it is read, and how its rows may belong to predictions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cecli.columns.column import JOINED
from cecli.core.chunk import Coded, Integers
from cecli.core.errors import CecliError, InputError, TriedCommand, UsageError
from cecli.core.table import Table
from cecli.guessing.case import Case
from cecli.guessing.evidence import FEW_CELLS, FirstSight, Seen, look
from cecli.guessing.guess import MOST, guess
from cecli.guessing.names import Suggestion, suggests_id
from cecli.guessing.proposal import Asking, given_in
from cecli.join.by_position import refuse_transposed
from cecli.options.declare import Family
from cecli.options.joining import JoinOptions
from cecli.options.reading import ReadingOptions
from cecli.readers.opening import Reading, open_table
from cecli.readers.text.sniffing import Known, first_lines, path_of, sniffed

# The headers of one column that has no name: for want of a header, and as pandas writes it.
UNNAMED = (["1"], ["0"])
# Two inputs of `compare` are reports, or models.
COMPARING = "compare"
# What a column may be called and still be part of a key.
OF_KEYS = frozenset({Suggestion.ID, Suggestion.NOTHING})
# Options that bear on a guess.
NAMED = ("label", "target", "prob", "positive", "scale", "missing", "weight", "count")


def refusal_to_match(predictions: Table, labels: Table, asking: Asking) -> UsageError:
    """Return the error that rows have no key, with commands for the keys that they may have.

    The commands are those for the first rows, matched so: a column of the labels' input that says
    what was decided with the predictions is no label.
    """
    ours, theirs = look(predictions, most=FEW_CELLS), look(labels, most=FEW_CELLS)
    return _refusal(ours, theirs, asking)


def _refusal(ours: FirstSight, theirs: FirstSight, asking: Asking) -> UsageError:
    given = _columns_given(asking)
    commands: list[TriedCommand] = []
    for key in _keys(ours, theirs):
        keyed = _with_key(asking, key)
        found = guess(Case(_joined(ours, theirs, key), given), keyed)
        commands += found.commands if keyed.may_guess else keyed.as_given
    return UsageError(
        "--labels needs to know how rows are matched",
        hint="--id COL, a key that both inputs have; or --by-position, if they have the same rows "
        "in the same order",
    ).trying(commands[:MOST])


def refusal_of_two(first: Table, second: Table, asking: Asking) -> InputError | None:
    """Return the error that two inputs are predictions and labels; None if they may be one.

    The predictions are the input whose columns look like some; if both do, they are parts of one.
    Parts of one table have the same columns; but a single column without a header is always called
    the same.
    """
    beside_an_index = [name for name in first.header if name]
    if list(first.header) == list(second.header) and beside_an_index not in UNNAMED:
        return None
    sights = [look(one, most=FEW_CELLS) for one in (first, second)]
    predicted = [_has_predictions(Case(sight, _columns_given(asking))) for sight in sights]
    if sum(predicted) != 1:
        return None
    ours, theirs = sights if predicted[0] else sights[::-1]
    of_ours = replace(asking, data=ours.source, families=_with_labels(asking, theirs.source))
    found = _refusal(ours, theirs, of_ours).commands
    if not found:
        return None if _may_be_as_long(ours, theirs) else _other_lengths(ours, theirs)
    return InputError(
        f"its columns are not those of {first.name}",
        second.name,
        "files that are given together are one table; labels in another file are named by --labels",
    ).trying(found)


def _other_lengths(ours: FirstSight, theirs: FirstSight) -> InputError | None:
    """Return the error that labels and predictions without a key differ in their number of rows."""
    if len(ours.header) > 1 or len(theirs.header) > 1 or not Case(theirs, {}).labels:
        return None
    fewer, more = sorted((ours, theirs), key=lambda sight: sight.rows)
    return InputError(
        f"has {fewer.rows:,} rows, but {more.source} has more",
        fewer.source,
        "labels in another file are named by --labels, and matched --by-position if both have the "
        "same rows; was a first line taken for a header?",
    )


def _has_predictions(case: Case) -> bool:
    return bool(case.probs or case.groups)


def _with_labels(asking: Asking, labels: str) -> list[Family]:
    """Return the options with an input of labels."""
    return [
        family.changed(labels=labels) if "labels" in family.declared else family
        for family in asking.families
    ]


def _columns_given(asking: Asking) -> dict[str, Any]:
    """Return the columns that the user named, and their scale."""
    given = {n: v for family in asking.families for n, v in given_in(family).items()}
    return {name: given[name] for name in NAMED if name in given}


def _keys(ours: FirstSight, theirs: FirstSight) -> Iterator[tuple[str, ...]]:
    """Yield the columns that may identify the rows of both inputs; none stand for their order."""
    shared = [column.name for column in ours.columns if column.name in theirs.by_name]
    single = [name for name in shared if _are_distinct(ours, theirs, (name,))]
    yield from ((name,) for name in single)
    words = tuple(name for name in shared if ours.by_name[name].named.suggestion in OF_KEYS)
    if not single and len(words) > 1 and _are_distinct(ours, theirs, words):
        yield words
    elif not single and (not words or ours.is_unnamed) and _may_be_as_long(ours, theirs):
        yield ()


def _may_be_as_long(ours: FirstSight, theirs: FirstSight) -> bool:
    """Return whether nothing shows that one input has more rows than the other."""
    fewer, more = sorted((ours, theirs), key=lambda sight: sight.rows)
    return fewer.rows == more.rows or fewer.may_go_on


def _are_distinct(ours: FirstSight, theirs: FirstSight, key: Sequence[str]) -> bool:
    """Return whether a key is another one in each of the first rows of both inputs."""
    return all(
        sight.rows > 0 and len(set(_cells(sight, key))) == sight.rows for sight in (ours, theirs)
    )


def _cells(sight: FirstSight, key: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(sight.by_name[name].texts.tolist() for name in key), strict=True))


def _joined(ours: FirstSight, theirs: FirstSight, key: tuple[str, ...]) -> FirstSight:
    """Return what is seen of the first rows of both inputs that belong together."""
    places = [(row, row) for row in range(min(ours.rows, theirs.rows))]
    if key:
        known = {cell: row for row, cell in enumerate(_cells(theirs, key))}
        found = [(row, known.get(cell)) for row, cell in enumerate(_cells(ours, key))]
        places = [(row, other) for row, other in found if other is not None]
    first, second = np.array(places, dtype=np.int64).reshape(-1, 2).T
    columns = [_of_rows(column, first) for column in ours.columns]
    columns += [_of_rows(column, second) for column in theirs.columns if column.name not in key]
    names = [column.name for column in columns]
    sides = [0] * len(ours.columns) + [1] * (len(columns) - len(ours.columns))
    told = tuple(
        replace(column, name=f"{JOINED[side]}.{column.name}")
        if names.count(column.name) > 1
        else column
        for side, column in zip(sides, columns, strict=True)
    )
    header = tuple(column.name for column in told)
    return FirstSight(told, len(places), ours.source, header)


def _of_rows(column: Seen, rows: Integers) -> Seen:
    return replace(column, cells=Coded(column.cells.codes.take(rows), column.cells.names))


def _with_key(asking: Asking, key: tuple[str, ...]) -> Asking:
    """Return the same, with a key among the options; without one, rows match by position."""
    options = {"id": key} if key else {"by_position": True}
    families: list[Family] = [
        family.changed(**options) if options.keys() <= family.declared.keys() else family
        for family in asking.families
    ]
    return replace(asking, families=families)


def shown_of_labels(
    labels: Any, data: Any, reading: ReadingOptions
) -> tuple[ReadingOptions, Mapping[str, tuple[Any, str]]]:
    """Return how to read the labels, and what their first lines show, each with its reason.

    What the first lines of the predictions showed holds for the labels only if theirs show nothing;
    what the user gave holds for both.

    Parameters
    ----------
    reading : of the predictions.
    """
    options = _given(reading)
    known = Known(is_identifier=suggests_id)
    shown = sniffed(data, {}, known)
    theirs = {n for n, (value, _) in shown.items() if options.get(n) == value}
    path, given = path_of(labels), {n: x for n, x in options.items() if n not in theirs}
    text = None if path is None else first_lines(path, given, known)
    found = sniffed(labels, given, known)
    has_header = text is not None and (text.is_usual or text.names_one_column)
    if text is None or (theirs and not found and not has_header):
        return reading, {}
    usual = {name: reading.declared[name].default for name in theirs}
    return reading.changed(**{**usual, **{n: value for n, (value, _) in found.items()}}), found


def _given(reading: ReadingOptions) -> dict[str, Any]:
    """Return the reading options that do not have their defaults."""
    return {
        name: value
        for name, declared in reading.declared.items()
        if (value := getattr(reading, name)) != declared.default
    }


def refuse_two(
    data: Sequence[Any],
    command: str,
    families: Sequence[Family],
    reading: ReadingOptions,
    how: Callable[[ReadingOptions], Reading],
) -> None:
    """Raise an InputError if two files are predictions and their labels, with commands that match.

    Of arrays that are transposed, the shapes tell.

    Several inputs of other commands may differ, and what cannot be opened is reported later.

    Parameters
    ----------
    families : what was asked, but for the reading.
    reading : of the first; the first lines of the second may show another one.
    """
    takes = [family for family in families if isinstance(family, JoinOptions)]
    if command == COMPARING or not takes or takes[0].labels is not None:
        return
    if not all(path_of(each) == str(each) for each in data):
        return
    refused: CecliError | None = None
    for (one, other), options in _orders(data, reading):
        try:
            own, _ = shown_of_labels(other, one, options)
            first, second = open_table(one, how(options)), open_table(other, how(own))
        except CecliError:
            return
        refuse_transposed(first, second)  # before the names of so many columns are looked at
        error = refusal_of_two(first, second, Asking(command, data, [*families, options]))
        if error is not None and error.commands:
            raise error
        refused = error or refused
    if refused is not None:
        raise refused


def _orders(
    data: Sequence[Any], reading: ReadingOptions
) -> Iterator[tuple[Sequence[Any], ReadingOptions]]:
    """Yield two files and how the first is read; then in the other order, if that reads others.

    The lines of the labels may show nothing, where those of the predictions lack a header.
    """
    yield data, reading
    try:
        shown = sniffed(data[1], _given(reading), Known(is_identifier=suggests_id))
    except CecliError:
        return
    if shown:
        yield data[::-1], reading.changed(**{name: value for name, (value, _) in shown.items()})
