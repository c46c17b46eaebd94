"""Predictions of which of a group of candidates happens; a row is a group."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cecli.columns.column import Column
from cecli.columns.roles import distribution, refuse_sharing
from cecli.commands.score.scored import Scored
from cecli.core.chunk import Chunk
from cecli.core.plan import Given, Noticing
from cecli.core.remarks import at_rows, counted
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.metrics.accuracy import ACCURACY
from cecli.metrics.brier import BRIER
from cecli.metrics.cross_entropy import loss_metrics
from cecli.metrics.metric import EFFECTIVE_ROWS, mean_metric
from cecli.notices.sums import of_classes
from cecli.numerics import Floats
from cecli.options.scoring import PROBABILITIES, Scoring
from cecli.report.result import Notice
from cecli.shapes.gathered import COST, HIT, SQUARES, WITHIN
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.mean import Mean


def race_cost(chunk: Chunk) -> Floats:
    """Return minus the logarithm of the probability of what happened in each group."""
    return chunk.numbers[COST]


def race_squares(chunk: Chunk) -> Floats:
    """Return the squared error of each group, summed over its candidates."""
    return chunk.numbers[SQUARES]


def race_hit(chunk: Chunk) -> Floats:
    """Return whether the favourite happened; 1/k if it is one of k favourites."""
    return chunk.numbers[HIT]


def _impossible(chunk: Chunk) -> NDArray[np.bool_]:
    return np.isinf(chunk.numbers[COST])


IMPOSSIBLE = FirstRows(_impossible)


def _of_impossible(states: States) -> Notice | None:
    groups = states[IMPOSSIBLE]
    if not groups.count:
        return None
    what = f"in {counted(groups.count, 'group')} what happened had probability 0: the loss is "
    return at_rows("infinite-loss", groups, f"{what}infinite")


METRICS = (
    *loss_metrics(race_cost),
    mean_metric(BRIER, "mean of (q - t)^2, summed over the candidates", race_squares),
    mean_metric(ACCURACY, "share of groups whose favourite happened; ties are split", race_hit),
    EFFECTIVE_ROWS,
)


def races(table: Table, within: str, scoring: Scoring, prob: Sequence[tuple[str, str]]) -> Scored:
    """Return predictions of which row of each group happens; the shape of the table checked them.

    Parameters
    ----------
    within : the column of the groups.
    """
    columns = [
        Column(WITHIN, within, None),
        Column("label", scoring.label or "", None),
        *distribution("prob", prob, scoring.stating.domain),
        *scoring.weighting.columns,
        *scoring.grouping.columns(table.header),
    ]
    names = scoring.grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    return Scored(
        task="groups",
        columns=columns,
        names=names,
        metrics=METRICS,
        loss=Mean(race_cost),
        classes=Given(()),
        of_losses=(Noticing((IMPOSSIBLE,), _of_impossible),),
        watches=of_classes(scoring.stating, "prob", PROBABILITIES),
    )
