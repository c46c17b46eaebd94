"""From a question about a table to its report: fold, finish, and gather what was noticed."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.errors import InputError, named, shown
from cecli.core.fold import Progress, evaluate
from cecli.core.preparation import Preparation
from cecli.core.statistic import States, Statistic
from cecli.core.table import Table
from cecli.engines.serial import Engine, serial
from cecli.intervals.delta import INDEPENDENT, Uncertainty
from cecli.metrics.metric import WEIGHT, Metric, statistics_of
from cecli.notices.watch import (
    BLANK_LINES,
    WEIGHTLESS,
    SkippedRows,
    Watch,
    noticed,
    undefined,
)
from cecli.preparations.rows import ZERO_WEIGHT
from cecli.report.report import Report
from cecli.report.result import Input, Notice, Units
from cecli.statistics.first_rows import Remarked


class Requirement(Protocol):
    """Something that must hold for all rows together, or there is no answer."""

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        """What it needs to know of the rows."""
        ...

    def check(self, states: States, source: str) -> None:
        """Raise an InputError if it does not hold."""
        ...


class Detail(Protocol):
    """A part of a report beside its metrics."""

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        """What it needs to know of the rows."""
        ...

    def added_to(self, report: Report, states: States) -> Report:
        """Return the report with this part."""
        ...


def always(*classes: str) -> Callable[[States], tuple[str, ...]]:
    """Return what gives these classes, whichever of them occur."""
    return lambda _: classes


NONE = always()

# Roles that are lists in a report, whether or not there are several columns.
LISTED = {"prob", "by"}


@dataclass(frozen=True)
class Question:
    """What a command asks of a table.

    Attributes
    ----------
    command, task, units : as the report has them.
    columns : the columns to read, in the order in which roles are reported.
    preparations : applied in turn to each chunk.
    metrics, watches, details : what to find out.
    requirements : what must hold for that.
    statistics : what `classes` needs to know of the rows.
    classes : the classes, once the rows are known; of two, the last is the positive one.
    bad_rows : what to do with rows that cannot be used.
    uncertainty : how the rows depend on each other, and the level of intervals.
    options : what was asked for, where it changes results.
    names : how roles are called in the report, where it is not as in chunks.
    """

    command: str
    task: str
    units: Units
    columns: Sequence[Column]
    metrics: Sequence[Metric]
    preparations: Sequence[Preparation] = ()
    watches: Sequence[Watch] = ()
    details: Sequence[Detail] = ()
    requirements: Sequence[Requirement] = ()
    statistics: Sequence[Statistic[Any]] = ()
    classes: Callable[[States], tuple[str, ...]] = NONE
    has_positive: bool = False
    bad_rows: BadRows = STRICT
    uncertainty: Uncertainty = INDEPENDENT
    options: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def answer(
    table: Table, question: Question, engine: Engine = serial, progress: Progress | None = None
) -> Report:
    """Return the report on a table, by an engine.

    Raises
    ------
    CecliError
        If the table cannot be read, or its rows leave nothing to answer.
    """
    return reported(table, question, read(table, question, engine, progress))


def read(
    table: Table, question: Question, engine: Engine = serial, progress: Progress | None = None
) -> States:
    """Return the states of all that the answer to a question rests on."""
    watches = _watches(question)
    statistics: list[Statistic[Any]] = [
        WEIGHT,
        Remarked(ZERO_WEIGHT),
        *question.statistics,
        *statistics_of(question.metrics),
        *question.uncertainty.statistics([metric.means for metric in question.metrics]),
        *(statistic for watch in watches for statistic in watch.statistics),
        *(statistic for detail in question.details for statistic in detail.statistics),
        *(statistic for needed in question.requirements for statistic in needed.statistics),
    ]
    partitions = table.partitions(question.columns, question.bad_rows)
    return evaluate(partitions, statistics, question.preparations, engine, progress)


def _watches(question: Question) -> tuple[Watch, ...]:
    skipped = SkippedRows(question.bad_rows)
    return (*question.watches, *skipped.watches, WEIGHTLESS, BLANK_LINES)


def reported(table: Table, question: Question, states: States) -> Report:
    """Return the report that the states of a table's rows make."""
    skipped = SkippedRows(question.bad_rows)
    watches = _watches(question)
    rows = _rows(states, table.name, question.columns, skipped)
    for requirement in question.requirements:
        requirement.check(states, table.name)
    results = tuple(
        metric.finish(states, question.uncertainty).in_units(question.units)
        for metric in question.metrics
    )
    seen = noticed(watches, states, table.names)
    classes = question.classes(states)
    report = Report(
        command=question.command,
        input=Input(
            tuple(table.names), rows, float(states[WEIGHT].total), skipped.by_reason(states)
        ),
        columns=_reported(question),
        task=question.task,
        classes=classes,
        positive=classes[-1] if question.has_positive else None,
        units=question.units,
        results=results,
        notices=(*_repeated(table.names), *seen),
        options={name: value for name, value in question.options.items() if value is not None},
    )
    for detail in question.details:
        report = detail.added_to(report, states)
    of_classes = (
        notice
        for group in report.per_class
        for notice in undefined(group.results, f" of class {shown(group.key['class'])}")
    )
    return replace(report, notices=(*report.notices, *undefined(report.results), *of_classes))


def _repeated(names: Sequence[str]) -> list[Notice]:
    """Return what to say of inputs that were named more than once."""
    paths = Counter(map(os.path.realpath, names))
    repeated = [name for name in dict.fromkeys(names) if paths[os.path.realpath(name)] > 1]
    if not repeated:
        return []
    what = f"given more than once, so that its rows count again: {', '.join(map(named, repeated))}"
    return [Notice("same-file", what)]


def _reported(question: Question) -> dict[str, str | list[str]]:
    """Return the columns by role: a list where there are, or could be, one for each class."""
    columns: dict[str, str | list[str]] = {}
    for column in question.columns:
        role = question.names.get(column.role, column.role)
        if column.place is None and role not in LISTED:
            columns[role] = column.name
        else:
            columns[role] = [*columns.get(role, []), column.name]
    return columns


def _rows(states: States, source: str, columns: Sequence[Column], skipped: SkippedRows) -> int:
    """Return how many data rows there were that could be used, of which some must count."""
    counted = states[WEIGHT].rows
    rows = counted + states[Remarked(ZERO_WEIGHT)].count
    skipped.check(states, rows, source)
    if not rows:
        raise InputError("has a header and no data rows", source)
    if not counted:
        (weight,) = (column.name for column in columns if column.role == "weight")
        raise InputError(
            f"all {rows} rows have weight 0", source, f"is {shown(weight)} the weight column?"
        )
    if states[WEIGHT].total > sys.float_info.max:
        raise InputError("the weights add up to more than a float64 holds", source)
    return rows
