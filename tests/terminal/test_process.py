"""The process: exit codes, streams, pipes, signals, environment."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from cecli.core.errors import ExitCode

COMMAND = [sys.executable, "-m", "cecli", "score"]
PREDICTIONS = "y,p\n1,0.9\n0,0.2\n1,0.7\n"


@pytest.fixture(scope="module")
def forks():
    """Let every run start anew."""


def test_success_is_0_with_the_result_alone_on_stdout(cecli, write):
    done = cecli("score", write(PREDICTIONS), "--json")
    assert done.returncode == ExitCode.OK
    assert json.loads(done.stdout)["command"] == "score"
    said = [line for line in done.stderr.splitlines() if not line.startswith("notice: ")]
    assert said == [
        "note: prob is column 'p', guessed from its name; --prob chooses",
        "note: label is column 'y', guessed from its name; --label chooses",
    ]


def test_named_columns_leave_stderr_empty(cecli, write):
    assert cecli("score", write(PREDICTIONS), "--label", "y", "--prob", "p").stderr == ""


def test_quiet_says_nothing_beside_the_result(cecli, write):
    done = cecli("score", write("y,p\n1,0\n0,0.5\n"), "--json", "--quiet")
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")


def test_notices_are_on_stderr_when_stdout_is_json(cecli, write):
    done = cecli("score", write("y,p\n1,0\n0,0.5\n"), "--json")
    assert "notice: 1 row gave probability 0 to the observed outcome" in done.stderr


def test_a_usage_error_is_2(cecli):
    done = cecli("score")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert done.stderr.startswith("error: Missing argument 'FILE…'")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["score", "--help"]])
def test_help_is_on_stdout(cecli, arguments):
    done = cecli(*arguments)
    assert "Usage" in done.stdout
    assert "Traceback" not in done.stderr


def test_version_is_the_packages(cecli):
    from cecli import __version__

    assert cecli("--version").stdout == f"cecli {__version__}\n"


def test_stdin_gives_the_digits_of_the_file(cecli, write):
    path = write(PREDICTIONS)
    from_path = json.loads(cecli("score", path, "--json").stdout)
    from_stdin = json.loads(cecli("score", "-", "--json", stdin=PREDICTIONS).stdout)
    assert from_stdin["input"]["paths"] == ["<stdin>"]
    assert from_stdin["metrics"] == from_path["metrics"]
    assert from_stdin["intervals"] == from_path["intervals"]


def test_an_error_on_stdin_is_placed(cecli):
    done = cecli("score", "-", stdin="y,p\n1,2\n")
    assert done.returncode == ExitCode.INPUT
    assert "error: <stdin>:2: column p: '2' is not a probability" in done.stderr


def test_an_empty_stdin_is_refused(cecli):
    done = cecli("score", "-")
    assert (done.returncode, done.stdout) == (ExitCode.INPUT, "")
    assert "<stdin>: is empty" in done.stderr


def test_a_closed_stdin_is_refused(write):
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m cecli score - <&-"], capture_output=True
    )
    assert done.returncode == ExitCode.INPUT
    assert b"standard input is closed" in done.stderr


def test_a_fifo_is_read_in_one_pass(cecli, tmp_path):
    fifo = tmp_path / "fifo.csv"
    os.mkfifo(fifo)
    writer = subprocess.Popen(["sh", "-c", f"printf '{PREDICTIONS}' > {fifo}"])
    done = cecli("score", str(fifo), "--json")
    writer.wait()
    assert done.returncode == ExitCode.OK
    assert json.loads(done.stdout)["input"]["rows"] == 3


def test_a_file_whose_name_begins_with_a_dash_follows_two_dashes(cecli, tmp_path):
    (tmp_path / "-p reds.csv").write_text(PREDICTIONS)
    assert cecli("score", "--", "-p reds.csv").returncode == ExitCode.OK


def test_a_file_name_that_is_not_utf8_is_shown_escaped(tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff.csv"
    with open(name, "w") as file:
        file.write(PREDICTIONS)
    done = subprocess.run([*COMMAND, name, "--json"], capture_output=True)
    assert done.returncode == ExitCode.OK
    assert json.loads(done.stdout)["input"]["paths"][0].endswith(r"\udcff.csv")


def test_a_closed_pipe_ends_quietly(write):
    path = write(PREDICTIONS)
    read, closed = os.pipe()
    os.close(read)
    done = subprocess.run([*COMMAND, path, "--quiet"], stdout=closed, stderr=subprocess.PIPE)
    os.close(closed)
    assert (done.returncode, done.stderr) == (ExitCode.OK, b"")


def test_help_into_a_closed_pipe_ends_quietly():
    read, closed = os.pipe()
    os.close(read)
    done = subprocess.run([*COMMAND, "--help"], stdout=closed, stderr=subprocess.PIPE)
    os.close(closed)
    assert (done.returncode, done.stderr) == (ExitCode.OK, b"")


@pytest.mark.parametrize("arguments", [["{path}"], ["{path}", "--json"], ["--help"]])
def test_a_full_disk_is_no_success(write, arguments):
    path = write(PREDICTIONS)
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, *(a.format(path=path) for a in arguments)],
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == ExitCode.INPUT
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_a_closed_stdout_is_no_success(write):
    command = f"'{sys.executable}' -m cecli score '{write(PREDICTIONS)}' >&-"
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE)
    assert done.returncode == ExitCode.INPUT
    assert b"standard output is closed" in done.stderr


def test_a_closed_stderr_loses_no_result(write):
    command = f"'{sys.executable}' -m cecli score '{write(PREDICTIONS)}' --json 2>&-"
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE)
    assert done.returncode == ExitCode.OK
    assert json.loads(done.stdout)["input"]["rows"] == 3


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, -15)]
)
def test_an_interruption_ends_quietly(tmp_path, number, code):
    fifo = tmp_path / "endless"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [*COMMAND, str(fifo)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with open(fifo, "wb") as pipe:  # the process is reading by the time that this opens
        pipe.write(b"y,p\n1,0.5\n")
        pipe.flush()
        time.sleep(0.1)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (code, b"")
    assert b"Traceback" not in stderr


def test_a_pipe_that_breaks_inside_a_command_is_no_success(write):
    program = (
        "import sys, cecli.terminal.command as command, cecli.terminal.process as process\n"
        "def broken(*_): raise BrokenPipeError(32, 'Broken pipe')\n"
        "command._run = broken\n"
        f"sys.argv = ['cecli', 'check', {write(PREDICTIONS)!r}, '--max', 'brier=1']\n"
        "process.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (ExitCode.INPUT, "")
    assert done.stderr.startswith("error: a pipe was closed at its other end")


def test_the_end_waits_for_no_thread_but_for_all_that_was_registered(write):
    program = (
        "import atexit, threading, time\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "atexit.register(print, 'registered')\n"
        "from cecli.terminal import main\n"
        "main()\n"
    )
    run = [sys.executable, "-c", program, "score", write(PREDICTIONS), "--json"]
    done = subprocess.run(run, capture_output=True, timeout=100)
    assert done.returncode == ExitCode.OK, done.stderr
    assert done.stdout.splitlines()[0] == b"{"
    assert done.stdout.splitlines()[-1] == b"registered"


def test_a_bug_is_4_and_one_line(write, tmp_path):
    program = (
        "import sys, cecli.terminal.app as app, cecli.terminal.process as process\n"
        "def broken(**_): raise RuntimeError('a\\nb')\n"
        "process.app = broken\n"
        "sys.argv = ['cecli']\n"
        "process.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == ExitCode.BUG
    assert done.stderr.startswith(r"error: a bug in cecli: RuntimeError: a\nb")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "options", "coloured"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
    ],
)
def test_colour_is_for_those_who_ask(cecli, write, environment, options, coloured):
    done = cecli("score", write(PREDICTIONS), *options, environment=environment)
    assert ("\x1b[" in done.stdout) == coloured


@pytest.mark.parametrize(
    "environment",
    [{"TERM": "dumb"}, {"COLUMNS": "20"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}],
)
def test_no_environment_changes_what_is_piped(cecli, write, environment):
    path = write("y,p,é\n1,0.9,1\n0,0.2,1\n")
    plain = cecli("score", path, "--quiet")
    other = cecli("score", path, "--quiet", environment=environment)
    assert other.stdout == plain.stdout
    assert (other.returncode, other.stderr) == (ExitCode.OK, "")
