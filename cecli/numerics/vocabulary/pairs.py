"""What one distribution of a row tells of another over the same classes.

With z the logarithms of p up to a constant, d = z − max z and S = Σ eᵈ: ln p = d − ln S,

    H(p)    = ln S_p − Σ p d_p
    KL(p‖q) = Σ p d_p − Σ p d_q + ln S_q − ln S_p
    JS      = H(m) − ½ (H(p) + H(q)),  m = ½ (p + q).

A distribution of 150,000 classes is summed in eight interleaved parts, so that the compiled form
has the same bits on every machine. The absolute error is some 10⁻¹⁴ nats.

References
----------
Kullback, Leibler (1951), On information and sufficiency, doi:10.1214/aoms/1177729694.
Lin (1991), Divergence measures based on the Shannon entropy, doi:10.1109/18.61115, equation 3.1.
"""

from enum import IntEnum

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers
from cecli.numerics.distributions.exponential import exp
from cecli.numerics.distributions.logarithm import log
from cecli.numerics.vocabulary.encoded import EncodedRows

try:
    from cecli.numerics.vocabulary import pair_rows
except ImportError:
    pair_rows = None  # type: ignore[assignment]

PARTS = 8
TOPS = (1, 5, 10)


class Found(IntEnum):
    """What is found of a row; the place of its column."""

    KL = 0
    REVERSE_KL = 1
    JS_DIVERGENCE = 2
    ENTROPY_P = 3
    ENTROPY_Q = 4
    # The logarithm of the sum of what is stored: 0 for log-probabilities.
    TOTAL_P = 5
    TOTAL_Q = 6
    # The share of the likeliest k classes that are among those of the other.
    TOP1 = 7
    TOP5 = 8
    TOP10 = 9
    # The log-probability of the observed class.
    LOG_P = 10
    LOG_Q = 11


def figures_of(p: EncodedRows, q: EncodedRows, tokens: Integers) -> tuple[Floats, int | None]:
    """Return the figures of each row, shape (n, 12), and the first row that is no distribution.

    Parameters
    ----------
    p, q : shape (n, K) each. A value that is no number or +∞, and a row of −∞, is none.
    tokens : the observed class of each row, shape (n,); −1 if unknown, which gives NaN.
    """
    if pair_rows is None:
        return plain_figures_of(p, q, tokens)
    rows, size = p.values.shape
    scales = np.zeros((2, 0 if p.scales is None and q.scales is None else rows, 2))
    for side, one in enumerate((p, q)):
        if one.scales is not None:
            scales[side] = one.scales
    found, bad = pair_rows.figures_of(
        p.bytes_of_rows,
        q.bytes_of_rows,
        size,
        (p.encoding, q.encoding),
        (p.are_probabilities, q.are_probabilities),
        scales,
        tokens,
    )
    return found, None if bad < 0 else bad


def plain_figures_of(p: EncodedRows, q: EncodedRows, tokens: Integers) -> tuple[Floats, int | None]:
    """Return the same, by NumPy alone."""
    z = [_logarithms(one) for one in (p, q)]
    is_bad = np.logical_or.reduce(
        [~(each < np.inf).all(axis=1) | (each.max(axis=1) == -np.inf) for each in z]
    )
    bad = int(np.argmax(is_bad)) if is_bad.any() else None
    good = slice(0, bad)
    found = np.full((len(tokens), len(Found)), np.nan)
    found[good] = _figures(z[0][good], z[1][good], tokens[good])
    return found, bad


def _logarithms(rows: EncodedRows) -> Floats:
    values = rows.decoded()
    return log(values) if rows.are_probabilities else values


def _figures(z_p: Floats, z_q: Floats, tokens: Integers) -> Floats:
    rows, size = z_p.shape
    most = [z.max(axis=1) for z in (z_p, z_q)]
    d_p, d_q = (z - m[:, None] for z, m in zip((z_p, z_q), most, strict=True))
    e_p, e_q = exp(d_p), exp(d_q)
    p, q = total_of_rows(e_p), total_of_rows(e_q)
    log_p, log_q = log(p), log(q)
    own_p, own_q = total_of_rows(_product(e_p, d_p)) / p, total_of_rows(_product(e_q, d_q)) / q
    mixed = e_p * (0.5 / p)[:, None] + e_q * (0.5 / q)[:, None]
    along = total_of_rows(_product(mixed, log(mixed)))
    found = np.empty((rows, len(Found)))
    found[:, Found.ENTROPY_P] = log_p - own_p
    found[:, Found.ENTROPY_Q] = log_q - own_q
    found[:, Found.KL] = (own_p - total_of_rows(_product(e_p, d_q)) / p) + (log_q - log_p)
    found[:, Found.REVERSE_KL] = (own_q - total_of_rows(_product(e_q, d_p)) / q) + (log_p - log_q)
    found[:, Found.JS_DIVERGENCE] = -along - 0.5 * (
        found[:, Found.ENTROPY_P] + found[:, Found.ENTROPY_Q]
    )
    found[:, Found.TOTAL_P], found[:, Found.TOTAL_Q] = most[0] + log_p, most[1] + log_q
    first, second = (np.argsort(-z, axis=1, kind="stable")[:, : TOPS[-1]] for z in (z_p, z_q))
    for figure, k in zip((Found.TOP1, Found.TOP5, Found.TOP10), TOPS, strict=True):
        k = min(k, size)
        is_in = (first[:, :k, None] == second[:, None, :k]).any(axis=2)
        found[:, figure] = is_in.sum(axis=1) / k
    at = np.arange(rows), np.maximum(tokens, 0)
    is_known = tokens >= 0
    found[:, Found.LOG_P] = np.where(is_known, d_p[at] - log_p, np.nan)
    found[:, Found.LOG_Q] = np.where(is_known, d_q[at] - log_q, np.nan)
    return found


def _product(weights: Floats, values: Floats) -> Floats:
    """Return products, in which 0 · ∞ is 0."""
    with np.errstate(invalid="ignore"):
        return np.where(weights > 0.0, weights * values, 0.0)


def total_of_rows(terms: Floats) -> Floats:
    """Return the sum of each row, in eight interleaved parts; shape (n,)."""
    rows, size = terms.shape
    lines = -(-size // PARTS)
    padded = np.zeros((rows, lines * PARTS))
    padded[:, :size] = terms
    part = np.cumsum(padded.reshape(rows, lines, PARTS), axis=1)[:, -1].T
    first, second = (
        (part[0] + part[1]) + (part[2] + part[3]),
        (part[4] + part[5]) + (part[6] + part[7]),
    )
    total: Floats = first + second
    return total
