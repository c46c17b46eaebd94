"""The effective numbers of rows of two classes, and what follows of them, against sums of rows."""

import math
from fractions import Fraction

import numpy as np
import pytest

from cecli.core.chunk import Chunk
from cecli.metrics.cells.delong import RowsOfClasses
from cecli.statistics.cells.prediction_cells import CELLS


def test_effective_numbers_are_those_of_the_weights_of_each_class():
    rng = np.random.default_rng(5)
    q, y, w = rng.random(60), (np.arange(60) % 3 == 0).astype(float), rng.lognormal(size=60)
    chunk = Chunk("x", np.arange(60), {"prob": q, "target": y, "weight": w})
    found = RowsOfClasses.of(CELLS.summarize(chunk).cells)
    events, others = (sum(x) ** 2 / sum(x * x) for x in (w[y == 1], w[y == 0]))
    assert found == pytest.approx((events, others), rel=1e-6)
    assert found.rarer == found.events
    assert found.degrees == pytest.approx(events - 1, rel=1e-6)


def test_a_class_without_rows_has_none():
    chunk = Chunk("x", np.arange(2), {"prob": np.array([0.2, 0.7]), "target": np.ones(2)})
    assert RowsOfClasses.of(CELLS.summarize(chunk).cells) == (2.0, 0.0)


def test_each_part_of_a_variance_is_made_larger_by_the_row_that_its_mean_took():
    of_events, of_others = Fraction(1, 8), Fraction(1, 50)
    found = RowsOfClasses(4.0, 11.0).variance(of_events, of_others)
    assert found == Fraction(1, 8) * 4 / 3 + Fraction(1, 50) * 11 / 10
    assert RowsOfClasses(2.0, 11.0).variance(of_events, of_others) is not None
    assert RowsOfClasses(1.5, 11.0).variance(of_events, of_others) is None
    assert RowsOfClasses(11.0, 1.5).variance(of_events, of_others) is None
    assert RowsOfClasses(4.0, 11.0).variance(Fraction(0), Fraction(0)) is None


def test_many_rows_have_a_normal_distribution():
    assert RowsOfClasses(1e9, 1e9).degrees == math.inf
