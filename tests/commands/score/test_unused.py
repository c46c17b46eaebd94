"""Columns that are plainly weights or counts, and that the user did not name."""

import numpy as np
import pytest


@pytest.fixture
def rows():
    draw = np.random.default_rng(3)
    p = draw.beta(1.0, 1.5, 120).round(6)
    return (draw.random(120) < p).astype(int), p


def text_of(y, p, name, values, prob="p"):
    lines = (",".join(map(str, row)) for row in zip(y, p, values, strict=True))
    return "\n".join([f"y,{prob},{name}", *lines, ""])


WEIGHING = {
    "weight": lambda n: np.linspace(0.5, 2.0, n),
    "sample_weight": lambda n: np.arange(n) % 3 + 1,
    "w": lambda n: np.linspace(1e-3, 2.0, n),
    "n": lambda n: np.arange(n) % 7 // 3 + 1,
    "count": lambda n: np.arange(n) % 5 // 2 + 1,
}


@pytest.mark.parametrize("name", WEIGHING)
def test_a_column_that_is_plainly_a_weight_and_not_named_is_told(cecli, write, rows, name):
    y, p = rows
    path = write(text_of(y, p, name, WEIGHING[name](len(y))))
    option = "--weight" if "w" in name else "--count"
    (note,) = cecli("score", path, "--label", "y", "--prob", "p").stderr.splitlines()
    assert note.startswith(f"note: column '{name}' is not used; ")
    assert f"{option} {name} " in note
    assert not cecli("score", path, "--label", "y", "--prob", "p", option, name).stderr
    if name != "count":  # which may be how often a row counts, so that nothing is taken
        assert note in cecli("score", path).stderr.splitlines()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("weight", lambda n: np.ones(n)),
        ("weight", lambda n: np.arange(n) - 5),
        ("weight", lambda n: ["a", "b"] * (n // 2)),
        ("n", lambda n: np.arange(1, n + 1)),
        ("n", lambda n: np.arange(1, n + 1)[::-1]),
        ("n", lambda n: np.arange(n) % 10 + 1),
        ("n", lambda n: np.arange(n) % 5 + 0.5),
        ("count", lambda n: np.arange(n) % 3),
        ("wind", lambda n: np.arange(n) % 3 + 0.5),
    ],
)
def test_nothing_is_told_of_a_column_that_may_be_no_weight(cecli, write, rows, name, values):
    y, p = rows
    path = write(text_of(y, p, name, values(len(y))))
    assert not cecli("score", path, "--label", "y", "--prob", "p").stderr


def test_nothing_is_told_of_a_column_with_another_role(cecli, write, rows):
    y, p = rows
    path = write(text_of(y, p, "n", np.arange(len(y)) % 3 + 1, prob="w"))
    assert not cecli("score", path, "--label", "y", "--prob", "w", "--by", "n").stderr
