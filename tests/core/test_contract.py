"""Stated dataclasses: what is written of them, and what their strict readers refuse."""

import json
import math
import subprocess
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from cecli.core.contract import Bounds, Count, Key, Listed, Many, Number, Presence, stated, written


class Colour(StrEnum):
    RED = "red"


@stated
@dataclass(frozen=True)
class Inner:
    only: Number


@stated
@dataclass(frozen=True)
class Outer:
    called: Annotated[str, Key("class")]
    count: Annotated[Count | None, Presence.ALWAYS] = None
    lines: Annotated[Many[Count], Presence.LEFT_OUT] = ()
    pair: Annotated[tuple[float, float], Listed()] | None = None
    colour: Annotated[Colour, Bounds(strict=False)] = Colour.RED
    inner: dict[str, Inner] = field(default_factory=dict)


WRITTEN = {"class": "a", "count": None, "pair": None, "colour": "red", "inner": {}}


@pytest.fixture(scope="module")
def read():
    return TypeAdapter(Outer).validate_python


def test_a_key_is_written_under_its_name_and_left_out_where_it_may_be():
    assert written(Outer("a")) == WRITTEN
    assert written(Outer("a", lines=(1, 2)))["lines"] == [1, 2]


@pytest.mark.parametrize(
    ("value", "said"),
    [(math.inf, "Infinity"), (-math.inf, "-Infinity"), (None, None), (0.5, 0.5), (-0.0, -0.0)],
)
def test_a_number_is_read_as_it_was_written(read, value, said):
    document = Outer("a", inner={"x": Inner(value)}, pair=(1.0, 2.0), lines=(3,))
    found = json.loads(json.dumps(written(document), allow_nan=False))
    assert found["inner"] == {"x": {"only": said}}
    assert read(found) == document


def test_nan_is_left_for_the_writer_of_json_to_refuse():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json.dumps(written(Inner(math.nan)), allow_nan=False)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"class": 1}, ("class",)),
        ({"count": True}, ("count",)),
        ({"count": -1}, ("count",)),
        ({"count": 2**63}, ("count",)),
        ({"lines": "12"}, ("lines",)),
        ({"lines": [1.5]}, ("lines", 0)),
        ({"pair": [1.0]}, ("pair",)),
        ({"pair": [1.0, math.nan]}, ("pair", 1)),
        ({"colour": "blue"}, ("colour",)),
        ({"inner": {"x": {"only": math.inf}}}, ("inner", "x", "only")),
        ({"inner": {"x": {"only": "infinity"}}}, ("inner", "x", "only")),
    ],
)
def test_a_reader_refuses_what_the_statement_does_not_allow(read, change, place):
    with pytest.raises(ValidationError) as refused:
        read({**WRITTEN, **change})
    assert refused.value.errors()[0]["loc"][: len(place)] == place


def test_a_key_that_is_always_written_is_required_whatever_its_default(read):
    without = {key: value for key, value in WRITTEN.items() if key != "count"}
    with pytest.raises(ValidationError, match="count"):
        read(without)
    assert read({"class": "a", "count": None}) == Outer("a")


def test_an_unknown_key_is_passed_over(read):
    assert read({**WRITTEN, "later": 1}) == Outer("a")


def test_a_report_is_written_without_pydantic():
    program = (
        "import sys, cecli\n"
        "sys.modules['pydantic'] = None\n"
        "cecli.score({'y': [1, 0], 'p': [0.8, 0.3]}, label='y', prob='p').to_json()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
