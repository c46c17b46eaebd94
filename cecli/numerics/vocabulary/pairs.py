"""What one distribution of a row tells of another over the same classes.

With z the logarithms of p up to a constant, d = z − max z and S = Σ eᵈ: ln p = d − ln S,

    H(p)    = ln S_p − Σ p d_p
    KL(p‖q) = Σ p (d_p − d_q) + ln S_q − ln S_p
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
from cecli.numerics.vocabulary.encoded import EncodedRows, Encoding
from cecli.numerics.vocabulary.tabled import NOTHING, logarithm_of, power_of

try:
    from cecli.numerics.vocabulary import pair_rows
except ImportError:
    pair_rows = None  # type: ignore[assignment]

PARTS = 8
TOPS = (1, 5, 10)
# Codes of p that are not above this logarithm are left out of KL_AS_STORED.
LEAST_STORED = -16.0


class InPair(IntEnum):
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
    # Σ p ln(p/q) of p as it is stored, without codes of e⁻¹⁶ and less; that of others is kl.
    KL_AS_STORED = 12


def figures_of(p: EncodedRows, q: EncodedRows, tokens: Integers) -> tuple[Floats, int | None]:
    """Return the figures of each row, shape (n, 13), and the first row that is no distribution.

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
    found = np.full((len(tokens), len(InPair)), np.nan)
    found[good] = _figures(z[0][good], z[1][good], tokens[good])
    if p.encoding is Encoding.CODE:
        found[good, InPair.KL_AS_STORED] = _as_stored(z[0][good], z[1][good])
    return found, bad


def _logarithms(rows: EncodedRows) -> Floats:
    values = rows.decoded()
    return log(values) if rows.are_probabilities else values


def _figures(z_p: Floats, z_q: Floats, tokens: Integers) -> Floats:
    rows, size = z_p.shape
    most = [z.max(axis=1) for z in (z_p, z_q)]
    d_p, d_q = (z - m[:, None] for z, m in zip((z_p, z_q), most, strict=True))
    e_p, e_q = power_of(d_p), power_of(d_q)
    p, q = total_of_rows(e_p), total_of_rows(e_q)
    log_p, log_q = log(p), log(q)
    mixed = e_p * (0.5 / p)[:, None] + e_q * (0.5 / q)[:, None]
    along = total_of_rows(mixed * logarithm_of(mixed))
    found = np.empty((rows, len(InPair)))
    found[:, InPair.ENTROPY_P] = log_p - total_of_rows(_product(e_p, d_p, d_p)) / p
    found[:, InPair.ENTROPY_Q] = log_q - total_of_rows(_product(e_q, d_q, d_q)) / q
    apart = _difference(d_p, d_q)
    found[:, InPair.KL] = total_of_rows(_product(e_p, apart, d_p)) / p + (log_q - log_p)
    found[:, InPair.REVERSE_KL] = total_of_rows(_product(e_q, -apart, d_q)) / q + (log_p - log_q)
    found[:, InPair.KL_AS_STORED] = found[:, InPair.KL]
    found[:, InPair.JS_DIVERGENCE] = -along - 0.5 * (
        found[:, InPair.ENTROPY_P] + found[:, InPair.ENTROPY_Q]
    )
    found[:, InPair.TOTAL_P], found[:, InPair.TOTAL_Q] = most[0] + log_p, most[1] + log_q
    first, second = (np.argsort(-z, axis=1, kind="stable")[:, : TOPS[-1]] for z in (z_p, z_q))
    for figure, k in zip((InPair.TOP1, InPair.TOP5, InPair.TOP10), TOPS, strict=True):
        k = min(k, size)
        is_in = (first[:, :k, None] == second[:, None, :k]).any(axis=2)
        found[:, figure] = is_in.sum(axis=1) / k
    at = np.arange(rows), np.maximum(tokens, 0)
    is_known = tokens >= 0
    found[:, InPair.LOG_P] = np.where(is_known, d_p[at] - log_p, np.nan)
    found[:, InPair.LOG_Q] = np.where(is_known, d_q[at] - log_q, np.nan)
    return found


def _as_stored(z_p: Floats, z_q: Floats) -> Floats:
    """Return KL_AS_STORED of codes of p."""
    most_p, most_q = z_p.max(axis=1), z_q.max(axis=1)
    d_p, d_q = z_p - most_p[:, None], z_q - most_q[:, None]
    e_p, counts = power_of(d_p), z_p > LEAST_STORED
    apart = np.where(counts, _product(e_p, _difference(d_p, d_q), d_p), 0.0)
    shift = most_p + log(total_of_rows(power_of(d_q)))
    stored: Floats = exp(most_p) * (
        total_of_rows(apart) + shift * total_of_rows(np.where(counts, e_p, 0.0))
    )
    return stored


def _difference(d_p: Floats, d_q: Floats) -> Floats:
    with np.errstate(invalid="ignore"):  # −∞ of both
        difference: Floats = d_p - d_q
    return difference


def _product(weights: Floats, values: Floats, logarithms: Floats) -> Floats:
    """Return products; what is nothing counts for nothing, even if the value is infinite."""
    with np.errstate(invalid="ignore"):
        return np.where(logarithms < NOTHING, 0.0, weights * values)


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
