"""How good are the probabilities of a positive class?"""

from dataclasses import dataclass

from cecli.answer import Detail, Question, always
from cecli.binary_pass import BINARY_PASS
from cecli.chunk import AtOnce
from cecli.columns import Column
from cecli.errors import UsageError
from cecli.labels import LabelRule, PositiveValue, ZeroOrOne
from cecli.metrics.base_rate import BASE_RATE
from cecli.metrics.binary import binary_metrics
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.notices.intervals import FEW
from cecli.preparations.labels import LabelsToTargets
from cecli.preparations.weights import drop_weightless
from cecli.questions.scoring import Scoring
from cecli.readers import Table
from cecli.roles import LABEL, SOFT_LABEL, choose, distribution, refuse_sharing
from cecli.scales import Scale
from cecli.statistics import States
from cecli.statistics.classes import Classes

SOFT_CLASSES = ("0", "1")


def binary(table: Table, scoring: Scoring, prob: tuple[str, str]) -> Question:
    """Return the question about binary predictions in the column `prob`, a (class, column) pair."""
    stated = scoring.stating.of_one("prob")
    if len(scoring.target) > 1:
        raise UsageError(
            "several --target columns go with as many --prob columns, one a class",
            hint="--prob 'p_*' --target 't_*'",
        )
    target = _target(table, scoring, prob[1])
    columns = [
        target,
        *distribution("prob", [prob], scoring.stating.domain),
        *scoring.weights,
        *scoring.grouping.columns(table.header),
    ]
    names = scoring.grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    rule: LabelRule = ZeroOrOne()
    if scoring.positive is not None:
        rule = PositiveValue(str(scoring.positive))
    soft = target.role == "target"
    metrics = binary_metrics(soft=soft, reference=scoring.base_rate)
    return Question(
        command="score",
        task="binary",
        units=scoring.units,
        columns=columns,
        metrics=metrics,
        preparations=[
            *([] if soft else [LabelsToTargets(target.name, rule, scoring.bad_rows)]),
            drop_weightless,
            *stated,
            *scoring.clipping,
        ],
        watches=[*scoring.watches, *([] if soft else [FEW])],
        details=[
            *([_explanation()] if scoring.explain else []),
            *scoring.grouping.details(metrics, CROSS_ENTROPY, table.header, table.name),
        ],
        at_once=None if soft else _at_once(scoring),
        statistics=() if soft else (Classes(target.name),),
        classes=always(*SOFT_CLASSES) if soft else _Found(target.name, rule, table.name),
        has_positive=True,
        bad_rows=scoring.bad_rows,
        uncertainty=scoring.grouping.uncertainty(metrics, table.name),
        options=scoring.options,
        names=names,
    )


@dataclass(frozen=True)
class _Found:
    """The classes that occurred, if they can be those of one task."""

    column: str
    rule: LabelRule
    source: str

    def __call__(self, states: States) -> tuple[str, ...]:
        return self.rule.classes(states[Classes(self.column)].first, self.source)


def _at_once(scoring: Scoring) -> AtOnce | None:
    """Return what summarizes plain probabilities of rows that weigh the same."""
    is_plain = scoring.stating.scale is Scale.PROBABILITY and not scoring.weights
    return BINARY_PASS if is_plain else None


def _explanation() -> Detail:
    from cecli.explanation import Explanation, binary_rates

    return Explanation(binary_rates, [BASE_RATE])


def _target(table: Table, scoring: Scoring, prob: str) -> Column:
    if scoring.target:
        return Column("target", scoring.target[0], SOFT_LABEL)
    taken = [prob, *scoring.taken]
    name = choose(table.header, scoring.label, LABEL, taken, table.name, scoring.tell)
    return Column("label", name, None)
