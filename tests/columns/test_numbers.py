"""Numbers in texts, many at once."""

from hypothesis import given
from hypothesis import strategies as st

from cecli.columns.numbers import number, numbers_of

TEXTS = st.text("0123456789.eE+- \t_naif", max_size=6) | st.floats().map(repr)


@given(st.lists(TEXTS) | st.lists(st.floats(allow_nan=False, allow_infinity=False).map(repr)))
def test_many_numbers_are_those_of_each_text(texts):
    assert numbers_of(texts) == [number(text) for text in texts]


def test_what_python_takes_for_a_number_and_cecli_does_not_is_none_among_many_either():
    assert numbers_of(["1_0", "nan", "inf", "0x1", " 1\n", "٣"]) == [None] * 6
    assert numbers_of(["1e999", "-0", ".5", "5."]) == [float("inf"), 0.0, 0.5, 5.0]
