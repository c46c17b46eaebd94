"""What separates fields: the characters that can, and the text of numbers with decimal commas."""

import pytest

from cecli.core.errors import UsageError
from cecli.readers.text.dialect import Dialect, character, delimiter_of, typed


@pytest.mark.parametrize(
    "fields",
    [
        {"delimiter": b'"'},
        {"quote": b","},
        {"comment": b","},
        {"delimiter": b";", "comment": b";"},
        {"quote": b" "},
        {"quote": b"\t"},
    ],
)
def test_one_character_has_one_meaning_and_blanks_quote_nothing(fields):
    with pytest.raises(UsageError):
        Dialect(**fields)
    assert Dialect(b";", b"'", b"#").delimiter == b";"


@pytest.mark.parametrize("given", ["", "ab", "é", "\n", "\r", "\0", ".", "+", "-", "7", "x"])
def test_what_numbers_and_lines_are_made_of_separates_no_fields(given):
    with pytest.raises(UsageError, match=r"--delimiter .* cannot separate fields"):
        character(given, "--delimiter")


@pytest.mark.parametrize(
    ("given", "byte", "name"),
    [
        (";", b";", ";"),
        ("|", b"|", "|"),
        ("tab", b"\t", "tab"),
        ("\t", b"\t", "tab"),
        (" ", b" ", "space"),
        ("space", b" ", "space"),
    ],
)
def test_other_characters_do_and_those_that_cannot_be_seen_have_names(given, byte, name):
    assert character(given, "--delimiter") == byte
    assert typed(byte.decode()) == name


@pytest.mark.parametrize(
    ("path", "byte"),
    [("a.csv", b","), ("a.tsv", b"\t"), ("a.TSV.gz", b"\t"), ("a.tab", b"\t")],
)
def test_a_suffix_implies_a_delimiter(path, byte):
    assert delimiter_of(path) == byte


def test_decimal_commas_and_points_are_exchanged():
    assert Dialect(decimal=b",").with_points("1.234,5") == "1,234.5"
    assert Dialect().with_points("1,234.5") == "1,234.5"
