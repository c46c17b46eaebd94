"""What isotonic regression wins back by chance: draws from cells are as draws of each row."""

import numpy as np
import pytest

import cecli
from cecli.commands.calibration.chance import DrawnUnits, drawn
from cecli.core.chunk import Chunk
from cecli.engines.threads import Threads
from cecli.numerics.cells.pools import Pools
from cecli.numerics.resampling import streams
from cecli.statistics.cells.prediction_cells import CELLS


def cells(q, **columns):
    numbers = {"prob": q, "target": np.zeros(len(q)), **columns}
    return CELLS.summarize(Chunk("x", np.arange(len(q)), numbers)).cells


def by_rows(q, draws, seed=1):
    """Return the losses won back of labels drawn row by row."""
    rng, q = np.random.default_rng(seed), np.sort(q)
    _, starts, n = np.unique(q, return_index=True, return_counts=True)
    found = []
    for _ in range(draws):
        y = rng.random(len(q)) < q
        loss = -np.where(y, np.log(q), np.log1p(-q)).mean()
        s = np.add.reduceat(y.astype(np.int64), starts)
        found.append(loss - Pools.over(n, s).losses.cross_entropy)
    return np.array(found)


@pytest.mark.parametrize(
    "q",
    [
        np.random.default_rng(2).beta(2, 5, 3000),
        np.random.default_rng(2).beta(2, 5, 3000).round(2).clip(0.01, 0.99),
        0.3 + 1e-5 * np.random.default_rng(2).random(3000),
    ],
    ids=["usual", "ties", "one cell"],
)
def test_draws_from_cells_have_the_distribution_of_draws_by_rows(q):
    won, expected = drawn(cells(q), 400).losses.won, by_rows(q, 400)
    error = np.hypot(won.std(), expected.std()) / 20
    assert won.mean() == pytest.approx(expected.mean(), abs=4 * error)
    assert np.quantile(won, 0.9) == pytest.approx(np.quantile(expected, 0.9), rel=0.15)
    assert won.min() >= -1e-12


def test_rows_of_unequal_weight_are_fewer():
    q = np.random.default_rng(3).beta(2, 5, 2000)
    heavy = np.random.default_rng(4).lognormal(0, 1.5, 2000)
    plain = drawn(cells(q), 50).losses.won.mean()
    same = drawn(cells(q, weight=np.full(2000, 0.3)), 50).losses.won.mean()
    uneven = drawn(cells(q, weight=heavy), 50).losses.won.mean()
    assert same == pytest.approx(plain, rel=0.1)
    assert uneven > 1.5 * plain


def test_few_rows_of_unequal_weight_vary_as_they_do():
    """Their units have the variance of the rows: Σ(weight of a unit)² is Σw² on average."""
    q = np.repeat(np.random.default_rng(3).random(40), 3)
    weight = np.random.default_rng(4).lognormal(0, 1.5, 120)
    of = cells(q, weight=weight)
    units, size = DrawnUnits.of(of), of.weight.sum()
    every = [units.drawn(start) for start in streams(5, 4000).tolist()]
    found = np.mean([n * (each / (n * each).sum()) ** 2 for n, each in every], axis=0)
    assert found == pytest.approx(of.weight_squared / float(size) ** 2, rel=0.03)


def test_the_same_rows_give_the_same_draws():
    q = np.random.default_rng(5).random(500)
    assert drawn(cells(q), 5).losses.won.tolist() == drawn(cells(q[::-1]), 5).losses.won.tolist()


def test_far_too_many_rows_are_not_drawn_and_it_is_said():
    q = np.random.default_rng(7).beta(2, 5, 40)
    data = {"y": np.arange(80) % 2, "p": np.append(q, q + 1e-9), "k": np.full(80, 2**40)}
    found = cecli.calibration(data, label="y", prob="p", count="k")
    assert found["miscalibration_expected"] is None
    assert any("at most 10,000,000,000 rows" in notice.message for notice in found.notices)
    # Rows of one prediction have no order, however many there are.
    alone = {"y": data["y"], "p": np.repeat(q, 2), "k": data["k"]}
    assert cecli.calibration(alone, label="y", prob="p", count="k")["miscalibration_expected"] > 0


def test_draws_do_not_depend_on_the_number_of_threads():
    of = cells(np.random.default_rng(8).beta(2, 5, 300))
    assert drawn(of, 7, Threads(3)).losses.won.tolist() == drawn(of, 7).losses.won.tolist()


def test_certain_predictions_win_nothing_by_chance():
    assert drawn(cells(np.array([0.0, 1.0, 1.0])), 3).losses.won.tolist() == [0.0, 0.0, 0.0]


def test_calibrated_predictions_are_as_far_off_as_chance_has_it():
    rng = np.random.default_rng(6)
    q = rng.beta(2, 5, 5000)
    right = {"y": (rng.random(5000) < q).astype(int), "p": q}
    wrong = {"y": (rng.random(5000) < q**1.3).astype(int), "p": q}
    assert cecli.calibration(right, label="y", prob="p")["miscalibration_p_value"] > 0.05
    found = cecli.calibration(wrong, label="y", prob="p", draws=200)
    assert found["miscalibration_p_value"] == pytest.approx(1 / 201)
    assert found["miscalibration"] > found["miscalibration_quantile"]


def rates_by_rows(q, at, draws, seed=1):
    """Return isotonic curves of labels drawn row by row, at some predictions."""
    rng, q = np.random.default_rng(seed), np.sort(q)
    places = np.searchsorted(q, at)
    found = []
    for _ in range(draws):
        y = (rng.random(len(q)) < q).astype(np.int64)
        pools = Pools.over(np.ones(len(q), dtype=np.int64), y)
        sizes = np.diff(np.append(pools.starts, len(q)))
        found.append(np.repeat(pools.events / pools.weight, sizes)[places])
    return np.array(found)


@pytest.mark.parametrize("width", [1.0, 1e-4], ids=["usual", "one cell"])
def test_the_curves_of_draws_have_the_distribution_of_those_by_rows(width):
    q = 0.3 + 0.4 * width * np.random.default_rng(2).random(2000)
    labels = drawn(cells(q), 200)
    expected = rates_by_rows(q, np.clip(labels.at, q.min(), q.max()), 200)
    some = slice(10, -10) if len(labels.at) > 20 else slice(None)
    error = np.hypot(labels.rates.std(axis=0), expected.std(axis=0)) / np.sqrt(200)
    gap = labels.rates.mean(axis=0) - expected.mean(axis=0)
    assert (abs(gap) < 5 * error + 1e-9)[some].all()
    assert (np.diff(labels.rates, axis=1) >= 0.0).all()


@pytest.mark.parametrize(("draws", "place"), [(10, None), (38, None), (39, 0), (100, 1), (199, 4)])
def test_a_band_has_so_many_curves_outside_that_a_further_one_is_as_likely(draws, place):
    labels = drawn(cells(np.random.default_rng(8).random(300)), draws)
    band = labels.band(0.95)
    if place is None:
        assert band is None
        return
    ordered = np.sort(labels.rates, axis=0)
    assert band.draws == draws
    assert band.points.lower == pytest.approx(ordered[place], rel=1e-6)
    assert band.points.upper == pytest.approx(ordered[-1 - place], rel=1e-6)
    assert 2 * (place + 1) / (draws + 1) <= 0.05 < 2 * (place + 2) / (draws + 1)
