"""The moments of many groups at once are those of each group alone."""

from collections import Counter

import numpy as np
import pytest
from grouped_rows import BOTH, FIRST, NAMES, SECOND, SQUARE, chunk, rows
from hypothesis import given, settings

from cecli.statistics import group_rows
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.mean import WEIGHT

GROUPED = GroupMeans(("by", "cluster"), (FIRST, SECOND), "preds.csv", 100, (BOTH, SQUARE))


@pytest.mark.parametrize("long", [0, group_rows.LONG])
@pytest.mark.parametrize("weighted", [False, True])
@given(rows)
def test_each_group_has_the_states_of_its_rows(long, weighted, rows):
    with pytest.MonkeyPatch.context() as patch:
        # At 0, all rows are brought into the order of their groups.
        patch.setattr(group_rows, "LONG", long)
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


@settings(max_examples=20)
@given(rows)
def test_groups_under_one_key_are_one_group(rows):
    one = GroupMeans(("by",), (FIRST, SECOND), "preds.csv", 100, (BOTH, SQUARE))
    found = GROUPED.summarize(chunk(rows)).rekeyed(lambda key: key[:1])
    assert found == one.summarize(chunk(rows))
    assert found.rows_by_group() == Counter((NAMES[by],) for *_, by, _ in rows)


@settings(max_examples=20)
@given(rows)
def test_columns_are_the_rounded_numbers_of_each_group_or_in_doubt(rows):
    state = GROUPED.summarize(chunk(rows))
    with np.errstate(all="ignore"):
        columns = state.columns()
        totals = columns[FIRST].total.rounded()
    assert columns.keys == state.sums.keys
    for place, (_, weights, states) in enumerate(state):
        assert columns[WEIGHT].rows[place] == weights.rows
        assert columns[WEIGHT].rounded[place] == float(weights.total)
        assert columns[FIRST].is_infinite[place] == (states[FIRST].infinite_rows > 0)
        assert np.isnan(totals[place]) or totals[place] == float(states[FIRST].total)
