"""The difference of two losses in two parts: miscalibration and discrimination.

The uncertainty of the targets is the same for all models, so that the difference of the losses is
the difference of their miscalibrations, less that of their discriminations. Both follow from the
cells of the predictions in one pass, within certain bounds.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cecli.commands.compare.findings import numbered
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.metrics.cells.bracket import Bracket
from cecli.metrics.cells.decomposition import isotonic
from cecli.metrics.paired.losses import BASELINE, Candidate
from cecli.metrics.reliability.seen_by import SeenBy
from cecli.preparations.one_class import OfModel
from cecli.report.result import Definition, Direction, Measure, Result
from cecli.statistics.cells.prediction_cells import CELLS

BOUNDS = {"": "value", "_lower": "lower", "_upper": "upper"}
OF = {
    "difference_miscalibration": (
        Direction.LOWER,
        "Miscalibration of the model minus that of the baseline: recalibrating would win it back.",
        "miscalibration of the model - miscalibration of the baseline, by isotonic regression",
    ),
    "difference_discrimination": (
        Direction.HIGHER,
        "Discrimination of the model minus that of the baseline: what it knows beyond it.",
        "discrimination of the model - discrimination of the baseline, by isotonic regression",
    ),
}
SHORT = {
    "difference_miscalibration": "part of the difference that recalibrating would win back",
    "difference_discrimination": "what the model knows beyond the baseline",
}


def _definition(name: str, end: str) -> Definition:
    direction, meaning, formula = OF[name]
    within = f"within {name}_lower and {name}_upper"
    return Definition(
        f"{name}{end}",
        f"Certain{end.replace('_', ' ')} bound of {name}." if end else meaning,
        formula if not end else f"{end[1:]} bound of {name}",
        direction,
        Measure.INFORMATION,
        low=float("-inf"),
        streams=within,
        numbered=True,
    )


DEFINITIONS = tuple(_definition(name, end) for name in OF for end in BOUNDS)


class PartsOfDifference(NamedTuple):
    """The differences of miscalibration, and of discrimination, in nats."""

    miscalibration: Bracket | None
    discrimination: Bracket


@dataclass(frozen=True)
class Decomposed:
    """Yields both parts of the difference of each model."""

    models: tuple[Candidate, ...]

    def _cells(self, role: str) -> SeenBy:
        return SeenBy(OfModel(role), CELLS)

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        roles = [BASELINE, *(model.role for model in self.models)]
        pairs = [model.paired for model in self.models]
        means = [mean for p in pairs for mean in (p.difference, p.baseline, p.model)]
        return [*map(self._cells, roles), *means]

    def finish(self, states: States) -> Iterator[Result]:
        baseline = self._calibrated(BASELINE, states)
        found = [
            (model.name, _results(self._parts(model, baseline, states))) for model in self.models
        ]
        yield from numbered(found)

    def _calibrated(self, role: str, states: States) -> Bracket:
        """Return the loss of isotonic regression."""
        found = isotonic(states[self._cells(role)].cells)
        most = found.most.cross_entropy
        return Bracket(most, min(found.least.cross_entropy, most), most)

    def _parts(self, model: Candidate, baseline: Bracket, states: States) -> PartsOfDifference:
        own = self._calibrated(model.role, states)
        gap = Bracket(
            own.value - baseline.value, own.lower - baseline.upper, own.upper - baseline.lower
        )
        discrimination = Bracket(-gap.value, -gap.upper, -gap.lower)
        paired = model.paired
        if states[paired.baseline].infinite_rows or states[paired.model].infinite_rows:
            return PartsOfDifference(None, discrimination)
        mean = float(states[paired.difference].finite_mean)
        return PartsOfDifference(Bracket(*(mean + x for x in discrimination)), discrimination)


def _results(parts: PartsOfDifference) -> tuple[Result, ...]:
    brackets = (parts.miscalibration, parts.discrimination)
    return tuple(
        _result(name, end, bracket)
        for name, bracket in zip(OF, brackets, strict=True)
        for end in BOUNDS
        if not end or (bracket is not None and not bracket.is_exact)
    )


def _result(name: str, end: str, bracket: Bracket | None) -> Result:
    value = None if bracket is None else float(getattr(bracket, BOUNDS[end]))
    meaning = SHORT[name] if not end else f"certain {end[1:]} bound of {name}"
    why = "a loss is infinite" if value is None else ""
    return Result(f"{name}{end}", meaning, value, Measure.INFORMATION, undefined=why)
