"""Isotonic regression: the non-decreasing function of greatest likelihood."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple


class Pool(NamedTuple):
    """Neighbouring values that share one mean.

    Attributes
    ----------
    first : the place of the lowest of them.
    weight, total : Σw and Σwt, exact, in one unit.
    """

    first: int
    weight: int
    total: int

    @property
    def mean(self) -> Fraction:
        return Fraction(self.total, self.weight)


def pools(levels: Iterable[tuple[int, int]]) -> list[Pool]:
    """Return the pools of values in ascending order; their means strictly increase.

    Parameters
    ----------
    levels : Σw > 0 and Σwt of the rows at each distinct value, exact, in one unit.

    Notes
    -----
    Pool adjacent violators, in integers: no rounding decides whether two means violate. Its steps
    minimise the squared error and, which matters here, the cross-entropy as well.

    References
    ----------
    Ayer, M. et al. (1955), An empirical distribution function for sampling with incomplete
    information. doi:10.1214/aoms/1177728423
    Barlow, R. E., Brunk, H. D. (1972), The isotonic regression problem and its dual, theorem 3.1.
    doi:10.1080/01621459.1972.10481216

    Examples
    --------
    >>> [(pool.first, str(pool.mean)) for pool in pools([(1, 0), (1, 1), (1, 0), (1, 1)])]
    [(0, '0'), (1, '1/2'), (3, '1')]
    """
    found: list[Pool] = []
    for place, (weight, total) in enumerate(levels):
        pool = Pool(place, weight, total)
        while found and found[-1].total * pool.weight >= pool.total * found[-1].weight:
            last = found.pop()
            pool = Pool(last.first, last.weight + pool.weight, last.total + pool.total)
        found.append(pool)
    return found
