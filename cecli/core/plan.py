"""A plan: what a command makes of its options and a header. It has findings.

A finding is all that makes something of the states of the rows. A metric is a finding that yields a
result, a watch one that yields a notice, a requirement one that refuses. Groups, worst rows,
derivations and comparisons yield theirs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol, Self

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.chunk import Preparation
from cecli.core.statistic import States, Statistic
from cecli.report.report import Head, Part
from cecli.report.result import Notice


class Finding(Protocol):
    """What is to be found out: frozen, with all that it needs to know beforehand."""

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        """What it needs to know of the rows."""
        ...

    def finish(self, states: States) -> Iterator[Part]:
        """Yield parts of the report: information is in nats, and notices have all their places.

        Raises
        ------
        InputError
            If the rows together leave no answer.
        """
        ...


class Given(NamedTuple):
    """Parts that are known before any row is read."""

    parts: Sequence[Part]
    statistics: Sequence[Statistic[Any]] = ()

    def finish(self, states: States) -> Iterator[Part]:  # noqa: ARG002
        return iter(self.parts)


@dataclass(frozen=True)
class Noticing:
    """Something to watch for: what it needs to know of the rows, and what it says of them."""

    statistics: tuple[Statistic[Any], ...]
    notice: Callable[[States], Notice | None]

    def finish(self, states: States) -> Iterator[Part]:
        notice = self.notice(states)
        if notice is not None:
            yield notice


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
