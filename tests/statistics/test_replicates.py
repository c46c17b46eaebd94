"""A bootstrap's sums against a loop over rows and replicates, and where multiplicities are from."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk, Coded
from cecli.numerics.resampling import multiplicities, streams
from cecli.statistics.classes import ClassSums
from cecli.statistics.mean import Mean
from cecli.statistics.replicates import INPUT, ROW, ByText, Replicates, by_place


def fractions_of(sums):
    """Return exact sums as fractions."""
    return sums.wholes * np.array([[Fraction(2) ** e] for e in sums.exponents.tolist()])


def loss(chunk):
    return chunk.numbers["loss"]


def targets(chunk):
    return np.stack([chunk.numbers["t"], 1.0 - chunk.numbers["t"]])


def chunk_of(rows, *, weighted, first=0, source=0):
    """Return a chunk of (loss, target, weight, user) rows."""
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    numbers = {"loss": columns[0], "t": columns[1]} | ({"weight": columns[2]} if weighted else {})
    places = np.arange(first, first + len(rows))
    numbers |= {INPUT: np.full(len(rows), float(source)), ROW: places * 1.0}
    return Chunk("f.csv", places, numbers, {"user": Coded(columns[3], ("a", "b", "c"))})


rows = st.lists(
    st.tuples(
        st.one_of(st.just(np.inf), st.floats(0.0, 750.0)),
        st.floats(0.0, 1.0),
        st.floats(1e-9, 1e9),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=30,
)


@given(rows, st.booleans(), st.sampled_from([by_place, ByText("user")]), st.integers(1, 9))
def test_the_sums_are_those_of_a_loop_over_the_rows(rows, weighted, keys, number):
    chunk = chunk_of(rows, weighted=weighted)
    found = Replicates(keys, (Mean(loss),), (ClassSums(targets),), number, 3).summarize(chunk)
    drawn = multiplicities(keys(chunk), streams(3, (number + 1) // 2)).tolist()
    for replicate in range(number):
        expected = [Fraction(0)] * 4
        infinite = 0
        for (x, t, w, _), often in zip(rows, drawn, strict=True):
            times = often[replicate] * (Fraction(w) if weighted else 1)
            values = (1.0, 0.0 if np.isinf(x) else x, t, 1.0 - t)
            expected = [e + times * Fraction(v) for e, v in zip(expected, values, strict=True)]
            infinite += often[replicate] * bool(np.isinf(x))
        assert fractions_of(found.sums)[:, replicate].tolist() == expected
        assert found.infinite[:, replicate].tolist() == [infinite, 0, 0]


def test_the_same_row_of_another_input_is_drawn_for_itself():
    first, second = (chunk_of([(1.0, 0.5, 1.0, 0)] * 9, weighted=False, source=s) for s in (0, 1))
    assert not set(by_place(first).tolist()) & set(by_place(second).tolist())


def test_rows_of_a_cluster_are_drawn_together_wherever_they_are():
    one = chunk_of([(1.0, 0.5, 1.0, 0), (2.0, 0.5, 1.0, 1), (3.0, 0.5, 1.0, 0)], weighted=False)
    a, b, again = ByText("user")(one).tolist()
    assert a == again != b
    other = chunk_of([(1.0, 0.5, 1.0, 1)], weighted=False, first=100, source=4)
    assert ByText("user")(other).tolist() == [b]


def test_more_replicates_leave_the_first_as_they_are():
    chunk = chunk_of([(1.0, 0.5, 2.0, 0), (0.1, 0.5, 1.0, 1)], weighted=True)
    few, many = (Replicates(by_place, (Mean(loss),), (), n, 3).summarize(chunk) for n in (3, 10))
    np.testing.assert_array_equal(fractions_of(few.sums), fractions_of(many.sums)[:, :3])
