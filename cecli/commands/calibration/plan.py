"""From options and a header to a report on calibration, pass by pass."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

from cecli.commands.calibration.chance import (
    TOO_MANY,
    DrawnLabels,
    are_few,
    drawn,
    of_chance,
    without_chance,
)
from cecli.commands.calibration.kept import KeptRows, RowsInMemory
from cecli.commands.calibration.line import LineFit, line_fits
from cecli.commands.calibration.open_cells import refined
from cecli.commands.calibration.reliability import LIKELIEST, Reliable, by_likeliest
from cecli.commands.fit.passes import converse
from cecli.commands.fit.recalibrations import Dialogue
from cecli.commands.fit.scores import RowKind
from cecli.commands.score.plan import predictions, prob_columns
from cecli.core.errors import UnreadableError, UsageError, shown
from cecli.core.evaluate import report_of, states_of
from cecli.core.fold import Progress, fold
from cecli.core.plan import Finding, Given, Plan
from cecli.core.remarks import remarks
from cecli.core.statistic import States, Statistic
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.intervals.sampling import Sampling, sampling_of
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
from cecli.numerics.cells.ordered import OrderedCells
from cecli.options.scoring import Scoring
from cecli.preparations.one_class import LikeliestClass
from cecli.report.report import Part, Report
from cecli.report.result import Notice, Undefined
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.mean import WEIGHT

# Rows of up to this many bytes are read once and kept in memory: 20 million, usually.
KEPT = KeptRows(160 << 20)
# The metrics of `score` that are reported, too: of the loss, and after the decompositions.
TESTS = (
    "calibration_z",
    "calibration_z_p_value",
    "spiegelhalter_z",
    "spiegelhalter_z_p_value",
    "calibration_chi2",
    "calibration_chi2_p_value",
)
RATES = ("base_rate", "mean_prediction", "observed_expected")


class Beside(Protocol):
    """Further models beside the first."""

    def parts(
        self, table: Table, first: Report, engine: Engine, progress: Progress | None
    ) -> Iterator[Part]:
        """Yield their parts of the report; `first` is the report on the first model."""
        ...


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
    of: str = ""

    def stating(self, options: Mapping[str, Any]) -> Self:
        """Return the same report, stating these options."""
        return replace(self, opening=self.opening.stating(options))

    def report(
        self,
        table: Table,
        engine: Engine,
        progress: Progress | None = None,
        versus: "Beside | None" = None,
    ) -> Report:
        """Return the report.

        Parameters
        ----------
        versus : further models.

        Raises
        ------
        InputError
            If the rows cannot be read, or have changed between two passes.
        """
        measured = (*self._losses(), *self._after())
        findings = (*self.opening.findings, *measured, *self.details, *self.watches)
        opening = replace(self.opening, findings=(*findings, Given((), (KEPT, CELLS))))
        states = states_of(table, opening, engine, progress)
        first = states[CELLS]
        # What cannot be reported, such as rows without a weight, ends here.
        report_of(table, replace(opening, findings=self.watches), states)
        parts = states[KEPT].parts
        rows = table if parts is None else RowsInMemory(table, parts)
        prepare = self.opening.prepare if parts is None else ()

        def once_more(statistics: Iterable[Statistic[Any]]) -> States:
            partitions = rows.partitions(self.opening.columns, self.opening.bad_rows)
            found = fold(partitions, [WEIGHT, *statistics], prepare, engine, progress)
            if found[WEIGHT] != states[WEIGHT]:
                raise UnreadableError(
                    "has changed between two passes",
                    table.name,
                    "if it is being written to, or can be read only once, save a copy first",
                )
            return found

        dialogues: list[Dialogue[Any]] = [refined(first)]
        dialogues += [line.dialogue(first.cells) for line in self.lines]
        finer, *lines = converse(dialogues, once_more)
        known = states.replaced(CELLS, finer)
        labels = self._drawn(first.cells)
        chance = Given(list(self._chance(known, labels)))
        lined = Given([result for line in lines for result in line.results(self.sampling.level)])
        details = Given([part for each in self.details for part in each.finish(states)])
        inexact = Given([] if finer.is_exact else [NOT_EXACT])
        reported = (
            *self.opening.findings,
            *self._losses(),
            chance,
            *self._after(),
            self._bounded(SMECE),
            details,
            lined,
            *map(self._bounded, () if self.soft else RANKING),
            *(() if self.soft else (FEW_RANKED,)),
            self._curves(labels),
            inexact,
            *self.watches,
        )
        plan = replace(self.opening, findings=reported)
        found = report_of(table, plan, known)
        if versus is None:
            return found
        beside = Given(list(versus.parts(table, found, engine, progress)))
        return report_of(table, replace(plan, findings=(*reported, beside)), known)

    def _losses(self) -> list[Finding]:
        return [self._of("cross_entropy"), self._bounded(OF_LOSS.miscalibration)]

    def _after(self) -> list[Finding]:
        """Return the findings after the miscalibration that chance explains."""
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
        if not self.soft:
            found += [Measured(each, self.sampling) for each in (ECCE_SIGMA, ECCE_P_VALUE)]
        return [*found, *(self._of(name) for name in (*TESTS, *RATES) if name in self.metrics)]

    def _of(self, name: str) -> Measured:
        return Measured(self.metrics[name], self.sampling)

    def _bounded(self, bracketed: Bracketed) -> Measured:
        return Measured(bracketed.value, self.sampling)

    def _drawn(self, cells: OrderedCells) -> DrawnLabels | Undefined | None:
        """Return labels drawn from the predictions in the cells of one pass; None if not asked."""
        if not self.draws:
            return None
        if self.soft:
            return Undefined("no labels can be drawn for soft labels")
        return drawn(cells, self.draws) if are_few(cells) else TOO_MANY

    def _chance(self, states: States, labels: DrawnLabels | Undefined | None) -> Iterator[Part]:
        """Yield what isotonic regression wins back by chance."""
        if labels is None:
            return
        won = OF_LOSS.miscalibration.value.answer(states)
        if isinstance(labels, Undefined):
            yield from without_chance(labels)
        elif isinstance(won, Undefined) or won == float("inf"):
            yield from without_chance(Undefined("the loss is infinite"))
        else:
            yield from of_chance(labels.losses, won)

    def _curves(self, labels: DrawnLabels | Undefined | None) -> OfCurves:
        level = self.sampling.level
        band = labels.band(level) if isinstance(labels, DrawnLabels) else None
        return OfCurves(level, self.soft, self.of, band)


NOT_EXACT = Notice(
    "bracket",
    "the order of rows in some cells was not resolved in the passes and the memory that there are: "
    "the decomposition is within certain bounds, _lower and _upper",
)


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
    sampling = sampling_of(scoring.grouping, scored.metrics, weight, table.name)
    groups = groups_of(scoring.grouping, table.header, table.name)
    if groups is not None and soft:
        raise UsageError(
            "--by and --target cannot be used together",
            hint="the p-values of calibration are of labels, not of soft labels",
        )
    if groups is not None and scoring.label in groups.names:
        raise UsageError(
            f"--by {shown(scoring.label)} is the label: among rows that are chosen by their "
            "outcome, no predictions are calibrated",
            hint="group by what is known before the outcome",
        )
    return Calibrating(
        opening=Plan(
            columns=scored.columns,
            prepare=(*scored.prepare(scoring), *([LikeliestClass()] if scored.several else [])),
            findings=(scored.classes,),
            head=scored.head("calibration", scoring),
            bad_rows=scoring.bad_rows,
        ),
        watches=(
            *scored.of_losses,
            *scored.watches,
            *of_sampling(sampling),
            *remarks(scoring.bad_rows),
        ),
        metrics=metrics,
        sampling=sampling,
        lines=line_fits(RowKind(soft, weight is not None, clustered=False, source=table.name)),
        soft=soft,
        draws=draws,
        details=[
            *reliable.findings(sampling.level, soft=soft, classes=scored.several),
            *([] if groups is None else [CalibrationByGroup(groups)]),
        ],
        of=LIKELIEST if scored.several else "",
    )
