"""A row of the input, as a report shows it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A probability, or one for each class.
Distribution = float | Mapping[str, float]


@dataclass(frozen=True)
class Row:
    """Where a row is, what it cost, and why.

    Attributes
    ----------
    loss : in the units of the report.
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

    @property
    def place(self) -> str:
        return f"{self.source}:{self.line}"

    @property
    def label(self) -> str | None:
        """The class that was observed; None where the target is soft."""
        label = self.prediction.get("label")
        return label if isinstance(label, str) else None

    def to_dict(self) -> dict[str, Any]:
        """Return the row as the JSON contract has it."""
        return {
            "source": self.source,
            "line": self.line,
            "loss": "Infinity" if math.isinf(self.loss) else self.loss,
            **{n: dict(x) if isinstance(x, Mapping) else x for n, x in self.prediction.items()},
            **({} if self.weight is None else {"weight": self.weight}),
            "show": dict(self.shown),
        }

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
