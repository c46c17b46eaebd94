"""A label that says whether a quantity is in some range, such as more than 0 mm of rain."""

import math
import operator
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from cecli.columns.column import Column, Domain
from cecli.columns.numbers import number
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import UsageError, shown
from cecli.core.table import Table
from cecli.options.scoring import Scoring
from cecli.shapes.derived import Derived, DerivedTable

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
     "==": operator.eq, "!=": operator.ne}
)  # fmt: skip
EVENT = re.compile(r"\s*(?P<column>.*?[^\s<>=!])\s*(?P<sign>>=|<=|==|!=|>|<)\s*(?P<limit>[^<>=!]+)")
QUANTITY = Domain(-math.inf, math.inf, "a finite number", "--event compares numbers")
SOURCE = "quantity"
NO_AND_YES = ("false", "true")


@dataclass(frozen=True)
class EventOf:
    """The label of a row is whether a quantity of it compares with a limit.

    The quantity and the limit are compared as the float64 that are nearest to them.
    """

    column: str
    sign: str
    limit: float
    text: str

    def of(self, table: Table, scoring: Scoring) -> tuple[Table, Scoring]:
        if scoring.label is not None or scoring.target:
            raise UsageError(
                "--event excludes --label and --target", hint="--event makes the label"
            )
        if scoring.positive is not None:
            raise UsageError(
                "--event excludes --positive", hint="the event itself is the positive class"
            )
        source = Column(SOURCE, self.column, QUANTITY)
        derived = DerivedTable(table, (Derived(self.text, (source,), self._labels),))
        return derived, replace(
            scoring, label=self.text, elsewhere=[*scoring.elsewhere, self.column]
        )

    def _labels(self, chunk: Chunk) -> Coded:
        happened = COMPARISONS[self.sign](chunk.numbers[SOURCE], self.limit)
        return Coded(happened.astype(np.int64), NO_AND_YES)


def event_of(text: str) -> EventOf:
    """Return the event that a text such as "obs > 0" describes.

    Raises
    ------
    UsageError
        If it describes none.

    Examples
    --------
    >>> event_of("rain mm >= 0.2").column
    'rain mm'
    """
    found = EVENT.fullmatch(text)
    limit = None if found is None else number(found["limit"])
    if found is None or limit is None or math.isinf(limit):
        raise UsageError(
            f"--event {shown(text)} is not a column, a comparison and a number",
            hint="--event 'obs > 0'; comparisons are >, >=, <, <=, == and !=",
        )
    return EventOf(found["column"], found["sign"], limit, text.strip())
