"""The report of predictions, with the digest of their rows and their state."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cecli.columns.column import Column
from cecli.commands.score.plan import Opened, report_of_score
from cecli.core.chunk import Preparation
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import UsageError
from cecli.core.evaluate import Joined
from cecli.core.plan import Given, Plan
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.preparations.as_read import AsRead, as_read
from cecli.receipts.row_digest import RowDigest
from cecli.report.report import Report
from cecli.states.saving import Saving
from cecli.states.state import SavedState


@dataclass(frozen=True)
class Evaluated:
    """What was found of some rows.

    Attributes
    ----------
    rows : the digest of those that count.
    options : of the command, by their names in Python: those that differ from the defaults, and
        those that were guessed.
    state : None if the states of such rows cannot be saved.
    """

    report: Report
    rows: str
    options: Mapping[str, Any]
    state: SavedState | None


def evaluated(found: Opened) -> Evaluated:
    """Return what is found of predictions, whose states are to be saved.

    Raises
    ------
    CecliError
        If they cannot be read, or give nothing to report.
    """
    if not isinstance(found.make, Saving):
        raise TypeError("the states are not to be saved")
    saving, plan, digest = found.make, found.plan, digest_of(found.plan.columns)
    kept: list[Evaluated] = []

    def keep(table: Table, _: Plan, states: States) -> Report:
        report = report_of_score(table, plan, states)
        options, state = saving.recipe(plan)["options"], _state(saving, table, plan, states)
        kept.append(Evaluated(report, states[digest].digest, options, state))
        return report

    before = AsRead(tuple(column.role for column in plan.columns if column.domain is not None))
    prepare: Sequence[Preparation] = (before, *plan.prepare)
    findings = (*plan.findings, Given((), (digest,)))
    replace(found, plan=replace(plan, prepare=prepare, findings=findings), make=keep).report()
    return kept[0]


def digest_of(columns: Sequence[Column]) -> RowDigest:
    """Return the digest of the values in these columns.

    Roles are in the order of their names, and the columns of classes in that of the classes. A
    count is no value: the row is as many rows.
    """
    numbers = Counter(x.role for x in columns if x.domain is not None and x.role != "count")
    texts = sorted(column.role for column in columns if column.domain is None)
    return RowDigest(
        tuple((as_read(role), number) for role, number in sorted(numbers.items())), tuple(texts)
    )


def _state(saving: Saving, table: Table, plan: Plan, states: States) -> SavedState | None:
    """Return the state of the rows; None if they are joined, or their states cannot be saved."""
    if isinstance(table, Joined) and table.findings:
        return None
    try:
        return saving.state(table, plan, states)
    except UsageError:
        return None
