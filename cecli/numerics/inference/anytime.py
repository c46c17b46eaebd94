"""A bound on sums that holds at all times at once, however often one looks."""

import math

# How far apart the rates of the mixture are, and how many there are: they reach down to 2⁻⁶⁰.
RATES = 120


def log_evidence(total: float, squares: float, bound: float) -> float:
    r"""Return the logarithm of an e-value against "the terms have no mean above 0".

    Parameters
    ----------
    total : Σ xᵢ of the terms seen so far, or Σ (xᵢ − m) against "no mean above m".
    squares : Σ xᵢ², whatever m.
    bound : c, of which is known beforehand that xᵢ ≥ −c for all i.

    Notes
    -----
    For x ≥ −c and 0 ≤ λ < 1/c, exp(λx − ψ(λ)x²) ≤ 1 + λx with ψ(λ) = (−ln(1 − cλ) − cλ)/c² (Fan,
    Grama, Liu 2015, Lemma 4.1). So, whatever the terms' means mᵢ given the past, the expectation
    of exp(λ(xᵢ − mᵢ) − ψ(λ)xᵢ²) is at most (1 + λmᵢ)·exp(−λmᵢ) ≤ 1: its product over i is a
    supermartingale that begins at 1, and so is the mixture

        M = Σₖ wₖ exp(λₖ Σ(xᵢ − mᵢ) − ψ(λₖ) Σxᵢ²),  λₖ = 2^(−k/2 − 1/4)/c,  wₖ = 1/((k+1)(k+2)),

    k = 0 … 119, whose weights add up to less than 1. By Ville's inequality P(M ≥ 1/α at any time)
    ≤ α. This is the empirical-Bernstein confidence sequence of Howard et al., Theorem 4 with the
    fixed prediction x̂ = 0, which is in the middle of [−c, c]: hence the scale c, half of the range;
    and their discrete mixture (section 3.3) in place of a stitched boundary. It depends on the
    terms by their exact sums alone, and so not on their order.

    References
    ----------
    Howard, S. R., Ramdas, A., McAuliffe, J., Sekhon, J. (2021), Time-uniform, nonparametric,
    nonasymptotic confidence sequences. doi:10.1214/20-AOS1991
    Fan, X., Grama, I., Liu, Q. (2015), Exponential inequalities for martingales with applications.
    doi:10.1214/EJP.v20-3496

    Examples
    --------
    >>> log_evidence(0.0, 1.0, 1.0) < 0.0 < log_evidence(100.0, 100.0, 1.0)
    True
    """
    s, v = total / bound, squares / bound / bound
    logs = [_log_weight(k) + rate * s - _psi(rate) * v for k, rate in enumerate(_RATES)]
    largest = max(logs)
    return largest + math.log(math.fsum(math.exp(x - largest) for x in logs))


def radius(squares: float, bound: float, error: float) -> float:
    """Return how far Σxᵢ may be above Σmᵢ, but for a probability of error at any time at all.

    The smallest total whose evidence is 1/error: see `log_evidence`.

    Examples
    --------
    >>> 22 < radius(100.0, 1.0, 0.025) < 45  # 22.4 would do for one look at a known time
    True
    """
    wanted = -math.log(error)
    low, high = 0.0, bound
    while log_evidence(high, squares, bound) < wanted:
        low, high = high, 2.0 * high
    while low < (middle := (low + high) / 2.0) < high:
        if log_evidence(middle, squares, bound) < wanted:
            low = middle
        else:
            high = middle
    return high


def _log_weight(k: int) -> float:
    return -math.log((k + 1) * (k + 2))


def _psi(rate: float) -> float:
    """Return −ln(1 − λ) − λ, by its series where that would cancel."""
    if rate > 0.01:
        return -math.log1p(-rate) - rate
    return rate * rate * math.fsum(rate**j / (j + 2) for j in range(9))


_RATES = [math.pow(2.0, -k / 2.0 - 0.25) for k in range(RATES)]
