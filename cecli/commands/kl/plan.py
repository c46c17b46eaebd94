"""Plans for the divergence of q from p, in each row or over all rows."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import SHARE, Tell, distribution, paired, refuse_sharing
from cecli.core.chunk import Preparation
from cecli.core.errors import InputError, UsageError, shown
from cecli.core.fold import fold
from cecli.core.plan import Given, Noticing, Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.intervals.sampling import sampling_of
from cecli.metrics.cross_entropy import kl_divergence
from cecli.metrics.groups import by_group
from cecli.metrics.information.kl_divergence import reverse_kl, rows_metrics
from cecli.metrics.information.over_rows import (
    OVER_ROWS,
    P_TOTAL,
    Q_TOTAL,
    kl_term,
    reverse_kl_term,
)
from cecli.metrics.metric import measured
from cecli.notices.draws import of_sampling
from cecli.notices.sums import SUMS_TO_ONE, infinite_divergences, of_classes
from cecli.options.scoring import Grouping, Stating, Weighting
from cecli.preparations.order import as_one, as_several, in_order
from cecli.preparations.sums import NOTICED, Shares
from cecli.report.report import ClassNames, Head, Part
from cecli.report.result import NATS_PER, Units
from cecli.statistics.mean import Mean

# What users call the two sides, by their roles in chunks.
NAMES = {"target": "p", "prob": "q"}
KL = Mean(kl_divergence)


@dataclass(frozen=True)
class Divergence:
    """The options of `kl`; names and patterns of columns are still as the user gave them."""

    p: Sequence[str]
    q: Sequence[str]
    weighting: Weighting
    stating: Stating
    threshold: float | None
    units: Units
    grouping: Grouping
    bad_rows: BadRows
    tell: Tell

    def __post_init__(self) -> None:
        for option, names in (("--p", self.p), ("--q", self.q)):
            if not names:
                raise UsageError(f"{option} COL is required")
        if self.threshold is not None and not 0.0 <= self.threshold < math.inf:
            raise UsageError(f"--threshold {self.threshold:g} is not a finite number of at least 0")


def divergence(table: Table, wanted: Divergence) -> Plan:
    """Return the plan for two distributions in each row."""
    others = (wanted.weighting.name, wanted.grouping.cluster, *wanted.grouping.by)
    taken = [name for name in others if name is not None]
    p, q = paired(table.header, wanted.p, wanted.q, taken, table.name, wanted.tell)
    columns = [
        *distribution("target", p, wanted.stating.domain),
        *distribution("prob", q, wanted.stating.domain),
        *wanted.weighting.columns,
        *wanted.grouping.columns(table.header),
    ]
    names = NAMES | wanted.grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    several = len(p) > 1
    preparations, watches = _of_several(wanted) if several else _of_one(wanted)
    threshold = None if wanted.threshold is None else wanted.threshold * NATS_PER[wanted.units]
    metrics = rows_metrics(threshold)
    grouping = wanted.grouping
    sampling = sampling_of(grouping, metrics, wanted.weighting.weight, table.name)
    return Plan(
        columns=columns,
        prepare=in_order(preparations),
        findings=(
            Given([ClassNames(tuple(name for name, _ in p) if several else ())]),
            *measured(metrics, sampling),
            *infinite_divergences(kl_divergence, reverse_kl),
            *watches,
            *of_sampling(sampling),
            *remarks(wanted.bad_rows),
            *by_group(grouping, metrics, KL, wanted.weighting.weight, table.header, table.name),
            *sampling.findings,
        ),
        head=Head(
            "kl",
            "categorical" if several else "bernoulli",
            wanted.units,
            by_role(columns, names),
        ),
        bad_rows=wanted.bad_rows,
    )


def _of_one(wanted: Divergence) -> tuple[list[Preparation], list[Noticing]]:
    watches = [SUMS_TO_ONE] if wanted.weighting.weight is None else []
    return as_one(wanted.stating, *NAMES), watches


def _of_several(wanted: Divergence) -> tuple[list[Preparation], list[Noticing]]:
    stating = wanted.stating
    words = [(role, f"probabilities of {name}") for role, name in NAMES.items()]
    sides = (as_several(stating, role, word, wanted.bad_rows) for role, word in words)
    watches = (of_classes(stating, role, word) for role, word in words)
    return [step for side in sides for step in side], [w for side in watches for w in side]


LARGEST_TOTAL = 1e150


def over_rows(table: Table, wanted: Divergence) -> Plan:
    """Return the plan for two columns; normalizing them takes a first pass over all rows.

    Raises
    ------
    UsageError
        If an option applies to comparisons in each row only.
    InputError
        If a column cannot be normalized.
    """
    _refuse_row_options(wanted)
    columns = [Column("p", wanted.p[0], SHARE), Column("q", wanted.q[0], SHARE)]
    refuse_sharing(columns, table.name)
    normalize = wanted.stating.normalize
    required = [] if normalize else [AddsUpOverRows(wanted.p[0], wanted.q[0], table.name)]
    return Plan(
        columns=columns,
        prepare=(_shares(table, columns, wanted.bad_rows),) if normalize else (),
        findings=(
            *required,
            *OVER_ROWS,
            *infinite_divergences(kl_term, reverse_kl_term),
            *remarks(wanted.bad_rows),
        ),
        head=Head("kl", "over-rows", wanted.units, by_role(columns)),
        bad_rows=wanted.bad_rows,
    )


def _refuse_row_options(wanted: Divergence) -> None:
    if len(wanted.p) > 1 or len(wanted.q) > 1 or "*" in wanted.p[0] + wanted.q[0]:
        raise UsageError(
            "--over-rows compares exactly two columns",
            hint="to compare several columns in each row, leave --over-rows out",
        )
    given = {
        "--weight": wanted.weighting.weight is not None,
        "--count": wanted.weighting.count is not None,
        "--threshold": wanted.threshold is not None,
        "--by": bool(wanted.grouping.by),
        "--cluster": wanted.grouping.cluster is not None,
        "--bootstrap": wanted.grouping.resampling is not None,
        "--from": wanted.stating.scale is not Scale.PROBABILITY,
    }
    for option, is_given in given.items():
        if is_given:
            raise UsageError(f"{option} cannot be used with --over-rows")


def _shares(table: Table, columns: Sequence[Column], bad_rows: BadRows) -> Shares:
    states = fold(table.partitions(columns, bad_rows), [P_TOTAL, Q_TOTAL])
    totals = [states[P_TOTAL].total, states[Q_TOTAL].total]
    for column, total in zip(columns, totals, strict=True):
        if states[P_TOTAL].weights.rows and not 0 < total <= LARGEST_TOTAL:
            raise InputError(
                f"column {shown(column.name)} adds up to {float(total):g}, "
                "so it cannot be normalized",
                table.name,
            )
    return Shares(*(float(total) for total in totals))


@dataclass(frozen=True)
class AddsUpOverRows:
    """Raises an InputError if a column does not add up to 1 over the rows."""

    p: str
    q: str
    source: str
    statistics = (P_TOTAL, Q_TOTAL)

    def finish(self, states: States) -> Iterator[Part]:
        for name, statistic in ((self.p, P_TOTAL), (self.q, Q_TOTAL)):
            total = Fraction(states[statistic].total)
            if abs(total - 1) > NOTICED:
                raise InputError(
                    f"column {shown(name)} adds up to {float(total):.9g} over the rows, not to 1",
                    self.source,
                    "--normalize divides each column by its sum · to compare p and q in each row, "
                    "leave --over-rows out",
                )
        return iter(())
