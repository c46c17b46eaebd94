"""How the input of labels is read: as its own first lines show."""

from dataclasses import replace
from typing import Any

from cecli.columns.roles import Tell
from cecli.options.reading import ReadingOptions
from cecli.options.values import is_identifier, reading_of, said_of
from cecli.readers.opening import Reading
from cecli.readers.text.sniffing import Known, first_lines, path_of, sniffed


def reading_of_labels(
    labels: Any, data: Any, reading: ReadingOptions, how: Reading, tell: Tell
) -> Reading:
    """Return how to read the labels: as their first lines show, where these leave no doubt.

    What the first lines of the predictions showed holds for the labels only if theirs show nothing;
    what the user gave holds for both.

    Parameters
    ----------
    reading, how : of the predictions.
    """
    options = {
        name: value
        for name, declared in reading.declared.items()
        if (value := getattr(reading, name)) != declared.default
    }
    known = Known(is_identifier=is_identifier)
    shown = sniffed(data, {}, known)
    theirs = {n for n, (value, _) in shown.items() if options.get(n) == value}
    path, given = path_of(labels), {n: x for n, x in options.items() if n not in theirs}
    text = None if path is None else first_lines(path, given, known)
    found = sniffed(labels, given, known)
    if text is None or (theirs and not found and not text.is_usual):
        return how
    usual = {name: reading.declared[name].default for name in theirs}
    for name, (value, reason) in found.items():
        tell(f"the labels are read with {said_of(reading, name, value)}: {reason}")
    own = reading.changed(**{**usual, **{name: value for name, (value, _) in found.items()}})
    return replace(reading_of(own, passes=how.passes), numbered=how.numbered)
