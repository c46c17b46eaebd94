"""A table whose rows are gone: what is left are the states of a plan."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError
from cecli.core.plan import Finding, Given, Plan
from cecli.core.statistic import States, Statistic
from cecli.core.table import Partition
from cecli.metrics.metric import Measured
from cecli.report.result import Notice
from cecli.states.codecs import codec_of
from cecli.states.forms import Form
from cecli.states.names import stable_name
from cecli.states.saved import Loaded
from cecli.states.state import SavedState

NO_ROWS = "has no rows: it is the state of rows that were read before"


def columns_of(plan: Plan) -> dict[str, Any]:
    """Return the names of a plan's columns by role, as JSON."""
    columns = plan.head.columns.items()
    return {role: x if isinstance(x, str) else list(x) for role, x in columns}


class ForeignStateError(InputError):
    """A state that no command wrote, although its checksum is right."""


@dataclass(frozen=True, eq=False)
class StateTable:
    """The states of a plan, in the place of a table."""

    state: SavedState

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def names(self) -> Sequence[str]:
        return self.state.parts.names

    @property
    def header(self) -> Sequence[str]:
        return tuple(self.state.recipe["header"])

    def partitions(
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,  # noqa: ARG002
    ) -> Sequence[Partition]:
        raise InputError(NO_ROWS, self.name)

    def beginning(
        self,
        columns: Sequence[Column],
        bad_rows: BadRows,
    ) -> None:
        """Return nothing: there are no first rows to look at."""

    def planned(self, plan: Plan) -> Plan:
        """Return the part of a plan that the states answer.

        Raises
        ------
        ForeignStateError
            If they are those of other columns.
        """
        recipe = self.state.recipe
        if columns_of(plan) != recipe["columns"]:
            raise ForeignStateError("is a state of other columns than its options name", self.name)
        lacking = [finding for finding in plan.findings if self._lacks(finding)]
        findings = [finding for finding in plan.findings if finding not in lacking]
        if lacking:
            findings.append(Given([_left_out(lacking)]))
        return replace(plan, findings=findings).stating(recipe["stated"])

    def states(self, plan: Plan, statistics: Iterable[Statistic[Any]]) -> States:
        """Return the states of some statistics of a plan.

        Raises
        ------
        ForeignStateError
            If one is missing, or makes no sense.
        """
        classes = sum(column.role == "prob" for column in plan.columns)
        return States({each: self._state(each, classes) for each in dict.fromkeys(statistics)})

    def _state(self, statistic: Statistic[Any], classes: int) -> Any:
        name, codec = stable_name(statistic), codec_of(statistic)
        fields = self._fields.get(name, {})
        if not fields.keys() >= set(codec.fields):
            raise ForeignStateError(f"is a state that lacks {name}", self.name)
        found = Loaded(fields, self.state.parts.known_of(name), classes)
        try:
            return codec.loaded(statistic, found)
        except (ValueError, TypeError) as error:
            raise ForeignStateError(f"is a damaged state: {name}: {error}", self.name) from None

    def _lacks(self, finding: Finding) -> bool:
        return any(map(self._is_missing, finding.statistics))

    def _is_missing(self, statistic: Statistic[Any]) -> bool:
        name, codec = stable_name(statistic), codec_of(statistic)
        is_left_out = codec.is_lost_without and name in self.state.parts.left_out
        return is_left_out or not self._fields.get(name, {}).keys() >= set(codec.fields)

    @cached_property
    def _fields(self) -> Mapping[str, Mapping[str, Form]]:
        found: dict[str, dict[str, Form]] = {}
        for (name, field), form in self.state.sums.items():
            found.setdefault(name, {})[field] = form
        return found


def _left_out(findings: Sequence[Finding]) -> Notice:
    """Return the notice of what the states do not answer."""
    names = [finding.metric.name for finding in findings if isinstance(finding, Measured)]
    others = ["some notices"] if len(names) < len(findings) else []
    said = [*names, *others]
    return Notice("left-out", f"not known, as the state does not have it: {', '.join(said)}")
