"""The one pass over rows with weights, against each statistic by itself, bit for bit."""

import math
from dataclasses import replace
from functools import partial

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
logits = st.one_of(
    st.floats(-41.0, 41.0),
    st.floats(-1e3, 1e3),
    st.sampled_from([0.0, -0.0, 5e-324, -1e-20, 41.0, np.nextafter(-41.0, -50.0), 36.8, 745.5]),
    st.sampled_from([1e300, -1e300, np.inf, -np.inf]),
)
SCALES = [Scale.PROBABILITY, Scale.LOGIT]


def rows_of(stated):
    return st.lists(
        st.tuples(st.sampled_from([0.0, 1.0]), stated, weights), min_size=1, max_size=40
    )


def chunk_of(target, stated, weight, scale=Scale.PROBABILITY):
    columns = {"target": target, "prob": stated, "weight": weight}
    numbers = {role: np.array(column, dtype=np.float64) for role, column in columns.items()}
    label = Coded(numbers["target"].astype(np.int64), ("0", "1"))
    scales = {} if scale is Scale.PROBABILITY else {"prob": scale}
    return Chunk("x", np.arange(2, len(stated) + 2), numbers, {"label": label}, scales=scales)


def drawn(size, power=1.0, spread=1.0, scale=Scale.PROBABILITY):
    """Return rows whose predictions are the more extreme, the higher the power."""
    rng = np.random.default_rng(size)
    prob = rng.random(size) ** power
    prob[::3] = 1.0 - prob[::3]
    z = (3.0 * power * rng.standard_normal(size)).clip(-41.0, 41.0)
    stated = z if scale is Scale.LOGIT else prob
    return rng.random(size) < prob, stated, np.exp(spread * rng.standard_normal(size)), scale


def assert_told_alike(chunk, told):
    for statistic, state in told.items():
        assert state == statistic.summarize(chunk), statistic


@given(rows_of(probs))
@example([(1.0, 1.0, 1.0)])
@example([(0.0, 0.0, 0.1), (1.0, 1.0, 0.3)])
@example([(0.0, 1e-300, 1.0), (0.0, 0.1, 1.0)])
@example([(1.0, 0.0, 1.0), (0.0, 0.1, 1 / 3)])
def test_each_state_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(*zip(*found, strict=True))
    assert_told_alike(chunk, passed(chunk))


@given(rows_of(logits))
@example([(1.0, np.inf, 1.0), (0.0, -np.inf, 0.3)])
@example([(0.0, -np.inf, 0.1), (1.0, 2.0, 0.3)])
@example([(1.0, -1e-20, 0.1), (0.0, -1e-20, 0.3), (0.0, -0.0, 1.5)])
@example([(1.0, 41.0, 1.0), (0.0, 41.0, 1 / 3), (1.0, 36.8, 0.1)])
@example([(0.0, -800.0, 1.0), (0.0, 0.1, 1.0), (1.0, -1e300, 1.0)])
@example([(1.0, -np.inf, 1.0), (0.0, 0.1, 1 / 3)])
def test_each_state_of_logits_is_the_one_that_the_statistic_makes(found):
    chunk = chunk_of(*zip(*found, strict=True), Scale.LOGIT)
    assert_told_alike(chunk, passed(chunk))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [1, 3, 127, 128, 129, 10_000])
@pytest.mark.parametrize(("power", "spread"), [(1, 0.1), (7, 1.0), (1, 3.0)])
@pytest.mark.parametrize("scale", SCALES)
def test_every_kernel_tells_the_same(kernel, size, power, spread, scale, monkeypatch):
    chunk = chunk_of(*drawn(size, power, spread, scale))
    for name in ("weighted_sums", "weighted_sums_of_logits"):
        chosen = getattr(weighted_sums, name)
        monkeypatch.setattr(
            weighted_sums, name, partial(lambda of, *x: of(*x, kernel=kernel), chosen)
        )
    told = passed(chunk)
    assert told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("scale", SCALES)
def test_usual_rows_leave_cells_alone_to_tell(scale):
    told = passed(chunk_of(*drawn(1000, scale=scale)))
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
@pytest.mark.parametrize(
    ("target", "stated", "scale"),
    [
        *((1.0, 0.0, Scale.PROBABILITY), (0.0, 1.0, Scale.PROBABILITY)),
        *((0.0, 1e-30, Scale.PROBABILITY), (1.0, 1e-30, Scale.PROBABILITY)),
        *((1.0, -np.inf, Scale.LOGIT), (0.0, np.inf, Scale.LOGIT)),
        *((0.0, -41.1, Scale.LOGIT), (1.0, 800.0, Scale.LOGIT), (0.0, 1e300, Scale.LOGIT)),
    ],
)
def test_a_row_that_is_unusual_is_told_with_the_others(row, target, stated, scale):
    found = drawn(5000, scale=scale)
    found[0][row], found[1][row] = target, stated
    chunk = chunk_of(*found)
    told = passed(chunk)
    assert CROSS_ENTROPY in told
    assert COSTLIEST not in told
    assert_told_alike(chunk, told)


@pytest.mark.parametrize("scale", [2.0**-60, 2.0**120])
def test_weights_of_another_size_are_left_to_the_statistics(scale):
    target, prob, weight, _ = drawn(100)
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
        {"scales": {"prob": Scale.PERCENT}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1)}},
        {"numbers": {"target": np.ones(1), "prob": np.ones(1), "count": np.ones(1)}},
        {"numbers": {role: np.ones((2, 1)) for role in ("target", "prob", "weight")}},
    ],
    ids=["soft labels", "percentages", "no weights", "counts", "several classes"],
)
def test_it_leaves_chunks_alone_to_which_it_does_not_apply(change):
    assert passed(replace(chunk_of([1.0], [0.5], [2.0]), **change)) == {}


def test_no_kernel_takes_arrays_that_do_not_match():
    one, two, bins = np.ones(1), np.ones(2), (7, 0, 10)
    for arrays in ([one, one, two], [one, two, one], [two, one, one], [one[:0]] * 3):
        with pytest.raises(ValueError, match="empty or differ in length"):
            weighted_sums.weighted_sums(*arrays, *bins)
    with pytest.raises(IndexError):
        weighted_sums.weighted_sums(one, one, one, *bins, kernel=len(KERNELS))


@pytest.mark.parametrize("by", [Mean, Product, Quantiles])
@pytest.mark.parametrize("scale", SCALES)
def test_a_report_on_usual_rows_takes_one_pass(by, scale, monkeypatch):
    def refuse(*_):
        raise AssertionError(by)

    monkeypatch.setattr(by, "summarize", refuse)
    target, stated, weight, _ = drawn(1000, scale=scale)
    columns = {"y": target.astype(int), "p": stated, "w": weight}
    report = cecli.score(columns, label="y", prob="p", weight="w", scale=scale)
    assert report["cross_entropy"] > 0.0
