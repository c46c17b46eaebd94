"""From a table and a scoring to one report: the score, the calibration, and rows on request.

What is found of one model takes one reading of the rows, beside the further passes of calibration,
which reads rows that it has kept in memory.
"""

from collections.abc import Callable, Sequence
from typing import Any

from cecli.commands.calibration.joined import joined
from cecli.commands.calibration.plan import calibrating
from cecli.commands.calibration.reliability import Reliable, binning_of
from cecli.commands.compare.comparing import Comparing
from cecli.commands.compare.plan import among_columns
from cecli.commands.report.merging import distinct, foremost, merged, of_classes
from cecli.commands.score.plan import predictions, prob_columns, scoring_plan
from cecli.commands.worst.plan import Wanted
from cecli.commands.worst.plan import worst as worst_plan
from cecli.core.dataclasses import dataclass, replace
from cecli.core.evaluate import evaluate, report_of, states_of
from cecli.core.fold import Progress
from cecli.core.plan import Plan
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.options.keywords import silent
from cecli.options.scoring import NO_GROUPS, Scoring
from cecli.report.curves import Curves
from cecli.report.reliability import ModelResults
from cecli.report.report import Report

# As often as calibration draws labels.
DRAWS = 100
BINS = Reliable(binning_of(None, None, ()), (), debiased=False)
Complete = Callable[..., Scoring]


@dataclass(frozen=True)
class Reporting:
    """What a report of predictions has, and how their rows are read.

    Attributes
    ----------
    models : the column or the pattern of columns of each model; the first is the baseline.
    complete : completes the scoring of a table with what the user did not name.
    rows : the worst rows to show; None for none.
    margin : the largest difference of models that does not matter.
    draws : how often labels are drawn, to see what chance alone miscalibrates.
    """

    scoring: Scoring
    models: Sequence[str]
    complete: Complete
    engine: Engine
    progress: Progress | None = None
    rows: Wanted | None = None
    margin: float | None = None
    draws: int = DRAWS

    def report(self, table: Table, options: dict[str, Any]) -> Report:
        """Return the report of all models on the rows of a table, which states these options."""
        if len(self.models) < 2:
            scoring = self.complete(table, self.scoring)
            found = self._of_model(table, scoring, self.rows)
            return replace(found, options=options | dict(scoring.guessed))
        return replace(self._of_models(table), options=options)

    def _of_models(self, table: Table) -> Report:
        """Return the report of the first model, with the others beside it."""
        reports = [self._alone(table, name) for name in self.models]
        first, *further = reports
        # Of several classes, the first table and the first curves are those of the likeliest one.
        compared = evaluate(table, self._comparison(table), self.engine, self.progress)
        named = list(zip(self.models, reports, strict=True))
        beside = zip(self.models[1:], further, strict=True)
        return replace(
            first,
            columns=compared.columns,
            comparisons=compared.comparisons,
            confidence_set=compared.confidence_set,
            groups=compared.groups,
            models=tuple(ModelResults(name, report.results) for name, report in beside),
            reliability=tuple(replace(each, of=n) for n, r in named for each in r.reliability[:1]),
            curves=Curves.joined(foremost(r.curves).named(n) for n, r in named if r.curves),
            notices=distinct([first, compared, *further]),
        )

    def _alone(self, table: Table, name: str) -> Report:
        """Return the report of one of several models."""
        scoring = replace(
            _without_groups(self.scoring),
            prob=(name,),
            elsewhere=[other for other in self.models if other != name],
            tell=self.scoring.tell if name == self.models[0] else silent,
        )
        return self._of_model(table, self.complete(table, scoring, prob=(name,)), None)

    def _comparison(self, table: Table) -> Plan:
        wanted = Comparing(
            replace(self.scoring, clip=None, tell=silent),
            self.models,
            self.margin,
            anytime=False,
            clip=self.scoring.clip,
            key=(),
            on_unmatched=None,
            complete=self.complete,
        )
        return among_columns(table, wanted)

    def _of_model(self, table: Table, scoring: Scoring, rows: Wanted | None) -> Report:
        """Return the report of one model: of its score, of its calibration, and of its rows."""
        scored = predictions(table, scoring, prob_columns(table, scoring))
        quiet = replace(scoring, tell=silent)
        plans = [scoring_plan(table, scored, scoring)]
        if rows is not None:
            plans.append(worst_plan(table, quiet, None, rows)[0])
        calibration = calibrating(table, _without_groups(quiet), self.draws, BINS)
        # Of several classes, calibration sees other rows: those of the likeliest class.
        together = [] if scored.several else [calibration.first_pass]
        states = states_of(table, _as_one([*plans, *together]), self.engine, self.progress)
        found = [report_of(table, plan, states) for plan in plans]
        rest = (
            calibration.report_from(states, table, self.engine, self.progress)
            if together
            else calibration.report(table, self.engine, self.progress)
        )
        if scored.several:
            return merged([*found, of_classes(rest)])
        score, *further = found
        return merged([joined(score, rest), *further, rest])


def _without_groups(scoring: Scoring) -> Scoring:
    """Return a scoring without groups, some of which calibration refuses."""
    return replace(scoring, grouping=replace(NO_GROUPS, level=scoring.grouping.level))


def _as_one(plans: Sequence[Plan]) -> Plan:
    """Return a plan of one pass with the findings of all; the longest preparations hold for all."""
    longest = max(plans, key=lambda plan: len(plan.prepare))
    columns = dict.fromkeys(column for plan in plans for column in plan.columns)
    findings = [finding for plan in plans for finding in plan.findings]
    return replace(longest, columns=list(columns), findings=findings)
