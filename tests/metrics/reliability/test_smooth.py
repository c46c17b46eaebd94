"""The smooth calibration error equals that of a sum over rows, and lies within its bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.metrics.reliability import smooth
from cecli.metrics.reliability.smooth import smooth_error
from cecli.numerics.cells.keys import INNER, keys_of
from cecli.numerics.cells.ordered import OrderedCells
from cecli.statistics.cells.prediction_cells import CELLS

POINTS = 1500


def cells(q, y):
    return CELLS.summarize(Chunk("x", np.arange(len(q)), {"prob": q, "target": y})).cells


def by_rows(q, y):
    """Return the error by the definition: a kernel at each row and its images."""
    t = (np.arange(POINTS) + 0.5) / POINTS
    images = np.concatenate([sign * q + 2.0 * k for k in range(-3, 4) for sign in (1, -1)])
    residuals = np.tile((y - q) / len(q), 14)

    def remaining(sigma):
        kernel = np.exp(-0.5 * ((t[:, None] - images) / sigma) ** 2)
        curve = kernel @ residuals / (sigma * np.sqrt(2 * np.pi))
        return np.abs(curve).mean()

    low, high = 1e-3, 1.0
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (middle, high) if remaining(middle) >= middle else (low, middle)
    return low


@pytest.mark.parametrize(("steps", "sigma"), [(32, 0.7), (32, 32.0), (1024, 40.5), (20_000, 1.5)])
def test_compiled_sums_have_the_bits_of_numpys(monkeypatch, steps, sigma):
    pytest.importorskip("cecli.numerics.scalar_loops", reason="not compiled here")
    mass = np.random.default_rng(1).normal(size=steps + 1)
    found = smooth._convolved(mass, sigma)
    monkeypatch.setattr(smooth, "scalar_loops", None)
    assert found.tobytes() == smooth._convolved(mass, sigma).tobytes()


@pytest.mark.parametrize("slope", [0.4, 1.0, 2.0])
def test_it_is_the_error_of_a_sum_over_rows(slope):
    rng = np.random.default_rng(6)
    q = rng.beta(2, 5, 40)
    y = (rng.random(40) < 1 / (1 + ((1 - q) / q) ** slope)).astype(float)
    found = smooth_error(cells(q, y))
    assert found.value == pytest.approx(by_rows(q, y), rel=1e-3)
    assert found.lower <= found.value <= found.upper
    assert found.upper - found.lower < 2e-3 * found.value


def merged(fine, width):
    """Return neighbouring cells made one, wherever they are within a cell of the first pass."""
    group = fine.least >> width
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    rows, weight, events = (
        np.add.reduceat(x, starts) for x in (fine.rows, fine.weight, fine.events)
    )
    offsets = np.add.reduceat(fine.offsets * fine.weight, starts) / weight
    most = np.maximum.reduceat(fine.most, starts)
    return OrderedCells(rows, weight, events, fine.least[starts], most, offsets)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(20, 39))
def test_the_bounds_hold_whatever_the_order_within_cells(seed, width):
    rng = np.random.default_rng(seed)
    # Keys of one cell of the first pass, which are 1e-12 to 1e-5 apart.
    q = np.concatenate([at + rng.random(30) * 2.0**-15 for at in (0.26, 0.4, 0.8)])
    y = (rng.random(90) < q).astype(float)
    order = np.argsort(q)
    keys, events, one = keys_of(q[order]), y[order].astype(np.int64), np.ones(90, dtype=np.int64)
    fine = OrderedCells(one, one, events, keys, keys, (keys & INNER).astype(float))
    exact, coarse = smooth_error(fine), smooth_error(merged(fine, width))
    assert coarse.lower <= exact.upper
    assert exact.lower <= coarse.upper


def test_one_value_that_is_wrong_everywhere_is_off_by_its_distance():
    assert smooth_error(cells(np.full(10, 0.3), np.zeros(10))).value == pytest.approx(0.3, rel=1e-3)
    assert smooth_error(cells(np.zeros(10), np.ones(10))).value == pytest.approx(1.0)


def test_residuals_that_cancel_are_no_error():
    q, y = np.full(10, 0.3), np.array([1.0] * 3 + [0.0] * 7)
    assert smooth_error(cells(q, y)).value == 0.0


def test_an_error_that_the_order_in_a_cell_may_cancel_is_bounded_by_0():
    # A quarter happens, and the mean prediction of the cell is near a quarter.
    q = 0.25 + np.linspace(-1.0, 1.001, 100) * 2.0**-16
    y = np.tile([0.0, 0.0, 0.0, 1.0], 25)
    keys, one = keys_of(q), np.ones(100, dtype=np.int64)
    fine = OrderedCells(one, one, y.astype(np.int64), keys, keys, (keys & INNER).astype(float))
    coarse = smooth_error(merged(fine, 42))
    assert coarse.value > 0.0
    assert coarse.lower == 0.0
    assert smooth_error(fine).value <= coarse.upper
