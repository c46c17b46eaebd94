"""A search runs the same cases each time it counts them, and gives each kind the same time."""

import argparse
from collections import Counter

import pytest
import turns


def chosen(*words, names=("a", "b")):
    parser = argparse.ArgumentParser()
    turns.add_options(parser, cases=3)
    return turns.chosen(names, parser.parse_args(words))


@pytest.mark.parametrize(("words", "cases"), [((), 3), (("--cases", "5"), 5)])
def test_the_cases_of_one_are_the_same_whatever_else_runs(words, cases):
    both = list(chosen(*words))
    for name in "ab":
        assert [turn for turn in both if turn[0] == name] == list(chosen(*words, names=(name,)))
        assert list(chosen(*words, names=(name,))) == [(name, k) for k in range(cases)]


def test_each_has_the_same_time_however_long_its_cases_take(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(turns.time, "monotonic", lambda: now[0])
    found = []
    for name, number in chosen("--seconds", "60"):
        now[0] += {"a": 1.0, "b": 5.0}[name]
        found.append((name, number))
    ran = Counter(name for name, _ in found)
    assert abs(ran["a"] * 1.0 - ran["b"] * 5.0) <= 5.0
    assert [number for name, number in found if name == "a"] == list(range(ran["a"]))


def test_a_count_and_a_time_exclude_each_other(capsys):
    with pytest.raises(SystemExit):
        chosen("--cases", "1", "--seconds", "1")
    assert "not allowed with" in capsys.readouterr().err
