"""How good are these probabilities?"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from cecli import notices
from cecli.columns import Column
from cecli.errors import InputError, UsageError, shown
from cecli.evaluate import Preparation, evaluate
from cecli.labels import LabelRule, PositiveValue, ZeroOrOne
from cecli.metrics import Metric, statistics_of
from cecli.metrics.binary import binary_metrics
from cecli.metrics.effective_rows import WEIGHT
from cecli.notices import Watch
from cecli.preparations import ZERO_WEIGHT, Clip, LabelsToTargets, drop_weightless
from cecli.readers import Table
from cecli.readers.opening import open_table
from cecli.report import Input, Report, Units
from cecli.roles import score_roles
from cecli.statistics import States, Statistic
from cecli.statistics.classes import Classes
from cecli.statistics.first_rows import Remarked

if TYPE_CHECKING:
    import pandas as pd

# Below this, 1 − epsilon is 1, and clipping would leave losses infinite.
LEAST_CLIP = 2.0**-53

SOFT_CLASSES = ("0", "1")


def score(
    data: "str | os.PathLike[str] | pd.DataFrame | Mapping[str, ArrayLike]",
    *,
    label: str | None = None,
    target: str | None = None,
    prob: str | None = None,
    weight: str | None = None,
    positive: str | None = None,
    base_rate: float | None = None,
    clip: float | None = None,
    units: Units | str = Units.NATS,
    delimiter: str | None = None,
    chunk_bytes: int | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Evaluate binary probabilistic predictions in one pass, in memory that does not grow.

    Parameters
    ----------
    data : a path to delimited text ("-" is standard input), a DataFrame, or arrays by column name.
    label : the column of observed classes: 0 and 1, or false and true in any case.
    target : instead, the column of soft labels in [0, 1].
    prob : the column of predicted probabilities of the positive class, in [0, 1].
    weight : the column of weights, finite and not negative; without it every row counts once.
    positive : the label of the positive class, where labels are not 0 and 1 or false and true.
    base_rate : the constant prediction, in (0, 1), against which skill is measured; by default the
        data's own base rate.
    clip : move probabilities into [clip, 1 − clip] first; the report says how many.
    units : of information, nats or bits.
    delimiter : one ASCII character; by default a comma, or a tab where the file's suffix is .tsv.
    chunk_bytes : how much of a file is read at a time, 4 MiB by default; it changes no result.
    tell : called with one sentence for each column that was guessed from its name.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option makes no sense.
    ColumnError
        If a column is not there, or there twice, or several could be meant.
    InputError
        If the input cannot be read, has no rows, or no column that looks like the one needed.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> report = score({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6]})
    >>> round(report["cross_entropy"], 6)
    0.279777
    """
    _validate(label, target, positive, base_rate, clip)
    units = _units(units)
    table = open_table(data, delimiter, chunk_bytes)
    roles = score_roles(table, label, target, prob, weight, tell)
    evaluation = _Evaluation(table, roles, _rule(positive), base_rate, clip, units)
    return evaluation.report()


@dataclass(frozen=True)
class _Evaluation:
    table: Table
    roles: dict[str, Column]
    rule: LabelRule
    base_rate: float | None
    clip: float | None
    units: Units

    @property
    def is_soft(self) -> bool:
        return "target" in self.roles

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return binary_metrics(soft=self.is_soft, reference=self.base_rate)

    @property
    def watches(self) -> list[Watch]:
        clipping = [] if self.clip is None else [notices.clipping(self.clip)]
        return [
            notices.infinite_loss(self.units),
            *clipping,
            notices.WEIGHTLESS,
            notices.BLANK_LINES,
        ]

    @property
    def preparations(self) -> list[Preparation]:
        labels = [] if self.is_soft else [LabelsToTargets(self.roles["label"].name, self.rule)]
        clipping = [] if self.clip is None else [Clip(self.clip)]
        return [*labels, drop_weightless, *clipping]

    @property
    def classes(self) -> tuple[Classes, ...]:
        return () if self.is_soft else (Classes(self.roles["label"].name),)

    def report(self) -> Report:
        metrics, watches = self.metrics, self.watches
        statistics: list[Statistic[Any]] = [
            WEIGHT,
            Remarked(ZERO_WEIGHT),
            *self.classes,
            *statistics_of(metrics),
            *(statistic for watch in watches for statistic in watch.statistics),
        ]
        partitions = self.table.partitions(list(self.roles.values()))
        states = evaluate(partitions, statistics, self.preparations)
        rows = self._rows(states)
        results = tuple(metric.finish(states).in_units(self.units) for metric in metrics)
        seen = [notice for watch in watches if (notice := watch.notice(states)) is not None]
        classes = self._class_names(states)
        return Report(
            command="score",
            input=Input((self.table.name,), rows, float(states[WEIGHT].total)),
            columns={
                role: [column.name] if role == "prob" else column.name
                for role, column in self.roles.items()
            },
            task="binary",
            classes=classes,
            positive=classes[-1],
            units=self.units,
            results=results,
            notices=(*seen, *notices.undefined(results)),
            options={
                name: value
                for name, value in (("base_rate", self.base_rate), ("clip", self.clip))
                if value is not None
            },
        )

    def _rows(self, states: States) -> int:
        """Return how many data rows there were, of which some must count."""
        counted = states[WEIGHT].rows
        rows = counted + states[Remarked(ZERO_WEIGHT)].count
        if not rows:
            raise InputError("has a header and no data rows", self.table.name)
        if not counted:
            raise InputError(
                f"all {rows} rows have weight 0",
                self.table.name,
                f"is {shown(self.roles['weight'].name)} the weight column?",
            )
        if states[WEIGHT].total > sys.float_info.max:
            raise InputError("the weights add up to more than a float64 holds", self.table.name)
        return rows

    def _class_names(self, states: States) -> tuple[str, ...]:
        if self.is_soft:
            return SOFT_CLASSES
        return self.rule.classes(states[self.classes[0]].first, self.table.name)


def _validate(
    label: str | None,
    target: str | None,
    positive: str | None,
    base_rate: float | None,
    clip: float | None,
) -> None:
    if label is not None and target is not None:
        raise UsageError(
            "--label and --target exclude each other",
            hint="--label names observed classes, --target soft labels in [0, 1]",
        )
    if target is not None and positive is not None:
        raise UsageError("--positive goes with --label: soft labels have no classes to choose from")
    if base_rate is not None and not 0.0 < base_rate < 1.0:
        raise UsageError(f"--base-rate {base_rate:g} is not between 0 and 1")
    if clip is not None and not LEAST_CLIP <= clip < 0.5:
        raise UsageError(
            f"--clip {clip:g} is not in [2^-53, 0.5)",
            hint="below 2^-53 (about 1.2e-16), 1 - EPS is 1, and a loss could still be infinite",
        )


def _units(units: Units | str) -> Units:
    try:
        return Units(units)
    except ValueError:
        known = " or ".join(Units)
        raise UsageError(f"--units {shown(str(units))}: choose {known}") from None


def _rule(positive: str | None) -> LabelRule:
    return ZeroOrOne() if positive is None else PositiveValue(str(positive))
