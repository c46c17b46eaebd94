"""The replicates of groups against those of the same rows alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk, Coded
from cecli.core.errors import InputError
from cecli.statistics import group_replicates
from cecli.statistics.group_replicates import GroupReplicates
from cecli.statistics.mean import Mean
from cecli.statistics.replicates import INPUT, ROW, ByText, Replicates, by_place


def loss(chunk):
    return chunk.numbers["loss"]


def chunk_of(rows, kind):
    """Return a chunk of (loss, weight, group, user) rows; kind is what the weight is, if any."""
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    numbers = {"loss": columns[0]} | ({} if kind is None else {kind: columns[1]})
    numbers |= {INPUT: np.zeros(len(rows)), ROW: np.arange(len(rows)) * 1.0}
    texts = {
        "by[0]": Coded(columns[2], ("a", "b", "c")),
        "cluster": Coded(columns[3], ("u", "v", "w")),
    }
    return Chunk("f.csv", np.arange(len(rows)), numbers, texts)


rows = st.lists(
    st.tuples(
        st.one_of(st.just(np.inf), st.floats(0.0, 750.0)),
        st.integers(1, 5).map(float),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=30,
)
drawn = st.sampled_from([by_place, ByText("cluster")])
kinds = st.sampled_from([None, "weight", "count"])


@given(rows, kinds, drawn)
def test_a_group_has_the_replicates_of_its_rows_at_their_places(rows, kind, keys):
    chunk, replicates = chunk_of(rows, kind), Replicates(keys, (Mean(loss),), (), 7, 3)
    found = GroupReplicates(("by[0]",), replicates, "f.csv", 9).summarize(chunk).sums
    codes = chunk.texts["by[0]"].codes
    for key, state in found.items():
        assert state == replicates.summarize(chunk.where(codes == "abc".index(*key)))
    assert {key for (key,) in found} == {"abc"[code] for code in codes}


@given(rows, kinds, drawn, st.integers(1, 29))
def test_all_groups_add_up_to_the_replicates_of_all_rows(rows, kind, keys, cut):
    chunk, replicates = chunk_of(rows, kind), Replicates(keys, (Mean(loss),), (), 7, 3)
    statistic = GroupReplicates(("by[0]", "cluster"), replicates, "f.csv", 9)
    first = np.arange(len(rows)) < cut
    parts = [statistic.summarize(chunk.where(part)) for part in (first, ~first)]
    total = replicates.empty()
    for state in statistic.empty().merge(parts[0]).merge(parts[1]).sums.values():
        total = total.merge(state)
    assert total == replicates.summarize(chunk)


@given(rows, kinds, drawn)
def test_groups_under_one_key_have_the_replicates_of_all_their_rows(rows, kind, keys):
    chunk, replicates = chunk_of(rows, kind), Replicates(keys, (Mean(loss),), (), 7, 3)
    found = GroupReplicates(("by[0]", "cluster"), replicates, "f.csv", 9).summarize(chunk)
    one = GroupReplicates(("by[0]",), replicates, "f.csv", 9).summarize(chunk)
    assert found.rekeyed(lambda key: key[:1]) == one
    assert found.rekeyed(lambda key: key[:1]).split(1) == one.sums


@given(rows, st.integers(0, 40))
def test_sums_do_not_depend_on_when_they_are_drawn(rows, waiting):
    replicates = Replicates(by_place, (Mean(loss),), (), 5, 3)
    statistic = GroupReplicates(("by[0]",), replicates, "f.csv", 9)
    whole = chunk_of(rows, "weight")
    state = statistic.empty()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_replicates, "LEAST_WAITING", waiting)
        patch.setattr(group_replicates, "WAITING_PER_GROUP", 0)
        for row in range(len(rows)):
            state = state.merge(statistic.summarize(whole.where(np.arange(len(rows)) == row)))
            assert sum(part.places.size for part in state.waiting) < max(waiting, 1)
    assert state == statistic.summarize(whole)


@given(rows, st.integers(1, 9))
def test_sums_that_are_drawn_already_merge_too(rows, size):
    replicates = Replicates(by_place, (Mean(loss),), (), 5, 3)
    statistic = GroupReplicates(("by[0]",), replicates, "f.csv", 9)
    whole, places = chunk_of(rows, "weight"), np.arange(len(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_replicates, "LEAST_WAITING", 0)
        patch.setattr(group_replicates, "WAITING_PER_GROUP", 0)
        both = statistic.empty(), statistic.empty()
        for start in range(0, len(rows), size):
            part = statistic.summarize(whole.where(places // size == start // size))
            both = both[1], both[0].merge(part)
        assert both[0].merge(both[1]) == both[1].merge(both[0]) == statistic.summarize(whole)


def test_more_groups_than_there_is_room_for_are_refused_in_any_cut(monkeypatch):
    replicates = Replicates(by_place, (Mean(loss),), (), 10, 3)
    statistic = GroupReplicates(("by[0]",), replicates, "f.csv", 3)
    chunk = chunk_of([(1.0, 1.0, group, 0) for group in (0, 1, 2)], None)
    first, last = (
        chunk.where(np.array(keep)) for keep in ([True, True, False], [False] * 2 + [True])
    )
    state = statistic.empty().merge(statistic.summarize(chunk))
    assert len(state.sums) == 3
    two = GroupReplicates(("by[0]",), replicates, "f.csv", 2)
    with pytest.raises(InputError, match=r"more than 2 groups\s"):
        two.empty().merge(two.summarize(chunk))
    monkeypatch.setattr(group_replicates, "MOST_SUMS", 59)
    with pytest.raises(InputError, match="more than 2 groups, which is the most for 10 replicates"):
        statistic.empty().merge(statistic.summarize(chunk))
    state = statistic.empty().merge(statistic.summarize(first))
    with pytest.raises(InputError, match="more than 2 groups"):
        state.merge(statistic.summarize(last))
