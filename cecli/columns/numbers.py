"""Numbers in text, and the scales on which they state a probability."""

import math
import re
from enum import StrEnum


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


def is_number(text: str) -> bool:
    """Return whether a text matches the syntax of numbers, whatever its magnitude."""
    return NUMBER.fullmatch(text.strip(BLANKS)) is not None


def number(text: str) -> float | None:
    """Return the float64 nearest to a text's number (infinity beyond the range), else None."""
    stripped = text.strip(BLANKS)
    # Adding zero turns −0.0 into 0.0.
    return float(stripped) + 0.0 if NUMBER.fullmatch(stripped) else None


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
