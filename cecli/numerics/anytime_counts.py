"""Evidence that later counts are of another distribution than a reference, valid at any time.

The later rows arrive one after another, and whoever looks decides whether more are needed. So a
test must hold at all times at once. A mixture of distributions, chosen before the first of these
rows, bets on them: most of it is near the reference, at several distances (Dirichlet), and some
everywhere (Jeffreys' prior). Its probability of the rows, divided by that under any one
distribution P, is a martingale if they are of P: by Ville's inequality it ever reaches 1/α with
probability α at most.

P is not known, but the reference is a sample of it. With probability 1 − β, P is among the
distributions for which n KL(p̂‖P) ≤ c, where p̂ are the shares of the n rows of the reference, and
c follows from a bound that holds for every n. So the evidence is the least of all these ratios, and
the errors α and β add up. The likeliest distribution of that kind has shares in proportion to
λ·(counts of the reference) + (later counts), for one λ.

References
----------
Ville, J. (1939), Étude critique de la notion de collectif.
Krichevsky, R. E., Trofimov, V. K. (1981), The performance of universal encoding.
doi:10.1109/TIT.1981.1056331
Agrawal, R. (2020), Finite-sample concentration of the multinomial in relative entropy.
doi:10.1109/TIT.2020.2996134
"""

import math
from collections.abc import Sequence

from cecli.numerics.scalars import exp, log
from cecli.numerics.two_samples import log_gamma

# What Jeffreys' prior adds to each count, and for how many rows like the reference other priors
# stand: the more, the nearer are the distributions that they bet on.
JEFFREYS, WORTH = 0.5, (10.0, 100.0, 1000.0, 10_000.0)
# Evidence beyond this has a p-value that is 0 in doubles.
LEAST_LOG = -700.0


def anytime_p_value(reference: Sequence[int], later: Sequence[int]) -> float:
    """Return the p-value of one distribution for both; it holds at any number of looks.

    Parameters
    ----------
    reference, later : counts in the same classes, whole numbers; not all are 0 in either.

    Returns
    -------
    float
        The least total error at which the evidence rejects that both are of one distribution, of
        which half is that of the reference. At most 1.

    Examples
    --------
    >>> anytime_p_value([500, 500], [55, 45])
    1.0
    >>> anytime_p_value([5000, 5000], [950, 50]) < 1e-50
    True
    """
    pairs = [(n, m) for n, m in zip(reference, later, strict=True) if n or m]
    if len(pairs) == 1:
        return 1.0
    bet = log_bet(pairs)

    def is_rejected(log_error: float) -> bool:
        half = log_error - log(2.0)
        return bet - _log_likeliest(pairs, _radius(half, len(pairs) - 1)) >= -half

    low, high = LEAST_LOG, 0.0
    if not is_rejected(high):
        return 1.0
    if is_rejected(low):
        return 0.0
    while low < (middle := (low + high) / 2.0) < high:
        low, high = (low, middle) if is_rejected(middle) else (middle, high)
    return exp(high)


def log_bet(pairs: Sequence[tuple[int, int]]) -> float:
    """Return the logarithm of the mixture's probability of a sequence with these later counts.

    Parameters
    ----------
    pairs : the counts of the reference and the later ones, in each class.
    """
    classes, total = len(pairs), sum(a for a, _ in pairs)
    near = [(a + JEFFREYS) / (total + JEFFREYS * classes) for a, _ in pairs]
    priors = [[JEFFREYS] * classes, *([rows * x for x in near] for rows in WORTH)]
    later = [b for _, b in pairs]
    bets = [_log_dirichlet(prior, later) for prior in priors]
    largest = max(bets)
    return largest + log(math.fsum(exp(x - largest) for x in bets) / len(bets))


def _log_dirichlet(prior: Sequence[float], counts: Sequence[int]) -> float:
    """Return the log-probability of a sequence with these counts, of Dirichlet shares."""
    parts = (log_gamma(x + c) - log_gamma(x) for x, c in zip(prior, counts, strict=True) if c)
    size = math.fsum(prior)
    return math.fsum(parts) + log_gamma(size) - log_gamma(size + sum(counts))


def _radius(log_error: float, degrees: int) -> float:
    """Return the c with P(n KL(p̂‖P) ≥ c) ≤ e^log_error for every n and P.

    Agrawal 2020, theorem 1.2: at most (ec/k)^k e^(−c), for c > k degrees.
    """

    def log_bound(c: float) -> float:
        return degrees * (1.0 + log(c / degrees)) - c

    low, high = float(degrees), 2.0 * degrees
    while log_bound(high) > log_error:
        low, high = high, 2.0 * high
    while low < (middle := (low + high) / 2.0) < high:
        low, high = (middle, high) if log_bound(middle) > log_error else (low, middle)
    return high


def _log_likeliest(pairs: Sequence[tuple[int, int]], radius: float) -> float:
    """Return the largest log-probability of the later counts, for P near the reference.

    Notes
    -----
    P ∝ λn + m maximizes Σ m ln P + λ Σ n ln P. n KL(p̂‖P) falls as λ grows, to 0. A class that the
    reference lacks has a share for every finite λ.
    """
    n, m = sum(a for a, _ in pairs), sum(b for _, b in pairs)

    def share(a: int, b: int, weight: float) -> float:
        return (weight * a + b) / (weight * n + m)

    def distance(weight: float) -> float:
        return math.fsum(a * log(a / n / share(a, b, weight)) for a, b in pairs if a)

    def log_probability(weight: float) -> float:
        return math.fsum(b * log(share(a, b, weight)) for a, b in pairs if b)

    if all(b or not a for a, b in pairs) and distance(0.0) <= radius:
        return log_probability(0.0)
    low, high = -700.0, 700.0
    while high - low >= 1e-9:
        middle = (low + high) / 2.0
        low, high = (middle, high) if distance(exp(middle)) > radius else (low, middle)
    # A little nearer to the later counts than the radius allows, so that the evidence is less.
    return log_probability(exp(low))
