"""Labels: which texts are the same class."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.columns.labels import PositiveValue, ZeroOrOne, canonical
from cecli.columns.numbers import is_number, number

number_texts = st.from_regex(
    r"\A[+-]?([0-9]{1,25}\.?[0-9]{0,9}|\.[0-9]{1,9})([eE][+-]?[0-9]{1,2})?\Z"
)


@given(number_texts, number_texts)
def test_two_numbers_are_one_class_exactly_if_they_are_equal(a, b):
    assert (canonical(a) == canonical(b)) == (Fraction(a) == Fraction(b))


@given(st.text())
def test_a_text_that_is_no_number_is_its_own_class(text):
    if not is_number(text):
        assert canonical(text) == text


@given(number_texts)
def test_a_canonical_text_stays(text):
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize("text", ["1e99999999999999999999", "-1e-99999999999999999999"])
def test_numbers_beyond_all_range_are_compared_as_text(text):
    assert canonical(text) in {text, "0"}


@pytest.mark.parametrize(
    ("text", "name"),
    [("1", "1"), ("1.0", "1"), (" 01 ", "1"), ("-0", "0"), ("TrUe", "true"), ("false\t", "false"),
     ("2", None), ("0.5", None), ("", None), ("yes", None), ("1_0", None), ("nan", None)],
)  # fmt: skip
def test_zero_or_one(text, name):
    assert ZeroOrOne().canonical(text) == name


def test_an_empty_label_is_never_the_negative_class():
    assert PositiveValue("yes").canonical(" ") is None


@given(st.text(st.sampled_from("0123456789.eE+-_ \t\n٣xinfa"), max_size=12))
def test_a_number_is_what_python_and_the_grammar_both_take(text):
    value = number(text)
    if value is not None:
        assert value == float(text)
    else:
        try:
            float(text)
        except ValueError:
            return
        looser = {"_", "\n", "٣", "n", "i"}
        assert looser & set(text)
