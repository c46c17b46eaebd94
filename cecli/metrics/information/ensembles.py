"""What the members of an ensemble are uncertain about together, each alone, and between each other.

References
----------
Houlsby, N., Huszár, F., Ghahramani, Z., Lengyel, M. (2011), Bayesian active learning for
classification and preference learning, equation 2. arXiv:1112.5745
Depeweg, S., et al. (2018), Decomposition of uncertainty in Bayesian deep learning.
arXiv:1710.07283
"""

from functools import reduce

import numpy as np

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.metrics.information.entropy import ENTROPY, efficiency_of
from cecli.metrics.information.mutual_information import CONDITIONAL_ENTROPY, MUTUAL_INFORMATION
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, mean_metric
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.categorical import CategoricalAmounts
from cecli.numerics.distributions.distributions import Distributions, stated
from cecli.numerics.distributions.logarithm import SMALLEST_NORMAL
from cecli.numerics.distributions.shares import sum_over_classes


@dataclass(frozen=True)
class Members:
    """Returns the predicted distributions of each member.

    Attributes
    ----------
    roles : of their predictions in chunks.
    """

    roles: tuple[str, ...]

    def __call__(self, chunk: Chunk) -> list[Distributions]:
        scales = chunk.scales
        return [
            stated(chunk.numbers[role], scales.get(role, Scale.PROBABILITY)) for role in self.roles
        ]


@dataclass(frozen=True)
class MeanPrediction:
    """Returns the mean of the members' distributions: what the ensemble predicts.

    It is stated as amounts, so that the likeliest class keeps its digits near certainty.
    """

    roles: tuple[str, ...]

    def __call__(self, chunk: Chunk) -> CategoricalAmounts:
        members = chunk.once(Members(self.roles))
        return CategoricalAmounts(reduce(np.add, (member.prob for member in members)))


@dataclass(frozen=True)
class TotalEntropy:
    """Returns the entropy of the mean prediction, H(Σ q_m / M)."""

    roles: tuple[str, ...]

    def __call__(self, chunk: Chunk) -> Floats:
        return divergences.entropy(chunk.once(MeanPrediction(self.roles)))


@dataclass(frozen=True)
class EntropyWithin:
    """Returns the mean of the members' entropies, Σ H(q_m) / M."""

    roles: tuple[str, ...]

    def __call__(self, chunk: Chunk) -> Floats:
        members = chunk.once(Members(self.roles))
        return _mean([divergences.entropy(member) for member in members])


@dataclass(frozen=True)
class Disagreement:
    """Returns the mutual information of the class and the member, Σ KL(q_m || Σ q_m / M) / M.

    Notes
    -----
    It is the difference of the two entropies, and is not computed as one, which would lose all
    digits where members nearly agree. It is 0 if they do, and never negative. Also called the
    generalized Jensen–Shannon divergence of the members.

    References
    ----------
    Lin, J. (1991), Divergence measures based on the Shannon entropy, section IV.
    doi:10.1109/18.61115
    """

    roles: tuple[str, ...]

    def __call__(self, chunk: Chunk) -> Floats:
        first, *others = members = chunk.once(Members(self.roles))
        whole = chunk.once(MeanPrediction(self.roles))
        apart = _mean([divergences.kl_divergence(each, whole) for each in members])
        apart = apart - _of_rounding(members, whole)
        agree = [(first.difference(other) == 0.0).all(axis=0) for other in others]
        return np.where(np.logical_and.reduce(agree), 0.0, np.maximum(apart, 0.0))


def _of_rounding(members: list[Distributions], whole: CategoricalAmounts) -> Floats:
    """Return the divergence of the rounded mean from the mean, to second order in the rounding.

    It is part of the members' divergences from the rounded mean, and matters where these are tiny.
    """
    off = _mean([member.difference(whole) for member in members])
    least = np.maximum(whole.prob, SMALLEST_NORMAL)
    return sum_over_classes(off * (off / (2.0 * least)))


def of_ensemble(roles: tuple[str, ...], classes: int) -> tuple[Metric, ...]:
    """Return the metrics of an ensemble, all means over the rows.

    Parameters
    ----------
    roles : of the members' predictions in chunks, two at least.
    """
    total = mean_metric(
        ENTROPY, "mean of H(mean of the members): total uncertainty", TotalEntropy(roles)
    )
    return (
        total,
        mean_metric(
            CONDITIONAL_ENTROPY,
            "mean of the members' own H: what remains once the member is known",
            EntropyWithin(roles),
        ),
        mean_metric(
            MUTUAL_INFORMATION,
            "entropy - conditional_entropy: how much the members disagree",
            Disagreement(roles),
        ),
        efficiency_of(total, classes),
        EFFECTIVE_ROWS,
    )


def _mean(terms: list[Floats]) -> Floats:
    return np.asarray(reduce(np.add, terms) / len(terms))
