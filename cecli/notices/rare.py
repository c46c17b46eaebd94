"""Notices of values and pairs of values that are too rare for what is said of them."""

from bisect import bisect_left
from functools import partial

from cecli.core.plan import Noticing
from cecli.core.remarks import counted as number_of
from cecli.core.statistic import States
from cecli.metrics.information.entropy import COLUMN, GIVEN, Counted
from cecli.report.result import Notice
from cecli.statistics.mean import WEIGHT

# From this share of the rows on, values that occur once are noticed.
MANY_SINGLE = 0.05
# Cochran's rule: a test of independence needs pairs that are expected this often, up to a share of
# them, and all of them once.
ENOUGH, MOST_RARE = 5, 0.2


def rare(counted: Counted, *, of_pairs: bool) -> list[Noticing]:
    """Return the watches for values that occur once, and for pairs that are expected rarely."""
    needed = (counted.counts, WEIGHT)
    values = Noticing(needed, partial(_single_values, counted))
    return [values, Noticing(needed, partial(_rare_pairs, counted))] if of_pairs else [values]


def _single_values(counted: Counted, states: States) -> Notice | None:
    """Return a notice if many rows have a value that no other row has.

    References
    ----------
    Good, I. J. (1953), The population frequencies of species and the estimation of population
    parameters: their share estimates that of all values not seen. doi:10.1093/biomet/40.3-4.237
    """
    weight = states[WEIGHT]
    if weight.effective_rows != weight.rows:
        return None
    single = sum(
        values for values, each, _ in counted.alike(states) if each * weight.rows == weight.weight
    )
    share = single / weight.rows
    if weight.rows < 2 or share < MANY_SINGLE:
        return None
    return Notice(
        "unseen-values",
        f"{number_of(single, 'value')} occurred once: about {share:.0%} of further rows would have "
        "a new value, and entropy_miller_madow is still too low",
    )


def _rare_pairs(counted: Counted, states: States) -> Notice | None:
    """Return a notice if the test of independence is for more frequent pairs.

    References
    ----------
    Cochran, W. G. (1954), Some methods for strengthening the common chi-square tests.
    doi:10.2307/3001616
    """
    weight = states[WEIGHT]
    column, given = (sorted(counted.weights(role, states).values()) for role in (COLUMN, GIVEN))
    pairs = len(column) * len(given)
    if weight.effective_rows != weight.rows or min(len(column), len(given)) < 2:
        return None
    # A pair is expected n·p(x)·p(y) times; the weights are integers in one unit.
    enough = ENOUGH * weight.weight**2
    few = sum(bisect_left(given, -(-enough // (x * weight.rows))) for x in column)
    if few <= MOST_RARE * pairs and column[0] * given[0] * weight.rows >= weight.weight**2:
        return None
    return Notice(
        "rare-pairs",
        f"{few:,} of {pairs:,} pairs of values are expected fewer than {ENOUGH} times, were the "
        "columns independent: independence_p_value is not to be relied on",
    )
