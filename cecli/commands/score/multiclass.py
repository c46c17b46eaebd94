"""Predictions of K classes, in one column each."""

from collections.abc import Sequence

from cecli.columns.column import Column, classes_of
from cecli.columns.numbers import Scale
from cecli.columns.roles import SHARE, SOFT_LABEL, distribution, in_order_of, refuse_sharing
from cecli.commands.score.scored import Scored
from cecli.core.errors import ColumnError, UsageError
from cecli.core.plan import Given
from cecli.core.table import Table
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.metric import Task
from cecli.metrics.registry import metrics_of
from cecli.notices.decisions import of_classes as of_labels
from cecli.notices.loss import of_predictions
from cecli.notices.order import order_of_classes
from cecli.notices.sums import of_classes, two_classes
from cecli.options.scoring import PROBABILITIES, SOFT_LABELS, Scoring, Stating
from cecli.preparations.labels import LabelsToClasses
from cecli.preparations.order import as_several
from cecli.report.report import ClassNames
from cecli.statistics.classes import BINARY


def multiclass(table: Table, scoring: Scoring, prob: Sequence[tuple[str, str]]) -> Scored:
    """Return predictions with one column per class, given as (class, column) pairs."""
    _refuse_binary_options(scoring)
    classes = tuple(name for name, _ in prob)
    targets = _targets(table, scoring, prob)
    soft = targets[0].role == "target"
    columns = [
        *targets,
        *distribution("prob", prob, scoring.stating.domain),
        *scoring.weighting.columns,
        *scoring.grouping.columns(table.header),
    ]
    names = scoring.grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    labels = LabelsToClasses(targets[0].name, classes, scoring.bad_rows, scoring.coded)
    stated = [("target", SOFT_LABELS, _soft_targets(scoring))] if soft else []
    stated.append(("prob", PROBABILITIES, scoring.stating))
    return Scored(
        task="multiclass",
        columns=columns,
        names=names,
        metrics=metrics_of(
            Task(
                several=True,
                classes=len(classes),
                soft=soft,
                dependent=scoring.grouping.is_dependent,
                weighed=scoring.weighting.weight is not None,
                ordered=scoring.ordered,
            )
        ),
        loss=CROSS_ENTROPY,
        classes=Given([ClassNames(classes)]),
        several=classes,
        texts=[] if soft else [labels],
        probabilities=[
            step
            for role, word, stating in stated
            for step in as_several(stating, role, word, scoring.bad_rows)
        ],
        of_losses=of_predictions(scoring),
        watches=[
            *(w for role, word, stating in stated for w in of_classes(stating, role, word)),
            *([order_of_classes(classes)] if scoring.ordered else []),
            *([] if soft else [of_labels(targets[0].name)]),
            *([two_classes(*prob[-1])] if len(prob) == BINARY and not soft else []),
        ],
    )


def _refuse_binary_options(scoring: Scoring) -> None:
    if scoring.positive is not None:
        raise UsageError("--positive cannot be used with one column per class")
    if scoring.base_rate is not None:
        raise UsageError("--base-rate cannot be used with one column per class")


def _targets(table: Table, scoring: Scoring, prob: Sequence[tuple[str, str]]) -> tuple[Column, ...]:
    if not scoring.target:
        return (Column("label", scoring.named_label, None),)
    taken = [column for _, column in prob]
    named = classes_of(table.header, scoring.target, taken, table.name)
    if len(named) != len(prob):
        raise ColumnError(
            f"there are {len(named)} --target columns and {len(prob)} --prob columns", table.name
        )
    if scoring.coded is not None:
        named = scoring.coded.columns(named, table.name)
    paired = in_order_of([name for name, _ in prob], named, table.name, "--target")
    domain = SHARE if scoring.stating.normalize else SOFT_LABEL
    return distribution("target", paired, domain)


def _soft_targets(scoring: Scoring) -> Stating:
    """Return how soft labels are stated: as probabilities, whatever the scale of predictions."""
    return Stating(Scale.PROBABILITY, scoring.stating.normalize)
