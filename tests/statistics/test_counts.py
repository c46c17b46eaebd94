"""Counts of values, those that count equally at once."""

from collections import Counter

import pytest
from grouped_rows import NAMES, chunk, rows
from hypothesis import given

from cecli.statistics.counts import Counts
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
