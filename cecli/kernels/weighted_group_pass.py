"""The statistics of a report on weighted rows by group, from the pass over the rows of each."""

from functools import cache, partial
from typing import Any

from cecli.core.chunk import Chunk
from cecli.core.statistic import Statistic
from cecli.kernels.group_pass import LONG
from cecli.kernels.weighted_pass import (
    ROLES,
    Told,
    WeightedFound,
    found_in,
    states_of,
    sums_of,
    told,
    weighted_pass,
    weighted_sums,
)
from cecli.statistics.group_means import GroupMeans, GroupMeansState
from cecli.statistics.group_rows import GroupOrder
from cecli.statistics.keys import Keys, groups_of
from cecli.statistics.mean import WEIGHT


def weighted_group_pass(chunk: Chunk, groups: tuple[Statistic[Any], ...]) -> Told:
    """Return the states that the pass can compute, with the means of groups if it knows any."""
    means = _known(groups)
    return weighted_pass(chunk, told if means is None else partial(_told, means))


@cache
def _known(groups: tuple[Statistic[Any], ...]) -> GroupMeans | None:
    """Return the first means all of whose sums the pass has; None if there are none."""
    if weighted_sums is None:
        return None
    nothing = dict.fromkeys(weighted_sums.NAMES, 0)
    sums = sums_of(nothing, nothing).keys()
    all_means = (each for each in groups if isinstance(each, GroupMeans))
    return next((each for each in all_means if sums >= {*each.means, *each.products}), None)


def _told(means: GroupMeans, chunk: Chunk) -> Told | None:
    """Return the states of rows, if all of them are usual."""
    keys, codes = groups_of(chunk, means.roles)
    # The statistics let few rows wait, and refuse too many groups.
    if len(chunk) < LONG * len(keys) or len(keys) > means.most or not len(chunk):
        return told(chunk)
    order = GroupOrder(codes, len(keys))
    columns = (order(chunk.numbers[role]) for role in ROLES)
    found = found_in(chunk, columns, order.starts, order.rows)
    if found is None:
        return None
    return {**states_of(chunk, found), means: _of_groups(means, keys, order, found)}


def _of_groups(
    means: GroupMeans, keys: Keys, order: GroupOrder, found: WeightedFound
) -> GroupMeansState:
    """Return the state of the means of groups."""
    assert found.by_group is not None
    classes = (dict(zip(weighted_sums.NAMES, lines, strict=True)) for lines in found.by_group)
    sums = sums_of(*classes)
    first, levels = weighted_sums.FIRST_LEVEL, found.by_group.shape[2]
    sums[WEIGHT] = (order.rows_as_digits(first, levels), *sums[WEIGHT])
    return means.of_sums(keys, first, sums)
