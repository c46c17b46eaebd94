"""Metrics that are known within certain bounds from one pass, and exactly where cells are narrow.

Rows that share a cell of the prediction have an unknown order. The bounds hold for every order, so
they are no matter of chance; they meet where no cell with rows of both kinds holds two predictions.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.intervals.formula import Direct
from cecli.metrics.metric import Metric
from cecli.report.result import Answer, Definition, Undefined


class Bracket(NamedTuple):
    """A value, and certain bounds of it."""

    value: float
    lower: float
    upper: float

    @property
    def is_exact(self) -> bool:
        return self.lower == self.upper


@dataclass(frozen=True)
class Bracketed:
    """A metric with certain bounds, as three metrics: the value, and both bounds.

    Attributes
    ----------
    bracket : computes them.
    """

    value: Metric
    lower: Metric
    upper: Metric

    @property
    def metrics(self) -> tuple[Metric, Metric, Metric]:
        return self.value, self.lower, self.upper

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return tuple(metric.definition for metric in self.metrics)


def bracketed(
    definition: Definition,
    meaning: str,
    statistics: Sequence[Statistic[Any]],
    bracket: Callable[[States], Bracket | Undefined],
    direct: Direct | None = None,
) -> Bracketed:
    """Return a metric with its bounds.

    Parameters
    ----------
    direct : the variance of the value, if it has an interval.
    """
    needed = tuple(statistics)
    ends = [
        Metric(
            replace_definition(definition, end),
            f"certain {end} bound of {definition.name}",
            needed,
            _End(bracket, end),
        )
        for end in ("lower", "upper")
    ]
    lower, upper = ends
    value = Metric(
        definition,
        meaning,
        needed,
        _End(bracket, "value"),
        direct=direct,
        bounds=(lower, upper),
    )
    return Bracketed(value, lower, upper)


def replace_definition(of: Definition, end: str) -> Definition:
    """Return the definition of a bound of a metric."""
    return of._replace(
        name=f"{of.name}_{end}",
        meaning=f"Certain {end} bound of {of.name}, whatever the order of rows within cells.",
        formula=f"{end} bound of {of.name}",
        also=(),
    )


@dataclass(frozen=True)
class _End:
    """One of the three numbers of a bracket."""

    bracket: Callable[[States], Bracket | Undefined]
    end: str

    def __call__(self, states: States) -> Answer:
        found = states.once(self.bracket)
        return found if isinstance(found, Undefined) else float(getattr(found, self.end))
