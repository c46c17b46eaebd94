"""A row of weight 0 does not count, whatever else is wrong with it, in every command alike."""

import numpy as np
import pytest

import cecli
from cecli.core.errors import RowError

BINARY = {"y": ["1", "0", "1", "0"], "p": [0.8, 0.3, 0.6, 0.7], "b": [0.7, 0.4, 0.5, 0.6]}
CLASSES = {
    "y": ["a", "c", "b", "a"],
    "p_a": [0.5, 0.2, 0.3, 0.6],
    "p_b": [0.3, 0.2, 0.4, 0.1],
    "p_c": [0.2, 0.6, 0.3, 0.3],
    "q_a": [0.2, 0.2, 0.3, 0.6],
    "q_b": [0.2, 0.2, 0.4, 0.1],
    "q_c": [0.6, 0.6, 0.3, 0.3],
}
COMMANDS = {
    "score": lambda data: cecli.score(data, label="y", prob="p", weight="w"),
    "worst": lambda data: cecli.worst(data, label="y", prob="p", weight="w"),
    "compare": lambda data: cecli.compare(data, label="y", prob=["p", "b"], weight="w"),
    "fit": lambda data: cecli.fit(data, model="platt", label="y", prob="p", weight="w"),
    "score classes": lambda data: cecli.score(data, label="y", prob="p_*", weight="w"),
    "kl": lambda data: cecli.kl(data, p="p_*", q="q_*", weight="w"),
    "entropy": lambda data: cecli.entropy(data, prob="p_*", weight="w"),
    "counts": lambda data: cecli.entropy(data, column="y", weight="w"),
}
# What could be read, and yet not be used: a label that is no class, a sum that is not 1.
BAD = {"y": ["", "dunno"], "p": [0.5, 0.5], "b": [0.5, 0.5], "p_a": [0.9, 0.9]}


def spoiled(data, weight):
    """Return data with two bad rows of a weight after the good ones."""
    size = len(data["y"])
    columns = {name: [*column, *BAD.get(name, [0.9, 0.9])] for name, column in data.items()}
    return {**columns, "w": [*[1.0] * size, weight, weight]}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bad_row_of_weight_0_is_left_out(command):
    data = BINARY if command in {"score", "worst", "compare", "fit"} else CLASSES
    run = COMMANDS[command]
    good = run({**data, "w": np.ones(len(data["y"]))})
    report = run(spoiled(data, 0.0))
    assert report.metrics == good.metrics
    (notice,) = [notice for notice in report.notices if notice.code == "zero-weight"]
    assert notice.count == 2
    with pytest.raises(RowError):
        run(spoiled(data, 1.0))
