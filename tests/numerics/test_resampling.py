"""Sums of a bootstrap against rational arithmetic, and how often rows are drawn against Poisson."""

from fractions import Fraction
from operator import mul

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from cecli.numerics import resampling
from cecli.numerics.resampling import (
    LONG_SUM,
    MOST_COPIES,
    MOST_DRAWN,
    THRESHOLDS,
    drawn_sums,
    drawn_sums_of_copies,
    multiplicities,
    multiplicities_of_copies,
    outputs,
    streams,
)
from cecli.numerics.sums.pieces import PIECE_BITS, whole_pieces

finite = st.floats(allow_nan=False, allow_infinity=False)


def fractions_of(sums):
    """Return exact sums as fractions."""
    return sums.wholes * np.array([[Fraction(2) ** e] for e in sums.exponents.tolist()])


def keys_of(rows, start=0):
    return outputs(np.full(1, start, np.uint64), np.arange(rows, dtype=np.uint64))


@pytest.fixture(autouse=True, params=["compiled", "numpy"])
def form(request, monkeypatch):
    """Run every test with the compiled form of the sums, and without it."""
    if request.param == "numpy":
        monkeypatch.setattr(resampling, "resampler", None)
    elif resampling.resampler is None:
        pytest.skip("it was not built")


def test_thresholds_are_the_distribution_function_of_poisson_1():
    with mpmath.workdps(50):
        terms = [mpmath.exp(-1) / mpmath.factorial(k) for k in range(MOST_DRAWN + 1)]
        expected = [int(mpmath.nint(2**32 * mpmath.fsum(terms[: k + 1]))) for k in range(13)]
    assert [*THRESHOLDS.tolist(), 2**32] == expected


def test_multiplicities_are_poisson_1():
    drawn = multiplicities(keys_of(20_000), streams(1, 100)).ravel()
    observed = np.bincount(drawn, minlength=9)
    observed = np.append(observed[:8], observed[8:].sum())
    expected = drawn.size * np.append(stats.poisson.pmf(range(8), 1), stats.poisson.sf(7, 1))
    assert stats.chisquare(observed, expected).pvalue > 0.01


@pytest.mark.parametrize("other", ["row", "pair", "half", "seed"])
def test_multiplicities_are_independent(other):
    drawn = multiplicities(keys_of(20_001), streams(1, 51)).astype(float)
    first, second = {
        "row": (drawn[:-1], drawn[1:]),
        "pair": (drawn[:, :-2], drawn[:, 2:]),
        "half": (drawn[:, ::2], drawn[:, 1::2]),
        "seed": (drawn, multiplicities(keys_of(20_001), streams(2, 51)).astype(float)),
    }[other]
    correlation = ((first - 1) * (second - 1)).mean() * np.sqrt(first.size)
    assert abs(correlation) < 3


def test_more_replicates_leave_the_first_as_they_are():
    keys = keys_of(50)
    few, many = (multiplicities(keys, streams(7, pairs)) for pairs in (3, 200))
    np.testing.assert_array_equal(few, many[:, :6])


@given(arrays(np.float64, st.integers(0, 20), elements=finite))
def test_a_number_is_its_pieces(values):
    pieces = list(whole_pieces(values))
    for row, value in enumerate(values.tolist()):
        assert sum(Fraction(w[row]) * Fraction(2) ** e for w, e in pieces) == Fraction(value)
    assert all(np.abs(w).max(initial=0.0) <= 2**PIECE_BITS + 1 for w, _ in pieces)
    assert all((w == np.rint(w)).all() for w, _ in pieces)


@given(st.lists(st.tuples(finite, finite), max_size=20))
def test_a_product_is_its_pieces(pairs):
    x, y = np.array(pairs).reshape(-1, 2).T
    pieces = list(whole_pieces(x, y))
    for row, (a, b) in enumerate(pairs):
        total = sum(Fraction(w[row]) * Fraction(2) ** e for w, e in pieces)
        assert total == Fraction(a) * Fraction(b)
    assert all(np.abs(w).max(initial=0.0) <= 2**PIECE_BITS + 1 for w, _ in pieces)


@given(
    st.lists(st.tuples(finite, st.floats(0.0, 1e300), st.floats(0.0, 50.0)), max_size=30),
    st.integers(0, 2**64 - 1),
    st.integers(1, 3),
)
def test_drawn_sums_are_the_rational_sums(rows, seed, pairs):
    x, w, loss = np.array(rows).reshape(-1, 3).T
    keys, replicates = keys_of(len(rows), seed), streams(seed, pairs)
    found = drawn_sums(keys, replicates, [(loss,), (w, x)])
    drawn = multiplicities(keys, replicates).tolist()
    products = [(Fraction(loss), Fraction(w) * Fraction(x)) for x, w, loss in rows]
    for replicate in range(2 * pairs):
        for column in range(2):
            terms = (m[replicate] * x[column] for m, x in zip(drawn, products, strict=True))
            assert fractions_of(found)[column, replicate] == sum(terms, Fraction(0))


def test_sums_are_equal_in_any_units_and_only_of_as_many_replicates():
    keys, column = keys_of(5), (np.arange(5) * 0.75,)
    sums = drawn_sums(keys, streams(1, 2), [column])
    finer = sums.exponents - 3
    assert sums == type(sums)(sums.at(finer), finer)
    assert sums != type(sums)(sums.wholes, finer)
    assert sums != drawn_sums(keys, streams(1, 3), [column])
    assert sums != sums.wholes.tolist()


@pytest.mark.parametrize("rows", [0, 1, 3, 255, 256, 257, 1000])
@pytest.mark.parametrize("pairs", [1, 63, 64, 65, 130])
def test_no_row_and_no_replicate_is_lost_at_an_edge(rows, pairs):
    keys, replicates = keys_of(rows), streams(3, pairs)
    whole = np.arange(rows) % 7.0
    drawn = multiplicities(keys, replicates).astype(object)
    found = fractions_of(drawn_sums(keys, replicates, [(whole,), (np.ones(rows),)]))
    np.testing.assert_array_equal(found[0], whole.astype(int) @ drawn)
    np.testing.assert_array_equal(found[1], drawn.sum(axis=0))


def test_the_largest_numbers_of_many_rows_do_not_overflow():
    rows = LONG_SUM + 3
    largest = np.full(rows, float(2**40 - 1))
    keys, replicates = keys_of(rows), streams(4, 1)
    found = fractions_of(drawn_sums(keys, replicates, [(largest,)]))[0]
    counts = multiplicities(keys, replicates).sum(axis=0, dtype=np.int64).tolist()
    assert found.tolist() == [count * (2**40 - 1) for count in counts]


def test_every_kernel_gives_the_same():
    resampler = pytest.importorskip("cecli.numerics.resampler", reason="not compiled here")
    rng = np.random.default_rng(1)
    columns = np.trunc(rng.normal(0.0, 2.0**38, (5, 3001)))
    columns[3] *= rng.random(3001) < 0.01
    keys, replicates = keys_of(3001), streams(5, 70)
    found = [
        resampler.drawn_totals(keys, replicates, columns, THRESHOLDS, kernel)
        for kernel in range(len(resampler.KERNELS))
    ]
    expected = columns.astype(np.int64) @ multiplicities(keys, replicates).astype(np.int64)
    for totals in found:
        np.testing.assert_array_equal(totals, expected)
    with pytest.raises(IndexError):
        resampler.drawn_totals(keys, replicates, columns, THRESHOLDS, len(found))
    with pytest.raises(ValueError, match="differ in length"):
        resampler.drawn_totals(keys[1:], replicates, columns, THRESHOLDS)


def test_a_single_copy_is_drawn_as_a_row_is():
    keys, pairs = keys_of(500), streams(4, 20)
    np.testing.assert_array_equal(
        multiplicities_of_copies(keys, pairs, np.ones(500)), multiplicities(keys, pairs)
    )


@pytest.mark.parametrize("copies", [3, 200, MOST_COPIES])
def test_copies_are_drawn_as_often_as_poisson_says(copies):
    drawn = multiplicities_of_copies(keys_of(2000), streams(1, 25), np.full(2000, float(copies)))
    assert stats.kstest(stats.poisson.cdf(drawn.ravel()[:20_000], copies), "uniform").statistic < (
        0.02 + stats.poisson.pmf(copies, copies)
    )


@pytest.mark.parametrize("copies", [3.0, 200.0, 2.0**20, 2.0**53])
def test_draws_of_copies_have_their_number_as_mean_and_variance(copies):
    drawn = multiplicities_of_copies(keys_of(2000), streams(1, 25), np.full(2000, copies))
    assert (drawn == np.floor(drawn)).all()
    assert abs(drawn.mean() - copies) < 4 * np.sqrt(copies / drawn.size)
    assert (drawn - copies).var() == pytest.approx(copies, rel=0.03)


def test_drawn_sums_of_copies_are_the_rational_sums(monkeypatch):
    monkeypatch.setattr(resampling, "MULTIPLICITIES", 40)
    keys, pairs, copies = keys_of(7), streams(0, 3), np.array([1.0, 2, 3, 4, 5, 1e5, 1e9])
    x = np.array([0.1, 1e-300, 1e300, 0.0, 3.0, 0.3, -7.7])
    drawn = multiplicities_of_copies(keys, pairs, copies).T.tolist()
    values = list(map(Fraction, x.tolist()))
    expected = [sum(map(mul, map(Fraction, times), values)) for times in drawn]
    found = fractions_of(drawn_sums_of_copies(keys, pairs, [x], copies))
    assert found[0].tolist() == expected
