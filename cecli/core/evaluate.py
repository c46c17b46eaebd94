"""Evaluate a plan on a table and build its report."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from cecli.columns.column import Column
from cecli.core.chunk import Preparation
from cecli.core.contract import MOST_ROWS
from cecli.core.errors import InputError, named, shown
from cecli.core.fold import Progress, fold
from cecli.core.plan import Finding, Plan, Remembering, Settling
from cecli.core.remarks import ZERO_COUNT, ZERO_WEIGHT, SkippedRows
from cecli.core.statistic import States, Statistic
from cecli.core.table import Table
from cecli.engines import Engine, serial
from cecli.preparations.rows import Alias
from cecli.report.report import Report
from cecli.report.result import Input, Notice
from cecli.statistics.first_rows import USED_LINES, Remarked
from cecli.statistics.mean import WEIGHT


@runtime_checkable
class Joined(Protocol):
    """A table of several inputs, with findings about how they were joined."""

    @property
    def findings(self) -> Sequence[Finding]: ...


def _findings(table: Table, plan: Plan) -> Sequence[Finding]:
    return (*table.findings, *plan.findings) if isinstance(table, Joined) else plan.findings


# Keeps the states of a plan beyond its report, which it returns.
Keep = Callable[[Table, Plan, States], Report]


def evaluate(
    table: Table,
    plan: Plan,
    engine: Engine = serial,
    progress: Progress | None = None,
    keep: Keep | None = None,
) -> Report:
    """Return the report of a plan on a table, folded by an engine.

    Parameters
    ----------
    keep : makes the report, and keeps the states.

    Raises
    ------
    CecliError
        If the table cannot be read, or its rows give nothing to report.
    """
    return (keep or report_of)(table, plan, states_of(table, plan, engine, progress))


def states_of(
    table: Table, plan: Plan, engine: Engine = serial, progress: Progress | None = None
) -> States:
    """Return the states of all statistics that the findings of a plan need."""
    memory = memory_of(table)
    if memory is not None:
        plan = memory.planned(plan)
        return _settled(plan, memory.states(plan, statistics_of(table, plan)))
    columns, aliases = _read_once(plan.columns)
    partitions = table.partitions(columns, plan.bad_rows)
    prepare: list[Preparation] = [*aliases, *plan.prepare]
    states = fold(partitions, statistics_of(table, plan), prepare, engine, progress)
    return _settled(plan, states)


def _settled(plan: Plan, states: States) -> States:
    for finding in plan.findings:
        if isinstance(finding, Settling):
            states = finding.settled(states)
    return states


def memory_of(table: Any) -> Remembering | None:
    """Return the states that a table, or the one that it is a view of, has in place of rows."""
    while not isinstance(table, Remembering) and hasattr(table, "table"):
        table = table.table
    return table if isinstance(table, Remembering) else None


def statistics_of(table: Table, plan: Plan) -> list[Statistic[Any]]:
    """Return the statistics that the report of a plan needs."""
    return [
        WEIGHT,
        USED_LINES,
        Remarked(ZERO_WEIGHT),
        Remarked(ZERO_COUNT),
        *SkippedRows(plan.bad_rows).statistics,
        *(statistic for finding in _findings(table, plan) for statistic in finding.statistics),
    ]


def _read_once(columns: Sequence[Column]) -> tuple[list[Column], list[Alias]]:
    """Return the distinct columns, and what gives the texts of one to its further roles.

    The label may form groups, too. Numbers of the same name are of two inputs.
    """
    texts = [column for column in columns if column.domain is None]
    first = {column.name: column for column in reversed(texts)}
    again = [column for column in texts if first[column.name] is not column]
    aliases = [Alias(column.role, first[column.name].role) for column in again]
    return [column for column in columns if column not in again], aliases


def report_of(table: Table, plan: Plan, states: States) -> Report:
    """Return the report made from the states of a table's rows."""
    memory = memory_of(table)
    plan = plan if memory is None else memory.planned(plan)
    skipped = SkippedRows(plan.bad_rows)
    rows = _rows(table, plan, states, skipped)
    parts = [part for finding in _findings(table, plan) for part in finding.finish(states)]
    found = Input(tuple(table.names), rows, float(states[WEIGHT].total), skipped.by_reason(states))
    return Report.of(plan.head, found, [*_repeated(table.names), *parts])


def _repeated(names: Sequence[str]) -> Iterator[Notice]:
    """Yield a notice about inputs that were named more than once."""
    paths = Counter(map(_real, names))
    repeated = [name for name in dict.fromkeys(names) if paths[_real(name)] > 1]
    if repeated:
        listed = ", ".join(map(named, repeated))
        yield Notice("same-file", f"given more than once, so that its rows count again: {listed}")


def _real(name: str) -> str:
    """Return the path that links lead to, or the name if the working directory was removed."""
    try:
        return os.path.realpath(name)
    except FileNotFoundError:
        return name


def _rows(table: Table, plan: Plan, states: States, skipped: SkippedRows) -> int:
    """Return the number of usable data rows. Some of them must have a positive weight or count."""
    counted = states[WEIGHT].rows
    nothing = {code: states[Remarked(code)].count for code in (ZERO_WEIGHT, ZERO_COUNT)}
    lines = states[USED_LINES].number + sum(nothing.values())
    skipped.check(states, lines, table.name)
    if not lines:
        raise InputError("has a header and no data rows", table.name)
    if not counted:
        (found,) = (column for column in plan.columns if column.role in {"weight", "count"})
        raise InputError(
            f"all {lines} rows have {found.role} 0",
            table.name,
            f"is {shown(found.name)} the {found.role} column?",
        )
    if counted > MOST_ROWS:
        raise InputError("the counts add up to more than 2^63 - 1 rows", table.name)
    if states[WEIGHT].total > sys.float_info.max:
        raise InputError("the weights add up to more than a float64 holds", table.name)
    # Rows of weight 0 are among the rows; those of count 0 are none.
    return counted + nothing[ZERO_WEIGHT]
