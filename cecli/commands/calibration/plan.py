"""From options and a header to a report on calibration, pass by pass."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf
from typing import Any, Self

from cecli.commands.calibration.chance import SOFT, DrawnLabels, labels_drawn, of_chance
from cecli.commands.calibration.clusters import (
    NO_DRAWS,
    Apart,
    BetweenClusters,
    RowsAsClusters,
    between_clusters,
    by_cluster,
)
from cecli.commands.calibration.kept import KeptRows
from cecli.commands.calibration.line import Line, LineFit, line_fits
from cecli.commands.calibration.notices import refuse_groups
from cecli.commands.calibration.open_cells import refined
from cecli.commands.calibration.passes import KEPT_IN_MEMORY, CellsAlone, RowsAgain, unread
from cecli.commands.calibration.reliability import LIKELIEST, Reliable, by_likeliest
from cecli.commands.calibration.store import Store
from cecli.commands.fit.recalibrations import Dialogue
from cecli.commands.fit.scores import RowKind
from cecli.commands.score.plan import predictions, prob_columns
from cecli.core.dataclasses import dataclass, replace
from cecli.core.evaluate import Keep, report_of, states_of
from cecli.core.fold import Progress
from cecli.core.plan import Finding, Given, Plan
from cecli.core.remarks import remarks
from cecli.core.statistic import States, Statistic
from cecli.core.table import Table
from cecli.engines import Elsewhere, Engine
from cecli.intervals.sampling import Sampling, sampling_of
from cecli.metrics.calibration_tests.of_scores import TESTS
from cecli.metrics.cells.bracket import Bracketed
from cecli.metrics.cells.cumulative import ECCE, ECCE_MAD, ECCE_P_VALUE, ECCE_SIGMA
from cecli.metrics.cells.decomposition import OF_BRIER, OF_LOSS
from cecli.metrics.cells.ranking import RANKING
from cecli.metrics.groups import groups_of
from cecli.metrics.metric import Measured, Metric
from cecli.metrics.reliability.by_group import CalibrationByGroup
from cecli.metrics.reliability.curves import OfCurves
from cecli.metrics.reliability.smooth import SMECE
from cecli.notices.draws import of_sampling
from cecli.notices.loss import FEW_RANKED
from cecli.options.scoring import Scoring
from cecli.preparations.one_class import LikeliestClass
from cecli.report.report import Part, Report
from cecli.report.result import Result, Undefined
from cecli.statistics.cells.prediction_cells import CELLS

# The metrics of `score` that are reported, too: of the loss, and after the decompositions.
RATES = ("base_rate", "mean_prediction", "observed_expected")


# Yields the parts of the report on further models, given that on the first.
Beside = Callable[[Table, Report, Engine, Progress | None], Iterator[Part]]


@dataclass(frozen=True)
class Calibrating:
    """The report to make, and how to read its input.

    Attributes
    ----------
    opening : the plan of the first pass, which checks the rows and sums them in cells.
    watches : findings about the rows, beside the metrics.
    metrics : those of `score`, by name.
    lines : the lines to fit.
    soft : whether targets are probabilities.
    draws : the number of times that labels are drawn.
    details : findings from the states of the first pass, such as bins.
    apart : findings about each class, or each group, apart.
    clusters : what is found between clusters; None if rows are independent.
    of : what the curves are of, if there are several classes.
    """

    opening: Plan
    watches: Sequence[Finding]
    metrics: Mapping[str, Metric]
    sampling: Sampling
    lines: Sequence[LineFit]
    soft: bool
    draws: int
    details: Sequence[Finding] = ()
    apart: Sequence[Apart] = ()
    clusters: BetweenClusters | None = None
    of: str = ""
    kept: KeptRows | None = None

    def stating(self, options: Mapping[str, Any]) -> Self:
        """Return the same report, stating these options."""
        return replace(self, opening=self.opening.stating(options))

    def report(
        self,
        table: Table,
        engine: Engine,
        progress: Progress | None = None,
        versus: Beside | None = None,
        keep: Keep | None = None,
        *,
        alone: bool = False,
    ) -> Report:
        """Return the report; `versus` are further models, and `keep` keeps the first pass.

        `alone` says that there is no other pass, and that what `keep` returns is all.

        Raises
        ------
        InputError
            If the rows cannot be read, or have changed between two passes.
        """
        with Store(KEPT_IN_MEMORY) as store:
            # What workers read stays with them, and they read it again.
            stays = isinstance(engine, Elsewhere)
            again = self.clusters is None and not alone and not stays
            keeping = replace(self, kept=KeptRows(store)) if again else self
            states = states_of(table, keeping.first_pass, engine, progress)
            if keep is not None:
                report = keep(table, self.first_pass, states)
                if alone or states[CELLS].rows is not None:
                    return report
            return keeping.report_from(states, table, engine, progress, versus)

    @property
    def first_pass(self) -> Plan:
        """The plan of the first pass: all that is needed of it."""
        measured = (*self._losses(), *self._after(()))
        apart = (*self.details, *self.apart)
        findings = (*self.opening.findings, *measured, *apart, *self.watches)
        return replace(self.opening, findings=(*findings, Given((), self._also)))

    def report_from(
        self, states: States, table: Table, engine: Engine, progress: Progress | None = None,
        versus: Beside | None = None, again: "RowsAgain | CellsAlone | None" = None,
    ) -> Report:  # fmt: skip
        """Return the report that begins with the states of the first pass."""
        first = states[CELLS]
        # What cannot be reported, such as rows without a weight, ends here.
        report_of(table, replace(self.opening, findings=self.watches), states)
        kept = None if self.kept is None else states[self.kept]
        again = again or RowsAgain(table, self.opening, states, kept, engine, progress)
        dialogues: list[Dialogue[Any]] = [refined(first)]
        dialogues += [line.dialogue(first.cells) for line in self.lines]
        if self.clusters is not None:
            dialogues += self.clusters.dialogues(states, self.apart)
        finer, *others = again.answers(dialogues, unread(first.cells, self.lines))
        lines, answers = others[: len(self.lines)], others[len(self.lines) :]
        clusters = self.clusters
        between = None if clusters is None else clusters.found(answers, states, self.apart)
        known = states.replaced(CELLS, finer)
        drawn_in = again.cells_to_draw_in(first.cells, finer)
        labels = labels_drawn(self.draws, self._no_draws, drawn_in, engine)
        chance = Given(of_chance(labels, known))
        lined = Given([each for line in lines for each in self._lined(line, states)])
        apart = (*self.details, *(self.apart if between is None else between.apart))
        details = Given([part for each in apart for part in each.finish(states)])
        ranking = map(self._bounded, RANKING) if between is None else between.ranking
        inexact = Given([] if finer.is_exact else [again.inexact])
        reported = (
            *self.opening.findings,
            *self._losses(),
            chance,
            *self._after(() if between is None else list(between.tests(states))),
            self._bounded(SMECE),
            details,
            lined,
            *(() if self.soft else (*ranking, FEW_RANKED)),
            self._curves(labels),
            inexact,
            *self.watches,
        )
        plan = replace(self.opening, findings=reported)
        found = report_of(table, plan, known)
        if versus is None:
            return found
        beside = Given(list(versus(table, found, engine, progress)))
        return report_of(table, replace(plan, findings=(*reported, beside)), known)

    def _losses(self) -> list[Finding]:
        return [self._of("cross_entropy"), self._bounded(OF_LOSS.miscalibration)]

    @property
    def _no_draws(self) -> Undefined | None:
        """Why no labels can be drawn from the predictions; None if they can be."""
        if self.soft:
            return SOFT
        return None if self.clusters is None else NO_DRAWS

    @property
    def _also(self) -> Sequence[Statistic[Any]]:
        """What the first pass needs beside the findings; texts of clusters are not kept."""
        kept = () if self.kept is None else (self.kept,)
        return (CELLS, *kept, *(() if self.clusters is None else self.clusters.statistics))

    def _lined(self, line: Line, states: States) -> list[Result]:
        degrees = inf if self.clusters is None else self.clusters.degrees(states)
        return line.results(self.sampling.level, degrees)

    def _after(self, between: Sequence[Result]) -> list[Finding]:
        """Return the findings after the miscalibration that chance explains.

        Parameters
        ----------
        between : tests between clusters.
        """
        loss, brier = OF_LOSS, OF_BRIER
        found: list[Finding] = [
            self._bounded(loss.discrimination),
            Measured(loss.uncertainty, self.sampling),
            *([] if loss.calibrated is None else [self._bounded(loss.calibrated)]),
            self._of("brier"),
            self._bounded(brier.miscalibration),
            self._bounded(brier.discrimination),
            Measured(brier.uncertainty, self.sampling),
            *map(self._bounded, (ECCE, ECCE_MAD)),
        ]
        if self.clusters is not None:
            found.append(Given(between))
        elif not self.soft:
            found += [Measured(each, self.sampling) for each in (ECCE_SIGMA, ECCE_P_VALUE)]
        return [*found, *(self._of(name) for name in (*TESTS, *RATES) if name in self.metrics)]

    def _curves(self, labels: DrawnLabels | Undefined | None) -> OfCurves:
        level = self.sampling.level
        band = labels.band(level) if isinstance(labels, DrawnLabels) else None
        return OfCurves(level, self.soft, self.of, band, dependent=self.clusters is not None)

    def _of(self, name: str) -> Measured:
        return Measured(self.metrics[name], self.sampling)

    def _bounded(self, bracketed: Bracketed) -> Measured:
        return Measured(bracketed.value, self.sampling)


def calibrating(table: Table, scoring: Scoring, draws: int, reliable: Reliable) -> Calibrating:
    """Return the report to make on the predictions of a table.

    Raises
    ------
    UsageError
        If the options contradict each other.
    """
    scored = predictions(table, scoring, prob_columns(table, scoring))
    if scored.several:
        scored = by_likeliest(scored, scoring)
    metrics = {metric.name: metric for metric in scored.metrics}
    soft, weight = bool(scoring.target), scoring.weighting.weight
    grouping, dependent = scoring.grouping, scoring.grouping.is_dependent
    sampling = sampling_of(grouping, scored.metrics, weight, table.name)
    level = sampling.level
    groups = groups_of(grouping, table.header, table.name)
    refuse_groups(groups, scoring)
    by_group = [] if groups is None else [CalibrationByGroup(groups)]
    return Calibrating(
        opening=Plan(
            columns=scored.columns,
            prepare=(
                *scored.prepare(scoring),
                *([RowsAsClusters()] if grouping.by_row else []),
                *([LikeliestClass()] if scored.several else []),
            ),
            findings=(scored.classes,),
            head=scored.head("calibration", scoring),
            bad_rows=scoring.bad_rows,
        ),
        watches=(
            *scored.of_losses,
            *scored.watches,
            *of_sampling(sampling),
            *([Given([by_cluster(by_row=grouping.by_row)])] if dependent else []),
            *remarks(scoring.bad_rows, scoring.notices),
        ),
        metrics=metrics,
        sampling=sampling,
        lines=line_fits(RowKind(soft, weight is not None, dependent, table.name)),
        soft=soft,
        draws=draws,
        details=[
            *reliable.findings(level, soft=soft, dependent=dependent, classes=scored.several),
            *(by_group if grouping.by_row else []),
        ],
        apart=[
            *(
                [reliable.of_classes(level, soft=soft, dependent=dependent, classes=scored.several)]
                if scored.several
                else []
            ),
            # A group has one event of a row of the file: its rows are independent.
            *([] if grouping.by_row else by_group),
        ],
        clusters=between_clusters(sampling, table.name, soft=soft, dependent=dependent),
        of=LIKELIEST if scored.several else "",
    )
