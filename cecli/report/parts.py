"""Parts of some documents: rows, derivations, comparisons, verdicts, skipped rows."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Literal

from cecli.core.contract import Bounds, Count, InJson, Key, Many, Number, Presence, stated
from cecli.core.dataclasses import dataclass, replace
from cecli.report.result import NATS_PER, Input, Result, Units

# A probability, or one for each class.
Distribution = float | Mapping[str, float]


@dataclass(frozen=True)
class Row:
    """A row of the input: its place, its loss, and its prediction.

    Attributes
    ----------
    loss : in nats, or in the units of the report once it is part of one.
    prediction : its "label" or "target", and its "prob": of the positive class if there are two
        classes, else of each class. For a token, its "log_prob".
    weight, count : how much it counts, or for how many equal rows it stands; None if not given.
    shown : the cells of the requested columns, by their names.
    """

    source: str
    line: int
    loss: float
    prediction: Mapping[str, str | Distribution]
    weight: float | None
    count: int | None
    shown: Mapping[str, str]

    def in_units(self, units: Units) -> "Row":
        """Return the row with its loss converted from nats."""
        return replace(self, loss=self.loss / NATS_PER[units])

    @property
    def place(self) -> str:
        return f"{self.source}:{self.line}"

    @property
    def label(self) -> str | None:
        """The observed class; None if the target is soft."""
        label = self.prediction.get("label")
        return label if isinstance(label, str) else None

    @property
    def weighting(self) -> dict[str, float | int]:
        """Its weight or its count, by that name."""
        given = {"weight": self.weight, "count": self.count}
        return {name: value for name, value in given.items() if value is not None}

    def to_record(self) -> dict[str, str | int | float]:
        """Return the row as one value for each column of a table, by heading."""
        own: dict[str, str | int | float] = {"source": self.source, "line": self.line}
        own.update(_flat(self.prediction))
        own.update(self.weighting)
        own["loss"] = self.loss
        names = headings(list(own), list(self.shown))
        return dict(zip(names, [*own.values(), *self.shown.values()], strict=True))


def headings(own: Sequence[str], shown: Sequence[str]) -> list[str]:
    """Return the headings of a table. A shown column with the name of another one is renamed.

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

    It has a quantity, its formula in terms of the lines above, and its value.

    Attributes
    ----------
    value : already formatted if a float64 cannot hold it.
    agreement : how many of its digits an independent calculation confirms; None if there is none.
    """

    name: str
    formula: str
    value: Annotated[float | str, InJson(float | str | None)]
    agreement: Annotated[str | None, Presence.ALWAYS] = None


class Conclusion(StrEnum):
    """What the rows say about a model compared with the baseline.

    EQUIVALENT and NOT_WORSE need a margin given by the user. UNDEFINED: the difference is
    undefined.
    """

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    NOT_WORSE = "not-worse"
    UNDECIDED = "undecided"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Comparison:
    """A model compared with the baseline on the same rows.

    Attributes
    ----------
    baseline, model : their names.
    verdict, sentence : the conclusion for programs and for people.
    distribution : the distribution behind the p-values: "t" or "normal", "signs" for the test of
        signs of a few differing rows, "anytime" for e-values, "none" if nothing is tested.
    results : the first is the difference, model minus baseline: negative if the model's loss is
        smaller.
    """

    baseline: str
    model: str
    verdict: Conclusion
    sentence: str
    distribution: str
    results: tuple[Result, ...]

    def in_units(self, units: Units) -> "Comparison":
        """Return the comparison with its results converted from nats."""
        return replace(self, results=tuple(result.in_units(units) for result in self.results))

    def __getitem__(self, name: str) -> float | None:
        """Return a metric's value by its key."""
        return {result.name: result.value for result in self.results}[name]


@stated
@dataclass(frozen=True)
class RankedModel:
    """A model, and whether it may be the best of some.

    Attributes
    ----------
    loss : its mean loss.
    p_value : for the hypothesis that no other model is better; adjusted for all models.
    may_be_best : whether it is in the set: whether the p-value is above 1 - level.
    """

    model: str
    loss: Annotated[Number, Key("cross_entropy")]
    p_value: Annotated[float, Bounds(ge=0.0, le=1.0)]
    may_be_best: bool

    def in_units(self, units: Units) -> "RankedModel":
        """Return the model with its loss converted from nats."""
        return replace(self, loss=None if self.loss is None else self.loss / NATS_PER[units])


@stated
@dataclass(frozen=True)
class ModelSet:
    """A model confidence set: the models that may be the best of all.

    With the probability of `level`, the model whose mean loss is truly the least is one of them;
    if several are best, all of these are.

    Attributes
    ----------
    method : "pairs", by tests of each pair; or "bootstrap", by replicates.
    models : the model with the least loss first.
    """

    level: float
    method: Annotated[str, InJson(Literal["pairs", "bootstrap"])]
    sentence: str
    models: Many[RankedModel]

    def in_units(self, units: Units) -> "ModelSet":
        """Return the set with losses converted from nats."""
        return replace(self, models=tuple(model.in_units(units) for model in self.models))


class Limit(StrEnum):
    """The quantity that a rule bounds: the value itself, or its change from the baseline."""

    MAX = "max"
    MIN = "min"
    MAX_INCREASE = "max-increase"
    MAX_DECREASE = "max-decrease"
    MAX_WORSENING = "max-worsening"

    @property
    def of_change(self) -> bool:
        return self not in {Limit.MAX, Limit.MIN}


class Verdict(StrEnum):
    """The verdict of a rule. It is undecided if the interval straddles the limit."""

    PASS = "pass"
    FAIL = "fail"
    UNDECIDED = "undecided"


class Severity(StrEnum):
    """What follows where a rule does not hold: the run fails, or it only warns."""

    ERROR = "error"
    WARN = "warn"


@stated
@dataclass(frozen=True)
class Skipped:
    """The number of rows left out, in all and by the code of the reason."""

    rows: Count
    reasons: Mapping[str, Count]


def skipped_of(found: Input) -> Skipped:
    """Return the numbers of an input's rows that were left out."""
    return Skipped(sum(found.skipped.values()), found.skipped)
