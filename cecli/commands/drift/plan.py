"""Plans for the reference, which has the bins, and for the rows of now."""

from collections.abc import Callable, Sequence
from typing import Any

from cecli.commands.drift.columns import ComparedColumns
from cecli.commands.drift.findings import Drifted, KnownReference, ReferenceProfile
from cecli.commands.drift.measures import Manner, bins_of_columns, statistic_of
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.core.evaluate import evaluate, report_of
from cecli.core.fold import Progress
from cecli.core.plan import Given, Plan
from cecli.core.remarks import remarks
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.metrics.drift.binned import bins_of
from cecli.report.report import Head, Report
from cecli.report.result import Notice, Units
from cecli.statistics.mean import WEIGHT

WEIGHTED = Notice(
    "weighted",
    "shares are those of the weights; what chance gives is that of as many equally weighted rows "
    "as they are worth, (sum w)^2 / sum w^2",
)


@dataclass
class Keeping:
    """Makes the report of a reference, and keeps its states for the comparison."""

    states: States | None = None

    def __call__(self, table: Table, plan: Plan, states: States) -> Report:
        self.states = states
        return report_of(table, plan, states)


def reference_plan(
    compared: ComparedColumns, manner: Manner, units: Units, notices: Sequence[Notice]
) -> Plan:
    """Return the plan for a reference."""
    return Plan(
        columns=compared.columns,
        prepare=compared.prepare,
        findings=(
            ReferenceProfile(compared, manner.most),
            Given(notices),
            *remarks(compared.bad_rows),
        ),
        head=Head("drift", "reference", units, compared.reported),
        bad_rows=compared.bad_rows,
    )


def known_of(compared: ComparedColumns, states: States, manner: Manner) -> KnownReference:
    """Return a reference that was read, with its bins."""
    rows = states[WEIGHT].rows
    bins = bins_of_columns(compared, states, manner, rows)
    borders: tuple[int, ...] = ()
    if compared.prob is not None:
        # Bins of the loss are ranges, so that new predictions are in one, too.
        state: Any = states[statistic_of(compared, compared.prob, manner.most)]
        borders = bins_of(state, manner.bins, 0).borders
    return KnownReference(compared, states, bins, borders)


def current_plan(
    known: KnownReference,
    compared: ComparedColumns,
    manner: Manner,
    units: Units,
    notices: Sequence[Notice],
    gone: Sequence[str],
) -> Plan:
    """Return the plan for the rows of now."""
    if manner.anytime and compared.weighting.weight is not None:
        raise UsageError(
            "--anytime and --weight cannot be used together",
            hint="--count takes rows that stand for several equal ones",
        )
    weighted = [WEIGHTED] if compared.weighting.weight is not None else []
    return Plan(
        columns=compared.columns,
        prepare=compared.prepare,
        findings=(
            Drifted(known, compared, manner, units, tuple(gone)),
            Given([*notices, *weighted]),
            *remarks(compared.bad_rows),
        ),
        head=Head("drift", "drift", units, compared.reported),
        bad_rows=compared.bad_rows,
    )


def read_reference(
    table: Table,
    plan: Plan,
    engine: Engine,
    progress: Progress | None,
    keep: Callable[..., Any],
) -> tuple[Report, States]:
    """Return the report of a reference, and its states.

    Parameters
    ----------
    keep : returns what makes the report and saves the states, given what makes the report.
    """
    keeping = Keeping()
    report = evaluate(table, plan, engine, progress, keep(keeping))
    if keeping.states is None:
        raise TypeError("the states of the reference were not kept")
    return report, keeping.states
