"""A label that is an event of a quantity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cecli
from cecli.core.errors import CecliError, RowError, UsageError
from cecli.shapes.event import COMPARISONS, event_of

RAIN = {"mm": [0.0, 3.5, 0.2, 0.0, 12.0], "pop": [0.1, 0.8, 0.4, 0.3, 0.9], "day": [1, 2, 3, 4, 5]}


def labelled(sign, limit):
    """Return the rain with the label that an event stands for, written out."""
    happened = {
        ">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal,
        "==": np.equal, "!=": np.not_equal,
    }[sign](RAIN["mm"], limit)  # fmt: skip
    return {"y": happened.astype(int), "pop": RAIN["pop"]}


@pytest.mark.parametrize("sign", COMPARISONS)
def test_an_event_scores_as_the_label_that_it_stands_for(sign):
    told = cecli.score(RAIN, event=f"mm {sign} 0.2", prob="pop")
    plain = cecli.score(labelled(sign, 0.2), label="y", prob="pop")
    assert told.to_dict()["metrics"] == plain.to_dict()["metrics"]
    assert told.to_dict()["columns"]["label"] == f"mm {sign} 0.2"
    assert told.to_dict()["options"]["event"] == f"mm {sign} 0.2"


def test_every_command_of_predictions_takes_an_event():
    asked = {"event": "mm > 0", "prob": "pop"}
    plain = labelled(">", 0.0)
    found, expected = cecli.worst(RAIN, **asked), cecli.worst(plain, label="y", prob="pop")
    assert [row.loss for row in found.rows] == [row.loss for row in expected.rows]
    two = {**RAIN, "other": [0.2, 0.7, 0.6, 0.1, 0.5]}
    compared = cecli.compare(two, event="mm > 0", prob=["pop", "other"])
    other = cecli.compare({**plain, "other": two["other"]}, label="y", prob=["pop", "other"])
    assert compared["difference"] == other["difference"]
    many = {name: np.tile(values, 20) for name, values in two.items()}
    spread = np.random.default_rng(1).uniform(0.1, 0.9, 100)
    fitted = cecli.fit({**many, "s": spread}, event="mm > 0", prob="s", model="platt")
    y = (np.array(many["mm"]) > 0).astype(int)
    assert fitted.metrics == cecli.fit({"y": y, "s": spread}, prob="s", model="platt").metrics


def test_the_quantity_may_form_groups_and_be_shown():
    report = cecli.worst(RAIN, event="mm > 0", prob="pop", rows=1, show="mm,day")
    assert report.rows[0].shown == {"mm": "0.2", "day": "3"}
    grouped = cecli.score({**RAIN, "hilly": ["a", "b", "a", "b", "a"]}, event="mm > 0",
                          prob="pop", by="hilly")  # fmt: skip
    assert [group.rows for group in grouped.groups] == [3, 2]


def test_a_file_gives_what_a_table_in_memory_gives(tmp_path):
    path = tmp_path / "rain.csv"
    path.write_text(
        "mm,pop\n" + "".join(f"{a},{b}\n" for a, b in zip(RAIN["mm"], RAIN["pop"], strict=True))
    )
    report = cecli.score(str(path), event="mm>0", prob="pop")
    assert report.metrics == cecli.score(RAIN, event="mm>0", prob="pop").metrics


def test_a_quantity_that_is_no_number_is_refused_at_its_line(tmp_path):
    path = tmp_path / "rain.csv"
    path.write_text("mm,pop\n1.5,0.5\ntrace,0.5\n")
    with pytest.raises(RowError, match=r"rain.csv:3: column mm: 'trace'"):
        cecli.score(str(path), event="mm > 0", prob="pop")


def test_a_missing_column_is_named():
    with pytest.raises(CecliError, match="there is no column 'mn'"):
        cecli.score(RAIN, event="mn > 0", prob="pop")


@pytest.mark.parametrize(
    "text", ["mm", "mm > ", "> 0", "mm > x", "mm => 0", "mm > inf", "", "mm > 1e999"]
)
def test_what_is_no_event_is_refused(text):
    with pytest.raises(UsageError, match="--event"):
        cecli.score(RAIN, event=text, prob="pop")


@pytest.mark.parametrize("more", [{"label": "mm"}, {"target": "mm"}, {"positive": "1"}])
def test_an_event_excludes_what_else_says_the_label(more):
    with pytest.raises(UsageError, match="--event excludes"):
        cecli.score(RAIN, event="mm > 0", prob="pop", **more)


@given(st.from_regex(r"[a-z][a-z 0-9]*[a-z]", fullmatch=True), st.sampled_from(sorted(COMPARISONS)),
       st.floats(-1e300, 1e300))  # fmt: skip
def test_an_event_is_read_as_it_is_written(column, sign, limit):
    event = event_of(f"{column} {sign} {limit!r}")
    assert (event.column, event.sign, event.limit) == (column, sign, limit)
