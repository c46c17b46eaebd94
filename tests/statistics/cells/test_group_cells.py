"""The cells of groups, in any cut, under other keys, and where they are too many."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Coded
from cecli.core.errors import InputError
from cecli.numerics.cells.keys import INNER_BITS, keys_of
from cecli.numerics.sums.exact import from_units
from cecli.statistics.cells import group_cells
from cecli.statistics.cells.group_cells import GroupCells

NAMES = ("a", "b", "c")
STATISTIC = GroupCells(("by",), "f.csv", 3)
rows = st.lists(
    st.tuples(
        st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.0, 0.25, 0.2500001, 0.5, 1.0])),
        st.booleans(),
        st.integers(1, 5),
        st.integers(0, 2),
    ),
    max_size=30,
)


def chunk_of(rows, kind="weight"):
    q, target, weight, by = (
        (np.array(x) for x in zip(*rows, strict=True)) if rows else [np.empty(0)] * 4
    )
    numbers = {"prob": q.astype(float), "target": target.astype(float)}
    if kind is not None:
        numbers[kind] = weight.astype(float)
    return Chunk("f.csv", np.arange(len(rows)), numbers, {"by": Coded(by.astype(np.int64), NAMES)})


def summed(lines):
    """Return the sums of all lines, exactly."""
    return [sum(map(from_units, each.units())) for each in lines.sums]


@pytest.mark.parametrize("kind", [None, "weight", "count"])
@given(rows)
def test_each_group_has_the_sums_of_its_rows(kind, rows):
    found = {key: lines for key, lines in STATISTIC.summarize(chunk_of(rows, kind))}  # noqa: C416
    assert list(found) == [(NAMES[place],) for place in sorted({row[3] for row in rows})]
    for (name,), lines in found.items():
        some = [row for row in rows if NAMES[row[3]] == name]
        cells = {int(key) >> INNER_BITS for key in keys_of(np.array([row[0] for row in some]))}
        assert len(lines) == len(cells)
        w = [Fraction(1 if kind is None else row[2]) for row in some]
        twice = w if kind == "count" else [x * x for x in w]
        q = [Fraction(row[0]) for row in some]
        rest = [Fraction(1.0 - row[0]) for row in some]
        assert summed(lines) == [
            sum(w),
            sum(x for x, row in zip(w, some, strict=True) if row[1]),
            sum(x * y for x, y in zip(w, q, strict=True)),
            sum(x * y * z for x, y, z in zip(twice, q, rest, strict=True)),
            sum(twice),
        ]
        assert lines.rows.sum() == (sum(w) if kind == "count" else len(some))


@given(rows, st.integers(0, 30), st.integers(1, 40))
def test_the_cut_and_the_order_change_nothing_even_if_cells_become_wider(rows, cut, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_cells, "MOST_LINES", most)
        patch.setattr(group_cells, "MOST_SHIFT", 60)
        patch.setattr(group_cells, "FEW", 3)
        whole = STATISTIC.summarize(chunk_of(rows))
        first, second = (STATISTIC.summarize(chunk_of(part)) for part in (rows[:cut], rows[cut:]))
        if most < 3:
            return  # a cell for each of three groups is the least
        assert first.merge(second) == second.merge(first) == whole
        if first.parts:  # its cells may be wider already
            assert first.settled().merge(second) == second.merge(first.settled()) == whole
        if rows:
            (lines,) = whole.settled().parts
            assert len(lines) <= most


@given(rows)
def test_groups_under_one_key_are_one_group(rows):
    state = STATISTIC.summarize(chunk_of(rows)).rekeyed(lambda _: ("all",))
    expected = STATISTIC.summarize(chunk_of([(*row[:3], 0) for row in rows]))
    assert state == expected.rekeyed(lambda _: ("all",))
    assert state.rows_by_group() == ({("all",): len(rows)} if rows else {})
    again = STATISTIC.summarize(chunk_of(rows))
    assert again.in_order() == again
    assert list(again.in_order().keys) == sorted(again.keys)


def test_too_many_groups_are_refused_in_any_cut():
    two = GroupCells(("by",), "f.csv", 2)
    rows = [(0.5, True, 1, by) for by in range(3)]
    with pytest.raises(InputError, match="more than 2 groups"):
        two.summarize(chunk_of(rows))
    parts = [two.summarize(chunk_of([row])) for row in rows]
    with pytest.raises(InputError, match="more than 2 groups"):
        parts[0].merge(parts[1]).merge(parts[2])


def test_cells_that_stay_too_many_however_wide_are_refused(monkeypatch):
    monkeypatch.setattr(group_cells, "MOST_LINES", 2)
    rows = [(q, True, 1, 0) for q in (0.001, 0.25, 0.75, 0.999)]
    with pytest.raises(InputError, match="1 groups whose predictions fall into more than 4 cells"):
        STATISTIC.summarize(chunk_of(rows)).settled()


def test_log_odds_are_in_the_cells_of_their_probabilities():
    rng = np.random.default_rng(1)
    logits, by = rng.normal(size=200) * 4.0, rng.integers(0, 3, 200)
    target, texts = rng.integers(0, 2, 200) * 1.0, {"by": Coded(by, NAMES)}

    def cells(prob, scales):
        numbers = {"prob": prob, "target": target}
        return STATISTIC.summarize(Chunk("f.csv", np.arange(200), numbers, texts, scales=scales))

    stated, plain = cells(logits, {"prob": Scale.LOGIT}), cells(1.0 / (1.0 + np.exp(-logits)), {})
    for (key, some), (other, lines) in zip(stated, plain, strict=True):
        assert (key, some.rows.sum()) == (other, lines.rows.sum())
        for one, expected in zip(summed(some), summed(lines), strict=True):
            assert float(one) == pytest.approx(float(expected), rel=1e-14)
