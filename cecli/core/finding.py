"""A finding is all that makes something of the states of the rows.

A metric is a finding that yields a result, a watch one that yields a notice, a requirement one that
refuses. Groups, worst rows, derivations and comparisons yield theirs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from cecli.core.statistic import States, Statistic
from cecli.report.report import Part
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
