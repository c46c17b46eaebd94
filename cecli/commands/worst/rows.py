"""The fields of a row: its label or target, prediction, weight, and shown columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from cecli.commands.worst.largest_rows import LargestRows, LargestRowsState, Values
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.metrics.groups import LOSS_SHARE
from cecli.metrics.metric import Metric, ratio
from cecli.numerics import Floats
from cecli.numerics.sums.exact import exact_dot, exact_sum, from_units
from cecli.preparations.rows import p_of, q_of
from cecli.report.parts import Distribution, Row, headings, of_class
from cecli.report.result import Answer, Definition, Undefined
from cecli.statistics.mean import WEIGHT, Mean, Score


def label(chunk: Chunk) -> Coded:
    return chunk.texts["label"]


def target(chunk: Chunk) -> Floats:
    """Return the target of the positive class."""
    return np.asarray(p_of(chunk).prob[1])


def target_of_classes(chunk: Chunk) -> Floats:
    """Return the targets, shape (K, n)."""
    return p_of(chunk).prob


def prob(chunk: Chunk) -> Floats:
    """Return the probability of the positive class."""
    return np.asarray(q_of(chunk).prob[1])


def prob_of_classes(chunk: Chunk) -> Floats:
    """Return the probabilities, shape (K, n)."""
    return q_of(chunk).prob


# The roles that say how much a row counts, at most one of which is there.
WEIGHTING = ("weight", "count")


@dataclass(frozen=True)
class Shown:
    """The cells of a column to show."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats | Coded:
        return chunk.texts.get(self.role) or chunk.numbers[self.role]


@dataclass(frozen=True)
class RowFields:
    """The fields of a row, in their order.

    Attributes
    ----------
    loss : loss of a row, in nats.
    own : the fields that all rows have: "label" or "target", "prob", "log_prob", "weight" or
        "count".
    shown : (role, column) for each column to show.
    classes : names of the classes, for fields with one number per class; empty for binary
        predictions.
    """

    loss: Score
    own: tuple[tuple[str, Values], ...]
    shown: tuple[tuple[str, str], ...]
    classes: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[tuple[str, Values], ...]:
        return (*self.own, *((role, Shown(role)) for role, _ in self.shown))

    @property
    def headings(self) -> list[str]:
        """The headings of a table of rows, with the names that `Row.to_record` uses."""
        own = ["source", "line", *self._own_headings(), "loss"]
        return headings(own, [column for _, column in self.shown])

    def _own_headings(self) -> Iterator[str]:
        for name, _ in self.own:
            if self.classes and name in {"target", "prob"}:
                yield from (of_class(name, each) for each in self.classes)
            else:
                yield name


def shown_number(value: float) -> str:
    """Return the shortest text that reads back as the same float64.

    Examples
    --------
    >>> shown_number(0.1), shown_number(17.0)
    ('0.1', '17')
    """
    return repr(value).removesuffix(".0")


ROW_SHARE = Definition(
    "row_share",
    "Share of the rows, or of their weight, that is shown.",
    "sum of w over the rows that are shown / sum w",
    high=1.0,
)
DEFINITIONS = (ROW_SHARE,)
INFINITE = Undefined("the total loss is infinite")
# The name under which the index of a DataFrame is shown.
INDEX = "index"
NOTHING = Undefined("the total loss is 0")


def share_metrics(worst: LargestRows, loss: Mean) -> tuple[Metric, ...]:
    """Return the metrics for the worst rows' share of the total loss, and of all rows."""
    return (
        Metric(
            LOSS_SHARE,
            "share of the total loss due to these rows",
            (worst, loss),
            partial(_loss_share, worst, loss),
        ),
        Metric(
            ROW_SHARE,
            "these rows as a share of all rows, or of their weight",
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
    weight = _weight(rows)
    carried = exact_sum(rows.score) if weight is None else exact_dot(weight, rows.score)
    return ratio(from_units(carried), total)


def _row_share(worst: LargestRows, states: States) -> Answer:
    rows = states[worst]
    weight = _weight(rows)
    return ratio(
        len(rows) if weight is None else from_units(exact_sum(weight)), states[WEIGHT].total
    )


def _weight(rows: LargestRowsState) -> Floats | None:
    """Return how much each row counts; None if every row counts once."""
    return rows.cells.get("weight", rows.cells.get("count"))


@dataclass(frozen=True)
class WorstRows:
    """Yields the rows, the worst first.

    Attributes
    ----------
    index_of : returns the index of a row of a DataFrame by its line; None for all other tables.
    """

    worst: LargestRows
    fields: RowFields
    index_of: Callable[[int], str | None]

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self.worst,)

    def finish(self, states: States) -> Iterator[Row]:
        found = states[self.worst]
        return (self._row(found, place) for place in range(len(found)))

    def _row(self, found: LargestRowsState, place: int) -> Row:
        cells = {name: values.T[place] for name, values in found.cells.items()}
        weight, count = (cells.get(role) for role in WEIGHTING)
        return Row(
            str(found.sources[place]),
            int(found.lines[place]),
            float(found.score[place]),
            {
                name: _stated(cells[name], self.fields.classes)
                for name, _ in self.fields.own
                if name not in WEIGHTING
            },
            None if weight is None else float(weight),
            None if count is None else int(count),
            self._shown(int(found.lines[place]), cells),
        )

    def _shown(self, line: int, cells: Mapping[str, Any]) -> dict[str, str]:
        shown = {column: _shown(cells[role]) for role, column in self.fields.shown}
        index = self.index_of(line)
        return shown if index is None else {INDEX: index, **shown}


def _stated(cell: Any, classes: Sequence[str]) -> str | Distribution:
    if isinstance(cell, str):  # includes numpy's str_
        return str(cell)
    if cell.ndim == 0:
        return float(cell)
    distribution: Mapping[str, float] = dict(zip(classes, cell.tolist(), strict=True))
    return distribution


def _shown(cell: Any) -> str:
    return str(cell) if isinstance(cell, str) else shown_number(float(cell))
