"""What was wrong once with hostile input stays right, and what runs over it finds what is wrong."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from fuzzing.mutation import in_bytes, in_json, in_lines
from fuzzing.registry import TARGETS
from fuzzing.target import CORPUS

from cecli.core.errors import ExitCode
from cecli.readers.text import compiled
from cecli.terminal import process

pytest.importorskip("cecli.kernels.one_pass", reason="not compiled here")
KEPT = [(name, path) for name, target in TARGETS.items() for path in target.kept]


@pytest.mark.parametrize(("name", "path"), KEPT, ids=[f"{n}-{path.name}" for n, path in KEPT])
def test_what_was_wrong_once_is_right(name, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    TARGETS[name].run(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_takes_what_it_starts_from_and_what_becomes_of_it(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    target = TARGETS[name]
    for data in (target.seeds[0], target.input(np.random.default_rng(1))):
        target.run(data)


def test_an_input_depends_on_its_seed_alone():
    # 400 documents change each value that is put into them several times.
    for mutate in (in_json, in_lines, in_bytes):
        first, again = (
            [mutate([b'[[{"a": []}]]'], [], np.random.default_rng(i)) for i in range(400)]
            for _ in range(2)
        )
        assert first == again


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_target_starts_from_does_not_depend_on_the_time(name):
    days = []
    for now in (1e9, 1.5e9):
        with patch("time.time", lambda now=now: now):
            days.append(list(TARGETS[name].made()))
    assert days[0] == days[1]


def test_every_folder_of_the_corpus_is_a_target_and_small():
    assert {path.name for path in CORPUS.iterdir()} <= set(TARGETS)
    assert sum(path.stat().st_size for _, path in KEPT) < 100_000


def finds(name, data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError):
        TARGETS[name].run(data)


def test_a_line_that_what_is_compiled_miscounts_is_found(tmp_path, monkeypatch):
    parse = compiled.parse

    def wrong(block, request):
        found = parse(block, request)
        return found and replace(found, lines=found.lines + 1)

    monkeypatch.setattr(compiled, "parse", wrong)
    finds("csv", b"y,p\n1,0.5\n0,0.25\n", tmp_path, monkeypatch)


def test_a_bug_is_found_and_a_file_that_a_failure_leaves(tmp_path, monkeypatch):
    def explained(error):
        return ExitCode.BUG

    with patch.object(process, "_explain", explained):
        finds("configuration", b"label = 3\n", tmp_path, monkeypatch)
