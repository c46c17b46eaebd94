"""Two models on texts that count the same: the mean over groups of the differences of their means.

Each group is one difference, that of the mean losses of its rows. The test is the paired t-test of
the groups.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cecli.commands.compare import contributions
from cecli.commands.compare.evidence import Criteria
from cecli.commands.compare.findings import ComparedGroups
from cecli.commands.score.tokens import BYTE
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.plan import Finding
from cecli.metrics.many.averages import (
    GroupTableChunk,
    IndependentGroups,
    NumberOfGroups,
    OverGroups,
)
from cecli.metrics.paired.losses import BASELINE, Candidate, Loss, Outlook, Paired
from cecli.statistics.group_means import GroupMeansState
from cecli.statistics.mean import WEIGHT


def of_groups(criteria: Criteria) -> Criteria:
    """Return the criteria where groups, and not rows, are independent and count the same."""
    tokens = criteria.tokens
    return replace(
        criteria,
        draws=IndependentGroups(criteria.inference.level),
        tokens=None if tokens is None else replace(tokens, over_groups=True),
    )


def parted(of: ComparedGroups) -> ComparedGroups:
    """Return a comparison of groups that contribute to a mean in which each counts the same."""
    return replace(of, parted=contributions.over_groups)


def over_groups(of: ComparedGroups, findings: Sequence[Finding]) -> list[Finding]:
    """Return findings on rows as findings on the groups of a comparison."""
    table = GroupsOfModels(of.models, of.groups.source)
    return [OverGroups(of.means, table, [*findings, NumberOfGroups()])]


@dataclass(frozen=True)
class GroupsOfModels:
    """Makes the table with one row for each group: the mean losses of all models.

    Attributes
    ----------
    source : name of the input.
    """

    models: tuple[Candidate, ...]
    source: str

    def __call__(self, state: GroupMeansState) -> Chunk:
        makes = GroupTableChunk(state, self.source)
        every = [model.paired for model in self.models]
        means = [mean for paired in every for mean in (*paired.means, paired.expected)]
        means += [BYTE.size] if BYTE.size in state.means else []
        rows = makes.chunk(means)
        roles = [BASELINE, *(model.role for model in self.models)]
        losses = {role: 0.0 - rows.once(Loss(role)) for role in roles}
        rows = makes.chunk(means, losses)
        for model, paired in zip(self.models, every, strict=True):
            rows = rows.knowing(Outlook(model.role), self._outlook(makes, rows, paired))
        return rows

    def _outlook(
        self, makes: GroupTableChunk, rows: Chunk, paired: Paired
    ) -> tuple[np.ndarray[Any, Any], ...]:
        """Return the moments of each group's mean difference by the predictions alone."""

        def variance(states: Any) -> Any:
            return states[paired.variance].twice_weighted / states[WEIGHT].total ** 2

        def fourth(states: Any) -> Any:
            return states[paired.fourth].twice_weighted / states[WEIGHT].total ** 4

        moments: Sequence[Any] = [makes.values(of, of) for of in (variance, fourth)]
        return (rows.once(paired.expected.score), *moments)
