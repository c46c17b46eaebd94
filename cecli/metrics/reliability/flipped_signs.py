"""Tests of calibration for rows that depend on each other within clusters: signs are flipped.

If the predictions are calibrated, the sums of w(t − q) over the rows of a cluster have mean 0, and
clusters are independent. Were their signs random, sums over all clusters would have the same
variances and covariances. So the cumulative differences are compared with those after the signs of
whole clusters were drawn. Nothing is assumed of how the rows of one cluster depend on each other.

Signs have no skewness, which clusters of rare events have. So what skewness adds to the level of
such a test is added to the p-value; and it is never below that of independent rows, since few
clusters with events say too little of their own variance.

References
----------
Liu, R. Y. (1988), Bootstrap procedures under some non-i.i.d. models. doi:10.1214/aos/1176351062
Cameron, A. C., Gelbach, J. B., Miller, D. L. (2008), Bootstrap-based improvements for inference
with clustered errors. doi:10.1162/rest.90.3.414
Hall, P. (1992), The Bootstrap and Edgeworth Expansion, section 2.6 (skewness).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.tails import quantile
from cecli.preparations.rows import p_of, q_of
from cecli.report.result import Answer, Undefined
from cecli.statistics.group_totals import GroupTotalsState
from cecli.statistics.keys import Key
from cecli.statistics.mean import Mean

# How often signs are drawn.
FLIPS, SEED = 9999, 0
LEAST_P_VALUE = 1 / (1 + FLIPS)
# The signs that are drawn at a time.
AT_A_TIME = 1 << 20
# Fewer clusters have no 32 patterns of signs, and so no p-value below 0.05.
FEWEST_CLUSTERS = 6
# Sums of which so few clusters make up most have no p-value: see `effective`.
FEWEST_EFFECTIVE = 3.0
# Sums that are equal may differ by this share, from rounding.
ROUNDING = 1e-9


def difference(chunk: Chunk) -> Floats:
    """Return t − q."""
    rest, happens = q_of(chunk).prob
    t = p_of(chunk).prob[1]
    return np.asarray(t * rest - (1.0 - t) * happens)


def loss_beyond(chunk: Chunk) -> Floats:
    """Return the loss beyond its expectation H(q): −(t − q)·logit q."""
    rest, happens = q_of(chunk).surprisal
    away = chunk.once(difference)
    with np.errstate(invalid="ignore"):
        return np.where(away == 0.0, 0.0, away * (happens - rest))


def squares_beyond(chunk: Chunk) -> Floats:
    """Return the squared error of a label beyond its expectation: (t − q)(1 − 2q)."""
    rest, happens = q_of(chunk).prob
    return np.asarray(chunk.once(difference) * (rest - happens))


DIFFERENCE, LOSS, SQUARES = Mean(difference), Mean(loss_beyond), Mean(squares_beyond)
BEYOND = (DIFFERENCE, LOSS, SQUARES)
IN_ALL = Fraction(0)


class Tested(NamedTuple):
    """A test statistic, and its p-value."""

    value: float
    p_value: Answer


@dataclass(frozen=True, eq=False)
class ClusterSums:
    """Sums over the rows of each cluster.

    Attributes
    ----------
    along : Σw(t − q) in each of some stretches of the prediction, shape (clusters, stretches).
    loss, squares : Σw of the loss and of the squared error beyond what is expected.
    is_impossible : whether something happened that was predicted never to.
    unit : of all sums: a power of two, so that the squares of none exceed the range.
    """

    along: Floats
    loss: Floats
    squares: Floats
    is_impossible: bool
    unit: float = 1.0

    @classmethod
    def of(cls, state: GroupTotalsState) -> Self:
        """Return the sums, from totals by cluster and by the number of a stretch.

        Clusters are in the order of their names, so that how rows came decides no sign.
        """
        keys: list[Key] = list(state.keys)
        names = {name: place for place, name in enumerate(sorted({key[0] for key in keys}))}
        order = sorted(range(len(keys)), key=keys.__getitem__)
        rows = np.array([names[keys[at][0]] for at in order], dtype=np.int64)
        stretches = np.array([int(keys[at][1]) for at in order], dtype=np.int64)
        sums = np.stack([state.residuals(mean, IN_ALL)[order] for mean in BEYOND])
        unit = math.ldexp(0.5, math.frexp(float(np.abs(sums).max(initial=0.0)))[1])
        away, loss, squares = sums / unit
        along = np.zeros((len(names), int(stretches.max(initial=0)) + 1))
        along[rows, stretches] = away
        return cls(
            along,
            np.asarray(np.bincount(rows, loss, len(names)), dtype=np.float64),
            np.asarray(np.bincount(rows, squares, len(names)), dtype=np.float64),
            bool(state.infinite(LOSS).any()),
            unit,
        )

    def __len__(self) -> int:
        return len(self.along)

    @cached_property
    def away(self) -> Floats:
        """Σw(t − q) of each cluster."""
        return np.asarray(self.along.sum(axis=1))

    @property
    def spread(self) -> float:
        """The standard deviation of Σw(t − q) over all rows, between clusters."""
        return self.unit * math.sqrt(math.fsum((self.away**2).tolist()))

    @cached_property
    def _drawn(self) -> tuple[Floats, Floats]:
        """The range of the cumulative differences, and all three sums, for each draw of signs."""
        each = np.column_stack([self.loss, self.squares, self.away])
        ranges, sums = [], []
        for signs in _signs(len(self)):
            ranges.append(_ranges(signs @ self.along))
            sums.append(signs @ each)
        return np.concatenate(ranges), np.concatenate(sums)

    def range_p_value(self, independent: Answer) -> Answer:
        """Return the p-value of the range of the cumulative differences at the stretches' ends.

        Parameters
        ----------
        independent : the p-value if all rows were independent.
        """
        if self.is_impossible:
            return 0.0
        found = float(_ranges(self.along.sum(axis=0, keepdims=True))[0])
        return _p_value(lambda: self._drawn[0], found, [self.away], independent)

    def of_loss(self, independent: Answer) -> Tested:
        """Return the loss beyond its expectation, in standard errors between clusters."""
        return self._of_sum(self.loss, 0, independent)

    def of_squares(self, independent: Answer) -> Tested:
        """Return the squared error beyond its expectation, in standard errors between clusters."""
        return self._of_sum(self.squares, 1, independent)

    def of_line(self, independent: Answer) -> Tested:
        """Return the score test of slope 1 and intercept 0, with the variance between clusters."""
        if self.is_impossible:
            return Tested(math.inf, 0.0)
        scores = np.column_stack([self.loss, self.away])
        outer = scores.T @ scores
        inverse: Floats = np.asarray(
            np.linalg.pinv(outer, rcond=ROUNDING, hermitian=True), dtype=np.float64
        )
        found = float(_squares(scores.sum(axis=0, keepdims=True), inverse)[0])
        p_value = _p_value(
            lambda: _squares(self._drawn[1][:, [0, 2]], inverse),
            found,
            [self.loss, self.away],
            independent,
        )
        return Tested(found, p_value)

    def _of_sum(self, sums: Floats, place: int, independent: Answer) -> Tested:
        if self.is_impossible:
            return Tested(math.inf, 0.0)
        total, error = math.fsum(sums.tolist()), math.sqrt(math.fsum((sums * sums).tolist()))
        found = total / error if error else 0.0
        draws = lambda: np.abs(self._drawn[1][:, place])  # noqa: E731
        return Tested(found, _p_value(draws, abs(total), [sums], independent))


def effective(sums: Floats) -> float:
    """Return the number of clusters that make up the variance of a sum: (Σs²)²/Σs⁴."""
    squares = (sums / (float(np.abs(sums).max(initial=0.0)) or 1.0)) ** 2
    total = math.fsum(squares.tolist())
    return total**2 / math.fsum((squares * squares).tolist()) if total else 0.0


def _p_value(
    drawn: Callable[[], Floats], found: float, sums: Sequence[Floats], independent: Answer
) -> Answer:
    if isinstance(independent, Undefined):
        return independent
    clusters = len(sums[0])
    if clusters < FEWEST_CLUSTERS:
        return Undefined(
            f"there are {clusters} clusters: fewer than {FEWEST_CLUSTERS} have too few patterns of "
            "signs for a p-value"
        )
    if found == 0.0:
        return 1.0
    least = min(map(effective, sums))
    if least < FEWEST_EFFECTIVE:
        return Undefined(
            f"about {max(1.0, least):.2g} of the {clusters:,} clusters make up most of the "
            f"differences: the p-value needs {FEWEST_EFFECTIVE:.0f} or more"
        )
    as_far = int(np.count_nonzero(drawn() >= found * (1.0 - ROUNDING)))
    p_value = (1 + as_far) / (1 + FLIPS)
    return min(1.0, max(independent, p_value + max(_of_skewness(p_value, x) for x in sums)))


def _of_skewness(p_value: float, sums: Floats) -> float:
    """Return what the skewness of a sum adds to the level of a two-sided test that ignores it.

    Notes
    -----
    g·x(x⁴ + 2x² − 3)φ(x)/9 for the quantile x of the p-value, g = (Σs³)²/(Σs²)³.
    """
    x = max(1.0, quantile(1.0 - p_value / 2.0, math.inf))
    scaled = sums / float(np.abs(sums).max())
    skewness = math.fsum((scaled**3).tolist()) ** 2 / math.fsum((scaled**2).tolist()) ** 3
    density = math.exp(-x * x / 2.0) / math.sqrt(2.0 * math.pi)
    return skewness * x * (x**4 + 2.0 * x**2 - 3.0) * density / 9.0


def _signs(clusters: int) -> Iterator[Floats]:
    """Yield signs of all clusters, shape (draws, clusters), FLIPS draws in all."""
    random = np.random.default_rng(SEED)
    each = max(1, AT_A_TIME // clusters)
    for start in range(0, FLIPS, each):
        size = (min(each, FLIPS - start), clusters)
        yield np.where(random.integers(0, 2, size, dtype=np.int8) == 1, 1.0, -1.0)


def _ranges(steps: Floats) -> Floats:
    """Return the range of the walk with some steps, and 0, for each row of steps."""
    walks = np.cumsum(steps, axis=1)
    highest = np.maximum(walks.max(axis=1), 0.0)
    return np.asarray(highest - np.minimum(walks.min(axis=1), 0.0))


def _squares(scores: Floats, inverse: Floats) -> Floats:
    return np.asarray(((scores @ inverse) * scores).sum(axis=1))
