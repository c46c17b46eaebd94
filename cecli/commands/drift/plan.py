"""Plans for the reference, which has the bins, and for the rows of now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cecli.commands.drift.columns import Compared, refuse_strange
from cecli.commands.drift.findings import Drifted, Known, Profile
from cecli.commands.drift.measures import Manner, bins_of_columns, statistic_of
from cecli.core.errors import InputError, UsageError, shown
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
    compared: Compared, manner: Manner, units: Units, notices: Sequence[Notice]
) -> Plan:
    """Return the plan for a reference."""
    return Plan(
        columns=compared.columns,
        prepare=compared.prepare,
        findings=(
            Profile(compared, manner.most),
            Given(notices),
            *remarks(compared.bad_rows),
        ),
        head=Head("drift", "reference", units, compared.reported),
        bad_rows=compared.bad_rows,
    )


def known_of(compared: Compared, states: States, manner: Manner) -> Known:
    """Return a reference that was read, with its bins."""
    rows = states[WEIGHT].rows
    bins = bins_of_columns(compared, states, manner, rows)
    borders: tuple[int, ...] = ()
    if compared.prob is not None:
        # Bins of the loss are ranges, so that new predictions are in one, too.
        state: Any = states[statistic_of(compared, compared.prob, manner.most)]
        borders = bins_of(state, manner.bins, 0).borders
    return Known(compared, states, bins, borders)


def current_plan(
    known: Known,
    compared: Compared,
    manner: Manner,
    units: Units,
    notices: Sequence[Notice],
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
            Drifted(known, compared, manner, units),
            Given([*notices, *weighted]),
            *remarks(compared.bad_rows),
        ),
        head=Head("drift", "drift", units, compared.reported),
        bad_rows=compared.bad_rows,
    )


def of_now(compared: Compared, table: Table) -> Compared:
    """Return the columns of now that are those of a reference; perhaps its labels are not known."""
    if compared.label is not None and compared.label not in table.header:
        plain = compared.without_loss()
        names = tuple(name for name in plain.names if name in table.header)
        return replace(plain, names=names)
    return compared


def chosen(recipe: Mapping[str, Any], asked: Sequence[str], reference: Table) -> list[str]:
    """Return the columns of a saved reference, or those of them that were asked for."""
    known = list(recipe["columns"]["column"])
    refuse_strange(reference, asked, known)
    return [name for name in known if name in asked] if asked else known


def refuse_other(recipe: Mapping[str, Any], given: Mapping[str, Any], name: str) -> None:
    """Raise an InputError if options contradict those with which a reference was saved."""
    options = recipe["options"]
    for option, value in given.items():
        if value is not None and options.get(option) != value:
            was = options.get(option)
            what = "is not given" if was is None else f"is {shown(str(was))}"
            raise InputError(
                f"--{option} {value} differs from the reference, in which it {what}",
                name,
                "save the reference again, or leave the option out",
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
