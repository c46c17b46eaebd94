"""Sums of rows of any weight in cells: what is compiled against numpy, and against fractions."""

from collections import defaultdict
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.numerics.cells.keys import INNER, INNER_BITS
from cecli.numerics.cells.tables import packed, unpacked
from cecli.numerics.sums.exact import from_units
from cecli.statistics.cells import weighed
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.cells.weighed import LARGEST_COUNT, NumberedRows, RowNumbers, Weighed

probs = st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.25, 0.25 + 2.0**-50, 0.75]))
targets = st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.0, 1.0, 0.1, 1e-300]))
row = st.tuples(
    probs,
    st.booleans(),
    st.one_of(st.floats(1e-9, 1e9), st.sampled_from([1.0, 1 / 3, 2.0**-30, 1e-300])),
)


def rows_of(found, kind=RowNumbers.WEIGHTS):
    prob, happened, weight = (
        np.array(column, dtype=np.float64) for column in zip(*found, strict=True)
    )
    return NumberedRows(packed(prob, happened), weight, kind)


def lines_of(cells):
    sums = [list(map(from_units, each.units())) for each in cells.sums]
    numbers = (cells.codes, cells.rows, cells.least, cells.most)
    return list(zip(*(x.tolist() for x in numbers), *sums, strict=True))


def by_hand(rows):
    """Return the lines of cells from fractions, one row at a time."""
    keys, happened = unpacked(rows.packed)
    weights, targets = rows.numbers.tolist(), happened.tolist()
    if rows.kind is RowNumbers.TARGETS:
        weights, targets = [1.0] * len(rows), rows.numbers.tolist()
    counted = rows.kind is RowNumbers.COUNTS
    cells = defaultdict(list)
    for key, target, weight in zip(keys.tolist(), targets, weights, strict=True):
        cells[key >> INNER_BITS].append((key, Fraction(target), Fraction(weight)))
    return [
        (
            code,
            sum(int(w) if counted else 1 for _, _, w in some),
            min(key for key, _, _ in some),
            max(key for key, _, _ in some),
            sum(w for _, _, w in some),
            sum(w * t for _, t, w in some),
            sum(w * (key & INNER) for key, _, w in some),
            sum(w if counted else w * w for _, _, w in some),
            sum(w * t if counted else w * w * t for _, t, w in some),
        )
        for code, some in sorted(cells.items())
    ]


@given(st.lists(row, min_size=1, max_size=30))
@example([(0.5, True, 1.0), (0.5, False, 2.0**-32)])
@example([(0.5, True, 1.0), (0.5, False, 2.0**-33)])
def test_sums_are_exact(found):
    rows = rows_of(found)
    assert lines_of(Weighed.of_rows([rows])) == by_hand(rows)


@given(st.lists(st.tuples(row, st.integers(1, 1 << 40)), min_size=1, max_size=30))
def test_counted_rows_are_so_many_rows(found):
    rows = rows_of([(*some[:2], number) for some, number in found], RowNumbers.COUNTS)
    assert lines_of(Weighed.of_rows([rows])) == by_hand(rows)


@pytest.mark.parametrize(("most", "is_kept"), [(LARGEST_COUNT, True), (2 * LARGEST_COUNT, False)])
def test_counts_too_large_to_add_up_as_integers_have_exact_sums_too(most, is_kept):
    q, y, counts = np.array([0.5, 0.5, 0.25]), np.array([1.0, 0.0, 1.0]), np.array([7.0, most, 9.0])
    assert (NumberedRows.of(q, y, None, counts, counted=True) is not None) is is_kept
    numbers = {"prob": q, "target": y, "count": counts}
    parts = [
        CELLS.summarize(Chunk("x", np.arange(3)[rows], {x: n[rows] for x, n in numbers.items()}))
        for rows in (slice(2), slice(2, 3))
    ]
    rows = rows_of(list(zip(q, y, counts, strict=True)), RowNumbers.COUNTS)
    assert lines_of(parts[0].merge(parts[1]).whole) == by_hand(rows)


def soft_rows(prob, target):
    return NumberedRows(packed(prob, np.zeros(len(prob))), target, RowNumbers.TARGETS)


@pytest.mark.parametrize("is_compiled", [True, False])
@given(st.lists(st.tuples(probs, targets), min_size=1, max_size=30))
@example([(0.5, 1.0), (0.5, 2.0**-50), (0.5, 0.0)])
@example([(0.5, 1.0), (0.5, 2.0**-51)])
@example([(0.5, 0.0)])
def test_sums_of_soft_labels_are_exact(is_compiled, found):
    rows = soft_rows(*map(np.array, zip(*found, strict=True)))
    with pytest.MonkeyPatch.context() as patch:
        if not is_compiled:
            patch.setattr(weighed, "weighed_loops", None)
        assert lines_of(Weighed.of_rows([rows])) == by_hand(rows)


def test_rows_of_every_kind_are_summed_together():
    rng = np.random.default_rng(2)
    numbers = rng.random(300) ** 9, rng.random(300) < 0.3, rng.integers(1, 9, 300) / 1.0
    found = list(zip(*numbers, strict=True))
    kinds = [
        rows_of(found),
        rows_of(found, RowNumbers.COUNTS),
        soft_rows(numbers[0], rng.random(300)),
    ]
    parts = [Weighed.of_rows([rows]) for rows in kinds]
    assert lines_of(Weighed.of_rows(kinds)) == lines_of(Weighed.merged(parts))


@pytest.mark.parametrize("at_once", [7, 10, 1 << 20])
@pytest.mark.parametrize("is_compiled", [True, False])
def test_no_cut_changes_the_sums(at_once, is_compiled, monkeypatch):
    rng = np.random.default_rng(1)
    columns = rng.random(500) ** 9, rng.random(500) < 0.3, rng.random(500)
    rows = rows_of(list(zip(*columns, strict=True)))
    whole = lines_of(Weighed.of_rows([rows]))
    monkeypatch.setattr(weighed, "MOST_AT_ONCE", at_once)
    if not is_compiled:
        monkeypatch.setattr(weighed, "weighed_loops", None)
    parts = [
        NumberedRows(rows.packed[a:b], rows.numbers[a:b], RowNumbers.WEIGHTS)
        for a, b in [(0, 7), (7, 7), (7, 300), (300, 500)]
    ]
    assert lines_of(Weighed.of_rows(parts)) == whole


def test_rows_that_are_in_no_cell_are_refused_and_leave_nothing_behind():
    loops = pytest.importorskip("cecli.numerics.cells.weighed_loops", reason="not compiled here")
    rows = np.append(packed(np.linspace(0.0, 1.0, 40), np.ones(40)), np.uint64(2**64 - 1))
    for sums_of in (partial(loops.weighed, counted=False), loops.soft):
        with pytest.raises(IndexError):
            sums_of([rows], [np.ones(41)], inner_bits=INNER_BITS)
        (_, found, _, _), *_ = sums_of([rows[:-1]], [np.ones(40)], inner_bits=INNER_BITS)
        assert found.sum() == 40


def test_arrays_that_do_not_match_are_refused():
    loops = pytest.importorskip("cecli.numerics.cells.weighed_loops", reason="not compiled here")
    with pytest.raises(ValueError, match="differ in length"):
        loops.weighed([np.zeros(2, np.uint64)], [np.ones(1)], INNER_BITS, False)
    with pytest.raises(ValueError, match="differ in length"):
        loops.soft([np.zeros(2, np.uint64)], [np.ones(1)], INNER_BITS)
