"""The one pass over binary predictions of soft labels, against each statistic by itself."""

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
from cecli.kernels import kernels_for, soft_pass
from cecli.kernels.binary_pass import Limits
from cecli.kernels.soft_pass import SOFT_PASS, STATISTICS
from cecli.statistics.cells.prediction_cells import PredictionCells
from cecli.statistics.first_rows import Largest
from cecli.statistics.mean import Mean, Product
from cecli.statistics.quantiles import Quantiles

soft_sums = pytest.importorskip("cecli.kernels.soft_sums", reason="not compiled here")

KERNELS = range(len(soft_sums.KERNELS))
# Above the square root of the least number, so that no ratio of two of them is subnormal.
probs = st.one_of(
    st.floats(1e-150, 1.0),
    st.sampled_from([0.0, 0.25, 0.5, 1.0, 1e-17, 2.0**-53, 1.0 - 2.0**-53, 1e-15, 1.0 - 1e-15]),
)
logits = st.one_of(
    st.floats(-40.0, 40.0),
    st.sampled_from([0.0, -0.0, 5e-324, -1e-20, 300.0, -300.0, np.inf, -np.inf]),
)
rows, rows_of_logits = st.tuples(probs, probs), st.tuples(probs, logits)


def chunk_of(targets, prob, scale=Scale.PROBABILITY):
    numbers = {"target": np.array(targets, dtype=np.float64), "prob": np.array(prob, dtype=float)}
    scales = {} if scale is Scale.PROBABILITY else {"prob": scale}
    return Chunk("x", np.arange(2, len(prob) + 2), numbers, scales=scales)


def states_of(statistics, chunk):
    """Return the states of a chunk as the fold makes them."""
    return States.empty(statistics).update(chunk, kernels_for(statistics))


def assert_told_alike(chunk, told):
    for statistic, state in told.items():
        assert state == statistic.summarize(chunk), statistic


@given(st.lists(rows, min_size=1, max_size=40))
@example([(1.0, 1.0)])
@example([(0.0, 0.0), (1.0, 1.0)])
@example([(0.0, 1e-300), (1e-300, 1e-300)])
@example([(0.5, 0.2), (0.4, 0.41), (0.4, 0.4), (1.0, 0.2)])
@example([(0.5, 0.5 + 2.0**-53), (1e-17, 0.0)])
def test_each_state_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(*zip(*found, strict=True))
    told = SOFT_PASS(chunk)
    assert_told_alike(chunk, told)
    assert bool(told) == bool(np.isfinite(chunk.once(soft_pass.CROSS_ENTROPY.score)).all())


@given(st.lists(rows_of_logits, min_size=1, max_size=40))
@example([(1.0, np.inf), (0.0, -np.inf)])
@example([(0.5, 0.0), (0.5, -1e-20), (0.25, 40.0)])
def test_each_state_of_logits_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(*zip(*found, strict=True), Scale.LOGIT)
    told = SOFT_PASS(chunk)
    assert_told_alike(chunk, told)
    assert bool(told) == bool(np.isfinite(chunk.once(soft_pass.CROSS_ENTROPY.score)).all())


def force_kernel(monkeypatch, kernel):
    for name in ("soft_sums", "soft_sums_of_logits"):
        chosen = getattr(soft_sums, name)
        monkeypatch.setattr(soft_sums, name, partial(lambda of, *given: of(*given, kernel), chosen))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 3, 8, 2047, 2048, 2049, 5000])
@pytest.mark.parametrize("power", [1, 40])
def test_every_kernel_tells_the_same(kernel, size, power, monkeypatch):
    rng = np.random.default_rng(size)
    target, prob = rng.random((2, size)) ** power
    prob[::3] = np.minimum(1.0 - prob[::3], 1.0 - 2.0**-53)
    target[::2] = prob[::2] + (target[::2] - prob[::2]) * 2.0**-20
    target[::7] = 1.0
    target[::11] = prob[::11]
    chunk = chunk_of(target, prob)
    force_kernel(monkeypatch, kernel)
    told = SOFT_PASS(chunk)
    assert told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 7, 2049])
@pytest.mark.parametrize("spread", [1e-10, 3.0, 40.0])
def test_every_kernel_tells_the_same_of_logits(kernel, size, spread, monkeypatch):
    rng = np.random.default_rng(size)
    chunk = chunk_of(rng.random(size), rng.normal(scale=spread, size=size), Scale.LOGIT)
    force_kernel(monkeypatch, kernel)
    told = SOFT_PASS(chunk)
    assert told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("scale", [Scale.PROBABILITY, Scale.LOGIT])
def test_usual_rows_leave_nothing_to_tell(scale):
    target, prob = np.random.default_rng(1).beta(1.0, 3.0, (2, 1000))
    assert set(SOFT_PASS(chunk_of(target, prob, scale))) == STATISTICS


def test_the_first_of_equal_largest_losses_is_told():
    chunk = chunk_of([0.75] * 5000, [0.5] * 10 + [0.25] + [0.5] * 3000 + [0.25] * 1989)
    assert SOFT_PASS(chunk)[soft_pass.LARGEST].position == ("x", 12)


@pytest.mark.parametrize(("target", "prob"), [(0.25, 0.0), (0.75, 1.0)])
@pytest.mark.parametrize("row", [0, 4999])
def test_an_infinite_loss_is_left_to_the_statistics(target, prob, row):
    chunk = chunk_of([0.5] * 5000, [0.5] * 5000)
    chunk.numbers["target"][row], chunk.numbers["prob"][row] = target, prob
    assert SOFT_PASS(chunk) == {}
    states = states_of(STATISTICS, chunk)
    assert states[soft_pass.CROSS_ENTROPY].infinite_rows == 1


@pytest.mark.parametrize(
    ("target", "prob", "scale"),
    [
        (1e-320, 0.5, Scale.PROBABILITY),
        (0.5, 5e-324, Scale.PROBABILITY),
        (1.0, -800.0, Scale.LOGIT),
    ],
)
@pytest.mark.parametrize("row", [0, 4999])
def test_subnormal_probabilities_are_left_to_the_statistics(target, prob, scale, row):
    chunk = chunk_of([0.5] * 5000, [0.25] * 5000, scale)
    chunk.numbers["target"][row], chunk.numbers["prob"][row] = target, prob
    assert SOFT_PASS(chunk) == {}


def test_targets_of_two_classes_stay_rows_of_two_classes():
    targets, prob = [0.0, 1.0, 1.0], [0.25, 0.5, 0.75]
    cells = SOFT_PASS(chunk_of(targets, prob))[soft_pass.CELLS]
    assert np.array_equal(
        cells.rows[0], PredictionCells().summarize(chunk_of(targets, prob)).rows[0]
    )
    assert SOFT_PASS(chunk_of([0.0, 1.0, 0.5], prob))[soft_pass.CELLS].rows is None


@given(
    st.lists(st.lists(rows, min_size=1, max_size=5), min_size=1, max_size=6),
    st.sampled_from([Scale.PROBABILITY, Scale.LOGIT]),
)
@example(
    [[(1.0, 0.25)], [(0.5, 0.25)], [(0.5, 0.0)], [(0.5, 0.25), (0.0, 5e-324)], [(0.5, 0.5)]],
    Scale.PROBABILITY,
)
def test_chunks_merge_as_they_do_one_statistic_at_a_time(found, scale):
    states = alone = States.empty(STATISTICS)
    for line, some in enumerate(found):
        chunk = chunk_of(*zip(*some, strict=True), scale)
        chunk.lines[:] += 10 * line
        states = states.update(chunk, kernels_for(STATISTICS))
        alone = alone.update(chunk)
    assert states.moved(7) == alone.moved(7)


def test_without_the_compiled_pass_the_statistics_do_it_alone(monkeypatch):
    chunk = chunk_of([0.9, 0.1], [0.75, 0.25])
    with_pass = states_of(STATISTICS, chunk)
    monkeypatch.setattr(soft_pass, "soft_sums", None)
    assert kernels_for(STATISTICS) == ()
    assert SOFT_PASS(chunk) == {}
    assert states_of(STATISTICS, chunk) == with_pass


def test_a_statistic_that_nobody_asks_for_turns_nothing_off():
    assert kernels_for(STATISTICS - {soft_pass.CHANGE_BY_CLIP, soft_pass.ACCURACY}) == (SOFT_PASS,)
    assert not kernels_for({soft_pass.CROSS_ENTROPY, soft_pass.DIVERGENCE})


@pytest.mark.parametrize(
    "change",
    [
        {"texts": {"label": Coded(np.zeros(1, dtype=np.int64), ("0",))}},
        {"scales": {"prob": Scale.PERCENT}},
        {"scales": {"target": Scale.LOGIT}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1), "weight": np.ones(1)}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1), "count": np.ones(1)}},
        {"numbers": {"target": np.ones((2, 1)), "prob": np.ones((2, 1))}},
    ],
    ids=["labels", "percentages", "logits of targets", "weights", "counts", "several classes"],
)
def test_it_leaves_chunks_alone_to_which_it_does_not_apply(change):
    chunk = chunk_of([0.75], [0.5])
    assert SOFT_PASS(chunk)
    assert SOFT_PASS(replace(chunk, **change)) == {}
    assert SOFT_PASS(chunk.where(np.zeros(1, dtype=bool))) == {}


def test_no_kernel_takes_arrays_that_do_not_match():
    limits = Limits(0.0, 1.0, 7, 0, 10)
    with pytest.raises(ValueError, match="differ in length"):
        soft_sums.soft_sums(np.ones(2), np.ones(3), limits)
    with pytest.raises(ValueError, match="empty"):
        soft_sums.soft_sums_of_logits(np.ones(0), np.ones(0), limits)
    with pytest.raises(IndexError):
        soft_sums.soft_sums(np.ones(2), np.ones(2), limits, len(KERNELS))


@pytest.mark.parametrize("by", [Mean, Product, Quantiles, Largest, PredictionCells])
def test_a_report_on_usual_rows_takes_one_pass(by, monkeypatch):
    def refuse(*_):
        raise AssertionError(by)

    monkeypatch.setattr(by, "summarize", refuse)
    prob = np.linspace(0.01, 0.99, 1000)
    report = cecli.score({"t": prob**2, "p": prob}, target="t", prob="p")
    assert report["cross_entropy"] > report["kl"] > 0.0
