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
from cecli.core.plan import Finding, Given


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
) -> list[Finding]:
    """Return what finds the models that may be the best, if there are three or more.

    Parameters
    ----------
    names, roles : of all models, the baseline first.
    pairs : as `pairs_of` returned them.
    """
    grouping = wanted.scoring.grouping
    if len(roles) < FEWEST:
        return []
    how: Elimination
    if grouping.resampling is not None:
        from cecli.commands.compare.confidence_set.replicates import by_replicates

        how = by_replicates(roles, grouping, grouping.resampling)
    elif pairs is not None:
        how = ByPairs(pairs, criteria)
    else:
        return [Given([too_many(len(roles))])]
    return [BestModels(tuple(names), tuple(roles), wanted.level, how)]
