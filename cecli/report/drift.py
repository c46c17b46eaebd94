"""The drift of a column in a report: its bins in both inputs, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from cecli.core.contract import Count, InJson, Many, Number, Presence, Says, stated
from cecli.report.result import Result


class DriftVerdict(StrEnum):
    """What the test of a column allows to say."""

    MOVED = "moved"
    NOT_SHOWN = "not-shown"
    UNTESTED = "untested"
    GONE = "gone"


class ColumnKind(StrEnum):
    """How the values of a column are compared."""

    NUMBERS = "numbers"
    CATEGORIES = "categories"


def _text(kind: type[StrEnum]) -> InJson:
    return InJson(str, kind)


@stated
@dataclass(frozen=True, kw_only=True)
class BinDrift:
    """A bin in both inputs: a value, numbers from `low` on and below `high`, or missing values.

    Attributes
    ----------
    reference, current : shares of all rows.
    """

    value: Annotated[str | None, Presence.LEFT_OUT] = None
    low: Annotated[Number, Presence.LEFT_OUT] = None
    high: Annotated[Number, Presence.LEFT_OUT] = None
    is_missing: Annotated[bool, Presence.LEFT_OUT] = False
    others: Annotated[
        Count, Presence.LEFT_OUT, Says("of so many further values together; 0 for a single bin")
    ] = 0
    reference: float
    current: float


@stated
@dataclass(frozen=True)
class ColumnDrift:
    """The drift of a column.

    Attributes
    ----------
    sentence : what the evidence allows to say.
    new, vanished : the first values that only the current input has, or only the reference.
    new_values, vanished_values : how many there are.
    """

    column: str
    kind: Annotated[ColumnKind, _text(ColumnKind)]
    verdict: Annotated[DriftVerdict, _text(DriftVerdict)]
    sentence: str
    bins: Many[BinDrift]
    new: Many[str] = ()
    vanished: Many[str] = ()
    new_values: Count = 0
    vanished_values: Count = 0


@dataclass(frozen=True)
class MeasuredColumn:
    """A column with all its metrics, which a report has under its name."""

    drift: ColumnDrift
    rows: int
    weight: float
    results: tuple[Result, ...]

    @property
    def values(self) -> Mapping[str, float | None]:
        return {result.name: result.value for result in self.results}
