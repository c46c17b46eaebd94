"""Cells that have a number for each class, as a list: "[-0.21, 0.35]"."""

import re
from collections.abc import Sequence

import numpy as np

from cecli.columns.hints import MISSING_WORDS
from cecli.columns.numbers import extended_number
from cecli.numerics import Floats

LIST = re.compile(r"\s*(?:\[(?P<square>[^\[\]]*)\]|\((?P<round>[^()]*)\))\s*")
SEPARATOR = re.compile(r"\s*[,;]\s*|\s+")
NOTHING = MISSING_WORDS | {"nan"}

# What a byte of a cell is, for all cells at once.
NUMBER, BLANK, COMMA, OPEN, CLOSE, OPEN_ROUND, CLOSE_ROUND, END, OTHER = range(9)
BRACKETS = ([OPEN, CLOSE], [OPEN_ROUND, CLOSE_ROUND])
KINDS = np.full(256, OTHER, dtype=np.uint8)
for _kind, _bytes in (
    (NUMBER, b"0123456789+-.eEinfINF"), (BLANK, b" \t\r\n"), (COMMA, b",;"), (OPEN, b"["),
    (CLOSE, b"]"), (OPEN_ROUND, b"("), (CLOSE_ROUND, b")"), (END, b"\0"),
):  # fmt: skip
    KINDS[list(_bytes)] = _kind
# Leaves of a cell its numbers and blanks.
NUMBERS_ALONE = bytes(byte if KINDS[byte] == NUMBER else ord(" ") for byte in range(256))
# So few cells are parsed one by one, rather than halved and tried again.
FEW = 32

# The numbers of each text, and why a text has none: in words, or "" if it has.
Parsed = tuple[Floats, list[str]]


def numbers_of(text: str) -> list[float] | None:
    """Return the numbers of a list, NaN for missing ones; None if a text is no list of numbers.

    Examples
    --------
    >>> numbers_of("[0.5 0.25]"), numbers_of("(1, nan)"), numbers_of("[1, x]")
    ([0.5, 0.25], [1.0, nan], None)
    """
    found = LIST.fullmatch(text)
    if found is None:
        return None
    inside = (found["square"] or found["round"] or "").strip()
    numbers = [number_or_nan(part) for part in SEPARATOR.split(inside)]
    return None if None in numbers else [x for x in numbers if x is not None]


def number_or_nan(text: str) -> float | None:
    """Return a text's number, NaN if it stands for a missing value, None if it is neither."""
    return np.nan if text.casefold() in NOTHING else extended_number(text)


def parsed(texts: Sequence[str], size: int) -> Parsed:
    """Return the numbers of lists of one size, shape (size, texts), and what is wrong with each."""
    numbers = alike(texts, size) if len(texts) else None
    if numbers is not None:
        return numbers, [""] * len(texts)
    if len(texts) > FEW:
        half = len(texts) // 2
        first, second = parsed(texts[:half], size), parsed(texts[half:], size)
        return np.concatenate([first[0], second[0]], axis=1), first[1] + second[1]
    numbers, wrong = np.zeros((size, len(texts))), []
    for place, found in enumerate(map(numbers_of, texts)):
        if found is None:
            wrong.append("is not a list of numbers")
        elif len(found) != size:
            wrong.append(f"has {len(found)} numbers instead of {size}")
        else:
            numbers[:, place] = found
            wrong.append("")
    return numbers, wrong


def alike(texts: Sequence[str], size: int) -> Floats | None:
    """Return the numbers of lists of one size, shape (size, texts), that are written alike.

    None if any of them has other brackets, separators or another size, or is no list.
    """
    data = "\0".join([*texts, ""]).encode("utf-8", "surrogatepass")
    kinds = KINDS[np.frombuffer(data, dtype=np.uint8)]
    begins = np.empty(len(kinds), dtype=np.bool_)
    begins[0] = True
    np.not_equal(kinds[1:], kinds[:-1], out=begins[1:])
    # A number is one token, as is each bracket, comma or end; blanks only part numbers.
    tokens = kinds[(kinds != BLANK) & ((kinds != NUMBER) | begins)]
    first = tokens[: int(np.argmax(tokens == END)) + 1]
    if tokens.size != first.size * len(texts) or not _is_list(first.tolist(), size):
        return None
    if (tokens.reshape(len(texts), first.size) != first).any():
        return None
    try:
        values = np.array(list(map(float, data.translate(NUMBERS_ALONE).split())))
    except ValueError:
        return None
    # A number beyond the range of a float64 is no infinity.
    if not np.isfinite(values).all():
        return None
    return np.ascontiguousarray(values.reshape(len(texts), size).T) + 0.0


def _is_list(tokens: list[int], size: int) -> bool:
    """Return whether the tokens of a cell are those of a list."""
    if tokens[-1:] != [END] or [*tokens[:1], *tokens[-2:-1]] not in BRACKETS:
        return False
    commas = [NUMBER, *[COMMA, NUMBER] * (size - 1)]
    return tokens[1:-2] in (commas, [NUMBER] * size)
