"""Names of statistics that stay the same, whatever file they are in and however they are imported.

A name is made of the name of the class and its parameters, such as `mean(cross_entropy)`. Words for
messages and limits of memory are no parameters of what is computed.
"""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np

# Parameters that change no number.
BESIDE = {"source", "most"}
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def stable_name(value: Any) -> str:
    """Return the name of a statistic, or the text of one of its parameters.

    Raises
    ------
    TypeError
        If a parameter has no name of its own.

    Examples
    --------
    >>> from cecli.metrics.cross_entropy import CROSS_ENTROPY
    >>> stable_name(CROSS_ENTROPY)
    'mean(cross_entropy)'
    """
    for kind, text in TEXTS:
        if isinstance(value, kind):
            return text(value)
    if is_dataclass(value) and not isinstance(value, type):
        given = [stable_name(getattr(value, f.name)) for f in fields(value) if f.name not in BESIDE]
        return f"{_words(type(value).__name__)}({','.join(given)})"
    raise TypeError(f"a {type(value).__name__} has no stable name")


def _function(value: FunctionType) -> str:
    if "<" in value.__qualname__:
        raise TypeError(f"{value.__qualname__} has no stable name")
    return value.__name__.removeprefix("_")


def _partial(value: "partial[Any]") -> str:
    named = [f"{name}={stable_name(given)}" for name, given in value.keywords.items()]
    given = [*map(stable_name, value.args), *named]
    return f"{stable_name(value.func)}({','.join(given)})"


def _tuple(value: tuple[Any, ...]) -> str:
    return f"[{','.join(map(stable_name, value))}]"


def _words(name: str) -> str:
    return CAPITAL.sub("-", name).lower()


TEXTS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (FunctionType, _function),
    (np.ufunc, lambda value: str(value.__name__)),
    (partial, _partial),
    (Enum, lambda value: str(value.value)),
    ((bool, int, float, str, type(None)), repr),
    (tuple, _tuple),
)
