"""An axis holds its values, and has a length."""

from hypothesis import given
from hypothesis import strategies as st

from cecli.pictures.axis import LARGEST, Axis, axis_of

values = st.lists(st.floats(), max_size=6)


@given(values)
def test_an_axis_holds_all_values_that_can_be_drawn_and_has_a_length(some):
    axis = axis_of("", some)
    assert axis.low < axis.high
    for value in some:
        if abs(value) <= LARGEST:
            assert axis.low <= value <= axis.high
            assert axis.share(value) == (value - axis.low) / (axis.high - axis.low)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(allow_nan=False))
def test_what_is_beyond_an_axis_is_at_its_end(low, length, value):
    axis = Axis("", low, low + length)
    assert 0.0 <= axis.share(value) <= 1.0
    assert value > axis.low or axis.share(value) == 0.0
    assert value < axis.high or axis.share(value) == 1.0


def test_equal_ratios_have_equal_lengths_on_a_logarithmic_axis():
    axis = Axis("", 1.0, 1e4, is_log=True)
    shares = [axis.share(value) for value in (0.0, 1.0, 10.0, 100.0, 1e4, 1e9)]
    assert [round(share, 12) for share in shares] == [0.0, 0.0, 0.25, 0.5, 1.0, 1.0]
