"""Which models may be the best, by the tests of all pairs of them."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from cecli.commands.compare.evidence import Criteria, Evidence
from cecli.commands.compare.inference import Inference
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.metrics.paired.losses import Paired
from cecli.numerics.tails import holm
from cecli.statistics.mean import Mean

# The places of two models, the second of which is in the place of the baseline.
Places = tuple[int, int]


@dataclass(frozen=True)
class AllPairs:
    """The statistics of all pairs of some models.

    Attributes
    ----------
    roles : of the models' predictions, the baseline first.
    """

    roles: tuple[str, ...]

    @cached_property
    def paired(self) -> Mapping[Places, Paired]:
        """The pairs, those with the baseline as in the comparisons with it."""
        return {
            (i, j): Paired(self.roles[i], self.roles[j])
            for i in range(1, len(self.roles))
            for j in range(i)
        }

    @property
    def uncertain(self) -> list[Mean]:
        """The means that have a standard error."""
        return [mean for paired in self.paired.values() for mean in paired.uncertain]


@dataclass(frozen=True)
class ByPairs:
    """The p-values of all models, from the tests of all pairs.

    Notes
    -----
    A model may be the best if its mean loss is not above that of any other. Of K models it has
    K − 1 one-sided tests of "it loses no more than this other one", and the p-value of all of them
    together is K − 1 times the least (Bonferroni). These are adjusted over the models (Holm). So
    with the probability of the level no model is left out that is truly best, also if several are,
    and the tests of pairs need only be right one by one: with a standard error that is no less than
    the predictions imply, and for clusters, rows in time and repeated looks alike.

    References
    ----------
    Holm, S. (1979), A simple sequentially rejective multiple test procedure.
    Hansen, P. R., Lunde, A., Nason, J. M. (2011), The model confidence set. doi:10.3982/ECTA5771
    """

    name: ClassVar[str] = "pairs"

    pairs: AllPairs
    criteria: Criteria

    @cached_property
    def statistics(self) -> Sequence[Statistic[Any]]:
        inference, draws = self.criteria.inference, self.criteria.draws
        return [
            statistic
            for paired in self.pairs.paired.values()
            for statistic in (
                *_means(paired, inference),
                *inference.statistics(paired),
                *(other for mean in paired.uncertain for other in draws.statistics((mean,))),
            )
        ]

    def p_values(self, states: States) -> list[float]:
        """Return the p-value of "no other model is better" for each model."""
        models = len(self.pairs.roles)
        least = [1.0] * models
        for places, paired in self.pairs.paired.items():
            evidence = Evidence(self.criteria, paired, states, tested=1)
            for place, p in zip(places, _one_sided(evidence), strict=True):
                least[place] = min(least[place], p)
        together: list[float | None] = [min(1.0, (models - 1) * p) for p in least]
        return [1.0 if p is None else p for p in holm(together)]


def _means(paired: Paired, inference: Inference) -> list[Mean]:
    return [
        paired.baseline,
        paired.model,
        paired.difference,
        paired.both,
        *inference.means(paired),
    ]


def _one_sided(evidence: Evidence) -> tuple[float, float]:
    """Return the p-values of "the model loses no more", and of "the other one loses no more".

    Where one of them alone has infinite losses, there is no doubt; where both have, no evidence.
    """
    if evidence.undefined:
        return 1.0, 1.0
    if evidence.only_model or evidence.only_baseline:
        return (0.0, 1.0) if evidence.only_model else (1.0, 0.0)
    if evidence.tests is None or not evidence.difference:
        return 1.0, 1.0
    half = evidence.tests.difference / 2.0
    return (half, 1.0) if evidence.difference > 0.0 else (1.0, half)
