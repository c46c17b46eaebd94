"""The variance that the predictions themselves imply: a floor under that of the rows.

If the predictions q were true, each row's loss would vary by q(1 − q)·logit² q around H(q). Where
the rarer outcome has hardly occurred, the rows look too much alike, and their own variance is far
too small; this one knows of the losses that have not happened yet.

All sums are over rows; scores of two classes are rounded to multiples of 2⁻⁵⁰, so that their sums
are cheap and exact.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import SizeOfMean, Slopes, error_of, square_root
from cecli.intervals.formula import Least
from cecli.metrics.base_rate import MEAN_PREDICTION, prediction_entropy, prob, target
from cecli.metrics.brier import brier, brier_multiclass, ranked_probability
from cecli.metrics.cross_entropy import cross_entropy
from cecli.metrics.metric import Metric, Task
from cecli.numerics import Floats
from cecli.numerics.distributions.divergences import expected
from cecli.numerics.distributions.shares import below_and_above, sum_over_classes
from cecli.preparations.rows import q_of
from cecli.statistics.mean import WEIGHT, Mean, Product

if TYPE_CHECKING:
    from cecli.intervals.formula import ManyLeast, ManySlopes
    from cecli.statistics.group_columns import GroupColumns

# x + 6 lies in [4, 8) for |x| < 2, where doubles are multiples of 2⁻⁵⁰.
ON_GRID, GRID_EXPONENT = 6.0, -50


def one(chunk: Chunk) -> Floats:
    """Return 1 for each row: Product(x, one) sums w²x."""
    return np.ones(len(chunk))


def _on_grid(x: Floats) -> Floats:
    return np.asarray((x + ON_GRID) - ON_GRID)


def on_grid_times(variance: Floats, *factors: Floats) -> Floats:
    """Return variance · factors on the grid, and 0 where the variance is 0."""
    product = variance
    with np.errstate(invalid="ignore"):
        for factor in factors:
            product = product * factor
    return _on_grid(np.where(variance == 0.0, 0.0, product))


def unrounded_variance(chunk: Chunk) -> Floats:
    """Return q(1 − q)."""
    rest, happens = q_of(chunk).prob
    return np.asarray(rest * happens)


def logit(chunk: Chunk) -> Floats:
    """Return ln q − ln(1 − q)."""
    rest, happens = q_of(chunk).surprisal
    with np.errstate(invalid="ignore"):
        return np.asarray(rest - happens)


def outcome_variance(chunk: Chunk) -> Floats:
    """Return q(1 − q), which is also the expected squared error."""
    return _on_grid(chunk.once(unrounded_variance))


def loss_covariance(chunk: Chunk) -> Floats:
    """Return q(1 − q)·logit q, minus the covariance of the loss and the outcome."""
    return on_grid_times(chunk.once(unrounded_variance), chunk.once(logit))


def loss_variance(chunk: Chunk) -> Floats:
    """Return q(1 − q)·logit² q."""
    x = chunk.once(logit)
    return on_grid_times(chunk.once(unrounded_variance), x, x)


def brier_variance(chunk: Chunk) -> Floats:
    """Return q(1 − q)(1 − 2q)²."""
    rest, happens = q_of(chunk).prob
    return on_grid_times(chunk.once(unrounded_variance), rest - happens, rest - happens)


def entropy_by_prob(chunk: Chunk) -> Floats:
    """Return H(q)·q."""
    return _on_grid(chunk.once(prediction_entropy) * chunk.once(prob))


def loss_variance_of_classes(chunk: Chunk) -> Floats:
    """Return Σ q_k (ln q_k + H)²."""
    q = q_of(chunk)
    away = q.surprisal - chunk.once(prediction_entropy)
    return sum_over_classes(expected(q.prob, away * away))


def expected_brier_of_classes(chunk: Chunk) -> Floats:
    """Return 1 − Σ q_k²."""
    q = q_of(chunk).prob
    return np.asarray(sum_over_classes(q * (1.0 - q)))


def brier_variance_of_classes(chunk: Chunk) -> Floats:
    """Return 4 Σ q_k (q_k − Σ q_j²)²."""
    q = q_of(chunk).prob
    away = q - sum_over_classes(q * q)
    return 4.0 * sum_over_classes(q * (away * away))


def expected_rps(chunk: Chunk) -> Floats:
    """Return Σ Q_k (1 − Q_k), Q cumulative."""
    below, above = below_and_above(q_of(chunk).prob)
    return sum_over_classes(below * above)


def rps_variance(chunk: Chunk) -> Floats:
    """Return Σ q_j (R_j − Σ Q_k (1 − Q_k))², R_j the score if class j is observed."""
    q = q_of(chunk).prob
    below, above = below_and_above(q)
    score = np.zeros_like(q)
    score[1:] += np.cumsum(below * below, axis=0)
    score[:-1] += np.cumsum((above * above)[::-1], axis=0)[::-1]
    away = score - chunk.once(expected_rps)
    return sum_over_classes(q * (away * away))


OUTCOME_VARIANCE, ENTROPY = Mean(outcome_variance), Mean(prediction_entropy)
LOSS_COVARIANCE, LOSS_VARIANCE = Product(loss_covariance, one), Product(loss_variance, one)
BRIER_VARIANCE, ENTROPY_BY_PROB = Product(brier_variance, one), Product(entropy_by_prob, one)
LOSS_VARIANCE_OF_CLASSES = Product(loss_variance_of_classes, one)
EXPECTED_BRIER_OF_CLASSES = Mean(expected_brier_of_classes)
BRIER_VARIANCE_OF_CLASSES = Product(brier_variance_of_classes, one)
EXPECTED_RPS, RPS_VARIANCE = Mean(expected_rps), Product(rps_variance, one)

LOSS, RATE, SQUARED_ERROR = Mean(cross_entropy), Mean(target), Mean(brier)
SQUARED_ERROR_OF_CLASSES, RANKED_ERROR = Mean(brier_multiclass), Mean(ranked_probability)

Pair = frozenset[Mean]


@dataclass(frozen=True, eq=False)
class PredictedVariance:
    """The variance of functions of some means if the predictions were true.

    Attributes
    ----------
    expected : the mean of the expectation of each score, given the predictions.
    within : for each pair of scores that vary given the predictions, the statistic that has the sum
        of their covariances, times w², and how to read it.
    between : the product of the expectations of each pair of scores, if these differ.
    """

    expected: Mapping[Mean, Mean]
    within: Mapping[Pair, tuple[Statistic[Any], Callable[[States], Fraction]]]
    between: Mapping[Pair, Product]

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (
            WEIGHT,
            *self.expected.values(),
            *(statistic for statistic, _ in self.within.values()),
            *self.between.values(),
        )

    def least(self, slopes: Slopes, states: States) -> Least | None:
        se = error_of(
            slopes,
            lambda mean: states.once(PredictedError(self, mean)),
            lambda x, y: states.once(PredictedCorrelation(self, x, y)),
        )
        if se is None:
            return None
        mean, slope = next(iter(slopes.items()))
        return Least(float(slope) * states.once(SizeOfMean(self.expected[mean])), se)

    def least_of_many(self, slopes: "ManySlopes", columns: "GroupColumns") -> "ManyLeast":
        # Imported here, because few scores have groups.
        from cecli.metrics.many.predicted import least_of_many

        return least_of_many(self, slopes, columns)

    def covariance(self, x: Mean, y: Mean, states: "States | GroupColumns") -> Any:
        """Return the covariance of two means; None if there is a single row."""
        between = self._between(x, y, states)
        if between is None:
            return None
        return self._within(x, y, states) / states[WEIGHT].total ** 2 + between

    def _within(self, x: Mean, y: Mean, states: Any) -> Any:
        found = self.within.get(frozenset((x, y)))
        return Fraction(0) if found is None else found[1](states)

    def _between(self, x: Mean, y: Mean, states: Any) -> Any:
        first, second = states[self.expected[x]], states[self.expected[y]]
        if self.expected[x] == self.expected[y]:
            return first.variance_of_mean
        return states[self.between[frozenset((x, y))]].covariance_of_means(first, second)


def _correlation(covariance: Fraction, first: float, second: float) -> float:
    """Return a covariance over the product of two standard errors; 0 if one of them is 0."""
    if not (first and second):
        return 0.0
    return float(covariance / (Fraction(first) * Fraction(second)))


@dataclass(frozen=True)
class PredictedError:
    """The standard error of a mean if the predictions were true; None if there is a single row."""

    floor: PredictedVariance
    mean: Mean

    def __call__(self, states: States) -> float | None:
        variance = self.floor.covariance(self.mean, self.mean, states)
        return None if variance is None else square_root(variance)


@dataclass(frozen=True)
class PredictedCorrelation:
    """The correlation of two means, which have errors, if the predictions were true."""

    floor: PredictedVariance
    x: Mean
    y: Mean

    def __call__(self, states: States) -> float:
        errors = [states.once(PredictedError(self.floor, mean)) for mean in (self.x, self.y)]
        first, second = (error or 0.0 for error in errors)
        return _correlation(self.floor.covariance(self.x, self.y, states), first, second)


def _of_product(product: Product, sign: int = 1) -> Any:
    return product, lambda states: sign * states[product].total


FLOOR = PredictedVariance(
    {LOSS: ENTROPY, RATE: MEAN_PREDICTION, MEAN_PREDICTION: MEAN_PREDICTION},
    {
        frozenset((LOSS,)): _of_product(LOSS_VARIANCE),
        frozenset((LOSS, RATE)): _of_product(LOSS_COVARIANCE, -1),
        frozenset((RATE,)): (
            OUTCOME_VARIANCE,
            lambda states: states[OUTCOME_VARIANCE].twice_weighted,
        ),
    },
    {frozenset((LOSS, RATE)): ENTROPY_BY_PROB},
)
FLOOR_OF_BRIER = PredictedVariance(
    {SQUARED_ERROR: OUTCOME_VARIANCE},
    {frozenset((SQUARED_ERROR,)): _of_product(BRIER_VARIANCE)},
    {},
)
FLOOR_OF_CLASSES = PredictedVariance(
    {LOSS: ENTROPY}, {frozenset((LOSS,)): _of_product(LOSS_VARIANCE_OF_CLASSES)}, {}
)
FLOOR_OF_BRIER_OF_CLASSES = PredictedVariance(
    {SQUARED_ERROR_OF_CLASSES: EXPECTED_BRIER_OF_CLASSES},
    {frozenset((SQUARED_ERROR_OF_CLASSES,)): _of_product(BRIER_VARIANCE_OF_CLASSES)},
    {},
)
FLOOR_OF_RPS = PredictedVariance(
    {RANKED_ERROR: EXPECTED_RPS}, {frozenset((RANKED_ERROR,)): _of_product(RPS_VARIANCE)}, {}
)


def with_floors(metrics: Iterable[Metric], task: Task) -> Iterator[Metric]:
    """Yield the metrics, with the variance that the predictions imply for those that have one.

    Soft labels vary less than outcomes: they have none.
    """
    of_two, of_several = (FLOOR, FLOOR_OF_BRIER), (
        FLOOR_OF_CLASSES, FLOOR_OF_BRIER_OF_CLASSES, FLOOR_OF_RPS,
    )  # fmt: skip
    floors = of_several if task.several else of_two
    for metric in metrics:
        fitting = [f for f in floors if metric.means and f.expected.keys() >= {*metric.means}]
        yield replace(metric, floor=fitting[0]) if fitting and not task.soft else metric
