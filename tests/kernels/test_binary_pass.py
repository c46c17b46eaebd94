"""The one pass over binary predictions, against each statistic by itself, bit for bit."""

from dataclasses import replace
from functools import partial, reduce

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cecli
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Coded
from cecli.core.statistic import States
from cecli.kernels import binary_pass, kernels_for
from cecli.kernels.binary_pass import BINARY_PASS, STATISTICS, Limits
from cecli.statistics.first_rows import Largest
from cecli.statistics.mean import Mean, Product
from cecli.statistics.quantiles import Quantiles

one_pass = pytest.importorskip("cecli.kernels.one_pass", reason="not compiled here")

KERNELS = range(len(one_pass.KERNELS))
probs = st.one_of(
    st.floats(0.0, 1.0),
    st.sampled_from([0.5, 5e-324, 1e-300, 1e-17, 2.0**-53, 1.0 - 2.0**-53, 1e-15, 1.0 - 1e-15]),
)
# Where the exponential is 0 or subnormal, where 1 − q is no other number than 1, and infinite.
logits = st.one_of(
    st.floats(-1e3, 1e3),
    st.floats(-40.0, 40.0),
    st.sampled_from([0.0, -0.0, 5e-324, -1e-20, 745.5, -746.0, 1e300, -1e300, np.inf, -np.inf]),
)
targets = st.sampled_from([0.0, 1.0])
rows, rows_of_logits = st.tuples(targets, probs), st.tuples(targets, logits)


def chunk_of(targets, prob, scale=Scale.PROBABILITY):
    numbers = {"target": np.array(targets, dtype=np.float64), "prob": np.array(prob)}
    label = Coded(numbers["target"].astype(np.int64), ("0", "1"))
    scales = {} if scale is Scale.PROBABILITY else {"prob": scale}
    return Chunk("x", np.arange(2, len(prob) + 2), numbers, {"label": label}, scales=scales)


def states_of(statistics, chunk):
    """Return the states of a chunk as the fold makes them."""
    return States.empty(statistics).update(chunk, kernels_for(statistics))


def assert_told_alike(chunk, told):
    for statistic, state in told.items():
        assert state == statistic.summarize(chunk), statistic


@given(st.lists(rows, min_size=1, max_size=40))
@example([(1.0, 1.0)])
@example([(0.0, 0.0), (1.0, 1.0)])
@example([(0.0, 1e-300)])
@example([(1.0, 0.5), (0.0, 0.5)])
def test_each_state_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(*zip(*found, strict=True))
    told = BINARY_PASS(chunk)
    assert_told_alike(chunk, told)
    assert told or any(prob == 1.0 - target for target, prob in found)


@given(st.lists(rows_of_logits, min_size=1, max_size=40))
@example([(1.0, np.inf), (0.0, -np.inf)])
@example([(1.0, -800.0)])
@example([(1.0, -1e-20), (0.0, -1e-20)])
@example([(1.0, -0.0), (0.0, 40.0)])
def test_each_state_of_logits_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(*zip(*found, strict=True), Scale.LOGIT)
    told = BINARY_PASS(chunk)
    assert_told_alike(chunk, told)
    assert told or any(z == (-np.inf if target else np.inf) for target, z in found)


def force_kernel(monkeypatch, kernel):
    for name in ("binary_sums", "binary_sums_of_logits"):
        chosen = getattr(one_pass, name)
        monkeypatch.setattr(one_pass, name, partial(lambda of, *given: of(*given, kernel), chosen))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 3, 8, 2047, 2048, 2049, 10_000])
@pytest.mark.parametrize("power", [1, 40])
def test_every_kernel_tells_the_same(kernel, size, power, monkeypatch):
    rng = np.random.default_rng(size)
    prob = rng.random(size) ** power
    prob[::3] = 1.0 - prob[::3]
    chunk = chunk_of(rng.random(size) < prob, prob)
    force_kernel(monkeypatch, kernel)
    told = BINARY_PASS(chunk)
    assert told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 7, 2049])
@pytest.mark.parametrize("spread", [1e-10, 3.0, 40.0])
def test_every_kernel_tells_the_same_of_logits(kernel, size, spread, monkeypatch):
    rng = np.random.default_rng(size)
    chunk = chunk_of(rng.random(size) < 0.3, rng.normal(scale=spread, size=size), Scale.LOGIT)
    force_kernel(monkeypatch, kernel)
    told = BINARY_PASS(chunk)
    assert told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("scale", [Scale.PROBABILITY, Scale.LOGIT])
def test_usual_rows_leave_nothing_to_tell(scale):
    rng = np.random.default_rng(1)
    prob = rng.beta(1.0, 3.0, 1000)
    assert set(BINARY_PASS(chunk_of(rng.random(1000) < prob, prob, scale))) == STATISTICS


def test_the_first_of_equal_largest_losses_is_told():
    chunk = chunk_of([1.0] * 5000, [0.5] * 10 + [0.25] + [0.5] * 3000 + [0.25] * 1989)
    assert BINARY_PASS(chunk)[binary_pass.LARGEST].position == ("x", 12)


@pytest.mark.parametrize(("target", "prob"), [(1.0, 0.0), (0.0, 1.0)])
@pytest.mark.parametrize("row", [0, 4999])
def test_an_infinite_loss_is_left_to_the_statistics(target, prob, row):
    chunk = chunk_of([1.0] * 5000, [0.5] * 5000)
    chunk.numbers["target"][row], chunk.numbers["prob"][row] = target, prob
    assert BINARY_PASS(chunk) == {}
    states = states_of(STATISTICS, chunk)
    assert states[binary_pass.CROSS_ENTROPY].infinite_rows == 1


@given(
    st.lists(st.lists(rows, min_size=1, max_size=5), min_size=1, max_size=6),
    st.sampled_from([Scale.PROBABILITY, Scale.LOGIT]),
)
@example(
    [[(1.0, 0.25)], [(1.0, 0.25)], [(1.0, 0.0)], [(1.0, 0.25), (0.0, 5e-324)], [(0.0, 0.5)]],
    Scale.PROBABILITY,
)
def test_chunks_merge_as_they_do_one_statistic_at_a_time(found, scale):
    chunks = [chunk_of(*zip(*some, strict=True), scale) for some in found]
    states = alone = States.empty(STATISTICS)
    for line, chunk in enumerate(chunks):
        chunk.lines[:] += 10 * line
        states = states.update(chunk, kernels_for(STATISTICS))
        alone = alone.update(chunk)
    assert states == alone


@given(st.lists(st.lists(rows, min_size=1, max_size=5), min_size=1, max_size=6), st.integers(0, 6))
@example([[(1.0, 0.25)], [(1.0, 0.0)], [(1.0, 0.25)], [(0.0, 0.5)]], 1)
@example([[(1.0, 0.25)], [(1.0, 0.5)], [(1.0, 0.0)], [(1.0, 0.25)], [(1.0, 0.25)]], 2)
def test_parts_of_an_input_merge_as_they_do_one_statistic_at_a_time(found, cut):
    chunks = [chunk_of(*zip(*some, strict=True)) for some in found]

    def part_of(some, *kernels):
        return reduce(partial(States.update, kernels=kernels), some, States.empty(STATISTICS))

    def whole(*kernels):
        first, second = (part_of(some, *kernels) for some in (chunks[:cut], chunks[cut:]))
        return first.moved(3).merge(second.moved(30))

    assert whole(BINARY_PASS) == whole()


def test_without_the_compiled_pass_the_statistics_do_it_alone(monkeypatch):
    chunk = chunk_of([1.0, 0.0], [0.75, 0.25])
    with_pass = states_of(STATISTICS, chunk)
    monkeypatch.setattr(binary_pass, "one_pass", None)
    assert kernels_for(STATISTICS) == ()
    assert states_of(STATISTICS, chunk) == with_pass


def test_it_computes_the_states_of_the_chunk_that_it_is_given():
    chunk = chunk_of([1.0, 0.0], [0.75, 0.5])
    kept = chunk.where(np.array([True, False]))
    assert states_of(STATISTICS, chunk)[binary_pass.BASE_RATE].weights.rows == 2
    assert states_of(STATISTICS, kept)[binary_pass.BASE_RATE].weights.rows == 1


def test_a_statistic_that_nobody_asks_for_turns_nothing_off():
    assert kernels_for(STATISTICS - {binary_pass.CHANGE_BY_CLIP, binary_pass.ACCURACY})
    assert not kernels_for({binary_pass.CROSS_ENTROPY})


@pytest.mark.parametrize(
    "change",
    [
        {"texts": {}},
        {"scales": {"prob": Scale.PERCENT}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1), "weight": np.ones(1)}},
        {"numbers": {"target": np.ones((2, 1)), "prob": np.ones((2, 1))}},
    ],
    ids=["soft labels", "percentages", "weights", "several classes"],
)
def test_it_leaves_chunks_alone_to_which_it_does_not_apply(change):
    assert BINARY_PASS(replace(chunk_of([1.0], [0.5]), **change)) == {}


def test_no_kernel_takes_arrays_that_do_not_match():
    limits = Limits(0.0, 1.0, 7, 0, 10)
    with pytest.raises(ValueError, match="differ in length"):
        one_pass.binary_sums(np.ones(2), np.ones(3), limits)
    with pytest.raises(ValueError, match="empty"):
        one_pass.binary_sums(np.ones(0), np.ones(0), limits)
    with pytest.raises(IndexError):
        one_pass.binary_sums(np.ones(2), np.ones(2), limits, len(KERNELS))


@pytest.mark.parametrize("by", [Mean, Product, Quantiles, Largest])
def test_a_report_on_usual_rows_takes_one_pass(by, monkeypatch):
    def refuse(*_):
        raise AssertionError(by)

    monkeypatch.setattr(by, "summarize", refuse)
    prob = np.linspace(0.01, 0.99, 1000)
    report = cecli.score({"y": (prob > 0.3).astype(int), "p": prob}, label="y", prob="p")
    assert report["cross_entropy"] > 0.0
