"""The progress line, by a clock of its own."""

import pytest

from cecli.commands.score import score
from cecli.readers.text import csv
from cecli.terminal.progress import ProgressLine


class Clock:
    """Time that goes on by so much whenever it is asked for."""

    def __init__(self, step):
        self.now, self.step = 0.0, step

    def __call__(self):
        self.now += self.step
        return self.now


def written(data, step, size=1000, columns=200):
    lines = []
    line = ProgressLine(lines.append, size, Clock(step), lambda: columns)
    score(data, progress=line, workers=1)
    line.clear()
    return lines


def test_short_work_shows_nothing():
    assert written({"y": [1, 0], "p": [0.5, 0.5]}, 0.1) == []


def test_a_stream_shows_rows_and_what_is_known_yet():
    first, last = written({"y": [1, 0] * 100, "p": [0.5] * 200}, 2.0)
    assert first.startswith("\r\x1b[2K200 rows · ")
    assert "cross_entropy 0.69315 nats so far" in first
    assert last == "\r\x1b[2K"


def test_a_file_shows_how_far_it_is_and_how_long_it_takes(write, monkeypatch):
    monkeypatch.setattr(csv, "PART_BYTES", 1000)
    path = write("y,p\n" + "1,0.5\n0,0.5\n" * 1000)
    lines = written(path, 5.0, size=12004)
    assert len(lines) > 5
    assert "% · " in lines[0]
    assert " of 12 kB · " in lines[0]
    assert "100% · 12 kB of 12 kB" in lines[-2]
    assert lines[-2].split(" · ")[4] == "0:00 left"


@pytest.mark.parametrize("columns", [1, 10, 40, 80])
def test_no_line_is_as_wide_as_the_terminal(write, monkeypatch, columns):
    monkeypatch.setattr(csv, "PART_BYTES", 1000)
    path = write("y,p\n" + "1,0.5\n0,0.5\n" * 1000)
    lines = [line.removeprefix("\r\x1b[2K") for line in written(path, 5.0, 12004, columns)]
    assert max(map(len, lines)) < columns
    assert columns == 1 or lines[0][0].isdigit()
