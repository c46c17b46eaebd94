"""The one pass over predictions of several classes, against each statistic by itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cecli
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Coded
from cecli.core.statistic import States
from cecli.kernels import class_pass, kernels_for
from cecli.kernels.class_pass import CLASS_PASS, STATISTICS
from cecli.statistics.classes import ClassRows, ClassSums
from cecli.statistics.mean import Mean, Product
from cecli.statistics.quantiles import Quantiles

class_sums = pytest.importorskip("cecli.kernels.class_sums", reason="not compiled here")

KERNELS = range(len(class_sums.KERNELS))
MOST_CLASSES = 5
probs = st.one_of(
    st.floats(0.0, 1.0),
    st.sampled_from([0.0, 0.25, 0.5, 1.0, 5e-324, 1e-300, 1.0 - 2.0**-53, 1e-15, 1.0 - 1e-15]),
)
rows = st.tuples(
    st.integers(0, MOST_CLASSES - 1), st.lists(probs, min_size=MOST_CLASSES, max_size=MOST_CLASSES)
)


def chunk_of(observed, prob):
    """Return a chunk of observed classes, shape (n,), and predictions, shape (K, n)."""
    observed, prob = np.array(observed, dtype=np.int64), np.array(prob, dtype=np.float64)
    target = (np.arange(len(prob))[:, None] == observed).astype(np.float64)
    label = Coded(observed, tuple(map(str, range(len(prob)))))
    lines = np.arange(2, len(observed) + 2)
    return Chunk("x", lines, {"target": target, "prob": prob}, {"label": label})


def chunk_of_rows(found, classes=MOST_CLASSES):
    observed, prob = zip(*found, strict=True)
    return chunk_of(np.array(observed) % classes, np.array(prob)[:, :classes].T)


def random_chunk(classes, size, seed=0, power=1):
    rng = np.random.default_rng(seed)
    weights = rng.random((classes, size)) ** power
    return chunk_of(rng.integers(0, classes, size), weights / weights.sum(axis=0))


def states_of(statistics, chunk):
    """Return the states of a chunk as the fold makes them."""
    return States.empty(statistics).update(chunk, kernels_for(statistics))


def assert_told_alike(chunk, told):
    for statistic, state in told.items():
        assert state == statistic.summarize(chunk), statistic


@given(st.lists(rows, min_size=1, max_size=40), st.integers(2, MOST_CLASSES))
@example([(0, [1.0, 0.0, 0.0, 0.0, 0.0])], 5)
@example([(2, [0.25, 0.25, 0.25, 0.25, 0.0])] * 9, 5)
@example([(4, [0.5, 0.5, 0.0, 0.0, 5e-324])], 5)
def test_each_state_is_the_one_that_the_statistic_makes(found, classes):
    chunk = chunk_of_rows(found, classes)
    told = CLASS_PASS(chunk)
    assert_told_alike(chunk, told)
    happened = chunk.numbers["prob"][chunk.texts["label"].codes, np.arange(len(chunk))]
    assert bool(told) == bool((happened > 0.0).all())


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("classes", [2, 3, 10, 33])
@pytest.mark.parametrize("size", [1, 7, 511, 512, 513, 1100])
@pytest.mark.parametrize("power", [1, 40])
def test_every_kernel_tells_the_same(kernel, classes, size, power, monkeypatch):
    chunk = random_chunk(classes, size, size, power)
    chosen = class_sums.class_sums
    monkeypatch.setattr(class_sums, "class_sums", lambda *given: chosen(*given, kernel))
    told = CLASS_PASS(chunk)
    assert told
    assert_told_alike(chunk, told)


def test_usual_rows_leave_nothing_to_tell():
    assert set(CLASS_PASS(random_chunk(10, 1000))) == STATISTICS


def test_the_first_of_equal_largest_losses_is_told():
    prob = np.full((4, 2000), 0.25)
    prob[:, [10, 700]] = [[0.125], [0.375], [0.25], [0.25]]
    assert CLASS_PASS(chunk_of([0] * 2000, prob))[class_pass.LARGEST].position == ("x", 12)


@pytest.mark.parametrize("row", [0, 999])
def test_an_infinite_loss_is_left_to_the_statistics(row):
    chunk = random_chunk(3, 1000)
    chunk.numbers["prob"][chunk.texts["label"].codes[row], row] = 0.0
    assert CLASS_PASS(chunk) == {}
    states = states_of(STATISTICS, chunk)
    assert states[class_pass.CROSS_ENTROPY].infinite_rows == 1


@given(st.lists(st.lists(rows, min_size=1, max_size=5), min_size=1, max_size=6))
def test_chunks_merge_as_they_do_one_statistic_at_a_time(found):
    states = alone = States.empty(STATISTICS)
    for line, chunk in enumerate(map(chunk_of_rows, found)):
        chunk.lines[:] += 10 * line
        states = states.update(chunk, kernels_for(STATISTICS))
        alone = alone.update(chunk)
    assert states == alone


def test_without_the_compiled_pass_the_statistics_do_it_alone(monkeypatch):
    chunk = random_chunk(3, 10)
    with_pass = states_of(STATISTICS, chunk)
    monkeypatch.setattr(class_pass, "class_sums", None)
    assert kernels_for(STATISTICS) == ()
    assert CLASS_PASS(chunk) == {}
    assert states_of(STATISTICS, chunk) == with_pass


def test_a_statistic_that_nobody_asks_for_turns_nothing_off():
    assert kernels_for(STATISTICS - {class_pass.CHANGE_BY_CLIP, class_pass.HITS})
    assert not kernels_for({class_pass.CROSS_ENTROPY, class_pass.SQUARED_ERROR_OF_CLASSES})


@pytest.mark.parametrize(
    "change",
    [
        {"texts": {}},
        {"scales": {"prob": Scale.LOGIT}},
        {"numbers": {"target": np.eye(2), "prob": np.eye(2), "weight": np.ones(2)}},
        {"numbers": {"target": np.ones(2), "prob": np.ones(2)}},
    ],
    ids=["soft labels", "logits", "weights", "one event"],
)
def test_it_leaves_chunks_alone_to_which_it_does_not_apply(change):
    chunk = chunk_of([0, 1], np.eye(2))
    assert CLASS_PASS(chunk)
    assert CLASS_PASS(replace(chunk, **change)) == {}
    assert CLASS_PASS(chunk.where(np.zeros(2, dtype=bool))) == {}


@pytest.mark.parametrize("code", [-1, 3])
def test_a_class_that_there_is_not_is_refused(code):
    limits = class_pass.limits(Scale.PROBABILITY)
    with pytest.raises(IndexError):
        class_sums.class_sums(np.full((3, 1), 1 / 3), np.array([code]), limits)
    with pytest.raises(ValueError, match="empty"):
        class_sums.class_sums(np.full((3, 2), 1 / 3), np.array([0]), limits)
    with pytest.raises(IndexError):
        class_sums.class_sums(np.full((3, 1), 1 / 3), np.array([0]), limits, len(KERNELS))


@pytest.mark.parametrize("by", [Mean, Product, Quantiles, ClassSums, ClassRows])
def test_a_report_on_usual_rows_takes_one_pass(by, monkeypatch):
    def refuse(*_):
        raise AssertionError(by)

    monkeypatch.setattr(by, "summarize", refuse)
    chunk = random_chunk(3, 100)
    columns = {f"p_{k}": prob for k, prob in enumerate(chunk.numbers["prob"])}
    labels = list(map(str, chunk.texts["label"].codes))
    report = cecli.score({"y": labels, **columns}, label="y", prob="p_*")
    assert report["cross_entropy"] > 0.0
