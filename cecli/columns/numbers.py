"""Numbers in text, and the scales on which they state a probability."""

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from fractions import Fraction


class Scale(StrEnum):
    """The values of `--from`: the scale of the predictions."""

    PROBABILITY = "probability"
    PERCENT = "percent"
    LOGIT = "logit"
    LOG_PROBABILITY = "log-probability"


class Unscaled(StrEnum):
    """What is no probability before it was divided by a sum, on any scale."""

    AMOUNT = "amount"


AnyScale = Scale | Unscaled


BLANKS = " \t"

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NUMERALS = re.compile(r"[0-9.eE+-]*")


# What an exact number may have: more than any limit needs, and less than takes long to convert.
MOST_CHARACTERS, MOST_EXPONENT = 1000, 999


def exact_number(text: str) -> Fraction | None:
    """Return the exact value of a text's number; None if it is none, or absurdly long or large."""
    stripped = text.strip(BLANKS)
    if len(stripped) > MOST_CHARACTERS or not NUMBER.fullmatch(stripped):
        return None
    exponent = stripped.lower().partition("e")[2]
    return None if abs(int(exponent or 0)) > MOST_EXPONENT else Fraction(stripped)


def is_number(text: str) -> bool:
    """Return whether a text matches the syntax of numbers, whatever its magnitude."""
    return NUMBER.fullmatch(text.strip(BLANKS)) is not None


def number(text: str) -> float | None:
    """Return the float64 nearest to a text's number (infinity beyond the range), else None."""
    stripped = text.strip(BLANKS)
    # Adding zero turns −0.0 into 0.0.
    return float(stripped) + 0.0 if NUMBER.fullmatch(stripped) else None


def numbers_of(texts: Sequence[str]) -> list[float | None]:
    """Return the number of each text, as `number` does; quickly if all of them are numbers."""
    # Of texts with these characters only, Python's numbers are those that match NUMBER.
    if NUMERALS.fullmatch("".join(texts)):
        with suppress(ValueError):
            return [x + 0.0 for x in map(float, texts)]
    return list(map(number, texts))


INFINITY = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)


def extended_number(text: str) -> float | None:
    """Return the float64 nearest to a text's number, or the infinity that it names, else None.

    A number beyond the range is no infinity.

    Examples
    --------
    >>> extended_number("-Inf"), extended_number("0.5"), extended_number("-1e999")
    (-inf, 0.5, None)
    """
    stripped = text.strip(BLANKS)
    if INFINITY.fullmatch(stripped):
        return float(stripped)
    value = number(stripped)
    return None if value is None or math.isinf(value) else value
