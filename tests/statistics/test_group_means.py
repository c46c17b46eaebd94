"""The moments of many groups at once are those of each group alone."""

import pytest
from grouped_rows import BOTH, FIRST, NAMES, SECOND, SQUARE, chunk, rows
from hypothesis import given

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
