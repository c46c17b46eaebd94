"""Divergences that are infinite, and pairs of columns that look like something else."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk
from cecli.metrics.base_rate import BASE_RATE, MEAN_PREDICTION
from cecli.notices import Watch, at_rows, counted
from cecli.preparations.sums import NOTICED
from cecli.report import Notice
from cecli.statistics import States
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.mean import Score


@dataclass(frozen=True)
class IsInfinite:
    """Whether a score is infinite, for each row."""

    score: Score

    def __call__(self, chunk: Chunk) -> NDArray[np.bool_]:
        return np.isinf(chunk.once(self.score))


def infinite_divergences(kl: Score, reverse_kl: Score) -> list[Watch]:
    """Watch for rows where one side is 0 and the other is not."""
    return [
        _infinite("infinite-kl", kl, "q is 0 where p is not in {}: kl is infinite"),
        _infinite(
            "infinite-reverse-kl",
            reverse_kl,
            "p is 0 where q is not in {}: reverse_kl is infinite",
        ),
    ]


def _infinite(code: str, score: Score, message: str) -> Watch:
    rows = FirstRows(IsInfinite(score))
    return Watch((rows,), partial(_infinite_notice, code, rows, message))


def _infinite_notice(
    code: str, statistic: FirstRows, message: str, states: States
) -> Notice | None:
    rows = states[statistic]
    if not rows.count:
        return None
    return at_rows(code, rows, message.format(counted(rows.count, "row")))


def _sums_to_one(states: States) -> Notice | None:
    """Return what to say where both columns add up to 1 over the rows, as distributions do."""
    p, q = states[BASE_RATE], states[MEAN_PREDICTION]
    if p.weights.rows < 2 or any(abs(float(side.total) - 1.0) > NOTICED for side in (p, q)):
        return None
    return Notice(
        "sums-to-one",
        "p and q each add up to 1 over all rows: were they meant as two distributions over the "
        "rows? --over-rows",
    )


SUMS_TO_ONE = Watch((BASE_RATE, MEAN_PREDICTION), _sums_to_one)
