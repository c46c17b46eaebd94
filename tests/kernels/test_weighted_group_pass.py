"""The pass over weighted rows by group, against each statistic by itself, bit for bit."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cecli
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Coded
from cecli.core.statistic import States
from cecli.kernels import kernels_for, weighted_group_pass, weighted_pass
from cecli.kernels.binary_pass import STATISTICS
from cecli.kernels.group_digits import OF_PRODUCTS, OF_SCORES
from cecli.kernels.weighted_pass import COSTLIEST, FIFTH_POWER, POWERS, WEIGHT
from cecli.metrics.predicted_variance import one
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.mean import Mean, Product

weighted_sums = pytest.importorskip("cecli.kernels.weighted_sums", reason="not compiled here")

KERNELS = range(len(weighted_sums.KERNELS))
SCALES = [Scale.PROBABILITY, Scale.LOGIT]
NAMES = ("a", "b", "c", "d")
MEANS = tuple(Mean(score) for score in OF_SCORES if score is not one)
PRODUCTS = tuple(Product(*pair) for pair in OF_PRODUCTS)
BY_GROUP = GroupMeans(("by",), MEANS, "preds.csv", 10_000, PRODUCTS)
WITH_GROUPS = (*STATISTICS, WEIGHT, POWERS, FIFTH_POWER, BY_GROUP)
probs = st.one_of(
    st.floats(0.0, 1.0),
    st.sampled_from([0.0, 0.5, 1.0, 5e-324, 1e-300, 2.0**-60, 2.0**-53, 1.0 - 2.0**-53]),
)
logits = st.one_of(
    st.floats(-41.0, 41.0),
    st.sampled_from([0.0, -0.0, 5e-324, -1e-20, 41.5, 745.5, 1e300, -1e300, np.inf, -np.inf]),
)
weights = st.one_of(
    st.floats(0.0, 1e6, exclude_min=True),
    st.sampled_from([1.0, 1 / 3, 2.0**-24, 2.0**-23 + 2.0**-70, 1e-300, 1e300]),
)
rows_of = {
    scale: st.lists(
        st.tuples(st.sampled_from([0.0, 1.0]), stated, weights, st.integers(0, 3)),
        min_size=1,
        max_size=40,
    )
    for scale, stated in zip(SCALES, (probs, logits), strict=True)
}


def by_group(target, stated, weight, codes, names=NAMES, scale=Scale.PROBABILITY):
    columns = {"target": target, "prob": stated, "weight": weight}
    numbers = {role: np.array(column, dtype=np.float64) for role, column in columns.items()}
    texts = {
        "label": Coded(numbers["target"].astype(np.int64), ("0", "1")),
        "by": Coded(np.array(codes, dtype=np.int64), names),
    }
    scales = {} if scale is Scale.PROBABILITY else {"prob": scale}
    return Chunk("x", np.arange(2, len(stated) + 2), numbers, texts, scales=scales)


def some_rows(size, groups, scale=Scale.PROBABILITY, spread=1.0):
    rng = np.random.default_rng(size)
    prob = rng.random(size) ** 3
    stated = 5.0 * rng.standard_normal(size) if scale is Scale.LOGIT else prob
    weight = np.exp(spread * rng.standard_normal(size))
    names = tuple(f"group {k}" for k in range(groups))
    codes = rng.integers(0, groups, size)
    return by_group(rng.random(size) < prob, stated, weight, codes, names, scale)


def passed(chunk, long=0, groups=(BY_GROUP,)):
    """Return what the pass tells, with this number of rows that make a group long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weighted_group_pass, "LONG", long)
        return weighted_group_pass.weighted_group_pass(chunk, groups)


def assert_told_alike(chunk, told):
    for statistic, state in told.items():
        assert state == statistic.summarize(chunk), statistic


@given(rows_of[Scale.PROBABILITY])
@example([(1.0, 1.0, 1.0, 3)])
@example([(0.0, 0.0, 0.1, 0), (1.0, 1.0, 0.3, 1), (0.0, 0.2, 1 / 3, 1)])
@example([(0.0, 1e-300, 1.0, 0), (0.0, 0.1, 1.0, 1)])
@example([(1.0, 0.0, 1.0, 0), (0.0, 0.1, 1 / 3, 0), (0.0, 0.1, 1e-9, 0)])
def test_each_state_is_the_one_that_the_statistic_makes(found):
    chunk = by_group(*zip(*found, strict=True))
    told = passed(chunk)
    assert_told_alike(chunk, told)
    assert (BY_GROUP in told) == bool(told)


@given(rows_of[Scale.LOGIT])
@example([(1.0, np.inf, 1.0, 0), (0.0, -np.inf, 0.3, 1)])
@example([(1.0, -1e-20, 0.1, 0), (0.0, -1e-20, 0.3, 0), (0.0, -0.0, 1.5, 1)])
@example([(1.0, -np.inf, 1.0, 0), (0.0, 0.1, 1 / 3, 0), (0.0, -800.0, 1.0, 2)])
def test_each_state_of_logits_is_the_one_that_the_statistic_makes(found):
    chunk = by_group(*zip(*found, strict=True), scale=Scale.LOGIT)
    told = passed(chunk)
    assert_told_alike(chunk, told)
    assert (BY_GROUP in told) == bool(told)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("size", "groups"), [(1, 1), (129, 1), (5000, 3), (300, 40)])
@pytest.mark.parametrize("spread", [0.1, 2.0])
@pytest.mark.parametrize("scale", SCALES)
def test_every_kernel_tells_the_same(kernel, size, groups, spread, scale, monkeypatch):
    for name in ("weighted_sums", "weighted_sums_of_logits"):
        chosen = getattr(weighted_sums, name)
        forced = partial(lambda of, *given: of(*given, kernel=kernel), chosen)
        monkeypatch.setattr(weighted_sums, name, forced)
    chunk = some_rows(size, groups, scale, spread)
    told = passed(chunk)
    assert BY_GROUP in told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("cuts", [[], [1], [100, 101, 900], list(range(0, 1000, 40))])
@pytest.mark.parametrize("scale", SCALES)
def test_states_merge_to_those_of_all_rows(cuts, scale, monkeypatch):
    # Some parts have long groups, others have short ones.
    monkeypatch.setattr(weighted_group_pass, "LONG", 60)
    chunk = some_rows(1000, 3, scale)
    states = States.empty(WITH_GROUPS)
    for start, stop in zip([0, *cuts], [*cuts, 1000], strict=True):
        places = np.arange(1000)
        part = chunk.where((places >= start) & (places < stop))
        # Groups have other numbers in each part.
        names = part.texts["by"].names
        turned = Coded(len(names) - 1 - part.texts["by"].codes, names[::-1])
        states = states.update(part.with_texts(by=turned), kernels_for(WITH_GROUPS))
    assert states == States.empty(WITH_GROUPS).update(chunk)


def test_the_first_of_equally_costly_rows_is_told():
    prob = [0.5] * 10 + [0.25] + [0.5] * 300 + [0.25] * 89
    chunk = by_group([1.0] * 400, prob, [1.5] * 400, [1, 0] * 200)
    assert passed(chunk)[COSTLIEST].position == ("x", 12)


def test_groups_with_few_rows_are_left_to_the_statistics():
    told = passed(some_rows(1000, 3), 400)
    assert told
    assert BY_GROUP not in told


def test_more_groups_than_allowed_are_left_to_the_statistics():
    few = replace(BY_GROUP, most=2)
    assert few not in passed(some_rows(1000, 3), groups=(few,))


def test_other_means_are_left_to_the_statistics():
    other = replace(BY_GROUP, means=(*BY_GROUP.means, Mean(len)))
    told = passed(some_rows(1000, 3), groups=(other,))
    assert told
    assert other not in told


def test_without_the_compiled_pass_the_statistics_do_it_alone(monkeypatch):
    chunk = some_rows(1000, 3)
    with_pass = States.empty(WITH_GROUPS).update(chunk, kernels_for(WITH_GROUPS))
    monkeypatch.setattr(weighted_pass, "weighted_sums", None)
    assert passed(chunk) == {}
    assert States.empty(WITH_GROUPS).update(chunk, kernels_for(WITH_GROUPS)) == with_pass


def test_no_kernel_takes_groups_that_do_not_match():
    two, bins = np.ones(2), (7, 0, 10)
    order = np.zeros(2, dtype=np.int64)
    for sums in (weighted_sums.weighted_sums, weighted_sums.weighted_sums_of_logits):
        for starts in ([], [0], [1, 2], [0, 1], [0, 3, 2]):
            with pytest.raises(ValueError, match="stretches"):
                sums(two, two, two, *bins, np.array(starts, dtype=np.int64), order)
        with pytest.raises(ValueError, match="differ in length"):
            sums(two, two, two, *bins, np.array([0, 2]), order[:1])


@pytest.mark.parametrize("scale", SCALES)
def test_a_report_by_group_takes_no_plain_rows(scale, monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr("cecli.statistics.group_rows.Rows.sums", refuse)
    prob = np.linspace(0.01, 0.99, 2000)
    columns = {"y": prob > 0.3, "p": prob, "g": np.arange(2000) % 5, "w": prob + 0.5}
    columns["y"] = columns["y"].astype(int)
    report = cecli.score(columns, label="y", prob="p", by="g", weight="w", scale=scale)
    assert len(report.groups) == 5
