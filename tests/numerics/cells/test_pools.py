"""Isotonic regression over cells, against brute force and SciPy; dead cells are dead."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from cecli.numerics.cells import pools as module
from cecli.numerics.cells.pools import Pools, least_losses, living, losses_of

cells = st.lists(
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1
)


def of(found):
    weight, events = np.array(found, dtype=np.int64).T
    return weight.copy(), events.copy()


def fitted(pools, size):
    return np.repeat(pools.events / pools.weight, np.diff(np.append(pools.starts, size)))


@given(cells)
def test_pools_are_scipys_isotonic_regression(found):
    weight, events = of(found)
    pools = Pools.over(weight, events)
    expected = isotonic_regression(events / weight, weights=weight).x
    np.testing.assert_allclose(fitted(pools, len(weight)), expected, atol=1e-14)
    assert (np.diff(pools.events / pools.weight) > 0).all()


@given(cells, st.booleans())
def test_plain_pools_are_the_compiled_ones(found, wide):
    pytest.importorskip("cecli.numerics.cells.cell_loops", reason="not compiled here")
    weight, events = of(found)
    is_wide = np.full(len(weight), wide)
    pools = Pools.over(weight, events)
    alive = living(weight, events, pools, is_wide)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "cell_loops", None)
        again = Pools.over(weight, events)
        assert [x.tolist() for x in again] == [x.tolist() for x in pools]
        assert living(weight, events, again, is_wide).tolist() == alive.tolist()


def test_products_do_not_overflow():
    weight = np.array([2**60, 2**60 - 1, 2**60], dtype=np.int64)
    events = np.array([2**59, 2**59, 2**59], dtype=np.int64)
    pools = Pools.over(weight, events)
    # ½ < 2⁵⁹/(2⁶⁰ − 1), which is above the next mean.
    assert pools.starts.tolist() == [0, 1]
    assert Fraction(1, 2) < Fraction(2**59, 2**60 - 1)


def test_losses_are_those_of_the_pooled_rates():
    found = losses_of(np.array([4, 3, 2]), np.array([1, 3, 0]))
    q = 0.25
    entropy = -(q * np.log(q) + (1 - q) * np.log(1 - q))
    assert found.cross_entropy == pytest.approx(4 * entropy / 9, rel=1e-15)
    assert found.brier == pytest.approx(4 * q * (1 - q) / 9, rel=1e-15)


def orders(found):
    """Yield all orders of the rows within each cell, as lists of 0 and 1."""
    each = []
    for n, s in found:
        each.append([x for x in product((0, 1), repeat=n) if sum(x) == s])
    for chosen in product(*each):
        yield [list(some) for some in chosen]


small = st.lists(
    st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=1,
    max_size=3,
)


@given(small)
def test_the_rows_of_dead_cells_can_have_any_order(found):
    weight, events = of(found)
    pools = Pools.over(weight, events)
    alive = living(weight, events, pools, np.ones(len(weight), dtype=bool))
    least = least_losses(weight, events, alive)
    for rows in orders(found):
        flat = np.array([y for some in rows for y in some])
        exact = Pools.over(np.ones(len(flat), dtype=np.int64), flat).losses
        # The living rows one by one, the others as cells, give the same.
        pieces = []
        for some, lives, (n, s) in zip(rows, alive, found, strict=True):
            pieces += [(1, y) for y in some] if lives else [(n, s)]
        mixed = Pools.over(*of(pieces)).losses
        assert mixed.cross_entropy == pytest.approx(exact.cross_entropy, abs=1e-14)
        assert mixed.brier == pytest.approx(exact.brier, abs=1e-14)
        # And both bounds hold.
        assert least.cross_entropy <= exact.cross_entropy + 1e-14
        assert least.brier <= exact.brier + 1e-14
        assert exact.cross_entropy <= pools.losses.cross_entropy + 1e-14
        assert exact.brier <= pools.losses.brier + 1e-14


@pytest.mark.parametrize("is_compiled", [True, False])
def test_no_cells_have_no_pools(is_compiled, monkeypatch):
    if not is_compiled:
        monkeypatch.setattr(module, "cell_loops", None)
    nothing = np.empty(0, dtype=np.int64)
    pools = Pools.over(nothing, nothing)
    assert len(pools.starts) == 0
    assert len(living(nothing, nothing, pools, np.zeros(0, dtype=bool))) == 0
