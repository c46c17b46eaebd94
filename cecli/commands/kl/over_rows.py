"""The plan of two columns, each of which is one distribution over all rows."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column, listed
from cecli.columns.numbers import Scale
from cecli.columns.roles import SHARE, refuse_sharing
from cecli.commands.kl.wanted import Divergence
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, UsageError, shown
from cecli.core.fold import fold
from cecli.core.plan import Finding, Given, Noticing, Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.metrics.information.over_rows import (
    P_TOTAL,
    Q_TOTAL,
    kl_term,
    of_shares,
    p_share,
    q_share,
    reverse_kl_term,
)
from cecli.notices.sums import infinite_divergences
from cecli.preparations.sums import NOTICED, Shares
from cecli.report.report import Head, Part
from cecli.report.result import Notice
from cecli.statistics.first_rows import Every, Largest

TWO_COLUMNS = "--over-rows compares exactly two columns"
LARGEST_TOTAL = 1e150


def over_rows(table: Table, second: Table | None, wanted: Divergence) -> tuple[Table, Plan]:
    """Return the rows, and the plan for two columns of them.

    Normalizing them takes a first pass over all rows.

    Raises
    ------
    UsageError
        If an option applies to comparisons in each row only.
    InputError
        If a column cannot be normalized.
    """
    _refuse_row_options(wanted)
    rows, columns, matched = _found(table, second, wanted)
    p, q = columns
    required: list[Finding] = [AddsUpOverRows(p.name, q.name, rows.name)]
    prepare, scores = list[Shares](), list[Notice]()
    if wanted.stating.normalize:
        states = _shares(rows, columns, wanted.bad_rows)
        prepare = [Shares(*(float(states[total].total) for total in (P_TOTAL, Q_TOTAL)))]
        scores = _scores(columns, states)
        required = [Given(scores)]
    plan = Plan(
        columns=columns,
        prepare=prepare,
        findings=(
            *required,
            *of_shares(are_scores=bool(scores)),
            *infinite_divergences(kl_term, reverse_kl_term),
            *matched,
            *remarks(wanted.bad_rows),
        ),
        head=Head("kl", "over-rows", wanted.units, by_role(columns)),
        bad_rows=wanted.bad_rows,
    )
    return rows, plan


def _found(
    table: Table, second: Table | None, wanted: Divergence
) -> tuple[Table, Sequence[Column], list[Noticing]]:
    """Return the rows, the columns of p and of q, and the notice of how rows were matched."""
    if second is None:
        wanted.refuse_unnamed()
        columns = [Column("p", wanted.p[0], SHARE), Column("q", wanted.q[0], SHARE)]
        refuse_sharing(columns, table.name)
        return table, columns, []
    from cecli.commands.kl.sides import TwoInputs

    inputs = TwoInputs(table, second)
    p, q = inputs.names(wanted)
    if len(p) > 1 or len(q) > 1:
        raise UsageError(f"{TWO_COLUMNS}, but both inputs have {listed(p)}", hint="--p COL")
    columns = [Column("p", p[0], SHARE), Column("q", q[0], SHARE)]
    rows, how = inputs.table(columns[:1], columns[1:], wanted)
    return rows, columns, [how]


def _refuse_row_options(wanted: Divergence) -> None:
    if len(wanted.p) > 1 or len(wanted.q) > 1 or "*" in "".join((*wanted.p, *wanted.q)):
        raise UsageError(
            TWO_COLUMNS,
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


def _shares(rows: Table, columns: Sequence[Column], bad_rows: BadRows) -> States:
    """Return the totals of both columns, which divide them, from a first pass over the rows."""
    statistics = [P_TOTAL, Q_TOTAL, *(statistic for side in SCORES for statistic in side)]
    states = fold(rows.partitions(columns, bad_rows), statistics)
    totals = [states[P_TOTAL].total, states[Q_TOTAL].total]
    for column, total in zip(columns, totals, strict=True):
        if states[P_TOTAL].weights.rows and not 0 < total <= LARGEST_TOTAL:
            raise InputError(
                f"column {shown(column.name)} adds up to {float(total):g}, "
                "so it cannot be normalized",
                rows.name,
            )
    return states


@dataclass(frozen=True)
class AreWhole:
    """Whether all numbers of a role are whole, as counts are."""

    role: str

    def __call__(self, chunk: Chunk) -> bool:
        values = chunk.numbers[self.role]
        return bool((values == np.rint(values)).all())


# Scores of rows are fractions of 1 whose sum grows with the rows; shares add up to about 1.
LEAST_SUM = 1.5
SCORES = (
    (Every(AreWhole("p")), Largest(p_share)),
    (Every(AreWhole("q")), Largest(q_share)),
)


def _scores(columns: Sequence[Column], states: States) -> list[Notice]:
    """Return a notice if a column seems to have a score for each row, and no count of a bin."""
    totals = (states[P_TOTAL].total, states[Q_TOTAL].total)
    looks = [
        column.name
        for column, (whole, largest), total in zip(columns, SCORES, totals, strict=True)
        if not states[whole].holds and states[largest].value <= 1.0 and total > LEAST_SUM
    ]
    if not looks:
        return []
    has = "has" if len(looks) == 1 else "have"
    what = (
        f"{' and '.join(map(shown, looks))} {has} fractions that add up to far more than 1, as "
        "scores of rows do, and not counts of bins: this is no stability index; cecli drift "
        "REFERENCE CURRENT compares how scores are distributed"
    )
    return [Notice("raw-scores", what)]


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
