"""The statistics of a report on soft labels by group, from the pass over the rows of each."""

from collections.abc import Iterable, Mapping
from typing import Any

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import Statistic
from cecli.kernels.binary_pass import limits, scale_of
from cecli.kernels.group_pass import LONG, with_groups
from cecli.kernels.soft_pass import MEANS, PRODUCTS, SOFT_PASS, applies, soft_sums, states_of
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.group_rows import GroupOrder
from cecli.statistics.keys import groups_of
from cecli.statistics.mean import WEIGHT


@dataclass(frozen=True, eq=False)
class SoftGroupPass:
    """Computes the statistics of `SoftPass`, and the means of groups.

    Attributes
    ----------
    means : of the groups: of what `SoftPass` knows.
    """

    means: GroupMeans

    def __call__(self, chunk: Chunk) -> Mapping[Statistic[Any], Any]:
        """Return the states that it can compute: none if it does not apply to the chunk."""
        if not applies(chunk):
            return {}
        keys, codes = groups_of(chunk, self.means.roles)
        if len(keys) > self.means.most:
            return {}  # the statistics refuse them
        if len(chunk) < LONG * len(keys):
            states = SOFT_PASS(chunk)
            return with_groups(states, self.means, self.means.summarize(chunk)) if states else {}
        order = GroupOrder(codes, len(keys))
        target, prob = (order(chunk.numbers[role]) for role in ("target", "prob"))
        scale = Scale(scale_of(chunk))
        by_scale = {
            Scale.PROBABILITY: soft_sums.soft_sums_by,
            Scale.LOGIT: soft_sums.soft_sums_of_logits_by,
        }
        found = by_scale[scale](order.starts, order.rows, target, prob, limits(scale))
        if found is None:
            return {}
        sums, digits = found
        of_groups = self.means.of_sums(keys, soft_sums.FIRST_LEVEL, _sums(order, digits))
        return with_groups(states_of(sums, chunk, target), self.means, of_groups)


def _sums(order: GroupOrder, digits: Integers) -> dict[Statistic[Any], tuple[Integers, ...]]:
    """Return the digits of what each statistic sums over the rows of groups, of weight 1."""
    totals = iter(digits)
    rows = order.rows_as_digits(soft_sums.FIRST_LEVEL, digits.shape[1])
    found: dict[Statistic[Any], tuple[Integers, ...]] = {WEIGHT: (rows, rows, rows)}
    pairs = {name: (next(totals), next(totals)) for name in soft_sums.SCORES}
    singles = {name: next(totals) for name in soft_sums.PRODUCTS}
    for mean, name in MEANS.items():
        total, squares = pairs[name]
        found[mean] = (total, total, squares)
    return found | {product: (singles[name],) for product, name in PRODUCTS.items()}


def soft_passes_of(statistics: Iterable[Statistic[Any]]) -> tuple[SoftGroupPass, ...]:
    """Return the pass over the groups of one of some statistics; none if it does not know any."""
    if soft_sums is None:
        return ()
    groups = (each for each in statistics if isinstance(each, GroupMeans))
    known = (
        each
        for each in groups
        if MEANS.keys() >= set(each.means) and PRODUCTS.keys() >= set(each.products)
    )
    return tuple(SoftGroupPass(each) for each in known)[:1]
