"""The third cumulants of scores that the predictions themselves imply.

If the predictions q were true, an outcome would have the third cumulant q(1 − q)(1 − 2q), and a
score that is a multiple of it the cube of that multiple. All sums are Σw³ of these.

Where few of the rarer outcome are expected, one that happens is a long way, and no smooth
distribution follows such steps, however skewed: then there is no p-value.
"""

from fractions import Fraction

import numpy as np

from cecli.core.chunk import Chunk
from cecli.metrics.base_rate import prediction_entropy
from cecli.metrics.predicted_variance import logit, on_grid_times, unrounded_variance
from cecli.numerics import Floats
from cecli.numerics.distributions.divergences import expected
from cecli.numerics.distributions.shares import sum_over_classes
from cecli.preparations.rows import q_of
from cecli.report.result import Undefined
from cecli.statistics.mean import Product, row_weight


def _slope(chunk: Chunk) -> Floats:
    rest, happens = q_of(chunk).prob
    return np.asarray(rest - happens)


def outcome_skewness(chunk: Chunk) -> Floats:
    """Return q(1 − q)(1 − 2q)."""
    return on_grid_times(chunk.once(unrounded_variance), chunk.once(_slope))


def skewness_by_logit(chunk: Chunk) -> Floats:
    """Return q(1 − q)(1 − 2q)·logit q."""
    return on_grid_times(chunk.once(unrounded_variance), chunk.once(_slope), chunk.once(logit))


def skewness_by_squares(chunk: Chunk) -> Floats:
    """Return q(1 − q)(1 − 2q)·logit² q."""
    x = chunk.once(logit)
    return on_grid_times(chunk.once(unrounded_variance), chunk.once(_slope), x, x)


def loss_skewness(chunk: Chunk) -> Floats:
    """Return q(1 − q)(1 − 2q)·logit³ q, minus the third cumulant of the loss."""
    x = chunk.once(logit)
    return on_grid_times(chunk.once(unrounded_variance), chunk.once(_slope), x, x, x)


def brier_skewness(chunk: Chunk) -> Floats:
    """Return q(1 − q)(1 − 2q)⁴."""
    x = chunk.once(_slope)
    return on_grid_times(chunk.once(unrounded_variance), x, x, x, x)


def loss_skewness_of_classes(chunk: Chunk) -> Floats:
    """Return Σ q_k (−ln q_k − H)³."""
    q = q_of(chunk)
    away = q.surprisal - chunk.once(prediction_entropy)
    return sum_over_classes(expected(q.prob, away * away * away))


def brier_skewness_of_classes(chunk: Chunk) -> Floats:
    """Return 8 Σ q_k (Σ q_j² − q_k)³."""
    q = q_of(chunk).prob
    away = sum_over_classes(q * q) - q
    return 8.0 * sum_over_classes(q * (away * away * away))


OUTCOME_SKEWNESS = Product(outcome_skewness, row_weight)
SKEWNESS_BY_LOGIT = Product(skewness_by_logit, row_weight)
SKEWNESS_BY_SQUARES = Product(skewness_by_squares, row_weight)
LOSS_SKEWNESS = Product(loss_skewness, row_weight)
BRIER_SKEWNESS = Product(brier_skewness, row_weight)
LOSS_SKEWNESS_OF_CLASSES = Product(loss_skewness_of_classes, row_weight)
BRIER_SKEWNESS_OF_CLASSES = Product(brier_skewness_of_classes, row_weight)

FEWEST_EXPECTED = 5


def expected_rarer(variance: Fraction, weight: Fraction, squares: Fraction) -> float:
    """Return about how many of the rarer outcome the predictions expect, in rows of equal weight.

    Parameters
    ----------
    variance, weight, squares : Σw²q(1 − q), Σw and Σw².

    Notes
    -----
    Σq(1 − q) for rows of weight 1. A row of weight w counts as (w/c)², c = Σw²/Σw, so that the
    scale of the weights does not matter, and (Σw)²/Σw² rows of equal weight would be as precise.
    """
    return float(variance * weight**2 / squares**2) if squares else 0.0


def too_few(expected: float) -> Undefined | None:
    """Return why there is no p-value, if fewer than FEWEST_EXPECTED are expected."""
    if expected >= FEWEST_EXPECTED:
        return None
    return Undefined(
        f"the predictions expect about {expected:.2g} of the rarer outcome, by the sum of "
        f"q (1 - q): the p-value needs {FEWEST_EXPECTED} or more"
    )
