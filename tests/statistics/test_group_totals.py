"""The totals of many groups, as arrays, against rational arithmetic."""

import math
from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from grouped_rows import FIRST, NAMES, SECOND, chunk, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from cecli.core.errors import InputError
from cecli.numerics.sums import exact, levels
from cecli.numerics.sums.exact import from_units
from cecli.statistics import group_sums
from cecli.statistics.group_totals import GroupTotals, GroupTotalsState

TOTALS = GroupTotals(("by", "cluster"), (FIRST, SECOND), "preds.csv", 100)

abouts = st.one_of(
    st.fractions(max_denominator=10**30),
    st.floats(-1e300, 1e300).map(Fraction),
    st.just(Fraction()),
)


def by_key(rows, term):
    """Return the total of a term over the rows of each group."""
    totals = {}
    for x, _, w, *codes in rows:
        key = tuple(NAMES[code] for code in codes)
        totals[key] = totals.get(key, 0) + term(x, Fraction(w))
    return totals


def by_state(state, values):
    return dict(zip(state.keys, values.tolist(), strict=True))


def is_near(x, exact):
    """Return whether a float is within two units in the last place of a fraction."""
    nearest = rounded(exact)
    return x == nearest or abs(Fraction(x) - exact) <= 2 * Fraction(math.ulp(nearest))


def rounded(x):
    try:
        return float(x)
    except OverflowError:
        return np.inf if x > 0 else -np.inf


@pytest.mark.parametrize("weighted", [False, True])
@given(rows, abouts)
def test_residuals_are_exact_and_rounded_once(weighted, rows, about):
    state = TOTALS.summarize(chunk(rows, weighted=weighted))

    def residual(x, w):
        return (w if weighted else 1) * ((0 if np.isinf(x) else Fraction(x)) - about)

    expected = by_key(rows, residual)
    found = by_state(state, state.residuals(FIRST, about))
    assert found.keys() == expected.keys()
    assert all(is_near(found[key], expected[key]) for key in expected)


@given(rows)
def test_weights_are_the_rounded_totals_of_the_groups(rows):
    state = TOTALS.summarize(chunk(rows))
    expected = by_key(rows, lambda _, w: w)
    found = by_state(state, state.weights())
    assert found.keys() == expected.keys()
    assert all(is_near(found[key], expected[key]) for key in expected)


@given(rows)
def test_groups_with_infinite_terms_are_told(rows):
    state = TOTALS.summarize(chunk(rows))
    expected = by_key(rows, lambda x, _: int(np.isinf(x)))
    assert by_state(state, state.infinite(FIRST)) == {k: n > 0 for k, n in expected.items()}


@given(rows)
def test_a_state_is_split_by_the_first_parts_of_its_keys(rows):
    state = TOTALS.summarize(chunk(rows))
    weights = by_state(state, state.weights())
    parts = {
        (*first, *key): weight
        for first, part in state.split(1).items()
        for key, weight in by_state(part, part.weights()).items()
    }
    assert parts == weights


@given(rows)
def test_each_group_is_one_row_with_its_total(rows):
    state = TOTALS.summarize(chunk(rows))
    found, product = state.as_rows(FIRST), state.product(FIRST, SECOND)
    sums = by_key(rows, lambda x, w: 0 if np.isinf(x) else w * Fraction(x))
    weights = by_key(rows, lambda _, w: w)
    others = by_key(
        [(y, x, *rest) for x, y, *rest in rows], lambda y, w: 0 if np.isinf(y) else w * Fraction(y)
    )
    assert from_units(found.sum) == sum(sums.values())
    assert from_units(found.weights.weight) == sum(weights.values())
    assert from_units(found.weights.weight_squared) == sum(w**2 for w in weights.values())
    assert from_units(found.weighted_sum) == sum(weights[key] * sums[key] for key in sums)
    assert from_units(found.weighted_squares) == sum(x**2 for x in sums.values())
    assert from_units(product.weighted_products) == sum(sums[key] * others[key] for key in sums)
    assert found.weights.rows == len(sums)


@settings(max_examples=20)
@given(rows)
def test_groups_under_one_key_are_one_group(rows):
    one = GroupTotals(("by",), (FIRST, SECOND), "preds.csv", 100)
    found = TOTALS.summarize(chunk(rows)).rekeyed(lambda key: key[:1])
    assert found == one.summarize(chunk(rows))
    assert found.rows == len(rows)
    assert found.as_rows(FIRST) is found.as_rows(FIRST)


def test_a_state_stays_as_it_is_when_others_are_merged_into_it():
    some, more, other = (
        TOTALS.summarize(chunk([(1.0, 0.0, 1.0, by, 0)])) for by in range(len(NAMES))
    )
    once, twice = some.merge(more), some.merge(other)
    assert [len(state) for state in (some, once, twice)] == [1, 2, 2]
    assert set(once.keys) == {("", ""), ("a", "")}
    assert set(twice.keys) == {("", ""), ("b", "")}
    assert twice.weights().tolist() == [1.0, 1.0]


@given(rows, st.integers(1, 9))
def test_rows_that_are_summed_already_merge_too(rows, size):
    whole = TOTALS.summarize(chunk(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_sums, "MOST_WAITING", 0)
        both = TOTALS.empty(), TOTALS.empty()
        for start in range(0, len(rows), size):
            part = TOTALS.summarize(chunk(rows[start : start + size]))
            both = both[1], both[0].merge(part)
        merged = both[0].merge(both[1])
        assert merged.sums == both[1].merge(both[0]).sums == whole.sums
        assert not merged.sums.waiting or not rows


def test_groups_of_other_states_are_not_too_many():
    two = GroupTotals(("by", "cluster"), (FIRST,), "preds.csv", 2)
    some, more, other = (two.summarize(chunk([(1.0, 0.0, 1.0, by, 0)])) for by in range(3))
    assert len(some.merge(more)) == len(some.merge(other)) == 2
    with pytest.raises(InputError, match="more than 2 groups"):
        some.merge(more).merge(other)


@pytest.mark.parametrize("compiled", [True, False])
def test_many_rows_are_summed_before_others_wait(compiled, monkeypatch):
    if not compiled:
        monkeypatch.setattr(exact, "accumulator", None)
        monkeypatch.setattr(levels, "digit_loops", None)
    rng = np.random.default_rng(3)
    parts = [
        [
            (x, 0.0, w, by, 0)
            for x, w, by in zip(
                rng.lognormal(sigma=40.0, size=9000),
                rng.lognormal(size=9000),
                rng.integers(0, 3, 9000).tolist(),
                strict=True,
            )
        ]
        for _ in range(4)
    ]
    merged = reduce(GroupTotalsState.merge, (TOTALS.summarize(chunk(part)) for part in parts))
    together = TOTALS.summarize(chunk([row for part in parts for row in part]))
    assert merged == together
    assert merged.as_rows(FIRST) == together.as_rows(FIRST)
    expected = by_key(parts[0], lambda x, w: Fraction(x) * w)
    alone = TOTALS.summarize(chunk(parts[0]))
    found = by_state(alone, alone.residuals(FIRST, Fraction()))
    assert found == {key: float(total) for key, total in expected.items()}
