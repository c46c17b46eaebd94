"""What only some documents hold: rows, a derivation, comparisons, verdicts, rows left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

from cecli.core.contract import Count, InJson, Presence, stated
from cecli.report.result import NATS_PER, Input, Result, Units

# A probability, or one for each class.
Distribution = float | Mapping[str, float]


@dataclass(frozen=True)
class Row:
    """Where a row is, what it cost, and why.

    Attributes
    ----------
    loss : in the units of the report, once it is part of one.
    prediction : its "label" or "target", and its "prob", of the positive class where there are
        two, else of each class; of a token, its "log_prob".
    weight : None where every row counts once.
    shown : the cells of the columns that were asked for, by their names.
    """

    source: str
    line: int
    loss: float
    prediction: Mapping[str, str | Distribution]
    weight: float | None
    shown: Mapping[str, str]

    def in_units(self, units: Units) -> "Row":
        """Return a row whose loss is in nats in other units."""
        return replace(self, loss=self.loss / NATS_PER[units])

    @property
    def place(self) -> str:
        return f"{self.source}:{self.line}"

    @property
    def label(self) -> str | None:
        """The class that was observed; None where the target is soft."""
        label = self.prediction.get("label")
        return label if isinstance(label, str) else None

    def to_record(self) -> dict[str, str | int | float]:
        """Return the row as one value for each column of a table."""
        own: dict[str, str | int | float] = {"source": self.source, "line": self.line}
        own.update(_flat(self.prediction))
        if self.weight is not None:
            own["weight"] = self.weight
        own["loss"] = self.loss
        names = headings(list(own), list(self.shown))
        return dict(zip(names, [*own.values(), *self.shown.values()], strict=True))


def headings(own: Sequence[str], shown: Sequence[str]) -> list[str]:
    """Return the names of a table's columns: a column that is shown gives way to those of ours.

    Examples
    --------
    >>> headings(["line", "loss"], ["id", "loss"])
    ['line', 'loss', 'id', 'shown_loss']
    """
    names = list(own)
    for column in shown:
        name = column
        while name in names:
            name = f"shown_{name}"
        names.append(name)
    return names


def of_class(role: str, name: str) -> str:
    """Return the heading of a role's column for one class."""
    return f"{role}_{name}"


def _flat(prediction: Mapping[str, str | Distribution]) -> Iterator[tuple[str, str | float]]:
    for role, value in prediction.items():
        if isinstance(value, Mapping):
            yield from ((of_class(role, name), x) for name, x in value.items())
        else:
            yield role, value


@stated
@dataclass(frozen=True)
class Step:
    """A line of the derivation.

    It has a quantity, how that follows from what stands above it, and its value.

    Attributes
    ----------
    value : already formatted where no float64 could hold it.
    agreement : how many digits of it an independent calculation shares; None where there is none.
    """

    name: str
    formula: str
    value: Annotated[float | str, InJson(float | str | None)]
    agreement: Annotated[str | None, Presence.ALWAYS] = None


class Conclusion(StrEnum):
    """What the rows say of a model beside the one it is compared with, the baseline.

    EQUIVALENT and NOT_WORSE are for a margin that the user gave. UNDEFINED: the difference is.
    """

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    NOT_WORSE = "not-worse"
    UNDECIDED = "undecided"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Comparison:
    """One model beside the baseline, on the same rows.

    Attributes
    ----------
    baseline, model : their names.
    verdict, sentence : for programs and for people.
    distribution : of what the p-values are tails: "t" or "normal", or "anytime" for e-values.
    results : first of all the difference, model minus baseline: negative where the model loses
        less.
    """

    baseline: str
    model: str
    verdict: Conclusion
    sentence: str
    distribution: str
    results: tuple[Result, ...]

    def in_units(self, units: Units) -> "Comparison":
        """Return a comparison whose results are in nats in other units."""
        return replace(self, results=tuple(result.in_units(units) for result in self.results))

    def __getitem__(self, name: str) -> float | None:
        """Return a metric's value by its key."""
        return {result.name: result.value for result in self.results}[name]


class Limit(StrEnum):
    """What a rule bounds: the value itself, or its change from the baseline."""

    MAX = "max"
    MIN = "min"
    MAX_INCREASE = "max-increase"
    MAX_DECREASE = "max-decrease"
    MAX_WORSENING = "max-worsening"

    @property
    def of_change(self) -> bool:
        return self not in {Limit.MAX, Limit.MIN}


class Verdict(StrEnum):
    """Pass, fail, or undecided: the interval straddles the limit."""

    PASS = "pass"
    FAIL = "fail"
    UNDECIDED = "undecided"


@stated
@dataclass(frozen=True)
class Skipped:
    """Rows that were left out, by the code of the reason."""

    rows: Count
    reasons: Mapping[str, Count]


def skipped_of(found: Input) -> Skipped:
    """Return the rows of an input that were left out."""
    return Skipped(sum(found.skipped.values()), found.skipped)
