"""The part of a report that says which models may be the best, and its sentence."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from cecli.core.dataclasses import dataclass
from cecli.core.errors import named
from cecli.core.statistic import States, Statistic
from cecli.metrics.paired.losses import Loss
from cecli.report.parts import ModelSet, RankedModel
from cecli.report.report import Part
from cecli.report.result import Notice
from cecli.statistics.mean import Mean

# The fewest models of a set, and the most of whom all pairs are tested.
FEWEST, MOST_BY_PAIRS = 3, 10
# So many models are named in a sentence.
MOST_NAMED = 5


class Elimination(Protocol):
    """How models are found not to be the best."""

    @property
    def name(self) -> str:
        """Its name for programs."""
        ...

    @property
    def statistics(self) -> Sequence[Statistic[Any]]: ...

    def p_values(self, states: States) -> list[float]:
        """Return the p-value of "no other model is better" for each model."""
        ...


@dataclass(frozen=True)
class BestModels:
    """Yields the model confidence set.

    Attributes
    ----------
    names, roles : of all models, the baseline first.
    level : of the set.
    """

    names: tuple[str, ...]
    roles: tuple[str, ...]
    level: float
    how: Elimination

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return [*map(_mean_of, self.roles), *self.how.statistics]

    def finish(self, states: States) -> Iterator[Part]:
        p_values = self.how.p_values(states)
        losses = [float(states[_mean_of(role)].mean) for role in self.roles]
        # A p-value of 1 − level, but for rounding, is one.
        models = [
            RankedModel(name, loss, p, p > 1.0 - self.level)
            for name, loss, p in zip(self.names, losses, p_values, strict=True)
        ]
        models.sort(key=lambda model: (model.loss, model.model))
        yield ModelSet(self.level, self.how.name, sentence(models, self.level), tuple(models))


def _mean_of(role: str) -> Mean:
    return Mean(Loss(role))


def sentence(models: Sequence[RankedModel], level: float) -> str:
    """Return the sentence that says which models may be the best."""
    best = [model.model for model in models if model.may_be_best]
    others = [model.model for model in models if not model.may_be_best]
    confidence = f"{100 * level:g}% model confidence set"
    if not others:
        return f"any of the {len(models)} models may be the best ({confidence})"
    only = "only " if len(best) == 1 else ""
    return (
        f"of {len(models)} models, {only}{_listed(best)} may be the best ({confidence}), and not "
        f"{_listed(others, 'or')}"
    )


def _listed(names: Sequence[str], last: str = "and") -> str:
    if len(names) > MOST_NAMED:
        return f"{', '.join(map(named, names[:MOST_NAMED]))} {last} {len(names) - MOST_NAMED} more"
    *first, final = map(named, names)
    return f"{', '.join(first)} {last} {final}" if first else final


def too_many(models: int) -> Notice:
    """Return the notice that there are too many models for tests of all pairs."""
    return Notice(
        "no-confidence-set",
        f"which of the {models} models may be the best is not said: tests of all pairs take "
        f"{MOST_BY_PAIRS} models at most, and --bootstrap 1000 takes more",
    )
