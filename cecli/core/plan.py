"""A plan: what a command makes of its options and the header of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.chunk import Preparation
from cecli.core.finding import Finding
from cecli.report.report import Head

# Roles that are lists in a report, whether or not there are several columns.
LISTED = {"prob", "by"}


@dataclass(frozen=True)
class Plan:
    """What is read of a table, what is done to its rows, and what is to be found out.

    Attributes
    ----------
    columns : the columns to read, in the order in which roles are reported.
    prepare : applied in turn to each chunk.
    findings : they yield the parts of the report, each kind of part in this order.
    head : what the report says of the command.
    bad_rows : what to do with rows that cannot be used.
    """

    columns: Sequence[Column]
    prepare: Sequence[Preparation]
    findings: Sequence[Finding]
    head: Head
    bad_rows: BadRows = STRICT

    def stating(self, options: Mapping[str, Any]) -> Self:
        """Return the same plan, whose report states these options."""
        return replace(self, head=self.head._replace(options=options))


def by_role(
    columns: Sequence[Column], names: Mapping[str, str] | None = None
) -> dict[str, str | Sequence[str]]:
    """Return columns by role: a list where there are, or could be, one for each class.

    Parameters
    ----------
    names : how roles are called in the report, where it is not as in chunks.
    """
    listed: dict[str, list[str]] = {}
    single: set[str] = set()
    for column in columns:
        role = (names or {}).get(column.role, column.role)
        listed.setdefault(role, []).append(column.name)
        if column.place is None and role not in LISTED:
            single.add(role)
    return {role: found[-1] if role in single else found for role, found in listed.items()}
