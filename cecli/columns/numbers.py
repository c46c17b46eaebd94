"""How a column's numbers state a probability."""

import re
from enum import StrEnum


class Scale(StrEnum):
    """What `--from` takes: the scale on which predictions are written."""

    PROBABILITY = "probability"
    PERCENT = "percent"
    LOGIT = "logit"
    LOG_PROBABILITY = "log-probability"


BLANKS = " \t"

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def is_number(text: str) -> bool:
    """Return whether a text is a number by the rule, whatever its size."""
    return NUMBER.fullmatch(text.strip(BLANKS)) is not None


def number(text: str) -> float | None:
    """Return the nearest float64 of a number's text (infinity beyond its range), else None."""
    stripped = text.strip(BLANKS)
    # Adding zero turns −0.0 into 0.0.
    return float(stripped) + 0.0 if NUMBER.fullmatch(stripped) else None
