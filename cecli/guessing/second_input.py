"""Labels in an input of their own: how it is read, and where it is given as a second file."""

from collections.abc import Mapping, Sequence
from typing import Any

from cecli.core.errors import CecliError
from cecli.guessing.matching import refusal_of_two
from cecli.guessing.names import suggests_id
from cecli.guessing.proposal import Asking
from cecli.options.declare import Family
from cecli.options.joining import JoinOptions
from cecli.options.reading import ReadingOptions
from cecli.readers.opening import Reading, open_table
from cecli.readers.text.sniffing import Known, first_lines, path_of, sniffed

# Two inputs of `compare` are reports, or models.
COMPARING = "compare"


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
    options = {
        name: value
        for name, declared in reading.declared.items()
        if (value := getattr(reading, name)) != declared.default
    }
    known = Known(is_identifier=suggests_id)
    shown = sniffed(data, {}, known)
    theirs = {n for n, (value, _) in shown.items() if options.get(n) == value}
    path, given = path_of(labels), {n: x for n, x in options.items() if n not in theirs}
    text = None if path is None else first_lines(path, given, known)
    found = sniffed(labels, given, known)
    if text is None or (theirs and not found and not text.is_usual):
        return reading, {}
    usual = {name: reading.declared[name].default for name in theirs}
    return reading.changed(**{**usual, **{n: value for n, (value, _) in found.items()}}), found


def refuse_two(data: Sequence[Any], command: str, families: Sequence[Family], how: Reading) -> None:
    """Raise an InputError if two files are predictions and their labels, with commands that match.

    Several inputs of other commands may differ, and what cannot be opened is reported later.
    """
    takes = [family for family in families if isinstance(family, JoinOptions)]
    if command == COMPARING or not takes or takes[0].labels is not None:
        return
    if not all(path_of(each) == str(each) for each in data):
        return
    try:
        first, second = (open_table(each, how) for each in data)
    except CecliError:
        return
    error = refusal_of_two(first, second, Asking(command, data, families))
    if error is not None:
        raise error
