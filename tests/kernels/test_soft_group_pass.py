"""The pass over soft labels by group, against each statistic by itself, bit for bit."""

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
from cecli.kernels import kernels_for, soft_group_pass, soft_pass
from cecli.kernels.binary_pass import Limits
from cecli.kernels.soft_pass import MEANS, PRODUCTS, SOFT_PASS, STATISTICS
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.mean import Mean

soft_sums = pytest.importorskip("cecli.kernels.soft_sums", reason="not compiled here")

KERNELS = range(len(soft_sums.KERNELS))
SCALES = [Scale.PROBABILITY, Scale.LOGIT]
NAMES = ("a", "b", "c", "d")
BY_GROUP = GroupMeans(("by",), tuple(MEANS), "preds.csv", 10_000, tuple(PRODUCTS))
WITH_GROUPS = (*STATISTICS, BY_GROUP)
(PASS,) = kernels_for(WITH_GROUPS)
probs = st.one_of(
    st.floats(0.0, 1.0),
    st.sampled_from([0.0, 0.25, 0.5, 1.0, 5e-324, 1e-300, 1e-17, 2.0**-53, 1.0 - 2.0**-53]),
)
logits = st.one_of(
    st.floats(-40.0, 40.0),
    st.sampled_from([0.0, -0.0, 5e-324, -1e-20, 300.0, -800.0, 1e300, np.inf, -np.inf]),
)
codes = st.integers(0, len(NAMES) - 1)
rows_of = {
    scale: st.lists(st.tuples(probs, stated, codes), min_size=1, max_size=40)
    for scale, stated in zip(SCALES, (probs, logits), strict=True)
}


def by_group(targets, stated, groups, names=NAMES, scale=Scale.PROBABILITY):
    numbers = {"target": np.array(targets, dtype=float), "prob": np.array(stated, dtype=float)}
    texts = {"by": Coded(np.array(groups, dtype=np.int64), names)}
    scales = {} if scale is Scale.PROBABILITY else {"prob": scale}
    return Chunk("x", np.arange(2, len(targets) + 2), numbers, texts, scales=scales)


def some_rows(size, groups, scale=Scale.PROBABILITY, power=1):
    """Return rows whose predictions are the more extreme, the higher the power."""
    rng = np.random.default_rng(size)
    target, prob = rng.random((2, size)) ** power
    prob[::3] = np.minimum(1.0 - prob[::3], 1.0 - 2.0**-53)
    target[::2] = prob[::2] + (target[::2] - prob[::2]) * 2.0**-20
    target[::7], target[::11] = 1.0, prob[::11]
    stated = 3.0 * power * rng.standard_normal(size) if scale is Scale.LOGIT else prob
    names = tuple(f"group {k}" for k in range(groups))
    return by_group(target, stated, rng.integers(0, groups, size), names, scale)


def assert_told_alike(chunk, told):
    for statistic, state in told.items():
        assert state == statistic.summarize(chunk), statistic


def passed(chunk, long):
    """Return what the pass tells, with this number of rows that make a group long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soft_group_pass, "LONG", long)
        return PASS(chunk)


@pytest.mark.parametrize("long", [0, 1 << 40], ids=["long", "short"])
@given(rows_of[Scale.PROBABILITY])
@example([(1.0, 1.0, 3)])
@example([(0.0, 1e-300, 0), (1e-300, 1e-300, 0), (0.5, 0.5 + 2.0**-53, 1)])
@example([(0.5, 0.25, 0), (0.5, 0.0, 1)])
def test_each_state_is_the_one_that_the_statistic_makes(long, found):
    chunk = by_group(*zip(*found, strict=True))
    told = passed(chunk, long)
    assert_told_alike(chunk, told)
    assert set(told) == (set(SOFT_PASS(chunk)) | {BY_GROUP} if SOFT_PASS(chunk) else set())


@pytest.mark.parametrize("long", [0, 1 << 40], ids=["long", "short"])
@given(rows_of[Scale.LOGIT])
@example([(1.0, np.inf, 2), (0.0, -np.inf, 2)])
@example([(0.5, 0.0, 0), (0.5, -1e-20, 0), (0.25, 40.0, 1), (0.5, 1e300, 1)])
def test_each_state_of_logits_is_the_one_that_the_statistic_makes(long, found):
    chunk = by_group(*zip(*found, strict=True), scale=Scale.LOGIT)
    told = passed(chunk, long)
    assert_told_alike(chunk, told)
    assert set(told) == (set(SOFT_PASS(chunk)) | {BY_GROUP} if SOFT_PASS(chunk) else set())


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("size", "groups"), [(1, 1), (2049, 1), (5000, 3), (300, 40)])
@pytest.mark.parametrize("power", [1, 10])
def test_every_kernel_tells_the_same(kernel, size, groups, power, scale, monkeypatch):
    for name in ("soft_sums_by", "soft_sums_of_logits_by"):
        chosen = getattr(soft_sums, name)
        monkeypatch.setattr(soft_sums, name, partial(lambda of, *x: of(*x, kernel), chosen))
    chunk = some_rows(size, groups, scale, power)
    told = passed(chunk, 0)
    assert told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("cuts", [[], [1], [100, 101, 900], list(range(0, 1000, 40))])
@pytest.mark.parametrize("scale", SCALES)
def test_states_merge_to_those_of_all_rows(cuts, scale, monkeypatch):
    # Some parts have long groups, others have short ones.
    monkeypatch.setattr(soft_group_pass, "LONG", 60)
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


@pytest.mark.parametrize("scale", SCALES)
def test_usual_rows_leave_nothing_to_tell(scale):
    assert set(PASS(some_rows(1000, 3, scale))) == set(WITH_GROUPS)


def test_the_first_of_equal_largest_losses_is_told():
    prob = [0.5] * 10 + [0.25] + [0.5] * 3000 + [0.25] * 1989
    chunk = by_group([0.75] * 5000, prob, [1, 0] * 2500)
    assert passed(chunk, 0)[soft_pass.LARGEST].position == ("x", 12)


def test_more_groups_than_allowed_are_left_to_the_statistics():
    kernel, *_ = kernels_for((*STATISTICS, replace(BY_GROUP, most=1)))
    assert kernel(by_group([0.5, 0.5], [0.5, 0.5], [0, 1])) == {}


def test_labels_are_left_to_the_statistics():
    chunk = by_group([0.0, 1.0], [0.5, 0.5], [0, 1])
    label = Coded(np.array([0, 1]), ("0", "1"))
    assert PASS(chunk.with_texts(label=label)) == {}


def test_other_means_are_left_to_the_statistics():
    other = replace(BY_GROUP, means=(*BY_GROUP.means, Mean(len)))
    assert kernels_for((*STATISTICS, other)) == (SOFT_PASS,)


def test_without_the_compiled_pass_the_statistics_do_it_alone(monkeypatch):
    chunk = some_rows(1000, 3)
    with_pass = States.empty(WITH_GROUPS).update(chunk, [PASS])
    monkeypatch.setattr(soft_pass, "soft_sums", None)
    monkeypatch.setattr(soft_group_pass, "soft_sums", None)
    assert kernels_for(WITH_GROUPS) == ()
    assert PASS(chunk) == {}
    assert States.empty(WITH_GROUPS).update(chunk) == with_pass


def test_no_kernel_takes_arrays_that_do_not_match():
    limits, two = Limits(0.0, 1.0, 7, 0, 10), np.zeros(2, dtype=np.int64)
    for sums in (soft_sums.soft_sums_by, soft_sums.soft_sums_of_logits_by):
        with pytest.raises(ValueError, match="differ in length"):
            sums(np.array([0, 2]), two, np.ones(2), np.ones(3), limits)
        with pytest.raises(ValueError, match="empty"):
            sums(two, two[:0], np.ones(0), np.ones(0), limits)
        for starts in ([], [0], [1, 2], [0, 1], [0, 3, 2]):
            with pytest.raises(ValueError, match="stretches"):
                sums(np.array(starts, dtype=np.int64), two, np.ones(2), np.ones(2), limits)
        with pytest.raises(IndexError):
            sums(np.array([0, 2]), two, np.ones(2), np.ones(2), limits, len(KERNELS))


@pytest.mark.parametrize("scale", SCALES)
def test_a_report_by_group_takes_no_plain_rows(scale, monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr("cecli.statistics.group_rows.Rows.sums", refuse)
    prob = np.linspace(0.01, 0.99, 2000)
    columns = {"t": prob**2, "p": prob, "g": np.arange(2000) % 5}
    report = cecli.score(columns, target="t", prob="p", by="g", scale=scale)
    assert len(report.groups) == 5
