"""Labels drawn by flips have the distributions that they should, compiled or not."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from scipy.stats import binom, chisquare, kstest, norm

from cecli.numerics.cells import flips as module
from cecli.numerics.cells.flips import MANY, Coins, random_labels
from cecli.numerics.resampling import streams

cell = st.tuples(
    st.one_of(st.integers(1, 200), st.integers(MANY - 1, 2**40)),
    st.integers(1, 3),
    st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.0, 5e-324, 1e-9, 0.5, 1.0])),
    st.booleans(),
)


def coins(seed=0):
    return Coins(streams(seed, 1))


def in_order(loss):
    return round(float(loss), 9)


def least_loss(labels):
    """Return the Brier score of isotonic regression, by SciPy."""
    return in_order(((isotonic_regression(labels).x - labels) ** 2).sum())


@given(st.lists(cell, min_size=1, max_size=6), st.integers(0, 2**64 - 1))
def test_plain_draws_are_the_compiled_ones(cells, start):
    pytest.importorskip("cecli.numerics.cells.flip_loops", reason="not compiled here")
    units, each, q, wide = (np.array(column) for column in zip(*cells, strict=True))
    # Many units with an order of their own would take long.
    asked = units, each, (q, 1.0 - q), wide & (units <= 200), start
    compiled = random_labels(*asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "flip_loops", None)
        plain = random_labels(*asked)
    assert [x.tolist() for x in compiled] == [x.tolist() for x in plain]
    assert (compiled.events >= 0).all()
    assert (compiled.events <= units).all()
    assert sum(compiled.pool_weight.tolist()) == sum((units * each).tolist())
    assert sum(compiled.pool_events.tolist()) == sum((compiled.events * each).tolist())


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (7, 0.5), (64, 0.01), (65, 0.77), (200, 0.123)])
def test_events_are_binomial(n, p):
    units = np.full(4000, n)
    found = random_labels(units, np.ones_like(units), (np.full(4000, p), np.full(4000, 1 - p)),
                          np.zeros(4000, dtype=np.bool_), 7)  # fmt: skip
    expected = binom(n, p).pmf(np.arange(n + 1)) * len(units)
    counts = np.bincount(found.events, minlength=n + 1)
    usual = expected > 5
    rest = [counts[~usual].sum()], [expected[~usual].sum()]
    observed = np.append(counts[usual], rest[0] if rest[1][0] > 1 else [])
    wanted = np.append(expected[usual], rest[1] if rest[1][0] > 1 else [])
    assert chisquare(observed, wanted * observed.sum() / wanted.sum()).pvalue > 1e-3


def test_heads_of_many_flips_are_normal():
    flips = np.full(400, 2**50 + 1)
    found = coins().heads(flips)
    assert kstest((found - 2.0**49) / 2.0**24, norm.cdf).pvalue > 1e-3


def test_each_order_of_the_units_is_equally_likely():
    size, draws = 5, 3000
    one = np.array([size]), np.array([1]), (np.array([0.5]), np.array([0.5])), np.array([True])
    found = Counter()
    for start in streams(3, draws).tolist():
        labels = random_labels(*one, start)
        n, s = labels.pool_weight, labels.pool_events
        found[in_order((s * (n - s) / n).sum())] += 1
    every = Counter(least_loss(np.array(y, dtype=float)) for y in product((0, 1), repeat=size))
    assert set(found) <= set(every)
    observed = [found[loss] for loss in every]
    expected = [number * draws / 2**size for number in every.values()]
    assert chisquare(observed, expected).pvalue > 1e-3


def test_cells_of_one_prediction_are_not_divided():
    units, q = np.array([4, 4]), np.array([0.5, 0.5])
    for start in streams(1, 50).tolist():
        found = random_labels(units, units, (q, q), np.zeros(2, dtype=np.bool_), start)
        assert len(found.pool_weight) == 1 + (found.events[0] < found.events[1])
