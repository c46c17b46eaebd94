"""The plan of a command: what it reads, prepares and finds, given its options and a header.

A finding turns the states of the rows into parts of the report. A metric yields a result, a watch
yields a notice, and a requirement raises an error. Groups, worst rows, derivations and comparisons
are findings, too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self, runtime_checkable

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.chunk import Preparation
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.report.report import Head, Part
from cecli.report.result import Notice


class Finding(Protocol):
    """A part of the evaluation: frozen, with all parameters that it needs."""

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        """The statistics that it needs."""
        ...

    def finish(self, states: States) -> Iterator[Part]:
        """Yield parts of the report. Information is in nats, and notices have all their places.

        Raises
        ------
        InputError
            If the rows as a whole give no answer.
        """
        ...


@runtime_checkable
class Settling(Protocol):
    """A finding that changes states before anything is reported of them, or saved."""

    def settled(self, states: States) -> States:
        """Return the states to report and to save."""
        ...


class Given(NamedTuple):
    """Parts that are known before any row is read."""

    parts: Sequence[Part]
    statistics: Sequence[Statistic[Any]] = ()

    def finish(self, states: States) -> Iterator[Part]:  # noqa: ARG002
        return iter(self.parts)


@dataclass(frozen=True)
class Noticing:
    """A watch: the statistics that it needs, and the function that returns its notice, if any."""

    statistics: tuple[Statistic[Any], ...]
    notice: Callable[[States], Notice | None]

    def finish(self, states: States) -> Iterator[Part]:
        notice = self.notice(states)
        if notice is not None:
            yield notice


@runtime_checkable
class Remembering(Protocol):
    """A table whose rows are gone: what is left are the states of a plan."""

    def planned(self, plan: "Plan") -> "Plan":
        """Return the part of a plan that the states answer."""
        ...

    def states(self, plan: "Plan", statistics: Iterable[Statistic[Any]]) -> States:
        """Return the states of some statistics of the plan."""
        ...


# Roles that are lists in a report, even if there is only one column.
LISTED = {"prob", "member", "by"}


@dataclass(frozen=True)
class Plan:
    """The columns to read from a table, the preparations of its rows, and the findings.

    Attributes
    ----------
    columns : the columns to read, in the order in which roles are reported.
    prepare : applied in turn to each chunk.
    findings : yield the parts of the report; each kind of part keeps this order.
    head : what the report says about the command.
    bad_rows : what to do with rows that cannot be used.
    """

    columns: Sequence[Column]
    prepare: Sequence[Preparation]
    findings: Sequence[Finding]
    head: Head
    bad_rows: BadRows = STRICT

    def stating(self, options: Mapping[str, Any]) -> Self:
        """Return the same plan, with these options stated in its report."""
        return replace(self, head=self.head._replace(options=options))


def by_role(
    columns: Sequence[Column], names: Mapping[str, str] | None = None
) -> dict[str, str | Sequence[str]]:
    """Return the column names by role: a list if the role has, or could have, one per class.

    Parameters
    ----------
    names : the names of roles in the report that differ from those in chunks.
    """
    listed: dict[str, list[str]] = {}
    single: set[str] = set()
    for column in columns:
        role = (names or {}).get(column.role, column.role)
        listed.setdefault(role, []).append(column.name)
        if column.place is None and role not in LISTED:
            single.add(role)
    return {role: found[-1] if role in single else found for role, found in listed.items()}
