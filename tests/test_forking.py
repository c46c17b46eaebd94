"""A fork of cecli is what a process that starts anew would be."""

import json
import os
import shlex
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import forking
import pytest
from conftest import MOST_SECONDS, clean_environment
from forking import Request, listening, run_anew

from cecli.core.errors import ExitCode

pytestmark = pytest.mark.skipif(not forking.ARE_POSSIBLE, reason="this system cannot fork")

ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n0,0.25\n"


@pytest.mark.parametrize(
    ("arguments", "content"),
    [
        (["score", "preds.csv"], ""),
        (["score", "-", "--json"], ROWS),
        (["score", "-", "--label", "z", "--error-format", "json"], ROWS),
        (["score", "\udcff", "--label", "y"], ""),
        (["check", "preds.csv", "--max", "cross_entropy=0.1"], ""),
        (["score", "--help"], ""),
        (["--show-completion", "bash"], ""),
        (["inspect", "preds.csv", "--debug"], ""),
        (["inspect", "preds.parquet", "--debug"], ""),
    ],
    ids=lambda value: " ".join(value[:2]).encode("ascii", "replace").decode() or "nothing",
)
def test_a_fork_does_what_a_process_does(forks, write, tmp_path, arguments, content):
    write(ROWS)
    write(b"PAR1", "preds.parquet")
    request = Request(arguments, clean_environment(), str(tmp_path))
    done = [run(request, content.encode(), MOST_SECONDS) for run in (forks.run, run_anew)]
    assert done[0] == done[1]


def test_a_fork_has_an_environment_of_its_own(forks, tmp_path):
    for columns in ("40", "90"):
        environment = clean_environment() | {"COLUMNS": columns}
        request = Request(["--help"], environment, str(tmp_path))
        assert forks.stand_for(environment)
        assert forks.run(request, b"", MOST_SECONDS) == run_anew(request, b"", MOST_SECONDS)


def test_a_fork_that_takes_too_long_is_killed_and_the_next_one_runs(forks, tmp_path):
    os.mkfifo(tmp_path / "endless.csv")
    request = Request(["score", "endless.csv"], clean_environment(), str(tmp_path))
    with pytest.raises(subprocess.TimeoutExpired):
        forks.run(request, b"", 0.5)
    again = request._replace(arguments=["--version"])
    assert forks.run(again, b"", MOST_SECONDS) == run_anew(again, b"", MOST_SECONDS)


def test_a_fork_that_is_killed_has_the_code_of_the_signal(forks, tmp_path):
    os.mkfifo(tmp_path / "endless.csv")
    request = Request(["score", "endless.csv"], clean_environment(), str(tmp_path))
    with ThreadPoolExecutor() as threads:
        done = threads.submit(forks.run, request, b"", MOST_SECONDS)
        with open(tmp_path / "endless.csv", "wb"):  # returns when the fork has opened it, too
            asked = forks._asked.pid
            os.kill(int(Path(f"/proc/{asked}/task/{asked}/children").read_text()), signal.SIGKILL)
        assert done.result() == (-signal.SIGKILL, b"", b"")


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONHASHSEED", "LC_ALL", "OMP_NUM_THREADS"])
def test_what_changes_a_start_asks_for_a_start(forks, name):
    assert forks.stand_for(clean_environment())
    assert not forks.stand_for(clean_environment() | {name: "1"})


@pytest.fixture(scope="module")
def shell():
    """Return a function that runs a command of a shell in which cecli is forked."""
    with listening(clean_environment()) as words:
        prelude = f'cecli() {{ {shlex.join(words)} "$@"; }}\n'

        def run(command, folder, **environment):
            return subprocess.run(
                ["bash", "-c", prelude + command],
                cwd=folder,
                env=clean_environment() | environment,
                capture_output=True,
                text=True,
                timeout=MOST_SECONDS,
            )

        yield run


def test_forks_are_the_ends_of_a_pipe_in_a_shell(shell, write, tmp_path):
    write(ROWS)
    piped = "cecli score preds.csv --json | tee report.json | cecli check - --max cross_entropy=9"
    done = shell(piped, tmp_path)
    assert (done.returncode, done.stdout.split()[:2]) == (ExitCode.OK, ["check", "<stdin>:"])
    assert json.loads((tmp_path / "report.json").read_text())["input"]["rows"] == 4
    assert shell("cecli score preds.csv --json | head -c 1", tmp_path).stdout == "{"


def test_a_shell_sees_how_a_fork_ends(shell, write, tmp_path):
    write(ROWS)
    failing = "cecli check preds.csv --max cross_entropy=0.1 > /dev/null"
    assert shell(failing, tmp_path).returncode == ExitCode.CHECK_FAILED
    done = shell("cecli score none.csv", tmp_path)
    assert done.returncode == ExitCode.INPUT
    assert done.stderr.startswith("error: none.csv")


def test_a_shell_with_another_environment_gets_no_fork(shell, tmp_path):
    assert shell("cecli --version", tmp_path, COLUMNS="40").returncode == ExitCode.OK
    assert shell("cecli --version", tmp_path, LC_ALL="C").returncode
