"""JSON text against the encoder of the standard library."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cecli
from cecli.core.contract import Key, Presence, plain, stated, written
from cecli.core.json_text import MANY, json_pieces, json_text

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda some: st.lists(some, max_size=4) | st.dictionaries(st.text(), some, max_size=4),
)


class Shade(StrEnum):
    DARK = "dark"


@stated
@dataclass(frozen=True)
class Stone:
    weight: float
    name: Annotated[str, Key("class")] = "pebble"
    shade: Annotated[Shade | None, Presence.LEFT_OUT] = None
    parts: tuple["Stone", ...] = ()


@pytest.mark.parametrize("indent", [None, 2])
@given(st.dictionaries(st.text(), values, max_size=4))
def test_plain_values_have_the_text_of_the_standard_encoder(indent, document):
    wanted = json.dumps(plain(document), indent=indent, allow_nan=False)
    assert json_text(document, indent=indent is not None) == wanted


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("parts", [0, 1, MANY + 1])
def test_a_stated_document_has_the_text_of_its_plain_values(indent, parts):
    stone = Stone(float("inf"), 'a"\n', Shade.DARK, (Stone(0.1),) * parts)
    wanted = json.dumps(written(stone), indent=indent, allow_nan=False)
    assert json_text(stone, indent=indent is not None) == wanted


def test_a_text_of_numpy_is_a_text():
    document = {"classes": [np.str_("no"), "yes"], "name": np.str_("é")}
    assert json_text(document) == json.dumps(document)


def test_a_long_list_comes_in_pieces():
    pieces = list(json_pieces(Stone(1.0, parts=(Stone(2.0),) * (MANY + 1)), indent=True))
    assert len(pieces) > MANY
    assert max(map(len, pieces)) < 200


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"a": float("nan")})


def test_a_report_with_groups_has_the_text_of_its_dictionary():
    data = {
        "y": [1, 0, 1, 0] * 60,
        "p": [0.9, 0.2, 0.6, 0.5] * 60,
        "g": [f"{n}" for n in range(240)],
    }
    report = cecli.score(data, label="y", prob="p", by="g")
    assert report.to_json() == json.dumps(report.to_dict(), indent=2)
    assert report.to_json_line() == json.dumps(report.to_dict())
