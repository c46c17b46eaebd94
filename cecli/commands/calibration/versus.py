"""Further models beside the first: their results, and whether they rank better."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from fractions import Fraction
from math import isinf
from typing import Any

from cecli.columns.column import Column
from cecli.commands.calibration.open_cells import Refined, refined
from cecli.commands.calibration.plan import calibrating
from cecli.commands.calibration.reliability import Reliable
from cecli.commands.fit.passes import converse
from cecli.commands.score.plan import predictions, prob_columns
from cecli.commands.score.scored import Scored
from cecli.core.chunk import Preparation
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import UsageError, named, shown
from cecli.core.fold import Progress, fold
from cecli.core.statistic import States, Statistic
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.intervals.delta import Spread
from cecli.metrics.reliability.paired_auc import (
    AUC_DIFFERENCE,
    clustered_paired_auc,
    paired_auc,
)
from cecli.metrics.reliability.seen_by import SeenBy
from cecli.numerics.tails import holm, quantile, upper_tail
from cecli.options.keywords import silent
from cecli.options.scoring import Scoring
from cecli.preparations.one_class import OfModel
from cecli.preparations.order import as_one
from cecli.preparations.rows import Clip
from cecli.report.parts import Comparison, Conclusion
from cecli.report.reliability import ModelResults
from cecli.report.report import Part, Report
from cecli.report.result import Interval, Result, Units
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.mean import WEIGHT

FIRST = "prob"


@dataclass(frozen=True)
class Versus:
    """Further models, by the columns of their predictions.

    Attributes
    ----------
    scoring : of the first model.
    """

    names: tuple[str, ...]
    scoring: Scoring
    draws: int
    reliable: Reliable

    def parts(
        self, table: Table, first: Report, engine: Engine, progress: Progress | None
    ) -> Iterator[Part]:
        """Yield the results of each model, its reliability table, and the difference of AUCs."""
        reports = [self._report(table, name, engine, progress) for name in self.names]
        for name, report in zip(self.names, reports, strict=True):
            yield ModelResults(name, report.results)
            yield from (replace(each, of=name) for each in report.reliability)
            if report.curves is not None:
                yield report.curves.named(name)
            for notice in report.notices:
                if notice not in first.notices:
                    yield replace(notice, message=f"{named(name)}: {notice.message}")
        if not self.scoring.target:
            yield from self._comparisons(table, [first, *reports], engine, progress)

    def _report(self, table: Table, name: str, engine: Engine, progress: Progress | None) -> Report:
        scoring = replace(self.scoring, prob=(name,), units=Units.NATS, tell=silent)
        return calibrating(table, scoring, self.draws, self.reliable).report(
            table, engine, progress
        )

    def _comparisons(
        self, table: Table, reports: Sequence[Report], engine: Engine, progress: Progress | None
    ) -> list[Comparison]:
        values = [value for report in reports if (value := report["auc"]) is not None]
        if len(values) < len(reports):
            return []
        spreads = self._spreads(table, engine, progress)
        gaps = [value - values[0] for value in values[1:]]
        p_values = [
            2.0 * upper_tail(abs(gap) / spread.se, spread.degrees) if spread else None
            for gap, spread in zip(gaps, spreads, strict=True)
        ]
        first = prob_columns(table, replace(self.scoring, tell=silent))[0][1]
        tested = zip(self.names, gaps, spreads, p_values, holm(p_values), strict=True)
        return [
            self._comparison((first, name), gap, spread, (p_value, adjusted))
            for name, gap, spread, p_value, adjusted in tested
        ]

    def _comparison(
        self,
        models: tuple[str, str],
        gap: float,
        spread: Spread | None,
        p_values: tuple[float | None, float | None],
    ) -> Comparison:
        (first, name), (p_value, adjusted) = models, p_values
        level = self.scoring.grouping.level
        interval = None if spread is None else _interval(gap, spread, level)
        verdict = Conclusion.UNDECIDED
        if adjusted is not None and adjusted <= 1.0 - level:
            verdict = Conclusion.BETTER if gap > 0.0 else Conclusion.WORSE
        words = {
            Conclusion.UNDECIDED: f"it is undecided whether {named(name)} ranks better or worse",
            Conclusion.BETTER: f"{named(name)} ranks better",
            Conclusion.WORSE: f"{named(name)} ranks worse",
        }[verdict]
        p = "" if adjusted is None else f", p = {adjusted:.2g}"
        return Comparison(
            first,
            name,
            verdict,
            f"{words} than {named(first)}: auc {gap:+.4g}{p}",
            _distribution(spread),
            (
                Result(AUC_DIFFERENCE.name, AUC_DIFFERENCE.meaning, gap, interval=interval),
                Result("p_value", "hypothesis: both rank alike", p_value),
                Result("p_value_adjusted", "for all models (Holm)", adjusted),
            ),
        )

    def _spreads(
        self, table: Table, engine: Engine, progress: Progress | None
    ) -> list[Spread | None]:
        """Return the standard errors of the differences, in a few passes over the rows."""
        scoring = replace(self.scoring, tell=silent)
        scored = predictions(table, scoring, prob_columns(table, scoring))
        rows = _Rows(table, scored, self.names, scoring, engine, progress)
        roles = [FIRST, *rows.roles]
        of_cells = [SeenBy(OfModel(role), CELLS) for role in roles]
        known = rows.fold([WEIGHT, *of_cells])
        dialogues = [_seen_by(each.view, refined(known[each])) for each in of_cells]
        first, *others = converse(dialogues, rows.fold)
        both = [
            ((first.cells, other.cells), (FIRST, role))
            for role, other in zip(rows.roles, others, strict=True)
        ]
        if scoring.grouping.cluster is not None:
            errors = [clustered_paired_auc(*each, table.name) for each in both]
            found = rows.fold([each.statistic for each in errors])
            return [each.spread(found[each.statistic]) for each in errors]
        unit = Fraction(2) ** known[of_cells[0]].unit.exponent
        weights = (int(first.cells.events.sum()) * unit, int(first.cells.others.sum()) * unit)
        pairs = [paired_auc(*each, weights) for each in both]
        states = rows.fold([each for pair in pairs for each in pair.statistics])
        return [pair.spread(states) for pair in pairs]


def _interval(gap: float, spread: Spread, level: float) -> Interval:
    margin = quantile((1.0 + level) / 2.0, spread.degrees) * spread.se
    degrees = None if isinf(spread.degrees) else spread.degrees
    ends = max(gap - margin, AUC_DIFFERENCE.low), min(gap + margin, AUC_DIFFERENCE.high)
    return Interval(spread.se, *ends, level, degrees=degrees)


def _distribution(spread: Spread | None) -> str:
    """Return the distribution behind the p-value."""
    if spread is None:
        return "none"
    return "normal" if isinf(spread.degrees) else "t"


def _seen_by(
    view: Preparation, dialogue: Generator[Statistic[Any], Any, Refined]
) -> Generator[Statistic[Any], Any, Refined]:
    """Hold a dialogue about the rows with the predictions of one model."""
    state: Any = None
    while True:
        try:
            asked = dialogue.send(state)
        except StopIteration as stop:
            found: Refined = stop.value
            return found
        state = yield SeenBy(view, asked)


@dataclass(frozen=True)
class _Rows:
    """The rows with the predictions of all models."""

    table: Table
    scored: Scored
    names: tuple[str, ...]
    scoring: Scoring
    engine: Engine
    progress: Progress | None

    @property
    def roles(self) -> list[str]:
        return [f"{FIRST} {place}" for place in range(2, len(self.names) + 2)]

    def fold(self, statistics: Iterable[Statistic[Any]]) -> States:
        """Return the states of some statistics."""
        stating, clip = self.scoring.stating, self.scoring.clip
        others = zip(self.roles, self.names, strict=True)
        columns = [
            *self.scored.columns,
            *(Column(role, name, stating.domain) for role, name in others),
        ]
        prepare = [*self.scored.prepare(self.scoring), *as_one(stating, *self.roles)]
        if clip is not None:
            prepare.append(Clip(clip, tuple(self.roles)))
        partitions = self.table.partitions(columns, self.scoring.bad_rows)
        return fold(partitions, statistics, prepare, self.engine, self.progress)


def versus_of(
    names: Sequence[str], table: Table, scoring: Scoring, draws: int, reliable: Reliable
) -> Versus | None:
    """Return the further models; None if none are named.

    Raises
    ------
    UsageError
        If there is no answer for several models, or a model is named twice.
    """
    if not names:
        return None
    prob = prob_columns(table, replace(scoring, tell=silent))
    others = {
        "several events a row": scoring.parts is not None,
        "--by": bool(scoring.grouping.by),
        "--threshold": bool(reliable.thresholds),
        "several columns of --prob": len(prob) > 1,
    }
    if given := [option for option, value in others.items() if value]:
        raise UsageError(
            f"--versus and {given[0]} cannot be used together",
            hint="run cecli calibration once for each model",
        )
    everyone = [prob[0][1], *names]
    for name in everyone:
        if everyone.count(name) > 1:
            raise UsageError(f"the model {shown(name)} is named twice")
    return Versus(tuple(names), scoring, draws, reliable)
