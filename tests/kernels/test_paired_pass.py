"""The one pass over the predictions of two models, against each statistic by itself."""

from functools import partial

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cecli
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import replace
from cecli.core.statistic import States
from cecli.kernels import kernels_for, paired_pass
from cecli.kernels.paired_pass import Pair, PairedPass, paired_of, paired_passes, statistics_of
from cecli.metrics.base_rate import BASE_RATE
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.paired.few_values import MOST
from cecli.metrics.paired.losses import BASELINE, Difference, role_of

paired_sums = pytest.importorskip("cecli.kernels.paired_sums", reason="not compiled here")

KERNELS = range(len(paired_sums.KERNELS))
SECOND, THIRD = role_of(2), role_of(3)
TWO = (Pair(SECOND, BASELINE),)
THREE = (Pair(SECOND, BASELINE), Pair(THIRD, BASELINE), Pair(THIRD, SECOND))
STATISTICS = statistics_of(THREE)

probs = st.one_of(
    st.floats(0.0, 1.0),
    st.sampled_from([0.0, 0.25, 0.5, 1.0, 5e-324, 1e-300, 1e-17, 2.0**-53, 1.0 - 2.0**-53]),
)
logits = st.one_of(
    st.floats(-40.0, 40.0),
    st.sampled_from([0.0, -0.0, 5e-324, 750.0, -750.0, 1e200, -1e200, np.inf, -np.inf]),
)
targets = st.sampled_from([0.0, 1.0])


def chunk_of(found, scale=Scale.PROBABILITY):
    target, *models = np.array(found, dtype=np.float64).T
    roles = (BASELINE, SECOND, THIRD)
    numbers = {"target": target, **dict(zip(roles, models, strict=True))}
    scales = {} if scale is Scale.PROBABILITY else dict.fromkeys(roles, scale)
    label = Coded(target.astype(np.int64), ("0", "1"))
    return Chunk("x", np.arange(2, len(target) + 2), numbers, {"label": label}, scales=scales)


def states_of(statistics, chunk):
    """Return the states of a chunk as the fold makes them."""
    return States.empty(statistics).update(chunk, kernels_for(statistics))


def assert_told_alike(chunk, told):
    """The statistics get a chunk that was not told its differences by the pass."""
    untold = replace(chunk)
    for statistic, state in told.items():
        assert state == statistic.summarize(untold), statistic
    for role in (SECOND, THIRD):
        known, computed = chunk.once(Difference(role)), untold.once(Difference(role))
        assert known.tobytes() == computed.tobytes()


def has_finite_terms(chunk):
    """Return whether all losses are finite, and all squares of differences are."""
    states = [pair.summarize(chunk) for pair in STATISTICS if hasattr(pair, "score")]
    return not any(getattr(state, "infinite_rows", 0) for state in states)


@given(st.lists(st.tuples(targets, probs, probs, probs), min_size=1, max_size=40))
@example([(1.0, 1.0, 1.0, 1.0)])
@example([(0.0, 0.0, 1e-300, 0.5), (1.0, 1.0, 0.5, 1e-300)])
@example([(1.0, 0.25, 0.25, 0.25)] * 3)
@example([(1.0, 0.25, 0.25 + 2.0**-54, 0.5)] * (MOST + 1))
def test_each_state_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(found)
    told = PairedPass(THREE)(chunk)
    assert bool(told) == has_finite_terms(chunk_of(found))
    assert_told_alike(chunk, told)


@given(st.lists(st.tuples(targets, logits, logits, logits), min_size=1, max_size=40))
@example([(1.0, np.inf, 3.0, 800.0), (0.0, -np.inf, 3.0, -800.0)])
@example([(1.0, 1e200, -1e200, 0.0)])
def test_each_state_of_logits_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(found, Scale.LOGIT)
    told = PairedPass(THREE)(chunk)
    assert bool(told) == has_finite_terms(chunk_of(found, Scale.LOGIT))
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 3, 8, 2047, 2048, 2049, 5000])
@pytest.mark.parametrize("scale", [Scale.PROBABILITY, Scale.LOGIT])
def test_every_kernel_tells_the_same(kernel, size, scale, monkeypatch):
    rng = np.random.default_rng(size)
    stated = (
        rng.random((size, 3)) ** 9 if scale is Scale.PROBABILITY else rng.normal(size=(size, 3))
    )
    stated[::5, 1] = stated[::5, 0]
    chunk = chunk_of(np.column_stack([rng.integers(0, 2, size), stated]), scale)
    for name in ("paired_sums", "paired_sums_of_logits"):
        chosen = getattr(paired_sums, name)
        forced = partial(lambda of, *given: of(*given, kernel), chosen)
        monkeypatch.setattr(paired_sums, name, forced)
    told = PairedPass(THREE)(chunk)
    assert set(told) == STATISTICS
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("column", [1, 2, 3])
@pytest.mark.parametrize("row", [0, 4999])
def test_an_infinite_loss_is_left_to_the_statistics(column, row):
    found = np.full((5000, 4), 0.5)
    found[:, 0] = 1.0
    found[row, column] = 0.0
    chunk = chunk_of(found)
    assert PairedPass(THREE)(chunk) == {}
    states = states_of(STATISTICS, chunk)
    model = paired_of(THREE[0] if column < 3 else THREE[1])
    assert states[model.baseline if column == 1 else model.model].infinite_rows == 1


@given(
    st.lists(
        st.lists(st.tuples(targets, probs, probs, probs), min_size=1, max_size=9),
        min_size=1,
        max_size=6,
    )
)
@example([[(1.0, 0.5, 0.25, 0.5)] * 15, [(1.0, 0.5, 0.0, 0.5)], [(0.0, 0.5, 0.25, 0.5)] * 15])
def test_chunks_merge_as_they_do_one_statistic_at_a_time(found):
    states = alone = States.empty(STATISTICS)
    for line, some in enumerate(found):
        chunk = chunk_of(some)
        chunk.lines[:] += 10 * line
        states = states.update(chunk, kernels_for(STATISTICS))
        alone = alone.update(replace(chunk))
    assert states.moved(7) == alone.moved(7)


def test_the_pairs_are_those_whose_differences_are_wanted():
    assert paired_passes(statistics_of(TWO)) == (PairedPass(TWO),)
    assert paired_passes(STATISTICS) == (PairedPass(THREE),)
    assert paired_passes({CROSS_ENTROPY, BASE_RATE}) == ()
    assert kernels_for(STATISTICS) == (PairedPass(THREE),)


def test_without_the_compiled_pass_the_statistics_do_it_alone(monkeypatch):
    found = [(1.0, 0.75, 0.5, 0.25), (0.0, 0.125, 0.25, 0.5)]
    with_pass = states_of(STATISTICS, chunk_of(found))
    monkeypatch.setattr(paired_pass, "paired_sums", None)
    assert kernels_for(STATISTICS) == ()
    assert PairedPass(THREE)(chunk_of(found)) == {}
    assert states_of(STATISTICS, chunk_of(found)) == with_pass


@pytest.mark.parametrize(
    "change",
    [
        {"texts": {}},
        {"scales": {BASELINE: Scale.LOGIT}},
        {"scales": dict.fromkeys((BASELINE, SECOND, THIRD), Scale.PERCENT)},
        {"numbers": {"weight": np.ones(1)}},
        {"numbers": {"count": np.ones(1)}},
        {"numbers": dict.fromkeys((BASELINE, SECOND, THIRD), np.ones((2, 1)))},
    ],
    ids=["soft labels", "two scales", "percentages", "weights", "counts", "several classes"],
)
def test_it_leaves_chunks_alone_to_which_it_does_not_apply(change):
    chunk = chunk_of([(1.0, 0.5, 0.5, 0.5)])
    assert PairedPass(THREE)(chunk)
    changed = {"numbers": {**chunk.numbers, **change.pop("numbers", {})}, **change}
    assert PairedPass(THREE)(replace(chunk, **changed)) == {}


@pytest.mark.parametrize("arrays", [(0, 0, 0), (2, 1, 2), (2, 2, 3)])
def test_arrays_that_do_not_belong_together_are_refused(arrays):
    with pytest.raises(ValueError, match="empty or differ in length"):
        paired_sums.paired_sums(*map(np.ones, arrays))


@pytest.mark.parametrize("models", ["ab", "abc"])
@pytest.mark.parametrize("options", [{}, {"cluster": "g"}, {"by": "g"}, {"order": True}])
def test_a_report_is_the_same_without_it(models, options, monkeypatch):
    rng = np.random.default_rng(5)
    of_models = dict(zip("abc", rng.beta(2.0, 2.0, (3, 4000)), strict=True))
    data = {"y": rng.integers(0, 2, 4000), **of_models, "g": rng.integers(0, 40, 4000)}
    compared = partial(cecli.compare, data, label="y", prob=list(models), **options)
    with_pass = compared().to_json()
    monkeypatch.setattr(paired_pass, "paired_sums", None)
    assert compared().to_json() == with_pass
