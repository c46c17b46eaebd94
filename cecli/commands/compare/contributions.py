"""What each group contributes to the mean difference of two models."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from math import inf, isinf

from cecli.commands.compare.evidence import BOTH_INFINITE, EACH_INFINITE, Evidence
from cecli.core.dataclasses import dataclass
from cecli.metrics.metric import ratio
from cecli.report.result import Answer, Measure, Result, Undefined

OF_ROWS = "share of the weight times difference: adds up to the difference of all rows"
OF_GROUPS = "difference / number of groups: adds up to the mean difference over groups"
DIFFERENCE_SHARE = "contribution / difference in all"
INFINITE = "the difference in all is infinite"
NO_DIFFERENCE = "the difference in all is 0"


@dataclass(frozen=True)
class Whole:
    """The mean difference that the contributions of groups add up to.

    Attributes
    ----------
    meaning : of a contribution.
    groups : the evidence of each.
    size : returns how much a group counts.
    """

    meaning: str
    groups: Sequence[Evidence]
    size: Callable[[Evidence], int]

    def results(self, part: Evidence) -> tuple[Result, Result]:
        """Return the contribution of a group, and what share of the difference it is."""
        found = self.contribution(part)
        share = self._of_difference(found)
        contribution = Result(
            "contribution",
            self.meaning,
            None if found is None else float(found),
            Measure.INFORMATION,
            undefined=part.undefined,
        )
        if isinstance(share, Undefined):
            none = Result("difference_share", DIFFERENCE_SHARE, None, undefined=share.reason)
            return contribution, none
        return contribution, Result("difference_share", DIFFERENCE_SHARE, share)

    def contribution(self, part: Evidence) -> Fraction | float | None:
        """Return a group's part of the difference, exact or infinite; None if it is undefined."""
        if part.undefined:
            return None
        if isinf(part.difference):
            return part.difference
        return Fraction(self.size(part), self._total) * part.state.finite_mean

    def _of_difference(self, contribution: Fraction | float | None) -> Answer:
        of_all = self._difference
        if isinstance(of_all, Undefined):
            return of_all
        return Undefined(BOTH_INFINITE) if contribution is None else ratio(contribution, of_all)

    @cached_property
    def _difference(self) -> Fraction | Undefined:
        """The difference in all, if a share of it means something."""
        every = [self.contribution(group) for group in self.groups]
        finite = [x for x in every if isinstance(x, Fraction)]
        if None in every or {inf, -inf} <= set(every):
            both = any(group.undefined == BOTH_INFINITE for group in self.groups)
            return Undefined(BOTH_INFINITE if both else EACH_INFINITE)
        if len(finite) < len(every):
            return Undefined(INFINITE)
        return sum(finite, Fraction()) or Undefined(NO_DIFFERENCE)

    @cached_property
    def _total(self) -> int:
        return sum(map(self.size, self.groups))


# Returns what some groups are parts of.
Parted = Callable[[Sequence[Evidence]], Whole]


def over_rows(groups: Sequence[Evidence]) -> Whole:
    """Return the mean difference over all rows: a group counts as much as its rows weigh."""
    return Whole(OF_ROWS, groups, lambda group: group.state.weights.weight)


def over_groups(groups: Sequence[Evidence]) -> Whole:
    """Return the mean over groups of their differences, in which each counts the same."""
    return Whole(OF_GROUPS, groups, lambda _: 1)
