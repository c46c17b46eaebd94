"""What a cell's text means as a number: one rule, the same for every reader.

A number is `[+-]?(digits[.digits]|.digits|digits.)([eE][+-]?digits)?` in ASCII, with blanks
(space, tab) around it allowed. Nothing looser: Python's `float()` also takes 1_000 and full-width
digits, pandas takes TRUE.
"""

import re

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
