"""Which of two labels is the positive one, where it is known."""

import numpy as np
from numpy.typing import NDArray

from cecli.columns.column import bare
from cecli.columns.numbers import is_number, number
from cecli.guessing.evidence import Seen
from cecli.guessing.names import words_of

# The words of a positive and of a negative label, of two, folded.
POSITIVE = frozenset({
    "yes", "y", "positive", "pos", "t", "true", "+", "success", "event", "case",
})  # fmt: skip
NEGATIVE = frozenset({
    "no", "n", "negative", "neg", "f", "false", "-", "failure", "no event", "control",
})  # fmt: skip


def positives_of(column: Seen, prob: str = "") -> tuple[str | None, ...]:
    """Return the labels that may be positive: None if none needs to be said, else one or both.

    Parameters
    ----------
    prob : the name of the predictions, which may name the class that they are about: prob_no.
    """
    values = sorted(column.values)
    if column.is_unseen or len(values) != 2:
        return (None,)
    in_name = [value for value in values if is_in(value, prob)]
    if column.is_decided:
        zeros = [value for value in in_name if number(value) == 0.0]
        if not zeros or len(in_name) > 1:
            return (None,)
        # Where pandas writes a column without a name, 0 is its number, and no class.
        return (None, zeros[0]) if is_number(bare(prob)) else (zeros[0],)
    if column.is_numeric:
        ones = tuple(v for v in values if number(v) == 1.0)
        return ones if {number(v) for v in values} == {-1.0, 1.0} else tuple(values)
    if len(in_name) == 1:
        return (in_name[0],)
    for words, found_is_positive in ((POSITIVE, True), (NEGATIVE, False)):
        found = [value for value in values if value.lower() in words]
        if len(found) == 1:
            return tuple(value for value in values if (value in found) is found_is_positive)
    return tuple(values)


def is_in(value: str, name: str) -> bool:
    """Return whether the words of a label end a column's name: p_malignant, prob_0."""
    words = words_of(value)
    return bool(words) and set(words) <= set(words_of(name)[-len(words) :])


def is_yes_or_no(names: tuple[str, ...]) -> bool:
    """Return whether two names are a positive and a negative word, or 1 and 0."""
    folded = {name.lower() for name in names}
    numbers = {number(name) for name in names} == {0.0, 1.0}
    return numbers or (bool(folded & POSITIVE) and bool(folded & NEGATIVE))


def is_positive(column: Seen, positive: str | None) -> NDArray[np.bool_]:
    """Return which cells have the positive label, shape (n,)."""
    if positive is not None:
        return np.asarray(column.texts == positive)
    if column.is_numeric:
        return np.asarray(column.numbers == 1.0)
    return np.array([str(text).lower() == "true" for text in column.texts], dtype=np.bool_)
