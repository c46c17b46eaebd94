"""Errors: what they show, what they never let through, and the exit codes that they stand for."""

import ast
import gzip
import pickle
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cecli
from cecli.core.errors import (
    CecliError,
    ColumnError,
    ExitCode,
    InputError,
    MissingExtraError,
    RowError,
    UnreadableError,
    UsageError,
    nearest,
    shown,
    visible,
)

TESTS = Path(__file__).parent.parent
# The exit codes of other programs than cecli.
OF_OTHERS = {"test_benchmarks.py", "test_contributing.py"}

CODES = {
    UsageError: ExitCode.USAGE,
    ColumnError: ExitCode.USAGE,
    MissingExtraError: ExitCode.USAGE,
    InputError: ExitCode.INPUT,
    UnreadableError: ExitCode.INPUT,
    RowError: ExitCode.INPUT,
    CecliError: ExitCode.BUG,
}


def test_the_exit_codes_are_those_of_the_contract():
    """The one test that states the numbers: others name the codes."""
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "CHECK_FAILED": 1,
        "USAGE": 2,
        "INPUT": 3,
        "BUG": 4,
        "INTERRUPTED": 130,
    }


NAMES = {"returncode", "exit_code", "code"}


def numbers_for_exit_codes(text):
    """Yield the lines that compare an exit code with a number."""
    if not re.search(rf"\b({'|'.join(NAMES)})\b", text):
        return  # to parse it takes longer
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            tuples = [side.elts for side in sides if isinstance(side, ast.Tuple)]
            for values in [sides, *zip(*tuples, strict=False)]:
                names = {getattr(value, "attr", getattr(value, "id", "")) for value in values}
                numbers = [v for v in values if type(getattr(v, "value", None)) is int]
                if names & NAMES and numbers:
                    yield node.lineno


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("assert done.returncode == 3", 1),
        ("assert (done.returncode, done.stdout) == (3, '')", 1),
        ("assert (done.stdout, done.returncode, 3) == ('', ExitCode.INPUT, 3)", 0),
    ],
)
def test_a_number_for_an_exit_code_is_found(text, count):
    assert len(list(numbers_for_exit_codes(text))) == count


def test_no_other_test_states_the_number_of_an_exit_code():
    found = [
        f"{path.relative_to(TESTS)}:{line}"
        for path in sorted(TESTS.rglob("*.py"))
        if path.name not in OF_OTHERS
        for line in numbers_for_exit_codes(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(("kind", "code"), CODES.items())
def test_an_error_survives_pickling_with_its_class_and_exit_code(kind, code):
    error = kind("is empty", "a.csv:3", "try b.csv", "missing")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again, again.exit_code) == (kind, error, code)
    assert str(again) == str(error)


WHOLE = gzip.compress(b"y,p\n1,0.5\n0,0.25\n")
UNREADABLE = {
    "missing.csv": None,
    "truncated.csv.gz": WHOLE[:-9],
    "corrupt.csv.gz": WHOLE + b"something else",
    "twice.csv.gz": gzip.compress(WHOLE),
    "archive.csv": b"PK\x03\x04 and so on",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_bytes_that_cannot_be_read_are_told_from_what_stands_in_them(write, tmp_path, name):
    if (content := UNREADABLE[name]) is not None:
        write(content, name)
    with pytest.raises(cecli.UnreadableError):
        cecli.score(tmp_path / name)


@pytest.mark.parametrize("content", ["", "y,p\n", "y,p\n1,2\n"])
def test_what_can_be_read_and_not_be_used_is_not_called_unreadable(write, content):
    with pytest.raises(InputError) as caught:
        cecli.score(write(content))
    assert not isinstance(caught.value, UnreadableError)


def test_a_directory_without_data_and_a_pattern_without_a_match_are_unreadable(tmp_path):
    for path in (tmp_path, tmp_path / "*.csv"):
        with pytest.raises(UnreadableError):
            cecli.score(path)


@given(st.text())
def test_nothing_that_controls_or_hides_is_shown(text):
    kinds = {unicodedata.category(character) for character in visible(text)}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_what_can_be_read_is_shown_as_it_is(text):
    assert visible(text) == text


@given(st.text(max_size=200))
def test_a_value_is_cut_to_60_characters(text):
    assert len(shown(text)) <= 2 + 60 * len("\\U0010ffff")
    assert shown("x" * 61) == "'" + "x" * 59 + "…'"


def test_an_error_reads_as_place_what_and_hint():
    assert str(InputError("is empty", "a.csv", "try b.csv")) == "a.csv: is empty\nhint: try b.csv"
    assert str(InputError("is empty")) == "is empty"


@pytest.mark.parametrize(
    ("name", "others", "near"),
    [
        ("labl", ["prob", "label"], "label"),
        (" LABEL ", ["label"], "label"),
        ("sge", ["seg", "age"], "seg"),
        ("abel", ["label"], "label"),
        ("nope", ["slope"], None),
        ("x", ["y"], None),
        ("", ["y"], None),
        ("y", [], None),
    ],
)
def test_only_a_near_name_is_proposed(name, others, near):
    assert nearest(name, others) == near


def test_what_was_meant_is_a_hint_and_survives_pickling():
    error = UsageError("there is no x", hint="see --help")
    assert error.meaning(None) == error
    meant = pickle.loads(pickle.dumps(error.meaning("y")))
    assert (meant.hint, meant.meant) == ("did you mean 'y'?", "y")
