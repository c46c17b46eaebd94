"""Notices of standard errors that rest on few independent rows or clusters."""

import math
from functools import partial

from cecli.core.plan import Noticing
from cecli.core.statistic import States
from cecli.intervals.clusters import Clusters
from cecli.intervals.delta import Draws, IndependentRows
from cecli.intervals.formula import Formula
from cecli.intervals.sampling import Sampling
from cecli.report.result import Notice
from cecli.statistics.mean import WEIGHT

# With fewer degrees of freedom, an interval is wide, and depends on a handful of draws.
FEW_DEGREES = 10.0
# Rows that count as more than this share of their number are about alike: they are just few.
UNEVEN = 0.8


def of_sampling(sampling: Sampling) -> list[Noticing]:
    """Return the notice of the draws of intervals by formula."""
    return few_draws(sampling.draws) if isinstance(sampling, Formula) else []


def few_draws(draws: Draws) -> list[Noticing]:
    """Report that a few clusters, or rows, have most of the weight; rows alike need no notice."""
    if type(draws) is IndependentRows:
        return []
    return [Noticing(tuple(draws.statistics(())), partial(_few_draws, draws))]


def _few_draws(draws: Draws, states: States) -> Notice | None:
    degrees, number = draws.degrees(states), draws.number(states)
    if number == 1 and isinstance(draws, Clusters):
        alone = "all rows are of one cluster, so that nothing is known of how clusters differ"
        return Notice("few-clusters", f"{alone}: there are no intervals")
    if number > 1 and math.isnan(degrees):
        return _without_intervals(draws, states)
    if number < 2 or degrees >= FEW_DEGREES:
        return None
    equal = draws.effective(states)
    if not isinstance(draws, Clusters) and equal >= UNEVEN * number:
        return None
    what = f"the {number:,} {draws.draw}s count as about {equal:.2g} of equal weight"
    return Notice(
        f"few-{draws.draw}s",
        f"{what}: intervals rest on {degrees:.2g} degrees of freedom, and so on a few "
        f"{draws.draw}s alone",
    )


def _without_intervals(draws: Draws, states: States) -> Notice:
    if isinstance(draws, Clusters):
        return Notice("few-clusters", "one cluster has all of the weight: there are no intervals")
    return Notice(
        "extreme-weights",
        f"the weights are {float(states[WEIGHT].mean):.3g} on average, and their powers are beyond "
        "the range of floating point: there are no intervals; multiplied by any number, weights "
        "mean the same",
    )
