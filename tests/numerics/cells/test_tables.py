"""Tables of cells are the counts of their rows, compiled or not, in any cut and order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics.cells import tables
from cecli.numerics.cells.keys import INNER, INNER_BITS, keys_of, predictions_of
from cecli.numerics.cells.ranges import DividedRanges
from cecli.numerics.cells.tables import counted, merged, numbers_of, packed, unpacked, within

SIZE = 100
rows = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, INNER), st.booleans()))


def arrays(found):
    code, inner, target = (np.array(x) for x in zip(*found, strict=True)) if found else [[]] * 3
    code = np.asarray(code, dtype=np.int64)
    keys = (code << INNER_BITS) + np.asarray(inner, dtype=np.int64)
    return code, keys, np.asarray(target, dtype=np.float64)


def by_hand(found):
    lines = []
    for code in sorted({code for code, _, _ in found}):
        some = [(inner, target) for c, inner, target in found if c == code]
        inner = [x for x, _ in some]
        total, start = sum(inner), code << INNER_BITS
        lines.append(
            [code, len(some), sum(t for _, t in some), total & INNER, total >> INNER_BITS,
             start + min(inner), start + max(inner)]
        )  # fmt: skip
    return lines


@pytest.fixture(params=["compiled", "plain"])
def loops(request, monkeypatch):
    if request.param == "plain":
        monkeypatch.setattr(tables, "cell_loops", None)
    elif tables.cell_loops is None:
        pytest.skip("not compiled here")


@pytest.mark.usefixtures("loops")
class TestTables:
    @given(rows)
    def test_a_table_counts_the_rows(self, found):
        assert counted(*arrays(found), SIZE).tolist() == by_hand(found)

    @given(rows, rows, rows)
    def test_tables_merge_to_the_table_of_all_rows(self, a, b, c):
        parts = (a, b, c)
        found = [counted(*arrays(part), SIZE) for part in parts]
        assert merged(found, size=SIZE).tolist() == by_hand([row for part in parts for row in part])

    @given(rows)
    def test_rows_with_a_soft_label_have_no_table_and_leave_no_trace(self, found):
        soft = arrays([*found, (3, 5, True)])
        soft[2][-1] = 0.5
        assert counted(*soft, SIZE) is None
        assert counted(*arrays(found), SIZE).tolist() == by_hand(found)

    @given(rows, rows, rows)
    def test_packed_rows_are_counted_as_others_are(self, a, b, c):
        _, keys, target = arrays([*a, *b])
        q, _ = predictions_of(keys)
        cut = len(a)
        words = [packed(q[:cut], target[:cut]), packed(q[cut:], target[cut:])]
        table = counted(*arrays(c), SIZE)
        assert merged([table], words, size=SIZE).tolist() == by_hand([*a, *b, *c])

    @given(rows, st.sets(st.integers(0, SIZE - 1), min_size=1))
    def test_packed_rows_are_chosen_by_ranges_and_read_again(self, found, chosen):
        _, keys, target = arrays(found)
        words = packed(predictions_of(keys)[0], target)
        cells = np.array(sorted(chosen), dtype=np.int64) << INNER_BITS
        ranges = DividedRanges.over(cells + 5, cells + INNER // 2, SIZE)
        inside = (keys[:, None] >= cells + 5) & (keys[:, None] <= cells + INNER // 2)
        some = words[inside.any(axis=1)]
        assert within(words, ranges).tolist() == some.tolist()
        q, again = numbers_of(some)
        assert keys_of(q).tolist() == keys[inside.any(axis=1)].tolist()
        assert again.tolist() == target[inside.any(axis=1)].tolist()

    def test_many_packed_rows_are_counted_in_parts(self, monkeypatch):
        monkeypatch.setattr(tables, "MOST_PACKED", 3)
        found = [(code % 7, code * 12345, code % 2 == 0) for code in range(20)]
        _, keys, target = arrays(found)
        q, _ = predictions_of(keys)
        words = [packed(q[i : i + 2], target[i : i + 2]) for i in range(0, 20, 2)]
        assert merged([], words, size=SIZE).tolist() == by_hand(found)

    def test_many_rows_are_counted_in_parts(self, monkeypatch):
        monkeypatch.setattr(tables, "MOST_AT_ONCE", 3)
        found = [(code % 7, code * 12345, code % 2 == 0) for code in range(50)]
        assert counted(*arrays(found), SIZE).tolist() == by_hand(found)

    def test_the_sum_of_the_inner_bits_does_not_overflow(self):
        found = [(1, INNER, True)] * 300
        table = counted(*arrays(found), SIZE)
        for _ in range(30):  # 3e11 rows in one cell
            table = merged([table, table], size=SIZE)
        (line,) = table.tolist()
        assert line[tables.ROWS] == 300 << 30
        assert (line[tables.CARRY] << INNER_BITS) + line[tables.OFFSET] == (300 << 30) * INNER


@pytest.mark.parametrize("way", ["compiled", "plain"])
def test_a_key_and_a_label_fit_in_eight_bytes(way, monkeypatch):
    if way == "plain":
        monkeypatch.setattr(tables, "cell_loops", None)
    q = np.array([0.0, 5e-324, 0.3, 0.5, 0.9, 1.0 - 2.0**-53, 1.0])
    for target in (0.0, 1.0):
        rows = packed(q, np.full(len(q), target))
        keys, again = unpacked(rows)
        assert keys.tolist() == keys_of(q).tolist()
        assert (again == target).all()
        assert (rows[1:] > rows[:-1]).all()
    assert packed(q, np.full(len(q), 0.5)) is None
    assert packed(q, np.ones(len(q)), 1.0 - q).tolist() == rows.tolist()


def test_a_code_without_a_cell_is_refused():
    loops = pytest.importorskip("cecli.numerics.cells.cell_loops", reason="not compiled here")
    table = counted(*arrays([(5, 1, True)]), SIZE)
    with pytest.raises(IndexError):
        loops.merged([table], [], 5, INNER_BITS)
    assert loops.merged([table], [], 6, INNER_BITS).tolist() == table.tolist()
    assert loops.counted(*arrays([(5, 1, True)]), 5, INNER_BITS) is None
    with pytest.raises(ValueError, match="differ in length"):
        loops.counted(np.zeros(1, np.int64), np.zeros(2, np.int64), np.zeros(1), 5, INNER_BITS)
