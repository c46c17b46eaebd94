"""The sums of many groups at once are those of each group alone."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk, Coded
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.mean import WEIGHT, Mean, Product

NAMES = ("", "a", "b")


def first(chunk):
    return chunk.numbers["first"]


def second(chunk):
    return chunk.numbers["second"]


FIRST, SECOND = Mean(first), Mean(second)
BOTH, SQUARE = Product(first, second), Product(second, second)
GROUPED = GroupMeans(("by", "cluster"), (FIRST, SECOND), "preds.csv", 100, (BOTH, SQUARE))

scores = st.one_of(
    st.floats(-1e9, 1e9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([np.inf, 0.0, 5e-324, 1e-300, 1e300, -1e300]),
)
weights = st.one_of(st.floats(1e-9, 1e9), st.sampled_from([1.0, 1e-300, 1e300]))
codes = st.integers(0, len(NAMES) - 1)
rows = st.lists(st.tuples(scores, scores, weights, codes, codes), max_size=25)

abouts = st.one_of(
    st.fractions(max_denominator=10**30),
    st.floats(-1e300, 1e300).map(Fraction),
    st.just(Fraction()),
)


def chunk(rows, *, weighted=True):
    x, y, w, by, cluster = map(np.array, zip(*rows, strict=True)) if rows else [np.empty(0)] * 5
    numbers = {"first": x.astype(float), "second": y.astype(float)}
    if weighted:
        numbers["weight"] = w.astype(float)
    texts = {
        role: Coded(column.astype(np.int64), NAMES)
        for role, column in (("by", by), ("cluster", cluster))
    }
    return Chunk("preds.csv", np.arange(len(rows)), numbers, texts)


@pytest.mark.parametrize("weighted", [False, True])
@given(rows)
def test_each_group_has_the_states_of_its_rows(weighted, rows):
    found = {
        key: (weights, states)
        for key, weights, states in GROUPED.summarize(chunk(rows, weighted=weighted))
    }
    assert found == {
        (NAMES[by], NAMES[cluster]): (
            WEIGHT.summarize(alone),
            {each: each.summarize(alone) for each in (FIRST, SECOND, BOTH, SQUARE)},
        )
        for by, cluster in {row[3:] for row in rows}
        for alone in [chunk([row for row in rows if row[3:] == (by, cluster)], weighted=weighted)]
    }


@pytest.mark.parametrize("weighted", [False, True])
@given(rows, abouts)
def test_residuals_are_exact_and_rounded_once(weighted, rows, about):
    state = GROUPED.summarize(chunk(rows, weighted=weighted))
    expected = {}
    for x, _, w, *key in rows:
        w = Fraction(w) if weighted else 1
        expected.setdefault(tuple(NAMES[code] for code in key), []).append(
            w * ((0 if np.isinf(x) else Fraction(x)) - about)
        )
    found = dict(zip(state.keys, state.residuals(FIRST, about).tolist(), strict=True))
    assert found == {key: rounded(sum(terms)) for key, terms in expected.items()}


@given(rows)
def test_weights_are_the_rounded_totals_of_the_groups(rows):
    state = GROUPED.summarize(chunk(rows))
    assert state.weights().tolist() == [float(weights.total) for _, weights, _ in state]


@given(rows)
def test_groups_with_infinite_terms_are_told(rows):
    state = GROUPED.summarize(chunk(rows))
    told = state.infinite(FIRST).tolist()
    assert told == [bool(states[FIRST].infinite_rows) for *_, states in state]


@given(rows)
def test_groups_that_share_the_first_parts_of_their_keys_have_one_code(rows):
    state = GROUPED.summarize(chunk(rows))
    keys, codes = state.outer(1)
    assert len(set(keys)) == len(keys)
    assert [keys[code] for code in codes.tolist()] == [key[:1] for key in state.keys]


def rounded(x):
    """Return a fraction as a float, infinite if it is too large."""
    try:
        return float(x)
    except OverflowError:
        return np.inf if x > 0 else -np.inf
