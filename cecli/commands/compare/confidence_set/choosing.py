"""How the best models are looked for: what is asked, and what suits the number of models."""

from collections.abc import Sequence

from cecli.commands.compare.comparing import Comparing
from cecli.commands.compare.confidence_set.finding import (
    FEWEST,
    MOST_BY_PAIRS,
    BestModels,
    Elimination,
    too_many,
)
from cecli.commands.compare.confidence_set.pairs import AllPairs, ByPairs
from cecli.commands.compare.evidence import Criteria
from cecli.core.errors import UsageError
from cecli.core.plan import Finding, Given, Noticing
from cecli.core.statistic import States
from cecli.metrics.base_rate import BASE_RATE
from cecli.report.result import Notice
from cecli.statistics.mean import WEIGHT


def pairs_of(wanted: Comparing, roles: Sequence[str]) -> AllPairs | None:
    """Return the pairs of models that are to be tested, beside those with the baseline.

    Raises
    ------
    UsageError
        If replicates are asked for, and there are only two models.
    """
    resampling = wanted.scoring.grouping.resampling
    if resampling is not None and len(roles) < FEWEST:
        raise UsageError(
            "--bootstrap says which of three models or more may be the best: there are only two",
            hint="without it, p_value and the interval of the difference come from formulas",
        )
    if resampling is not None or not FEWEST <= len(roles) <= MOST_BY_PAIRS:
        return None
    return AllPairs(tuple(roles))


def best_models(
    wanted: Comparing,
    names: Sequence[str],
    roles: Sequence[str],
    pairs: AllPairs | None,
    criteria: Criteria,
    *,
    of_labels: bool,
) -> list[Finding]:
    """Return what finds the models that may be the best, if there are three or more.

    Parameters
    ----------
    names, roles : of all models, the baseline first.
    pairs : as `pairs_of` returned them.
    of_labels : whether rows have labels of two classes.
    """
    grouping = wanted.scoring.grouping
    if len(roles) < FEWEST:
        return []
    how: Elimination
    watches: list[Finding] = []
    if grouping.resampling is not None:
        from cecli.commands.compare.confidence_set.replicates import by_replicates

        how = by_replicates(roles, grouping, grouping.resampling)
        watches = [FEW_DRAWN] if of_labels else []
    elif pairs is not None:
        how = ByPairs(pairs, criteria)
    else:
        return [Given([too_many(len(roles))])]
    return [BestModels(tuple(names), tuple(roles), wanted.level, how), *watches]


# Replicates of fewer events leave out models that are truly the best more often than they should:
# in 8 % of samples in place of 5 % of 17 events (benchmarks/confidence_sets.py).
ENOUGH_EVENTS = 30


def _few_drawn(states: States) -> Notice | None:
    rows, rate = float(states[WEIGHT].effective_rows), float(states[BASE_RATE].mean)
    events = min(rate, 1.0 - rate) * rows
    if events >= ENOUGH_EVENTS:
        return None
    return Notice(
        "few-events",
        f"the rarer class occurred about {events:.2g} times, and replicates know of no other "
        "events: a model may be missing from the set; without --bootstrap, tests of pairs expect "
        "what the predictions do",
    )


FEW_DRAWN = Noticing((WEIGHT, BASE_RATE), _few_drawn)
