"""Pairs of distributions: the same bits compiled and by NumPy, the figures of mpmath and SciPy."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax, rel_entr

from cecli.numerics.vocabulary import pair_rows, pairs
from cecli.numerics.vocabulary.encoded import DTYPES, EncodedRows, Encoding
from cecli.numerics.vocabulary.pairs import InPair, figures_of, plain_figures_of

RNG = np.random.default_rng(20261129)
KINDS = st.sampled_from(list(Encoding))


def rows_of(logits, encoding, *, are_probabilities=False):
    """Return logits in an encoding; as codes, as coarse as 16 bits are."""
    if encoding is Encoding.CODE:
        least = logits.min(axis=1)
        scale = np.maximum((logits.max(axis=1) - least) / 65535.0, 1e-6)
        codes = np.rint((logits - least[:, None]) / scale[:, None])
        return EncodedRows(codes.astype("<u2"), encoding, np.stack([scale, least], axis=1))
    if encoding is Encoding.BFLOAT:
        halves = (logits.astype(np.float32).view(np.uint32) >> 16).astype("<u2")
        return EncodedRows(halves, encoding)
    return EncodedRows(logits.astype(DTYPES[encoding]), encoding, None, are_probabilities)


def same_bits(a, b):
    return a.tobytes() == b.tobytes()


@given(st.data(), KINDS, KINDS, st.integers(1, 40), st.integers(0, 5))
def test_compiled_figures_have_the_bits_of_numpy_on_all_instruction_sets(data, p, q, size, rows):
    seed = data.draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    logits = random.normal(scale=4.0, size=(2, rows, size)).round(1)
    tokens = random.integers(-1, size, rows)
    first, second = rows_of(logits[0], p), rows_of(logits[1], q)
    expected, bad = plain_figures_of(first, second, tokens)
    assert bad is None
    with pytest.MonkeyPatch.context() as patch:
        for part in (pairs.pair_rows, None):
            patch.setattr(pairs, "pair_rows", part)
            found, bad = figures_of(first, second, tokens)
            assert bad is None
            assert same_bits(found, expected)


@pytest.mark.parametrize("kernel", range(len(pair_rows.KERNELS)))
def test_each_instruction_set_gives_the_same_bits(kernel):
    logits = RNG.normal(scale=5.0, size=(2, 3, 1003))
    logits[0, 0, 5] = -np.inf
    rows = [rows_of(each, Encoding.DOUBLE) for each in logits]
    tokens = np.array([7, -1, 1002])
    expected, _ = plain_figures_of(*rows, tokens)
    found, bad = pair_rows.figures_of(
        *(each.bytes_of_rows for each in rows), 1003, (0, 0), (False, False),
        np.zeros((2, 0, 2)), tokens, kernel,
    )  # fmt: skip
    assert bad == -1
    assert same_bits(found, expected)


def exact(z):
    with mpmath.workdps(50):
        terms = [mpmath.exp(mpmath.mpf(float(x))) for x in z]
        total = mpmath.fsum(terms)
        return [term / total for term in terms]


def test_figures_of_300_classes_are_those_of_fifty_digits():
    logits = RNG.normal(scale=3.0, size=(2, 300))
    logits[1] = logits[0] + RNG.normal(scale=0.01, size=300)
    found, _ = figures_of(*(rows_of(z[None], Encoding.DOUBLE) for z in logits), np.array([17]))
    with mpmath.workdps(50):
        p, q = map(exact, logits)
        m = [(a + b) / 2 for a, b in zip(p, q, strict=True)]

        def kl(p, q):
            return mpmath.fsum(a * mpmath.log(a / b) for a, b in zip(p, q, strict=True))

        expected = {
            InPair.KL: kl(p, q),
            InPair.REVERSE_KL: kl(q, p),
            InPair.JS_DIVERGENCE: (kl(p, m) + kl(q, m)) / 2,
            InPair.ENTROPY_P: -mpmath.fsum(a * mpmath.log(a) for a in p),
            InPair.ENTROPY_Q: -mpmath.fsum(a * mpmath.log(a) for a in q),
            InPair.LOG_P: mpmath.log(p[17]),
            InPair.LOG_Q: mpmath.log(q[17]),
        }
        for figure, value in expected.items():
            assert abs(found[0, figure] - float(value)) < 2e-14, figure.name


def test_figures_of_a_large_vocabulary_are_those_of_scipy():
    logits = RNG.normal(scale=2.0, size=(2, 4, 150_001)).astype("f4")
    tokens = np.array([0, 5, 149_999, 150_000])
    found, _ = figures_of(*(rows_of(z, Encoding.FLOAT) for z in logits), tokens)
    log_p, log_q = (log_softmax(z.astype("f8"), axis=1) for z in logits)
    p, q = np.exp(log_p), np.exp(log_q)
    np.testing.assert_allclose(found[:, InPair.KL], rel_entr(p, q).sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(found[:, InPair.REVERSE_KL], rel_entr(q, p).sum(axis=1), rtol=1e-12)
    m = (p + q) / 2
    js = (rel_entr(p, m).sum(axis=1) + rel_entr(q, m).sum(axis=1)) / 2
    np.testing.assert_allclose(found[:, InPair.JS_DIVERGENCE], js, rtol=1e-11)
    np.testing.assert_allclose(found[:, InPair.LOG_Q], log_q[range(4), tokens], rtol=1e-13)
    for figure, k in ((InPair.TOP1, 1), (InPair.TOP5, 5), (InPair.TOP10, 10)):
        tops = [[set(np.argsort(-row)[:k]) for row in z] for z in (log_p, log_q)]
        shared = [len(a & b) / k for a, b in zip(*tops, strict=True)]
        assert found[:, figure].tolist() == shared


def test_of_classes_that_are_alike_the_first_are_the_likeliest():
    alike = rows_of(np.zeros((1, 30)), Encoding.DOUBLE)
    other = np.zeros((1, 30))
    other[0, [4, 29]] = 1.0
    found, _ = figures_of(alike, rows_of(other, Encoding.DOUBLE), np.array([-1]))
    assert found[0, [InPair.TOP1, InPair.TOP5, InPair.TOP10]].tolist() == [0.0, 0.8, 0.9]


def test_a_class_that_q_excludes_makes_kl_infinite_and_not_its_reverse():
    p, q = np.zeros((1, 20)), np.zeros((1, 20))
    q[0, 3] = -np.inf
    found, bad = figures_of(*(rows_of(z, Encoding.FLOAT) for z in (p, q)), np.array([3]))
    assert bad is None
    assert found[0, InPair.KL] == np.inf
    assert found[0, InPair.LOG_Q] == -np.inf
    assert abs(found[0, InPair.REVERSE_KL] - np.log(20 / 19)) < 1e-15


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("place", [0, 19])
@pytest.mark.parametrize("way", [figures_of, plain_figures_of])
def test_a_row_that_is_no_distribution_is_told(value, place, way):
    p = np.zeros((3, 20))
    q = p.copy()
    q[1, place] = value
    _, bad = way(*(rows_of(z, Encoding.DOUBLE) for z in (p, q)), np.zeros(3, dtype=np.int64))
    assert bad == 1
    q[1] = -np.inf
    _, bad = way(*(rows_of(z, Encoding.DOUBLE) for z in (q, p)), np.zeros(3, dtype=np.int64))
    assert bad == 1


def test_codes_as_stored_are_summed_without_the_least():
    logits = RNG.normal(scale=6.0, size=(2, 3, 500))
    p, q = (rows_of(z - z.max(axis=1, keepdims=True) - 2.0, Encoding.CODE) for z in logits)
    found, _ = figures_of(p, q, np.zeros(3, dtype=np.int64))
    log_p, log_q = p.decoded(), log_softmax(q.decoded(), axis=1)
    terms = np.where(log_p > -16.0, np.exp(log_p) * (log_p - log_q), 0.0)
    assert (log_p < -16.0).any()
    np.testing.assert_allclose(found[:, InPair.KL_AS_STORED], terms.sum(axis=1), rtol=1e-13)


def test_all_halves_are_decoded():
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = halves[np.isfinite(halves) & (halves < 700)]
    rows = EncodedRows(finite[None].astype("<f2"), Encoding.HALF)
    plain = rows_of(finite[None].astype("f8"), Encoding.DOUBLE)
    tokens = np.array([-1])
    assert same_bits(figures_of(rows, rows, tokens)[0], figures_of(plain, plain, tokens)[0])


@pytest.mark.parametrize(("token", "width"), [(20, 20), (-2, 20), (0, 21)])
def test_what_would_read_beyond_a_row_is_refused(token, width):
    rows = rows_of(np.zeros((1, 20)), Encoding.DOUBLE).bytes_of_rows
    with pytest.raises((IndexError, ValueError)):
        pair_rows.figures_of(
            rows, rows, width, (0, 0), (False, False), np.zeros((2, 0, 2)), np.array([token])
        )
