"""A run of the command inside this process, and what holds of every run."""

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from documents import check_documents

from cecli.core.errors import ExitCode
from cecli.terminal.process import _run

CODES = set(ExitCode) - {ExitCode.BUG, ExitCode.INTERRUPTED}
# Options that name files to write, and those of them that name one for the report.
REPORTED = ("-o", "--output")
WRITING = (*REPORTED, "--write", "--export", "--save-state", "--cells", "--curves")


class Run(NamedTuple):
    code: int
    out: str
    errors: str


class Stream(io.TextIOWrapper):
    """A standard stream in memory."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", errors="backslashreplace", newline="")

    @property
    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode("utf-8", "backslashreplace")


def command(*arguments: str) -> Run:
    """Run a command as the real process does, and assert what holds of every run."""
    out, errors = Stream(), Stream()
    before = files()
    with (
        mock.patch.object(sys, "argv", ["cecli", *arguments]),
        open(os.devnull) as nothing,
        mock.patch.object(sys, "stdin", nothing),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(errors),
    ):
        run = Run(_run(), out.text, errors.text)
    check(run, arguments, before)
    return run


def documented(*arguments: str) -> Run:
    """Run a command whose documents have nothing of an input but names and values."""
    run = command(*arguments)
    check_documents(run.out.encode(), run.errors.encode())
    return run


def files() -> dict[str, int]:
    """Return the files below the working directory, and their sizes."""
    return {str(path): path.stat().st_size for path in Path().rglob("*") if path.is_file()}


def check(run: Run, arguments, before: dict[str, int]) -> None:
    about = arguments, run
    assert run.code in CODES, about
    assert "Traceback" not in run.errors or "--debug" in arguments, about
    assert "Warning" not in run.errors, about
    assert all(x.isprintable() or x == "\n" for x in run.errors), about
    if "always" not in arguments and "png" not in arguments:
        assert not {"\x1b", "\x07", "\x08", "\x7f", "\x9b"} & set(run.out), about
    if run.code in {ExitCode.OK, ExitCode.CHECK_FAILED}:
        if "--json" in arguments and not any(x.startswith(REPORTED) for x in arguments):
            json.loads(run.out, parse_constant=refuse)
    else:
        assert run.errors, about
        assert not run.out or "--debug" in arguments, about
        assert files() == before, about
    new = files().keys() - before.keys()
    assert not new or any(x.startswith(WRITING) for x in arguments), (new, *about)
    assert not any(os.path.basename(name).startswith(".cecli-") for name in new), about


def refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
