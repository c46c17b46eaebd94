"""Relations between columns in the first rows, on which guesses rest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.core.dataclasses import dataclass
from cecli.guessing.evidence import Seen
from cecli.numerics import Floats
from cecli.preparations.sums import REFUSED, ROUNDED

# Decisions, if labels would follow the threshold with less than this probability by chance.
BY_CHANCE = 0.01
# Groups of which one row happens, at least.
LEAST_GROUPS = 2
# A sum of probabilities may be off in one row of a hundred.
MOST_OFF = 0.01
# Numbers of so many decimals are rounded ones; what arithmetic in binary makes of a decimal.
MOST_DIGITS, SLACK = range(1, 7), 1e-9
# A scale that no name confirms is likely only if the mean prediction is this near to the base rate.
MOST_BIAS = 0.2
# A column of unknown meaning is a label only if predictions are higher where it is 1: by two
# standard errors, from as many rows on as tell.
LEAST_Z, TELLING_ROWS = 2.0, 30


@dataclass(frozen=True)
class Decided:
    """A column that equals "probability ≥ threshold" in every row, or the opposite."""

    rows: int
    is_opposite: bool


def as_probability(column: Seen, scale: Scale) -> Floats:
    """Return the probabilities of a column, shape (n,); NaN where there is none."""
    x = column.numbers
    with np.errstate(over="ignore", invalid="ignore"):
        if scale is Scale.PERCENT:
            return x / 100.0
        if scale is Scale.LOGIT:
            return np.asarray(1.0 / (1.0 + np.exp(-x)))
        return np.asarray(np.exp(x)) if scale is Scale.LOG_PROBABILITY else x


def decided(
    positive: NDArray[np.bool_],
    known: NDArray[np.bool_],
    prob: Floats,
    by_chance: float = BY_CHANCE,
) -> Decided | None:
    """Return the threshold at which a column says no more than a prediction, or None.

    Labels that were drawn with these probabilities would follow a threshold in every row with the
    probability Π max(p, 1 − p) at most. A few rows follow one by chance; many do not.

    Parameters
    ----------
    positive, known : whether each row is positive, and whether that is known, shape (n,).
    prob : shape (n,), NaN where it is not known.
    by_chance : the largest probability of a label that is taken for a decision.
    """
    used = known & ~np.isnan(prob)
    yes, no = prob[used & positive], prob[used & ~positive]
    if not len(yes) or not len(no):
        return None
    is_opposite = bool(yes.max() < no.min())
    if yes.min() <= no.max() and not is_opposite:
        return None
    largest = np.maximum(prob[used], 1.0 - prob[used])
    if np.log(largest).sum() > np.log(by_chance):
        return None
    return Decided(len(yes) + len(no), is_opposite)


def add_up(columns: Sequence[Seen]) -> bool:
    """Return whether some columns add up to 1 in the rows."""
    total = np.sum([column.numbers for column in columns], axis=0)
    known = ~np.isnan(total)
    if not known.any():
        return False
    return bool((np.abs(total[known] - 1.0) > REFUSED).mean() <= MOST_OFF)


def add_up_rounded(columns: Sequence[Seen]) -> bool:
    """Return whether some columns add up to 1 but for the rounding of their numbers.

    Of K numbers of d decimals each, a sum is off by K/2 units of the last decimal at most.
    """
    values = np.stack([column.numbers for column in columns])
    total = np.sum(values, axis=0)
    known = ~np.isnan(total)
    units = (10.0**-digits for digits in MOST_DIGITS if _have_digits(values[:, known], digits))
    unit = next(units, None)
    if unit is None or not known.any():
        return False
    most = min(len(columns) * unit / 2.0, ROUNDED)
    return bool((np.abs(total[known] - 1.0) <= most * (1.0 + SLACK)).all())


def _have_digits(values: Floats, digits: int) -> bool:
    """Return whether numbers are those of so few decimals."""
    return bool((np.abs(values - np.round(values, digits)) <= SLACK).all())


def is_largest(label: Seen, columns: Sequence[Seen], names: Sequence[str], scale: Scale) -> bool:
    """Return whether a label names the class of the largest number in every row, beyond chance."""
    places = {name: place for place, name in enumerate(names)}
    values = np.stack([column.numbers for column in columns])
    chosen = np.array([places.get(text, -1) for text in label.texts])
    used = (chosen >= 0) & np.isfinite(values).all(axis=0)
    if not used.any():
        return False
    values, rows = values[:, used], np.arange(int(used.sum()))
    own = values[chosen[used], rows]
    second = np.partition(values, -2, axis=0)[-2]
    is_tie = second == own
    if (own < values.max(axis=0)).any() or is_tie.mean() > MOST_OFF * 10:
        return False
    return bool(np.log(_shares(values, scale).max(axis=0)).sum() <= np.log(BY_CHANCE))


def _shares(values: Floats, scale: Scale) -> Floats:
    """Return the probabilities of classes, shape (K, n), that add up to 1."""
    if scale in {Scale.LOGIT, Scale.LOG_PROBABILITY}:
        values = np.exp(values - values.max(axis=0))
    return np.asarray(values / values.sum(axis=0))


def are_near(positive: NDArray[np.bool_], prob: Floats) -> bool:
    """Return whether predictions are on average about as high as the share of positive rows."""
    used = ~np.isnan(prob)
    return bool(used.any() and abs(prob[used].mean() - positive[used].mean()) <= MOST_BIAS)


def rises_with(positive: NDArray[np.bool_], prob: Floats) -> bool:
    """Return whether predictions are higher where a column is positive; true if too few rows tell.

    This is the test of ranks of Mann and Whitney.
    """
    used = ~np.isnan(prob)
    yes, prob = positive[used], prob[used]
    n, k = len(prob), int(yes.sum())
    if n < TELLING_ROWS or k in {0, n}:
        return True
    ranks = np.empty(n)
    values, places = np.unique(prob, return_inverse=True)
    counts = np.bincount(places, minlength=len(values))
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[places]
    excess = ranks[yes].sum() - k * (n + 1) / 2.0
    return bool(excess > LEAST_Z * np.sqrt(k * (n - k) * (n + 1) / 12.0))


def has_one_winner(group: Seen, positive: NDArray[np.bool_], prob: Floats) -> bool:
    """Return whether each group but the last has one positive row and probabilities that sum to 1.

    The first rows may end inside a group.
    """
    codes = group.cells.codes
    if not len(codes) or np.isnan(prob).any():
        return False
    size = len(group.cells.names)
    whole = np.arange(size) != codes[-1] if size > 1 else np.ones(size, dtype=np.bool_)
    rows = np.bincount(codes, minlength=size)
    winners = np.bincount(codes, weights=positive.astype(np.float64), minlength=size)
    sums = np.bincount(codes, weights=prob, minlength=size)
    whole &= rows > 0
    if whole.sum() < LEAST_GROUPS or rows[whole].min() < 2:
        return False
    is_one = (winners == 1) & (np.abs(sums - 1.0) <= 10 * REFUSED)
    return bool(is_one[whole].all())
