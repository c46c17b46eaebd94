"""One record: what is refused, in which words, and the texts of its values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.errors import RowError
from cecli.readers.json.records import decoded, flattened, text_of

NUMBERS = ["0.1", "-0", "1e-400", "123456789012345678901234567890", "1E5", "0.10000000000000000555"]


def fields(text):
    return decoded(text.encode("utf-8", "surrogatepass"), "preds.jsonl", 7).fields


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_keeps_its_own_digits(number):
    assert text_of(fields(f'{{"p": {number}}}')["p"]) == number
    assert text_of(fields(f'{{"p": [{number}, {{"a": {number}}}]}}')["p"]) == (
        f'[{number}, {{"a": {number}}}]'
    )


def test_values_have_the_texts_of_cells():
    values = {"a": None, "b": True, "c": False, "d": "x", "e": "", "f": ["x", None, True, 1.5]}
    found = {key: text_of(value) for key, value in fields(json.dumps(values)).items()}
    assert found == {
        "a": "", "b": "true", "c": "false", "d": "x", "e": "", "f": '["x", null, true, 1.5]',
    }  # fmt: skip


def test_a_key_inside_an_object_has_a_path():
    record = {"a": {"b": 1, "c": {"d": "x"}}, "e": 2}
    assert dict(flattened(record)) == {"a.b": 1, "a.c.d": "x", "e": 2}


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ('{"y": 1, "y": 0}', "the key 'y' occurs twice", "remove one"),
        ('{"a": {"b": 1, "b": 2}}', "the key 'b' occurs twice", "remove one"),
        ('{"a.b": 1, "a": {"b": 2}}', "two values have the path 'a.b'", "rename"),
        ('{"y": 1, "p": NaN}', "column p: JSON has no NaN", "write null"),
        (
            '{"y": 1, "a": {"p": [1, -Infinity]}}',
            "column a.p: JSON has no -Infinity",
            '"-Infinity"',
        ),
        ('{"y": 1, "a": {"p": [1, {"q": NaN}]}}', "column a.p: JSON has no NaN", "write null"),
        ("[1, 2]", "the record is a list", "such as"),
        ("3", "the record is a single value", "such as"),
        ("{", "not complete on its line", "jq -c"),
        ('{"y": 1, ', "not complete on its line", "jq -c"),
        ('{"y": 01}', "is not JSON: expecting ',' delimiter, at character 8", "one record a line"),
        ('{"y": 1} {"y": 0}', "is not JSON: extra data", "nothing after the record"),
        ('{"y": 1,}', "is not JSON", "one record a line"),
        ("{'y': 1}", "is not JSON", "one record a line"),
        ('{"y": "a\tb"}', "is not JSON: invalid control character", "one record a line"),
        ('{"y": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply", ""),
    ],
)
def test_what_is_no_record_is_refused_with_its_place(text, what, hint):
    with pytest.raises(RowError) as caught:
        fields(text)
    assert caught.value.where == "preds.jsonl:7"
    assert caught.value.reason == "json"
    assert what in caught.value.what
    assert hint in caught.value.hint


@given(
    st.dictionaries(
        st.text(), st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
    )
)
def test_numbers_have_the_text_in_the_file(values):
    found = fields(json.dumps(values))
    assert {key: text_of(value) for key, value in found.items()} == {
        key: json.dumps(value) for key, value in values.items()
    }
