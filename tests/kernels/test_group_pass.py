"""The one pass over binary predictions by group, against each statistic by itself, bit for bit."""

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
from cecli.kernels import binary_pass, group_digits, group_pass, kernels_for
from cecli.kernels.binary_pass import STATISTICS, Limits
from cecli.kernels.group_digits import OF_PRODUCTS, OF_SCORES
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.mean import Mean, Product

group_loops = pytest.importorskip("cecli.kernels.group_loops", reason="not compiled here")

KERNELS = range(len(group_loops.KERNELS))
NAMES = ("a", "b", "c", "d")
ALL_MEANS = tuple(map(Mean, OF_SCORES))
ALL_PRODUCTS = tuple(Product(*pair) for pair in OF_PRODUCTS)
BY_GROUP = GroupMeans(("by",), ALL_MEANS, "preds.csv", 10_000, ALL_PRODUCTS)
WITH_GROUPS = (*STATISTICS, BY_GROUP)
PASS, *_ = kernels_for(WITH_GROUPS)
probs = st.one_of(
    st.floats(0.0, 1.0),
    st.sampled_from([0.5, 5e-324, 1e-300, 1e-17, 2.0**-38, 2.0**-53, 1.0 - 2.0**-53, 1.0 - 1e-15]),
)
# Losses of about 2**10 or more cannot be cut.
logits = st.one_of(
    st.floats(-1e3, 1e3),
    st.floats(-40.0, 40.0),
    st.sampled_from([0.0, -0.0, 5e-324, -1e-20, 36.8, 745.5, -746.0, np.inf, -np.inf]),
    st.sampled_from([np.nextafter(1024.0, 0.0), 1024.0, -1024.0, -2048.5, 1e300, -1e300]),
)
SCALES = [Scale.PROBABILITY, Scale.LOGIT]


def rows_of(stated):
    return st.tuples(st.sampled_from([0.0, 1.0]), stated, st.integers(0, len(NAMES) - 1))


def by_group(targets, stated, codes, names=NAMES, scale=Scale.PROBABILITY):
    target = np.array(targets, dtype=np.float64)
    texts = {
        "label": Coded(target.astype(np.int64), ("0", "1")),
        "by": Coded(np.array(codes, dtype=np.int64), names),
    }
    numbers = {"target": target, "prob": np.array(stated)}
    scales = {} if scale is Scale.PROBABILITY else {"prob": scale}
    return Chunk("x", np.arange(2, len(target) + 2), numbers, texts, scales=scales)


def some_rows(size, groups, power=1, scale=Scale.PROBABILITY):
    """Return rows whose predictions are the more extreme, the higher the power."""
    rng = np.random.default_rng(size)
    prob = rng.random(size) ** power
    prob[::3] = 1.0 - prob[::3]
    prob = prob.clip(1e-300, 1.0 - 2.0**-53)
    stated = rng.normal(scale=3.0 * power, size=size) if scale is Scale.LOGIT else prob
    names = tuple(f"group {k}" for k in range(groups))
    codes = rng.integers(0, groups, size)
    return by_group(rng.random(size) < prob, stated, codes, names, scale)


def assert_told_alike(chunk, told):
    for statistic, state in told.items():
        assert state == statistic.summarize(chunk), statistic


@pytest.mark.parametrize("many", [0, 1 << 40], ids=["at once", "waiting"])
@given(st.lists(rows_of(probs), min_size=1, max_size=40))
@example([(0.0, 1e-300, 0), (0.0, 2.0**-30, 0), (1.0, 0.5, 1)])
@example([(1.0, 1.0, 3)])
def test_each_state_is_the_one_that_the_statistic_makes(many, found):
    chunk = by_group(*zip(*found, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_pass, "MANY", many)
        told = PASS(chunk)
    assert_told_alike(chunk, told)
    assert BY_GROUP in told or any(prob == 1.0 - target for target, prob, _ in found)


@pytest.mark.parametrize("many", [0, 1 << 40], ids=["at once", "waiting"])
@given(st.lists(rows_of(logits), min_size=1, max_size=40))
@example([(0.0, -800.0, 0), (0.0, -20.0, 0), (1.0, 0.5, 1)])
@example([(1.0, -1e-20, 0), (0.0, -1e-20, 0), (0.0, -0.0, 1)])
@example([(1.0, -1024.0, 0), (1.0, -1023.0, 0), (0.0, 1e300, 1), (0.0, -40.0, 1)])
@example([(0.0, np.nextafter(1024.0, 0.0), 0), (0.0, 600.0, 1), (0.0, -40.0, 1)])
@example([(1.0, np.inf, 2), (0.0, -np.inf, 2)])
def test_each_state_of_logits_is_the_one_that_the_statistic_makes(many, found):
    chunk = by_group(*zip(*found, strict=True), scale=Scale.LOGIT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_pass, "MANY", many)
        told = PASS(chunk)
    assert_told_alike(chunk, told)
    assert BY_GROUP in told or any(z == (-np.inf if target else np.inf) for target, z, _ in found)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("size", "groups"), [(1, 1), (2048, 1), (2049, 3), (10_000, 5), (300, 40)])
@pytest.mark.parametrize("power", [1, 40, 400])
def test_every_kernel_tells_the_same(kernel, size, groups, power, scale, monkeypatch):
    for name in ("binary_sums_by", "binary_sums_of_logits_by"):
        chosen = getattr(group_loops, name)
        monkeypatch.setattr(group_loops, name, partial(lambda of, *x: of(*x, kernel), chosen))
    monkeypatch.setattr(group_pass, "MANY", 0)
    chunk = some_rows(size, groups, power, scale)
    told = PASS(chunk)
    assert told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("cuts", [[], [1], [100, 101, 900], list(range(0, 1000, 40))])
@pytest.mark.parametrize("groups", [2, 300])
@pytest.mark.parametrize("scale", SCALES)
def test_states_merge_to_those_of_all_rows(cuts, groups, scale, monkeypatch):
    # So many rows are summed in between, others at the end.
    monkeypatch.setattr("cecli.statistics.group_sums.LEAST_WAITING", 1)
    chunk = some_rows(1000, groups, 9, scale)
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
    assert set(PASS(some_rows(1000, 3, scale=scale))) == set(WITH_GROUPS)


def test_rows_on_another_scale_are_left_to_the_statistics():
    assert PASS(by_group([0.0, 1.0], [50.0, 50.0], [0, 1], scale=Scale.PERCENT)) == {}


def test_probabilities_and_logits_can_wait_together():
    parts = [some_rows(500, 300, 9, scale) for scale in SCALES]
    together, alone = States.empty([BY_GROUP]), States.empty([BY_GROUP])
    for part in (*parts, *parts):
        together = together.update(part, [PASS])
        alone = alone.update(part)
    assert together == alone


def test_the_first_of_equal_largest_losses_is_told():
    prob = [0.5] * 10 + [0.25] + [0.5] * 3000 + [0.25] * 1989
    chunk = by_group([1.0] * 5000, prob, [1, 0] * 2500)
    assert PASS(chunk)[binary_pass.LARGEST].position == ("x", 12)


@pytest.mark.parametrize("many", [0, 1 << 40])
def test_an_infinite_loss_is_left_to_the_statistics(many, monkeypatch):
    monkeypatch.setattr(group_pass, "MANY", many)
    assert PASS(by_group([0.0, 1.0], [0.5, 0.0], [0, 1])) == {}


def test_more_groups_than_allowed_are_left_to_the_statistics():
    few = replace(BY_GROUP, most=1)
    kernel, *_ = kernels_for((*STATISTICS, few))
    assert kernel(by_group([0.0, 1.0], [0.5, 0.5], [0, 1])) == {}


def test_other_means_are_left_to_the_statistics():
    other = replace(BY_GROUP, means=(*BY_GROUP.means, Mean(len)))
    assert kernels_for((*STATISTICS, other))[0] == binary_pass.BINARY_PASS
    assert kernels_for((other, BY_GROUP)) == ()


def test_without_the_compiled_pass_the_statistics_do_it_alone(monkeypatch):
    chunk = some_rows(100, 3)
    with_pass = States.empty(WITH_GROUPS).update(chunk, [PASS])
    monkeypatch.setattr(group_pass, "group_loops", None)
    assert kernels_for(WITH_GROUPS)[0] == binary_pass.BINARY_PASS
    assert PASS(chunk) == {}
    assert States.empty(WITH_GROUPS).update(chunk) == with_pass


def test_no_kernel_takes_arrays_that_do_not_match():
    limits, codes = Limits(0.0, 1.0, 7, 0, 10), np.zeros(2, dtype=np.int64)
    sums = group_loops.binary_sums_by
    with pytest.raises(ValueError, match="differ in length"):
        sums(codes, 1, np.ones(2), np.ones(3), limits)
    with pytest.raises(ValueError, match="empty"):
        sums(codes[:0], 1, np.ones(0), np.ones(0), limits)
    with pytest.raises(ValueError, match="groups"):
        sums(codes, 0, np.ones(2), np.ones(2), limits)
    for code in (-1, 1):
        with pytest.raises(IndexError):
            sums(np.array([0, code]), 1, np.ones(2), np.ones(2), limits)
    with pytest.raises(IndexError):
        sums(codes, 1, np.ones(2), np.ones(2), limits, len(KERNELS))


@pytest.mark.parametrize("scale", SCALES)
def test_a_report_by_group_takes_no_plain_rows(scale, monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr("cecli.statistics.group_rows.Rows.sums", refuse)
    monkeypatch.setattr(group_digits, "ROWS_AS_ONE", 1)
    prob = np.linspace(0.01, 0.99, 1000)
    columns = {"y": (prob > 0.3).astype(int), "p": prob, "g": np.arange(1000) % 100}
    report = cecli.score(columns, label="y", prob="p", by="g", scale=scale)
    assert len(report.groups) == 100
