"""Predictions of a positive class, in one column."""

from collections.abc import Iterator

from cecli.columns.column import Column
from cecli.columns.labels import LabelRule, PositiveValue, ZeroOrOne
from cecli.columns.roles import SOFT_LABEL, distribution, refuse_sharing
from cecli.commands.score.scored import Scored
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.core.plan import Given
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.metric import Task
from cecli.metrics.registry import metrics_of
from cecli.notices.decisions import of_labels
from cecli.notices.loss import FEW, of_predictions
from cecli.options.scoring import Scoring
from cecli.preparations.labels import LabelsToTargets
from cecli.preparations.order import as_one
from cecli.report.report import ClassNames
from cecli.statistics.classes import Classes

SOFT_CLASSES = ("0", "1")


def binary(table: Table, scoring: Scoring, prob: tuple[str, str]) -> Scored:
    """Return binary predictions in the column `prob`, a (class, column) pair."""
    stated = as_one(scoring.stating, "prob")
    if scoring.ordered:
        raise UsageError(
            "--ordered requires one --prob column per class",
            hint="of two classes, brier is the ranked probability score",
        )
    if len(scoring.target) > 1:
        raise UsageError(
            "several --target columns require as many --prob columns, one per class",
            hint="--prob 'p_*' --target 't_*'",
        )
    target = _target(scoring)
    columns = [
        target,
        *distribution("prob", [prob], scoring.stating.domain),
        *scoring.weighting.columns,
        *scoring.grouping.columns(table.header),
    ]
    names = scoring.grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    rule: LabelRule = ZeroOrOne()
    if scoring.positive is not None:
        rule = PositiveValue(str(scoring.positive))
    soft = target.role == "target"
    return Scored(
        task="binary",
        columns=columns,
        names=names,
        metrics=metrics_of(
            Task(
                several=False,
                soft=soft,
                base_rate=scoring.base_rate,
                dependent=scoring.grouping.is_dependent,
                weighed=scoring.weighting.weight is not None,
            )
        ),
        loss=CROSS_ENTROPY,
        classes=(
            Given([ClassNames(SOFT_CLASSES, has_positive=True)])
            if soft
            else FoundClasses(target.name, rule, table.name)
        ),
        texts=[] if soft else [LabelsToTargets(target.name, rule, scoring.bad_rows)],
        probabilities=stated,
        of_losses=of_predictions(scoring),
        watches=[] if soft else [FEW, of_labels(target.name, prob[1])],
    )


@dataclass(frozen=True)
class FoundClasses:
    """Yields the observed classes, if the label rule accepts them."""

    column: str
    rule: LabelRule
    source: str

    @property
    def statistics(self) -> tuple[Classes]:
        return (Classes(self.column),)

    def finish(self, states: States) -> Iterator[ClassNames]:
        names = self.rule.classes(states[Classes(self.column)].first, self.source)
        yield ClassNames(names, has_positive=True)


def _target(scoring: Scoring) -> Column:
    if scoring.target:
        return Column("target", scoring.target[0], SOFT_LABEL)
    return Column("label", scoring.named_label, None)
