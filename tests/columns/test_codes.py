"""Classes that have codes."""

import pytest

from cecli.columns.codes import coded_classes
from cecli.core.errors import ColumnError, UsageError


def test_codes_count_from_0_unless_they_are_given():
    assert coded_classes(["low, mid,high"]).codes == ("0", "1", "2")
    assert coded_classes(["3=low,1=high"]).codes == ("3", "1")
    assert coded_classes(["a,b", "c"]).names == ("a,b", "c")


@pytest.mark.parametrize(("text", "name"), [("mid", "mid"), ("1", "mid"), ("01.0", "mid"),
                                            ("3", None), ("Mid", None), ("", None)])  # fmt: skip
def test_a_text_names_a_class_or_is_its_code(text, name):
    assert coded_classes(["low,mid,high"]).name_of(text) == name


def test_columns_are_called_by_names_or_codes_in_any_order():
    coded = coded_classes(["low,mid,high"])
    expected = [("low", "a"), ("mid", "b"), ("high", "c")]
    assert coded.columns([("high", "c"), ("low", "a"), ("mid", "b")], "f") == expected
    assert coded.columns([("2", "c"), ("0", "a"), ("1", "b")], "f") == expected
    one = coded_classes(["1=low,2=mid,3=high"])
    assert one.columns([("2", "b"), ("1", "a"), ("3", "c")], "f") == expected


@pytest.mark.parametrize("found", ["low mid", "low mid other", "low mid high more", "1 2 3"])
def test_columns_of_other_classes_are_refused(found):
    named = [(name, f"p_{name}") for name in found.split()]
    with pytest.raises(ColumnError, match="those of --classes are 'low', 'mid', 'high'"):
        coded_classes(["low,mid,high"]).columns(named, "f")


def test_columns_that_count_from_1_have_a_hint_that_works():
    named = [("1", "a"), ("2", "b")]
    with pytest.raises(ColumnError) as refused:
        coded_classes(["no,yes"]).columns(named, "f")
    option = refused.value.hint.removeprefix("--classes ").strip("'")
    assert coded_classes([option]).columns(named, "f") == [("no", "a"), ("yes", "b")]


def test_columns_that_are_called_by_their_numbers_are_in_the_order_of_numbered_classes():
    named = [(name, name) for name in ("2", "3", "4")]
    for option in ("0,1,2", "1=1,2=2,3=3"):
        coded = coded_classes([option])
        assert coded.columns(named, "f") == list(zip(coded.names, "234", strict=True))
    assert coded_classes(["2=2,3=3,4=4"]).columns(named, "f") == named


@pytest.mark.parametrize("option", ["0,1,2,3", "0=0,1=1,3=3", "low,mid,high"])
def test_columns_that_are_called_by_their_numbers_are_no_other_classes(option):
    with pytest.raises(ColumnError, match="those of --classes are"):
        coded_classes([option]).columns([(name, name) for name in ("2", "3", "4")], "f")


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("low", "does not name two"), ("low,", "does not name two"), ("a,b,a", "class 'a' occurs"),
        ("1=a,1.0=b", "some classes have a code"), ("1=a,01=b", "code '1' occurs twice"),
        ("1=a,b", "some classes have a code"), ("1,2,3", "'1' is a class, and the code of '2'"),
    ],
)  # fmt: skip
def test_what_names_no_classes_is_refused(option, why):
    with pytest.raises(UsageError, match=why):
        coded_classes([option])


def test_names_that_are_their_own_codes_are_clear():
    assert coded_classes(["0,1,2"]).name_of("1.0") == "1"
