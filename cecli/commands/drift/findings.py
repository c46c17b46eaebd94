"""What a report says of a reference alone, and of the rows of now beside it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cecli.columns.column import listed
from cecli.commands.drift.columns import ComparedColumns
from cecli.commands.drift.measures import (
    Manner,
    TestedColumn,
    adjusted_result,
    binned_of,
    column_of,
    drift_of,
    result_of,
    statistic_of,
    words_of,
)
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import UsageError, shown
from cecli.core.statistic import States, Statistic
from cecli.metrics.drift import definitions, loss
from cecli.metrics.drift.binned import ColumnBins
from cecli.metrics.drift.chance import Sizes
from cecli.metrics.drift.differences import empty_on_one_side
from cecli.metrics.drift.loss import LossChange
from cecli.numerics.sums.exact import from_units
from cecli.numerics.tails import holm
from cecli.report.reliability import ColumnDrift, ColumnKind, DriftVerdict, MeasuredColumn
from cecli.report.report import Part
from cecli.report.result import NATS_PER, Answer, Group, Notice, Undefined, Units
from cecli.statistics.mean import WEIGHT

NAMED = 5


@dataclass(frozen=True)
class ReferenceProfile:
    """The columns of a reference."""

    compared: ComparedColumns
    most: int

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return tuple(statistic_of(self.compared, name, self.most) for name in self.compared.names)

    def finish(self, states: States) -> Iterator[Part]:
        rows, total = states[WEIGHT].rows, states[WEIGHT].total
        for name, statistic in zip(self.compared.names, self.statistics, strict=True):
            state = states[statistic]
            if self.compared.kind(name) is ColumnKind.NUMBERS:
                number, missing = float(len(state)), state.missing_weight
            elif state.weights is None:
                continue
            else:
                number, missing = float(len(state.weights)), state.weights.get("", 0)
            results = (
                result_of(definitions.DISTINCT, number),
                result_of(definitions.MISSING_REFERENCE, float(from_units(missing) / total)),
            )
            yield Group({"column": name}, rows, float(total), results)
        yield result_of(definitions.COLUMNS, float(len(self.compared.names)))
        yield result_of(definitions.REFERENCE_ROWS, float(rows))


@dataclass(frozen=True, eq=False)
class KnownReference:
    """The reference, read.

    Attributes
    ----------
    bins : of the columns of numbers.
    loss_borders : the keys at which the bins of the loss begin.
    """

    compared: ComparedColumns
    states: States
    bins: Mapping[str, ColumnBins]
    loss_borders: tuple[int, ...] = ()

    @property
    def rows(self) -> int:
        return self.states[WEIGHT].rows


@dataclass(frozen=True, eq=False)
class Drifted:
    """The columns of the rows of now beside those of the reference.

    Attributes
    ----------
    compared : the columns of now; without the labels if these are not known yet.
    gone : the columns that only the reference has.
    """

    known: KnownReference
    compared: ComparedColumns
    manner: Manner
    units: Units
    gone: tuple[str, ...] = ()

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return [self._now(name) for name in self.compared.names]

    def _now(self, name: str) -> Any:
        bins = self.known.bins.get(name)
        borders = () if bins is None else bins.borders
        if name == self.known.compared.prob:
            borders = tuple(sorted({*borders, *self.known.loss_borders}))
        return statistic_of(self.compared, name, self.manner.most, borders)

    def _then(self, name: str) -> Any:
        return statistic_of(self.known.compared, name, self.manner.most)

    def finish(self, states: States) -> Iterator[Part]:
        sizes = Sizes(*(float(x[WEIGHT].effective_rows) for x in (self.known.states, states)))
        columns, crowded = self._columns(states, sizes)
        if crowded:
            yield self._crowded(crowded)
        p_values = [self._p_value(column) for column in columns]
        adjusted = holm(p_values)
        per_unit = NATS_PER[self.units]
        rows, weight = states[WEIGHT].rows, float(states[WEIGHT].total)
        moved = 0
        for column, p_value in zip(columns, adjusted, strict=True):
            drift = drift_of(column, p_value, self.manner, per_unit)
            moved += p_value is not None and p_value <= 1.0 - self.manner.level
            why = column.tested.p_value
            reason = why.reason if isinstance(why, Undefined) else ""
            results = (*column.results, adjusted_result(p_value, reason))
            yield MeasuredColumn(drift, rows, weight, results)
            yield from _notices(column, self.manner, drift.new, drift.vanished)
        yield from self._gone(rows, weight)
        psi = [column.results[0].value for column in columns]
        known = [value for value in psi if value is not None]
        largest: Answer = max(known) if known else Undefined("there is no column")
        yield result_of(definitions.COLUMNS, float(len(columns)))
        yield result_of(definitions.COLUMNS_MOVED, float(moved))
        yield result_of(definitions.PSI_MAX, largest)
        yield result_of(definitions.REFERENCE_ROWS, float(self.known.rows))
        yield from self._loss(states)

    def _gone(self, rows: int, weight: float) -> Iterator[Part]:
        """Yield the columns that only the reference has: they are compared with nothing."""
        reason = Undefined("the current input has no such column")
        undefined = [result_of(definitions.PSI, reason), adjusted_result(None, reason.reason)]
        for name in self.gone:
            drift = ColumnDrift(
                name,
                self.known.compared.kind(name),
                DriftVerdict.GONE,
                f"{shown(name)} is gone: {reason.reason}",
                (),
            )
            yield MeasuredColumn(drift, rows, weight, tuple(undefined))

    def _columns(self, states: States, sizes: Sizes) -> tuple[list[TestedColumn], list[str]]:
        columns, crowded = [], []
        for name in self.compared.names:
            statistics = self._then(name), self._now(name)
            both = self.known.states, states
            binned = binned_of(self.compared, name, both, statistics, self.known.bins)
            if binned is None:
                crowded.append(name)
                continue
            kind = self.compared.kind(name)
            columns.append(column_of(name, kind, binned, sizes, self.manner))
        if not columns:
            raise UsageError(
                f"no column can be compared: {self._crowded(crowded).message}",
                hint="--column COL names others",
            )
        return columns, crowded

    def _crowded(self, names: Sequence[str]) -> Notice:
        return Notice(
            "many-categories",
            f"not compared, as they have more than {self.manner.most:,} different values: "
            f"{listed(names)}; identifiers? --max-categories N allows more",
        )

    def _p_value(self, column: TestedColumn) -> float | None:
        found = column.tested.p_value
        return None if isinstance(found, Undefined) else found

    def _loss(self, states: States) -> Iterator[Part]:
        name = self.known.compared.prob
        if name is None:
            return
        if self.compared.prob is None:
            what = "the change of the loss is not known: the current input has no labels"
            yield Notice("no-labels", f"{what} in column {shown(self.known.compared.label or '')}")
            return
        then, now = self.known.states[self._then(name)], states[self._now(name)]
        found = loss.change_of(then, now, self.known.loss_borders)
        answers: Sequence[Answer]
        if isinstance(found, LossChange):
            answers = [found.reference, found.current, found.current - found.reference, *found[2:]]
        else:
            answers = [found] * 6
        for definition, answer in zip(definitions.OF_THE_LOSS, answers, strict=True):
            yield result_of(definition, answer)


def _notices(
    column: TestedColumn, manner: Manner, new: Sequence[str], vanished: Sequence[str]
) -> Iterator[Notice]:
    name, binned = shown(column.name), column.binned
    n, m = binned.totals
    places = empty_on_one_side(binned)
    sides = (("new", new, places[0], m, "now"), ("vanished", vanished, places[1], n, "then"))
    for code, names, at, total, when in sides:
        if not names:
            continue
        bins = [binned.bins[place] for place in at if not binned.bins[place].is_missing]
        share = sum(each.current if code == "new" else each.reference for each in bins) / total
        what = "value" if bins[0].low is None else "bin"
        does = {"new": "only the current input has", "vanished": "only the reference has"}[code]
        yield Notice(
            f"{code}-values",
            f"column {name}: {does} {_counted(len(bins), what)}: {_some(names, len(bins))} "
            f"({100.0 * share:.3g} % of the rows {when})",
        )
    if any(places) and not manner.smooth:
        empty = [words_of(binned.bins[place]) for side in places for place in side]
        yield Notice(
            "empty-bins",
            f"column {name}: psi is infinite, as one input has nothing in "
            f"{_some(empty, len(empty))}; --smooth 0.5 adds half a row to every bin, in both",
        )
    if (missing := binned.missing) is not None:
        then, now = missing.reference / n, missing.current / m
        yield Notice(
            "missing-values",
            f"column {name}: {100.0 * then:.3g} % of the values are missing in the reference, and "
            f"{100.0 * now:.3g} % now; they count as a value of their own",
        )
    if column.tested.rare and not isinstance(column.tested.p_value, Undefined):
        yield Notice(
            "rare-values",
            f"column {name}: {column.tested.rare:,} values so rare that fewer than five rows are "
            "expected count as one in its p-value",
        )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _some(names: Sequence[str], number: int) -> str:
    more = f" and {number - NAMED:,} more" if number > NAMED else ""
    return ", ".join(map(shown, names[:NAMED])) + more


def prefixed(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return the notices on a reference, which say that they are."""
    return tuple(
        replace(notice, message=f"of the reference: {notice.message}", rows=(), places=())
        for notice in notices
    )
