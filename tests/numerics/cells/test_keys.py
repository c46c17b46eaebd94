"""Keys have the order of the predictions, and sums of their inner bits give the sums of these."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics.cells import keys
from cecli.numerics.cells.keys import HALF, INNER, INNER_BITS, LARGEST, keys_of, predictions_of

probs = st.one_of(
    st.floats(0.0, 1.0),
    st.sampled_from([0.0, -0.0, 5e-324, 2.0**-1022, 0.25, 0.5, 1.0 - 2.0**-53, 0.75, 1.0]),
    st.integers(-60, -1).map(lambda k: 1.0 - 2.0**k),
)


@given(st.lists(probs, min_size=2))
def test_keys_are_in_the_order_of_the_predictions(found):
    q = np.array(found)
    k = keys_of(q)
    for i, j in zip(range(len(q)), range(1, len(q)), strict=False):
        assert np.sign(int(k[i]) - int(k[j])) == np.sign(q[i] - q[j])


@given(st.lists(probs))
def test_predictions_come_back_from_their_keys(found):
    q = np.array(found, dtype=np.float64)
    again, rest = predictions_of(keys_of(q))
    assert again.tolist() == (q + 0.0).tolist()
    assert (rest == 1.0 - q).all()


def test_neighbours_below_one_have_neighbouring_keys():
    q = np.array([1.0, np.nextafter(1.0, 0.0), np.nextafter(0.5, 0.0), 0.5, np.nextafter(0.5, 1.0)])
    one, below_one, below_half, half, above_half = keys_of(q).tolist()
    assert (one, half) == (LARGEST, HALF)
    assert (below_half, above_half) == (half - 1, half + 2)  # 1 − q skips every other double there
    assert below_one < one


def test_the_rest_tells_apart_what_the_prediction_does_not():
    q, rest = np.array([1.0, 1.0]), np.array([1e-30, 1e-40])
    first, second = keys_of(q, rest).tolist()
    assert HALF < first < second < LARGEST


@given(st.lists(probs, max_size=20))
def test_plain_keys_are_the_compiled_ones(found):
    pytest.importorskip("cecli.numerics.cells.cell_loops", reason="not compiled here")
    q = np.array(found, dtype=np.float64)
    compiled = keys_of(q).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "cell_loops", None)
        assert keys_of(q).tolist() == compiled
        assert keys_of(q, 1.0 - q).tolist() == compiled


@given(st.lists(probs, min_size=1, max_size=30))
def test_the_mean_of_a_cell_follows_from_its_inner_bits(found):
    q = np.array(found)
    k = keys_of(q)
    same = k >> INNER_BITS == k[0] >> INNER_BITS
    mean = sum(map(Fraction, q[same].tolist())) / int(same.sum())
    rest = 1 - mean
    offset = float(Fraction(int((k[same] & INNER).sum()), int(same.sum())))
    found_mean, found_rest = keys.means_of(k[:1], np.array([offset]))
    for exact, value in ((mean, found_mean[0]), (rest, found_rest[0])):
        assert abs(value - exact) <= 4 * 2.0**-53
    near, value = (mean, found_mean[0]) if mean < 0.5 else (rest, found_rest[0])
    assert abs(Fraction(float(value)) - near) <= near * Fraction(4, 2**53) + Fraction(5e-324)


def test_a_cell_is_about_a_4096th_wide_in_log_odds():
    q = np.array([1e-9, 0.01, 0.3, 0.49, 0.6, 0.99, 1 - 1e-9])
    k = keys_of(q)
    low, high = (predictions_of(((k >> INNER_BITS) + i) << INNER_BITS) for i in (0, 1))
    width = np.log(high[0] / high[1]) - np.log(low[0] / low[1])
    assert (width * 2**12 > 0.49).all()
    assert (width * 2**12 < 1.34).all()
