"""How far is q from p, where each column is one distribution over the rows?"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cecli.answer import Question
from cecli.bad_rows import BadRows
from cecli.columns import Column
from cecli.errors import InputError, UsageError, shown
from cecli.evaluate import evaluate
from cecli.metrics.over_rows import OVER_ROWS, P_TOTAL, Q_TOTAL, kl_term, reverse_kl_term
from cecli.notices.divergence import infinite_divergences
from cecli.preparations.shares import Shares
from cecli.preparations.sums import NOTICED
from cecli.questions.divergence import Comparison
from cecli.readers import Table
from cecli.roles import SHARE, refuse_sharing
from cecli.scales import Scale
from cecli.statistics import States

LARGEST_TOTAL = 1e150


def over_rows(table: Table, wanted: Comparison) -> Question:
    """Return the question about two columns; to normalize them, all rows are read once before.

    Raises
    ------
    UsageError
        If an option is for comparisons row by row.
    InputError
        If a column cannot be normalized.
    """
    _refuse_row_options(wanted)
    columns = [Column("p", wanted.p[0], SHARE), Column("q", wanted.q[0], SHARE)]
    refuse_sharing(columns, table.name)
    return Question(
        command="kl",
        task="over-rows",
        units=wanted.units,
        columns=columns,
        metrics=OVER_ROWS,
        preparations=[_shares(table, columns, wanted.bad_rows)] if wanted.stating.normalize else [],
        watches=infinite_divergences(kl_term, reverse_kl_term),
        requirements=[] if wanted.stating.normalize else [_AddUpToOne(*wanted.p, *wanted.q)],
        bad_rows=wanted.bad_rows,
        options=wanted.options,
    )


def _refuse_row_options(wanted: Comparison) -> None:
    if len(wanted.p) > 1 or len(wanted.q) > 1 or "*" in wanted.p[0] + wanted.q[0]:
        raise UsageError(
            "--over-rows compares two columns", hint="several columns are compared row by row"
        )
    given = {
        "--weight": wanted.weight is not None,
        "--threshold": wanted.threshold is not None,
        "--by": bool(wanted.grouping.by),
        "--cluster": wanted.grouping.cluster is not None,
        "--bootstrap": wanted.grouping.resampling is not None,
        "--from": wanted.stating.scale is not Scale.PROBABILITY,
    }
    for option, is_given in given.items():
        if is_given:
            raise UsageError(f"{option} is for comparisons row by row, without --over-rows")


def _shares(table: Table, columns: Sequence[Column], bad_rows: BadRows) -> Shares:
    states = evaluate(table.partitions(columns, bad_rows), [P_TOTAL, Q_TOTAL])
    totals = [states[P_TOTAL].total, states[Q_TOTAL].total]
    for column, total in zip(columns, totals, strict=True):
        if states[P_TOTAL].weights.rows and not 0 < total <= LARGEST_TOTAL:
            raise InputError(
                f"column {shown(column.name)} adds up to {float(total):g}: "
                "it cannot be made to add up to 1",
                table.name,
            )
    return Shares(*(float(total) for total in totals))


@dataclass(frozen=True)
class _AddUpToOne:
    """Each column adds up to 1 over the rows."""

    p: str
    q: str
    statistics = (P_TOTAL, Q_TOTAL)

    def check(self, states: States, source: str) -> None:
        for name, statistic in ((self.p, P_TOTAL), (self.q, Q_TOTAL)):
            total = Fraction(states[statistic].total)
            if abs(total - 1) > NOTICED:
                raise InputError(
                    f"column {shown(name)} adds up to {float(total):.9g} over the rows, not to 1",
                    source,
                    "--normalize divides each column by its sum · a pair of probabilities in each "
                    "row? leave --over-rows out",
                )
