"""The one pass over rows with weights, against each statistic by itself, bit for bit."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cecli
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Coded, Position
from cecli.core.statistic import States
from cecli.kernels import kernels_for, weighted_pass
from cecli.kernels.binary_pass import CROSS_ENTROPY, LARGEST, STATISTICS
from cecli.kernels.weighted_pass import COSTLIEST, FIFTH_POWER, POWERS, WEIGHT
from cecli.kernels.weighted_pass import weighted_pass as passed
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.first_rows import USED_LINES, LargestState
from cecli.statistics.mean import Mean, Product
from cecli.statistics.quantiles import Quantiles

weighted_sums = pytest.importorskip("cecli.kernels.weighted_sums", reason="not compiled here")

KERNELS = range(len(weighted_sums.KERNELS))
probs = st.one_of(
    st.floats(0.0, 1.0),
    st.sampled_from([0.5, 5e-324, 1e-300, 2.0**-60, 2.0**-53, 1.0 - 2.0**-53, 1e-15, 0.1]),
)
weights = st.one_of(
    st.floats(0.0, 1e6, exclude_min=True),
    st.sampled_from([1.0, 1 / 3, 2.0**-24, 2.0**-23 + 2.0**-70, 1e-300, 1e300]),
)
rows = st.tuples(st.sampled_from([0.0, 1.0]), probs, weights)


def chunk_of(target, prob, weight):
    columns = {"target": target, "prob": prob, "weight": weight}
    numbers = {role: np.array(column, dtype=np.float64) for role, column in columns.items()}
    label = Coded(numbers["target"].astype(np.int64), ("0", "1"))
    return Chunk("x", np.arange(2, len(prob) + 2), numbers, {"label": label})


def drawn(size, power=1.0, spread=1.0):
    rng = np.random.default_rng(size)
    prob = rng.random(size) ** power
    prob[::3] = 1.0 - prob[::3]
    return rng.random(size) < prob, prob, np.exp(spread * rng.standard_normal(size))


def assert_told_alike(chunk, told):
    for statistic, state in told.items():
        assert state == statistic.summarize(chunk), statistic


@given(st.lists(rows, min_size=1, max_size=40))
@example([(1.0, 1.0, 1.0)])
@example([(0.0, 0.0, 0.1), (1.0, 1.0, 0.3)])
@example([(0.0, 1e-300, 1.0), (0.0, 0.1, 1.0)])
@example([(1.0, 0.0, 1.0), (0.0, 0.1, 1 / 3)])
def test_each_state_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(*zip(*found, strict=True))
    assert_told_alike(chunk, passed(chunk))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 3, 127, 128, 129, 10_000])
@pytest.mark.parametrize(("power", "spread"), [(1, 0.1), (7, 1.0), (1, 3.0)])
def test_every_kernel_tells_the_same(kernel, size, power, spread, monkeypatch):
    chunk = chunk_of(*drawn(size, power, spread))
    chosen = weighted_sums.weighted_sums
    monkeypatch.setattr(weighted_sums, "weighted_sums", lambda *given: chosen(*given, kernel))
    told = passed(chunk)
    assert told
    assert_told_alike(chunk, told)


def test_usual_rows_leave_cells_alone_to_tell():
    told = passed(chunk_of(*drawn(1000)))
    assert set(told) == STATISTICS - {CELLS, USED_LINES, LARGEST} | {
        COSTLIEST,
        WEIGHT,
        POWERS,
        FIFTH_POWER,
    }


def test_many_equal_rows_do_not_overflow():
    size = 1 << 17
    chunk = chunk_of(np.ones(size), np.full(size, 1 - 2.0**-53), np.full(size, 2.0 - 2.0**-52))
    assert_told_alike(chunk, passed(chunk))


@pytest.mark.parametrize("row", [0, 4999])
@pytest.mark.parametrize(("target", "prob"), [(1.0, 0.0), (0.0, 1.0), (0.0, 1e-30), (1.0, 1e-30)])
def test_a_row_that_is_unusual_is_told_with_the_others(row, target, prob):
    found = drawn(5000)
    found[0][row], found[1][row] = target, prob
    chunk = chunk_of(*found)
    told = passed(chunk)
    assert CROSS_ENTROPY in told
    assert COSTLIEST not in told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("scale", [2.0**-60, 2.0**120])
def test_weights_of_another_size_are_left_to_the_statistics(scale):
    target, prob, weight = drawn(100)
    assert passed(chunk_of(target, prob, weight * scale)) == {}


def test_the_first_of_equally_costly_rows_is_told():
    prob = [0.5] * 10 + [0.25] + [0.5] * 300 + [0.25] * 89
    assert passed(chunk_of([1.0] * 400, prob, [1.5] * 400))[COSTLIEST].position == ("x", 12)
    one_each = passed(chunk_of([0.0, 1.0, 0.0], [0.5, 0.5, 0.5], [1.0, 1.0, 1.0]))
    assert one_each[COSTLIEST].position == ("x", 2)


def test_the_costliest_row_is_that_of_the_largest_weight_times_loss():
    told = passed(chunk_of([0.0, 1.0, 0.0], [0.5, 0.5, 0.75], [1.0, 3.0, 1.0]))
    assert told[COSTLIEST] == LargestState(3.0 * -math.log(0.5), Position("x", 3))


def test_without_the_compiled_pass_the_statistics_do_it_alone(monkeypatch):
    chunk = chunk_of(*drawn(100))
    statistics = STATISTICS | {WEIGHT, POWERS, FIFTH_POWER}
    states = [States.empty(statistics).update(chunk, kernels_for(statistics))]
    monkeypatch.setattr(weighted_pass, "weighted_sums", None)
    states.append(States.empty(statistics).update(chunk, kernels_for(statistics)))
    assert states[0] == states[1]


@pytest.mark.parametrize(
    "change",
    [
        {"texts": {}},
        {"scales": {"prob": Scale.LOGIT}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1)}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1), "count": np.ones(1)}},
        {"numbers": {role: np.ones((2, 1)) for role in ("target", "prob", "weight")}},
    ],
    ids=["soft labels", "logits", "no weights", "counts", "several classes"],
)
def test_it_leaves_chunks_alone_to_which_it_does_not_apply(change):
    assert passed(replace(chunk_of([1.0], [0.5], [2.0]), **change)) == {}


def test_no_kernel_takes_arrays_that_do_not_match():
    one, two, bins = np.ones(1), np.ones(2), (7, 0, 10)
    for arrays in ([one, one, two], [one, two, one], [two, one, one], [one[:0]] * 3):
        with pytest.raises(ValueError, match="empty or differ in length"):
            weighted_sums.weighted_sums(*arrays, *bins)
    with pytest.raises(IndexError):
        weighted_sums.weighted_sums(one, one, one, *bins, len(KERNELS))


@pytest.mark.parametrize("by", [Mean, Product, Quantiles])
def test_a_report_on_usual_rows_takes_one_pass(by, monkeypatch):
    def refuse(*_):
        raise AssertionError(by)

    monkeypatch.setattr(by, "summarize", refuse)
    target, prob, weight = drawn(1000)
    report = cecli.score({"y": target.astype(int), "p": prob, "w": weight},
                         label="y", prob="p", weight="w")  # fmt: skip
    assert report["cross_entropy"] > 0.0
