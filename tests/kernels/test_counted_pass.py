"""The one pass over binary predictions with counts, against each statistic by itself."""

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
from cecli.kernels import binary_pass, kernels_for
from cecli.kernels.binary_pass import BINARY_PASS, STATISTICS, Limits
from cecli.kernels.counted_pass import counted_pass
from cecli.statistics.cells.weighed import LARGEST_COUNT
from cecli.statistics.first_rows import Largest
from cecli.statistics.mean import Mean, Product
from cecli.statistics.quantiles import Quantiles

one_pass = pytest.importorskip("cecli.kernels.one_pass", reason="not compiled here")

KERNELS = range(len(one_pass.KERNELS))
SCALES = [Scale.PROBABILITY, Scale.LOGIT]
targets = st.sampled_from([0.0, 1.0])
counts = st.one_of(st.integers(1, 9), st.integers(1, 1 << 40))
probs = st.one_of(
    st.floats(0.0, 1.0),
    st.sampled_from([0.5, 5e-324, 1e-300, 1e-17, 2.0**-53, 1.0 - 2.0**-53, 1e-15, 1.0 - 1e-15]),
)
logits = st.one_of(
    st.floats(-1e3, 1e3),
    st.sampled_from([0.0, -0.0, 5e-324, 745.5, -746.0, 1e295, -1e295, 1e300, -1e300]),
    st.sampled_from([np.inf, -np.inf]),
)
rows, rows_of_logits = st.tuples(targets, probs, counts), st.tuples(targets, logits, counts)


def chunk_of(targets, prob, count, scale=Scale.PROBABILITY):
    named = {"target": targets, "prob": prob, "count": count}
    numbers = {role: np.array(column, dtype=np.float64) for role, column in named.items()}
    label = Coded(numbers["target"].astype(np.int64), ("0", "1"))
    scales = {} if scale is Scale.PROBABILITY else {"prob": scale}
    return Chunk("x", np.arange(2, len(prob) + 2), numbers, {"label": label}, scales=scales)


def random_chunk(size, most=9, scale=Scale.PROBABILITY):
    rng = np.random.default_rng(size)
    stated = rng.random(size) if scale is Scale.PROBABILITY else rng.normal(scale=5.0, size=size)
    return chunk_of(rng.random(size) < 0.3, stated, rng.integers(1, most, size), scale)


def states_of(statistics, chunk):
    """Return the states of a chunk as the fold makes them."""
    return States.empty(statistics).update(chunk, kernels_for(statistics))


def assert_told_alike(chunk, told):
    for statistic, state in told.items():
        assert state == statistic.summarize(chunk), statistic


@given(st.lists(rows, min_size=1, max_size=40))
@example([(1.0, 1.0, 3)])
@example([(0.0, 1e-300, (1 << 40) - 1), (0.0, 5e-324, 7)])
@example([(1.0, 0.5, 2), (0.0, 0.5, 1)])
def test_each_state_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(*zip(*found, strict=True))
    told = counted_pass(chunk)
    assert_told_alike(chunk, told)
    assert told or any(prob == 1.0 - target for target, prob, _ in found)


@given(st.lists(rows_of_logits, min_size=1, max_size=40))
@example([(1.0, np.inf, 2), (0.0, -np.inf, 3)])
@example([(1.0, -1e300, 1 << 40), (0.0, 1.0, 1)])
@example([(0.0, 1e295, 1 << 40), (1.0, -1e295, 3)])
def test_each_state_of_logits_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(*zip(*found, strict=True), Scale.LOGIT)
    told = counted_pass(chunk)
    assert_told_alike(chunk, told)
    # Products of larger losses with counts may be no doubles.
    assert told or any((-z if target else z) >= 2.0**980 for target, z, _ in found)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 3, 8, 2047, 2048, 2049, 5000])
@pytest.mark.parametrize("scale", SCALES)
def test_every_kernel_tells_the_same(kernel, size, scale, monkeypatch):
    for name in ("counted_sums", "counted_sums_of_logits"):
        chosen = getattr(one_pass, name)
        monkeypatch.setattr(one_pass, name, partial(lambda of, *given: of(*given, kernel), chosen))
    chunk = random_chunk(size, 1 << 30, scale)
    told = counted_pass(chunk)
    assert set(told) == STATISTICS
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("scale", SCALES)
def test_a_count_is_so_many_equal_rows(scale):
    chunk = random_chunk(500, scale=scale)
    count = chunk.numbers["count"].astype(np.int64)
    repeated = {role: np.repeat(chunk.numbers[role], count) for role in ("target", "prob")}
    label = Coded(repeated["target"].astype(np.int64), ("0", "1"))
    lines = np.repeat(chunk.lines, count)
    alone = Chunk("x", lines, repeated, {"label": label}, scales=chunk.scales)
    told, expected = counted_pass(chunk), BINARY_PASS(alone)
    for statistic in STATISTICS - {binary_pass.USED_LINES}:
        assert told[statistic] == expected[statistic], statistic
    assert told[binary_pass.USED_LINES].number == len(chunk)


@pytest.mark.parametrize(("target", "prob"), [(1.0, 0.0), (0.0, 1.0)])
@pytest.mark.parametrize("row", [0, 2999])
def test_an_infinite_loss_is_left_to_the_statistics(target, prob, row):
    chunk = random_chunk(3000)
    chunk.numbers["target"][row], chunk.numbers["prob"][row] = target, prob
    assert counted_pass(chunk) == {}
    states = states_of(STATISTICS, chunk)
    assert states[binary_pass.CROSS_ENTROPY].infinite_rows == chunk.numbers["count"][row]


@given(
    st.lists(st.lists(rows, min_size=1, max_size=5), min_size=1, max_size=6),
    st.sampled_from(SCALES),
)
@example([[(1.0, 0.25, 2)], [(1.0, 0.25, 3)], [(1.0, 0.0, 1)], [(0.0, 0.5, 9)]], Scale.PROBABILITY)
def test_chunks_merge_as_they_do_one_statistic_at_a_time(found, scale):
    states = alone = States.empty(STATISTICS)
    for line, some in enumerate(found):
        chunk = chunk_of(*zip(*some, strict=True), scale)
        chunk.lines[:] += 10 * line
        states = states.update(chunk, kernels_for(STATISTICS))
        alone = alone.update(chunk)
    assert states.moved(7) == alone.moved(7)


def test_without_the_compiled_pass_the_statistics_do_it_alone(monkeypatch):
    chunk = random_chunk(9)
    with_pass, kernels = states_of(STATISTICS, chunk), kernels_for(STATISTICS)
    monkeypatch.setattr("cecli.kernels.counted_pass.one_pass", None)
    assert counted_pass(chunk) == {}
    assert States.empty(STATISTICS).update(chunk, kernels) == with_pass


@pytest.mark.parametrize(
    "change",
    [
        {"texts": {}},
        {"scales": {"prob": Scale.PERCENT}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1), "weight": np.ones(1)}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1)}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1), "count": np.full(1, 2.0**41)}},
        {"numbers": {"target": np.ones((2, 1)), "prob": np.ones((2, 1)), "count": np.ones(1)}},
    ],
    ids=["soft labels", "percentages", "weights", "no counts", "huge counts", "several classes"],
)
def test_it_leaves_chunks_alone_to_which_it_does_not_apply(change):
    chunk = chunk_of([1.0], [0.5], [LARGEST_COUNT])
    assert counted_pass(chunk)
    assert counted_pass(replace(chunk, **change)) == {}
    assert counted_pass(chunk.where(np.zeros(1, dtype=bool))) == {}


def test_no_kernel_takes_arrays_that_do_not_match():
    limits = Limits(0.0, 1.0, 7, 0, 10)
    with pytest.raises(ValueError, match="differ in length"):
        one_pass.counted_sums(np.ones(2), np.ones(2), np.ones(3), limits)
    with pytest.raises(ValueError, match="empty"):
        one_pass.counted_sums_of_logits(np.ones(0), np.ones(0), np.ones(0), limits)
    with pytest.raises(IndexError):
        one_pass.counted_sums(np.ones(2), np.ones(2), np.ones(2), limits, len(KERNELS))


@pytest.mark.parametrize("by", [Mean, Product, Quantiles, Largest])
def test_a_report_on_usual_rows_takes_one_pass(by, monkeypatch):
    def refuse(*_):
        raise AssertionError(by)

    monkeypatch.setattr(by, "summarize", refuse)
    prob = np.linspace(0.01, 0.99, 1000)
    table = {"y": (prob > 0.3).astype(int), "p": prob, "n": np.arange(1, 1001)}
    assert cecli.score(table, label="y", prob="p", count="n")["cross_entropy"] > 0.0
