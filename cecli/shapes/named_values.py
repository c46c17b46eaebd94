"""Cells that name the classes of their numbers: "det:0.3 noun:0.7", or {"det": 0.3}."""

import ast
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cecli.core.errors import shown
from cecli.numerics import Floats
from cecli.shapes.lists import FEW, Parsed, number_or_nan

SEPARATOR = re.compile(r"\s*[,;]\s*|\s+")
COLON = re.compile(r"\s*:\s*")
# Leaves nothing of numbers.
NO_NUMBER = dict.fromkeys(map(ord, "0123456789+-.eE"))


def pairs_of(text: str) -> dict[str, float] | None:
    """Return the number of each name, NaN for missing ones; None if a text has no such pairs.

    Examples
    --------
    >>> pairs_of("det:0.25; noun: 0.75"), pairs_of('{"a b": 1}'), pairs_of("det:x")
    ({'det': 0.25, 'noun': 0.75}, {'a b': 1.0}, None)
    """
    stripped = text.strip()
    if not stripped:
        return None
    found = _of_object(stripped) if stripped.startswith("{") else _of_words(stripped)
    numbers = [(name, number_or_nan(str(value))) for name, value in found or ()]
    pairs = {name: x for name, x in numbers if x is not None}
    return pairs if pairs and len(pairs) == len(numbers) else None


def _of_words(text: str) -> list[tuple[str, Any]] | None:
    parts = [part.rpartition(":") for part in SEPARATOR.split(COLON.sub(":", text))]
    return [(name, x) for name, _, x in parts] if all(name for name, _, _ in parts) else None


def _of_object(text: str) -> list[tuple[str, Any]] | None:
    """Return the items of an object of JSON, or of a dictionary as Python writes it."""
    try:
        found = json.loads(text, object_pairs_hook=list, parse_float=str, parse_int=str)
    except ValueError:
        try:
            found = list(ast.literal_eval(text).items())
        except (ValueError, SyntaxError, AttributeError, RecursionError, MemoryError):
            return None
    return [(str(name), value) for name, value in found]


def parsed(texts: Sequence[str], places: Mapping[str, int], size: int, absent: float) -> Parsed:
    """Return the numbers of all classes, shape (size, texts), and what is wrong with each text.

    Parameters
    ----------
    places : of the classes, by all their names.
    absent : the number of a class that a text does not name.
    """
    numbers = np.full((size, len(texts)), absent)
    if _fill_plain(numbers, texts, places):
        return numbers, [""] * len(texts)
    if len(texts) > FEW:
        half = len(texts) // 2
        first, second = (
            parsed(part, places, size, absent) for part in (texts[:half], texts[half:])
        )
        return np.concatenate([first[0], second[0]], axis=1), first[1] + second[1]
    wrong = [
        _fill(numbers[:, place], found, places) for place, found in enumerate(map(pairs_of, texts))
    ]
    return numbers, wrong


def _fill(numbers: Floats, found: Mapping[str, float] | None, places: Mapping[str, int]) -> str:
    """Assign the numbers of one text, or return what is wrong with it."""
    if found is None:
        return "has no pairs of a class and a number, each class once"
    for name, value in found.items():
        if name not in places:
            return f"names {shown(name)}, which is none of the {len(numbers)} classes"
        numbers[places[name]] = value
    twice = len({places[name] for name in found}) < len(found)
    return "names a class twice" if twice else ""


def _fill_plain(numbers: Floats, texts: Sequence[str], places: Mapping[str, int]) -> bool:
    """Assign the numbers of texts such as "det:0.3 noun:0.7"; False if one of them is not such."""
    every = "".join(texts)
    if "," in every or ";" in every:
        words = [SEPARATOR.split(text.strip()) for text in texts]
    else:
        words = [text.split() for text in texts]
    pairs = [word.rpartition(":") for some in words for word in some]
    try:
        rows = np.array([places[name] for name, _, _ in pairs], dtype=np.int64)
        values = np.array([float(x) for _, _, x in pairs], dtype=np.float64)
    except (KeyError, ValueError):
        return False
    written = "".join(x for _, _, x in pairs)
    columns = np.repeat(np.arange(len(texts)), list(map(len, words)))
    cells = rows * len(texts) + columns
    is_plain = not written.translate(NO_NUMBER) and np.isfinite(values).all()
    if not is_plain or not all(words) or len(np.unique(cells)) < cells.size:
        return False
    numbers[rows, columns] = values + 0.0
    return True
