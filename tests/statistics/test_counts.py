"""Counts of values, those that count equally at once."""

from collections import Counter

import numpy as np
import pytest
from grouped_rows import NAMES, chunk, rows
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk, Coded
from cecli.core.errors import InputError
from cecli.numerics.sums.exact import from_units
from cecli.statistics import counts
from cecli.statistics.counts import CategoryCounts, Counts
from cecli.statistics.mean import WEIGHT

COUNTS = Counts(("by", "cluster"), "preds.csv")


@pytest.mark.parametrize("weighted", [False, True])
@given(rows)
def test_values_that_count_equally_are_found_at_once(weighted, rows):
    state = COUNTS.summarize(chunk(rows, weighted=weighted))
    alone = {
        (NAMES[by], NAMES[cluster]): WEIGHT.summarize(
            chunk([row for row in rows if row[3:] == (by, cluster)], weighted=weighted)
        )
        for by, cluster in {row[3:] for row in rows}
    }
    assert len(state) == len(alone)
    assert state.total == sum(each.weight for each in alone.values())
    assert state.weights == {key: each.weight for key, each in alone.items()}
    assert state.squares == {key: each.weight_squared for key, each in alone.items()}
    found = {(weight, square): values for values, weight, square in state.alike()}
    assert found == Counter((each.weight, each.weight_squared) for each in alone.values())


@given(st.lists(st.sampled_from("abcdefg"), max_size=12), st.integers(1, 6), st.integers(0, 12))
def test_categories_are_counted_until_they_are_too_many_however_rows_are_cut(values, most, cut):
    statistic = CategoryCounts("c", most)

    def of(some):
        names = tuple(dict.fromkeys(some))
        codes = np.array([names.index(x) for x in some], dtype=np.int64)
        texts = {"c": Coded(codes, names)}
        return statistic.summarize(Chunk("rows", np.arange(len(some)), {}, texts))

    expected = {x: values.count(x) for x in values} if len(set(values)) <= most else None
    first, second = values[:cut], values[cut:]
    for found in (of(first).merge(of(second)), of(second).merge(of(first))):
        weights = found.weights
        counted = None if weights is None else {x: from_units(w) for x, w in weights.items()}
        assert counted == expected


@pytest.mark.parametrize("roles", [("by",), ("by", "cluster")])
def test_more_values_than_can_be_counted_are_refused_in_any_cut(roles, monkeypatch):
    monkeypatch.setattr(counts, "MOST" if len(roles) == 1 else "MOST_PAIRS", 2)
    statistic = Counts(roles, "preds.csv")
    parts = [statistic.summarize(chunk([(0.0, 0.0, 1.0, by, 0)])) for by in (0, 1, 2)]
    assert len(parts[0].merge(parts[1]).merge(parts[0])) == 2
    with pytest.raises(InputError, match="more than 2 distinct values to count"):
        parts[0].merge(parts[1]).merge(parts[2])
    with pytest.raises(InputError, match="more than 2 distinct values to count"):
        statistic.summarize(chunk([(0.0, 0.0, 1.0, by, 0) for by in (0, 1, 2)]))
