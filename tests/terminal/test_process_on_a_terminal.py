"""The process on a terminal: what fits into its width, colour, and what it lacks."""

import os
import re
import struct
import subprocess
import sys

import pytest
from rich.cells import cell_len

from cecli.core.errors import ExitCode

fcntl, pty, termios = map(pytest.importorskip, ("fcntl", "pty", "termios"))

COMMAND = [sys.executable, "-m", "cecli", "score"]
PREDICTIONS = "y,p\n1,0.9\n0,0.2\n1,0.7\n"
LONG = "a_column_with_a_name_that_is_longer_than_anybody_would_like_it_to_be"
NUMBER = r"\[?-?\d+\.\d+(e-?\d+)?[],]?"
NAMED = ["--label", "y", "--prob", "p", "--by", LONG, "--all"]


@pytest.fixture(scope="module")
def long_names(tmp_path_factory):
    """Return a file whose groups have long names, and a column with a longer one."""
    path = tmp_path_factory.mktemp("terminal") / "preds.csv"
    rows = (
        "1,0.75,日本語の長い名前のグループです\n0,0.125,a group that has much to say of itself\n"
        * 20
    )
    path.write_text(f"y,p,{LONG}\n{rows}", encoding="utf-8")
    return str(path)


def on_a_terminal(path, columns, options=(), **environment):
    """Return what cecli writes to a terminal of so many columns."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, path, "--quiet", *options],
        stdout=follower,
        stdin=follower,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C.UTF-8", **environment},
    )
    os.close(follower)
    written = b""
    try:
        while piece := os.read(leader, 65536):
            written += piece
    except OSError:  # the way in which a terminal says that the other end is closed
        pass
    os.close(leader)
    process.communicate()
    assert process.returncode == ExitCode.OK
    return written.decode()


def without_colour(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_terminal_gets_a_coloured_table(write):
    screen = on_a_terminal(write(PREDICTIONS), 120)
    assert "\x1b[" in screen
    assert "\x1b[1mlog loss" in screen
    assert "next: " not in screen  # it is quiet


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_no_width_cuts_a_number(cecli, write, columns):
    path = write(PREDICTIONS)
    piped = cecli("score", path, "--quiet", "--all").stdout
    screen = without_colour(on_a_terminal(path, columns, ["--all"]))
    for number in re.findall(r"\d\.\d+", piped):
        assert number in screen


@pytest.mark.parametrize("columns", [60, 80, 132])
def test_no_line_is_too_wide_no_number_lost_and_no_word_broken(cecli, long_names, columns):
    piped = cecli("score", long_names, *NAMED, "--quiet").stdout.split()
    lines = without_colour(on_a_terminal(long_names, columns, NAMED)).splitlines()
    assert max(map(cell_len, lines)) <= columns
    # A sentence says what was left out, and shortened text has its mark in the middle.
    said = [line for line in lines if line.strip("─") and "columns or more" not in line]
    shown = " ".join(said).split()
    assert {word for word in shown if "…" not in word} <= set(piped)
    assert {word for word in piped if re.fullmatch(NUMBER, word)} <= set(shown)
    assert len([line for line in lines if line.startswith("日本")]) == len(
        [line for line in lines if line.startswith("a group")]
    )


def test_a_table_too_wide_for_the_terminal_goes_on_below(long_names):
    screen = without_colour(on_a_terminal(long_names, 80, [*NAMED, "--digits", "10"]))
    assert screen.count("日本") > 1
    tables = screen.split("\r\n\r\n")
    ruled = [table.splitlines()[1] for table in tables if "─" in table]
    assert len(ruled) > 2
    assert all(not line.strip("─") for line in ruled)


def test_colour_that_is_piped_cuts_nothing(cecli, long_names):
    plain, coloured = (
        cecli(
            "score", long_names, *NAMED, "--quiet", "--color", color, environment={"COLUMNS": "9"}
        )
        for color in ("never", "always")
    )
    lines = without_colour(coloured.stdout).splitlines()
    assert [line.rstrip() for line in lines if not line or line.strip("─")] == (
        plain.stdout.splitlines()
    )


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colour_gets_none(write, environment):
    assert "\x1b" not in on_a_terminal(write(PREDICTIONS), 100, **environment)


def test_a_terminal_without_unicode_gets_an_ascii_table(write):
    screen = without_colour(on_a_terminal(write(PREDICTIONS), 120, PYTHONIOENCODING="ascii"))
    assert screen.isascii()
    assert "\\u" not in screen
    (rule,) = (line for line in screen.splitlines() if line and not line.strip("-"))
    assert len(rule) > len("observed/expected  value")
