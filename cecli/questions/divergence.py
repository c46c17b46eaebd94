"""How far is q from p, row by row?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cecli.answer import Question, always
from cecli.bad_rows import BadRows
from cecli.columns import Column
from cecli.errors import UsageError
from cecli.metrics.divergence import kl_divergence
from cecli.metrics.kl_divergence import reverse_kl, rows_metrics
from cecli.notices import Watch
from cecli.notices.divergence import SUMS_TO_ONE, infinite_divergences
from cecli.preparations import Preparation
from cecli.preparations.weights import drop_weightless
from cecli.questions.grouping import Grouping
from cecli.questions.stating import Stating
from cecli.readers import Table
from cecli.report import NATS_PER, Units
from cecli.roles import WEIGHT, Tell, distribution, paired, refuse_sharing
from cecli.statistics.mean import Mean

# The two sides, by their roles in chunks, as people call them.
NAMES = {"target": "p", "prob": "q"}
KL = Mean(kl_divergence)


@dataclass(frozen=True)
class Comparison:
    """The options of `kl`; names and patterns of columns are still as the user gave them."""

    p: Sequence[str]
    q: Sequence[str]
    weight: str | None
    stating: Stating
    threshold: float | None
    units: Units
    grouping: Grouping
    bad_rows: BadRows
    tell: Tell

    def __post_init__(self) -> None:
        for option, names in (("--p", self.p), ("--q", self.q)):
            if not names:
                raise UsageError(f"{option} COL is needed")
        if self.threshold is not None and not 0.0 <= self.threshold < math.inf:
            raise UsageError(f"--threshold {self.threshold:g} is not a number from 0 up")

    @property
    def options(self) -> dict[str, object]:
        """What changes results, for the report; None where it was not asked for."""
        return {
            **self.stating.options,
            "threshold": self.threshold,
            **self.grouping.options,
        }


def divergence(table: Table, wanted: Comparison) -> Question:
    """Return the question about two distributions in each row."""
    others = (wanted.weight, wanted.grouping.cluster, *wanted.grouping.by)
    taken = [name for name in others if name is not None]
    p, q = paired(table.header, wanted.p, wanted.q, taken, table.name, wanted.tell)
    weight = [] if wanted.weight is None else [Column("weight", wanted.weight, WEIGHT)]
    columns = [
        *distribution("target", p, wanted.stating.domain),
        *distribution("prob", q, wanted.stating.domain),
        *weight,
        *wanted.grouping.columns(table.header),
    ]
    names = NAMES | wanted.grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    several = len(p) > 1
    preparations, watches = _of_several(wanted) if several else _of_one(wanted)
    threshold = None if wanted.threshold is None else wanted.threshold * NATS_PER[wanted.units]
    metrics = rows_metrics(threshold)
    return Question(
        command="kl",
        task="categorical" if several else "bernoulli",
        units=wanted.units,
        columns=columns,
        metrics=metrics,
        preparations=[drop_weightless, *preparations],
        watches=[
            *infinite_divergences(kl_divergence, reverse_kl),
            *watches,
        ],
        classes=always(*(name for name, _ in p)) if several else always(),
        bad_rows=wanted.bad_rows,
        options=wanted.options,
        details=wanted.grouping.details(metrics, KL, table.header, table.name),
        uncertainty=wanted.grouping.uncertainty(metrics, table.name),
        names=names,
    )


def _of_one(wanted: Comparison) -> tuple[list[Preparation], list[Watch]]:
    watches = [SUMS_TO_ONE] if wanted.weight is None else []
    return wanted.stating.of_one(*NAMES), watches


def _of_several(wanted: Comparison) -> tuple[list[Preparation], list[Watch]]:
    sides = (
        wanted.stating.of_several(role, f"probabilities of {name}", wanted.bad_rows)
        for role, name in NAMES.items()
    )
    (p_ready, p_watches), (q_ready, q_watches) = sides
    return [*p_ready, *q_ready], [*p_watches, *q_watches]
