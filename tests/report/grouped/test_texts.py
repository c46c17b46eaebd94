"""The JSON of many groups is that of their documents, one by one."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cecli
from cecli.core.contract import written
from cecli.core.json_text import json_text
from cecli.report.grouped import texts

number_texts = pytest.importorskip("cecli.report.grouped.number_texts", reason="not compiled here")
finite = st.floats(allow_nan=False, allow_infinity=False)


def report(groups=150, seed=0, **options):
    """Return a report of groups of all kinds: of one row, of one class, with an infinite loss."""
    rng = np.random.default_rng(seed)
    size = 20 * groups
    prob = rng.random(size)
    prob[rng.integers(0, size, 3)] = 0.0
    columns = {
        "y": (rng.random(size) < prob.clip(0.01)).astype(int),
        "p": prob,
        "g": rng.integers(0, groups, size).astype(str),
        "h": rng.choice(['a "quoted" name', "null\0", "schön"], size, p=[0.9, 0.05, 0.05]),
    }
    return cecli.score(columns, label="y", prob="p", by=["g", "h"], **options)


@pytest.mark.parametrize("options", [{}, {"units": "bits"}, {"min_count": 5}])
def test_it_is_the_text_of_the_documents(options, monkeypatch):
    document = report(**options).to_document()
    plain = written(document)
    for indent in (None, 2):
        wanted = json.dumps(plain, indent=indent, allow_nan=False)
        for block in (7, 1024):
            monkeypatch.setattr(texts, "BLOCK", block)
            assert json_text(document, indent=indent is not None) == wanted, (indent, block)


def test_without_the_compiled_part_it_is_the_same(monkeypatch):
    document = report().to_document()
    text = json_text(document)
    monkeypatch.setattr(texts, "number_texts", None)
    assert json_text(document) == text


@given(st.lists(st.tuples(finite, finite), max_size=5))
def test_numbers_are_written_as_python_writes_them(rows):
    numbers = np.array(rows, dtype=np.float64).reshape(-1, 2)
    found = number_texts.filled([b"<", "ü".encode(), b">"], numbers)
    assert found == [f"<{x!r}ü{y!r}>" for x, y in numbers.tolist()]


def test_powers_of_ten_and_their_neighbours_are_written_as_python_writes_them():
    tens = np.array([float(f"1e{power}") for power in range(-324, 309)])
    near = [tens, np.nextafter(tens, 0.0), np.nextafter(tens, np.inf), tens / 3.0]
    some = np.concatenate([*near, -tens])[:, None]
    assert number_texts.filled([b"", b""], some) == list(map(repr, some[:, 0].tolist()))


def test_what_cannot_be_written_is_refused():
    with pytest.raises(ValueError, match="piece"):
        number_texts.filled([b""], np.ones((1, 1)))
    for number in (np.inf, -np.inf, np.nan):
        with pytest.raises(ValueError, match="finite"):
            number_texts.filled([b"", b""], np.array([[number]]))
