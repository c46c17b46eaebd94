"""The bytes of saved states: canonical, and read without trust."""

import resource
from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cecli
from cecli.core.errors import CecliError, ExitCode
from cecli.core.state_file import MAGIC
from cecli.states.numbers import DamagedError
from cecli.states.state import CHECKSUM, SCHEMA, VERSION, SavedState

DATA = {
    "y": [1, 0, 1, 1, 0, 0, 1, 0],
    "p": [0.9, 0.2, 0.6, 0.3, 0.45, 0.01, 1.0, 0.5],
    "segment": ["a", "b", "c,d", "é", "a", "b", "", "a"],
    "place": ["x", "y"] * 4,
    "weight": [1.0, 0.5, 2.0, 1e-9, 1e9, 3.0, 1.0, 1.0],
}
OPTIONS = (
    {"by": ["segment", "place"], "weight": "weight"},
    {"cluster": "segment", "clip": 0.01, "level": 0.9},
)
# Of further commands, with cells of groups and of several models.
FURTHER = (
    ("calibration", {"prob": "p", "by": ["segment", "place"], "draws": 0, "threshold": 0.4}),
    ("calibration", {"prob": "p", "weight": "weight", "draws": 0}),
    ("compare", {"prob": ["p", "weight"], "decompose": True, "scale": "logit"}),
    ("score", {"prob": "p", "cluster": "place", "bootstrap": 100}),
)


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    """Return the bytes of some states."""
    folder = tmp_path_factory.mktemp("states")
    found = []
    for number, options in enumerate(OPTIONS):
        path = folder / f"{number}.state"
        cecli.score(DATA, label="y", prob="p", save_state=str(path), **options)
        found.append(path.read_bytes())
    for number, (command, options) in enumerate(FURTHER):
        path = folder / f"{command}-{number}.state"
        getattr(cecli, command)(DATA, label="y", save_state=str(path), **options)
        found.append(path.read_bytes())
    return found


def sealed(content):
    """Return content with the checksum that it should have."""
    return content + sha256(content).digest()


def test_the_bytes_are_those_of_the_state(contents):
    for content in contents:
        assert SavedState.of_bytes(content).to_bytes() == content
        assert len(content) < 60_000


def test_damage_shows(contents):
    content = contents[0]
    for place in range(0, len(content), 101):
        changed = bytearray(content)
        changed[place] ^= 0x10
        with pytest.raises(DamagedError):
            SavedState.of_bytes(bytes(changed))
        with pytest.raises(DamagedError):
            SavedState.of_bytes(content[:place])


def test_a_later_schema_is_told(contents):
    body = MAGIC + VERSION.pack(SCHEMA + 1) + contents[0][len(MAGIC) + VERSION.size : -CHECKSUM]
    with pytest.raises(DamagedError, match="it is of schema 2; this version reads 1"):
        SavedState.of_bytes(sealed(body))


changes = st.lists(
    st.tuples(st.floats(0.0, 1.0, exclude_max=True), st.binary(max_size=9), st.integers(0, 9)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=100)
@given(st.integers(0, len(OPTIONS) + len(FURTHER) - 1), changes)
@example(0, [(0.5, b"\xff" * 8, 8)])
def test_a_state_of_a_stranger_is_refused_or_gives_a_report(contents, number, changes):
    content = contents[number][:-CHECKSUM]
    for share, inserted, removed in changes:
        place = int(share * len(content))
        content = content[:place] + inserted + content[place + removed :]
    before, errors = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, []
    for states in (sealed(content), [sealed(content)] * 2, [contents[number], sealed(content)]):
        try:
            cecli.merge(states)
        except CecliError as error:
            errors.append(error)
    assert all(error.exit_code == ExitCode.INPUT for error in errors)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"command":"score"', b'"command":"shcema"'),
        (b'"command":"score"', b'"command":"apply"'),
        (b'"level":0.9', b'"labels":"/etc/passwd"'),
        (b'"level":0.9', b'"save_state":"new"'),
        (b'"label":"y","level":0.9', b'"label":"y","level":"x"'),
        (b'"label":"y","level":0.9', b'"label":"y","level":1e999'),
        (b'"label":"y","level":0.9', b'"label":"y","level":NaN'),
        (b'"label":"y","level":0.9', b'"label":"q","level":0.9'),
        (b'["largest"', b'["first"'),
        (b'["largest",["', b'["largest",["nan'),
        (b'["every",[false', b'["every",[0'),
    ],
)
def test_what_a_state_says_is_checked(old, new, contents, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = contents[1][:-CHECKSUM]
    begins = content.index(old)
    content = content.replace(old, new, 1)
    # The length before the text that was changed.
    ends = list(_lengths(contents[1]))
    at = max(place for place, _ in ends if place < begins)
    length = dict(ends)[at] + len(new) - len(old)
    content = content[:at] + length.to_bytes(4, "little") + content[at + 4 :]
    with pytest.raises(CecliError) as caught:
        cecli.merge(sealed(content))
    assert caught.value.exit_code == ExitCode.INPUT
    assert not list(tmp_path.iterdir())


def _lengths(content):
    """Yield the places and the values of the lengths of the three texts."""
    place = len(MAGIC) + VERSION.size
    for _ in range(3):
        length = int.from_bytes(content[place : place + 4], "little")
        yield place, length
        place += 4 + length


def test_rows_with_replicates_are_not_lost_beside_an_input_without_rows(tmp_path):
    some, none = tmp_path / "some.state", tmp_path / "none.state"
    options = {"label": "y", "prob": "p", "cluster": "d", "bootstrap": 100}
    rows = {"y": [1, 0, 1, 0] * 5, "p": [0.6, 0.5, 0.7, 0.2] * 5, "d": list("abcdefghij") * 2}
    alone = cecli.score(rows, **options, save_state=some)
    with pytest.raises(CecliError, match="no data rows"):
        cecli.score({"y": [], "p": [], "d": []}, **options, save_state=none)
    for both in ([some, none], [none, some]):
        merged = cecli.merge(both)
        assert (merged.metrics, merged.intervals) == (alone.metrics, alone.intervals)
