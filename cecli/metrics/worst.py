"""The rows that cost the most, and how much of the loss they carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cecli.metrics import Answer, Metric, Undefined, ratio
from cecli.metrics.effective_rows import WEIGHT
from cecli.metrics.row_fields import RowFields, shown_number
from cecli.numerics.exact import exact_dot, exact_sum, from_units
from cecli.report import NATS_PER, Measure, Report
from cecli.row import Distribution, Row
from cecli.statistics import States, Statistic
from cecli.statistics.largest_rows import LargestRows, LargestRowsState
from cecli.statistics.mean import Mean

INFINITE = Undefined("the total loss is infinite")
NOTHING = Undefined("no row loses anything")


def share_metrics(worst: LargestRows, loss: Mean) -> tuple[Metric, ...]:
    """Return which share of the total loss, and of all rows, the worst rows are."""
    return (
        Metric(
            "loss_share",
            "share of the total loss that these rows carry",
            Measure.NUMBER,
            (worst, loss),
            partial(_loss_share, worst, loss),
        ),
        Metric(
            "row_share",
            "share of the rows, or of their weight, that these are",
            Measure.NUMBER,
            (worst, WEIGHT),
            partial(_row_share, worst),
        ),
    )


def _loss_share(worst: LargestRows, loss: Mean, states: States) -> Answer:
    if states[loss].infinite_rows:
        return INFINITE
    if not (total := states[loss].total):
        return NOTHING
    rows = states[worst]
    weight = rows.cells.get("weight")
    carried = exact_sum(rows.score) if weight is None else exact_dot(weight, rows.score)
    return ratio(from_units(carried), total)


def _row_share(worst: LargestRows, states: States) -> Answer:
    rows = states[worst]
    weight = rows.cells.get("weight")
    return ratio(
        len(rows) if weight is None else from_units(exact_sum(weight)), states[WEIGHT].total
    )


@dataclass(frozen=True)
class WorstRows:
    """Adds the rows to a report."""

    worst: LargestRows
    fields: RowFields

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self.worst,)

    def added_to(self, report: Report, states: States) -> Report:
        found = states[self.worst]
        shown = dict(self.fields.shown)
        columns = {role: name for role, name in report.columns.items() if role not in shown}
        if shown:
            columns["show"] = list(shown.values())
        rows = tuple(self._row(found, place, report) for place in range(len(found)))
        return replace(report, columns=columns, rows=rows)

    def _row(self, found: LargestRowsState, place: int, report: Report) -> Row:
        cells = {name: values.T[place] for name, values in found.cells.items()}
        weight = cells.get("weight")
        return Row(
            str(found.sources[place]),
            int(found.lines[place]),
            float(found.score[place]) / NATS_PER[report.units],
            {
                name: _stated(cells[name], self.fields.classes)
                for name, _ in self.fields.own
                if name != "weight"
            },
            None if weight is None else float(weight),
            {column: _shown(cells[role]) for role, column in self.fields.shown},
        )


def _stated(cell: Any, classes: Sequence[str]) -> str | Distribution:
    if isinstance(cell, str):  # also a text of numpy's
        return str(cell)
    if cell.ndim == 0:
        return float(cell)
    distribution: Mapping[str, float] = dict(zip(classes, cell.tolist(), strict=True))
    return distribution


def _shown(cell: Any) -> str:
    return str(cell) if isinstance(cell, str) else shown_number(float(cell))
