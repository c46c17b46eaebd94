"""The rows in cells: the sums of each cell, for labels, soft labels, weights and counts."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.numerics.cells import keys, pools, tables
from cecli.numerics.cells.keys import INNER_BITS, keys_of
from cecli.numerics.cells.ranges import DividedRanges
from cecli.statistics.cells import prediction_cells as module
from cecli.statistics.cells.prediction_cells import CELLS, PredictionCells

probs = st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.0, 0.5, 1.0, 0.3, 0.3 + 1e-9]))
rows = st.lists(st.tuples(probs, st.booleans(), st.integers(1, 9)), min_size=1, max_size=30)


def chunk(q, t, scale=None, **columns):
    numbers = {"prob": np.array(q, float), "target": np.array(t, float), **columns}
    scales = {} if scale is None else {"prob": scale}
    return Chunk("x", np.arange(len(q)), numbers, scales=scales)


def lines(found):
    """Return a cell a line: weight, events, keys, and the mean prediction."""
    q = found.means[0]
    columns = (found.weight, found.events, found.least, found.most, q)
    return list(zip(*(x.tolist() for x in columns), strict=True))


@given(rows)
def test_a_cell_has_the_sums_of_its_rows(found):
    q, y, _ = zip(*found, strict=True)
    state = CELLS.summarize(chunk(q, y))
    k = keys_of(np.array(q))
    for n, s, least, most, mean in lines(state.cells):
        some = [i for i in range(len(q)) if least <= k[i] <= most]
        assert {k[i] >> INNER_BITS for i in some} == {least >> INNER_BITS}
        assert (n, s) == (len(some), sum(y[i] for i in some))
        exact = sum(Fraction(q[i]) for i in some) / n
        assert abs(mean - exact) <= 1e-15
    assert int(state.cells.weight.sum()) == len(q)


@given(rows)
def test_a_count_is_as_many_rows(found):
    q, y, k = zip(*found, strict=True)
    counted = CELLS.summarize(chunk(q, y, count=np.array(k, float)))
    out = [(q, y) for q, y, k in found for _ in range(k)]
    written_out = CELLS.summarize(chunk(*zip(*out, strict=True)))
    assert counted == written_out
    one, other = counted.cells, written_out.cells
    assert one.weight_squared is None
    for name in ("rows", "weight", "events", "least", "most", "offsets"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@given(rows, st.floats(1e-300, 1e300))
def test_a_factor_common_to_all_weights_changes_no_share(found, factor):
    q, y, k = zip(*found, strict=True)
    plain = CELLS.summarize(chunk(q, y, weight=np.array(k, float))).cells
    scaled = CELLS.summarize(chunk(q, y, weight=np.array(k, float) * factor)).cells
    for name in ("weight", "events"):
        one, other = getattr(plain, name), getattr(scaled, name)
        np.testing.assert_allclose(one / plain.weight.sum(), other / scaled.weight.sum(), 1e-12)
    assert 0 < int(scaled.weight.sum()) < 2**62 + len(scaled)


def test_whole_weights_are_kept_as_they_are():
    found = CELLS.summarize(chunk([0.1, 0.1, 0.7], [1, 0, 1], weight=np.array([3.0, 4.0, 2.5])))
    assert found.cells.weight.tolist() == [14, 5]
    assert found.cells.events.tolist() == [6, 5]
    np.testing.assert_allclose(found.cells.squares[0], [36.0, 25.0])
    np.testing.assert_allclose(found.cells.squares[1], [64.0, 0.0])


def test_soft_labels_are_events_in_part():
    found = CELLS.summarize(chunk([0.1, 0.1, 0.7], [0.25, 0.5, 1.0])).cells
    assert (found.events / found.weight).tolist() == [0.375, 1.0]


def test_many_pieces_are_merged_now_and_then(monkeypatch):
    monkeypatch.setattr(module, "WAITING", 10)
    rng = np.random.default_rng(1)
    q, y = rng.random(400), rng.integers(0, 2, 400)
    state = CELLS.empty()
    for i in range(0, 400, 7):
        state = state.merge(CELLS.summarize(chunk(q[i : i + 7], y[i : i + 7])))
    assert len(state.pieces) < 30
    assert state == CELLS.summarize(chunk(q, y))


def test_logits_near_certainty_are_told_apart():
    logits = [40.0, 41.0, -800.0]
    found = CELLS.summarize(chunk(logits, [1, 1, 0], Scale.LOGIT)).cells
    assert len(found) == 3
    np.testing.assert_allclose(found.means[1][1:], np.exp([-40.0, -41.0]), rtol=1e-12)


def test_without_compiled_parts_the_state_is_the_same(monkeypatch):
    rng = np.random.default_rng(2)
    q, y = rng.random(3000).round(3), rng.integers(0, 2, 3000)
    compiled = CELLS.summarize(chunk(q, y))
    for each in (keys, tables, pools):
        monkeypatch.setattr(each, "cell_loops", None)
    plain = CELLS.summarize(chunk(q, y))
    assert [x.tolist() for x in plain.pieces] == [x.tolist() for x in compiled.pieces]


@pytest.mark.parametrize("made", [{}, {"weight": np.ones(0)}])
def test_no_rows_have_no_cells(made):
    state = CELLS.summarize(chunk([], [], **made))
    assert state == CELLS.empty()
    assert len(state.cells) == 0


@given(rows, rows)
def test_rows_with_and_without_weights_are_those_of_one_input(plain, weighted):
    (q, y, _), (q2, y2, w) = (zip(*some, strict=True) for some in (plain, weighted))
    both = CELLS.summarize(chunk(q, y)), CELLS.summarize(chunk(q2, y2, weight=np.array(w, float)))
    weight = np.array((1,) * len(q) + w, float)
    whole = CELLS.summarize(chunk(q + q2, y + y2, weight=weight))
    assert both[0].merge(both[1]) == both[1].merge(both[0]) == whole


# The keys of 0.3 … 0.3 + 1e-9, and of some above a half, in finer cells.
ENDS = keys_of(np.array([[0.3, 0.3 + 1e-9], [0.7, 0.7 + 1e-12]]).ravel()).reshape(2, 2)
FINER = PredictionCells(DividedRanges.over(*ENDS.T, 16))
inside = st.sampled_from([0.3, 0.3 + 5e-10, 0.3 + 1e-9, 0.7, 0.7 + 1e-12])


@pytest.mark.parametrize("kind", ["weight", "count"])
@given(st.lists(st.tuples(probs | inside, st.booleans(), st.integers(1, 9)), max_size=30))
def test_finer_cells_have_the_rows_inside_of_their_ranges(kind, found):
    q, y, w = zip(*found, strict=True) if found else [()] * 3
    state = FINER.summarize(chunk(q, y, **{kind: np.array(w, float)}))
    k = keys_of(np.array(q, float)).tolist()
    within = [i for i in range(len(q)) if any(low <= k[i] <= high for low, high in ENDS)]
    assert int(state.cells.weight.sum()) == sum(w[i] for i in within)
    for n, s, least, most, _ in lines(state.cells):
        some = [i for i in within if least <= k[i] <= most]
        assert (n, s) == (sum(w[i] for i in some), sum(w[i] * y[i] for i in some))
    ones = FINER.summarize(chunk(q, y, weight=np.ones(len(q))))
    assert ones == FINER.summarize(chunk(q, y))
