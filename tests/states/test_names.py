"""Names of statistics stay as they are: yesterday's states are read by them."""

import json
from pathlib import Path

import numpy as np
import pytest

import cecli
from cecli.states.state import SavedState

HERE = Path(__file__).parent
# A line for each statistic and field of some states. A name that is gone makes old states lack it:
# do not change one without reading the old one, too.
SNAPSHOT = HERE / "names.txt"
BINARY = {"label": "y", "prob": "p"}
CLASSES = {"label": "class", "prob": "p_*"}
EVERY = (
    ("score", {**BINARY, "weight": "w", "by": "s"}),
    ("score", {**BINARY, "cluster": "u", "by": "s"}),
    ("score", {**BINARY, "cluster": "u", "bootstrap": 100}),
    ("score", {"target": "soft", "prob": "p", "clip": 0.01}),
    ("score", {**CLASSES, "ordered": True}),
    ("score", {"log_prob": "l", "n_bytes": "n"}),
    ("calibration", {**BINARY, "by": "s", "threshold": 0.5, "draws": 0}),
    ("calibration", {**CLASSES, "draws": 0}),
    ("compare", {"label": "y", "prob": ["p", "q"], "decompose": True, "by": "s"}),
    ("compare", {"label": "y", "prob": ["p", "q"], "anytime": True, "clip": 0.01}),
    ("kl", {"p": "p", "q": "q"}),
    ("kl", {"p": "p_*", "q": "q_*", "threshold": 0.1}),
    ("entropy", {"column": "s", "given": "u"}),
    ("entropy", {"prob": "p_*"}),
)


def columns():
    draw = np.random.default_rng(0)
    p, q = draw.uniform(0.1, 0.9, (2, 12))
    classes = draw.dirichlet([1, 1, 1], 12)
    found = {
        "y": (draw.uniform(size=12) < p).astype(int),
        "p": p,
        "q": q,
        "w": draw.uniform(1, 2, 12),
        "s": list("ab" * 6),
        "u": list("abcd" * 3),
        "soft": draw.uniform(size=12),
        "class": list("abc" * 4),
        "l": np.log(p),
        "n": [3] * 12,
    }
    for place, name in enumerate("abc"):
        found |= {f"p_{name}": classes[:, place], f"q_{name}": classes[:, place - 1]}
    return found


def names_in(state):
    """Return the names in a state: of sums with their fields, and of what is known beside them."""
    known = state.parts.parts[0].known
    sums = {f"{name} {field}" for (name, field) in state.sums}
    return sums | {f"{name} {kind}" for name, (kind, _) in known.items()}


def test_no_name_has_changed(tmp_path):
    found = set()
    for number, (command, options) in enumerate(EVERY):
        path = tmp_path / f"{number}.state"
        getattr(cecli, command)(columns(), save_state=str(path), **options)
        names = names_in(SavedState.of_bytes(path.read_bytes()))
        found |= {f"{command} {name}" for name in names}
    before = set(SNAPSHOT.read_text().splitlines())
    assert not before - found, "these names are gone"
    assert not found - before, "these names are new: add them to the snapshot"


@pytest.mark.parametrize("command", ["score", "compare"])
def test_a_state_of_an_earlier_version_is_read_and_merged(command, tmp_path):
    # That of weighted rows knows the largest loss, and not the largest weight times loss.
    old = HERE / f"{command}-1.state"
    stated = json.loads((HERE / f"{command}-1.json").read_text())
    found = cecli.merge(str(old)).to_dict()
    assert found["metrics"] == stated["metrics"]
    assert found["groups"] == stated["groups"]
    twice = cecli.merge([str(old)] * 2, save_state=str(tmp_path / "twice"))
    assert twice.input.rows == 16
    back = cecli.merge(str(tmp_path / "twice"), str(old)).to_dict()
    assert back["metrics"] == stated["metrics"]
