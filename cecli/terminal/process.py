"""The process around a command: its output, errors, interruptions and exit codes."""

import atexit
import errno
import os
import sys
import traceback
from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn

import typer

from cecli.core.errors import (
    CecliError,
    ColumnError,
    ExitCode,
    Failure,
    InputError,
    RowError,
    UsageError,
    visible,
)
from cecli.core.files import write_whole
from cecli.terminal.app import app
from cecli.terminal.output import Output, say

OPTION, JSON = "--error-format", "json"


def _kind(error: CecliError) -> str:
    match error:
        case ColumnError():
            return "column"
        case UsageError():
            return "usage"
        case RowError():
            return "row"
        case _:
            # UnreadableError included: programs test for this kind, so that it cannot change.
            return "input"


def wants_json(arguments: Sequence[str]) -> bool:
    """Return whether errors are to be JSON, even if the options cannot be parsed."""
    pairs = pairwise(arguments)
    return f"{OPTION}={JSON}" in arguments or (OPTION, JSON) in pairs


def keep_libraries_idle() -> None:
    """Keep numpy from starting idle threads: cecli solves no large linear systems."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


DEBUG = "--debug"


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    keep_libraries_idle()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            # Text that a terminal's encoding lacks is escaped; it must not end the program.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if sys.stdout is not None and not sys.stdout.isatty():
        # The same report has the same bytes in every locale.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    _end(int(_run()))


def _end(code: int) -> NoReturn:
    """End the process with what was registered for its end, but without tearing it down.

    A thread of a library that is still running, as one of Arrow's after an error, could end the
    process with a signal meanwhile. The system frees all memory anyway; to do so object by object
    took a sixth of the time for a small file.
    """
    atexit._run_exitfuncs()  # noqa: SLF001 (there is no public name)
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            code = code or ExitCode.INPUT
    os._exit(code)


def _run() -> int:
    try:
        return _write_out(_answer())
    except BaseException as error:
        if DEBUG in sys.argv:
            traceback.print_exception(error)
        return _explain(error)


def _answer() -> Output:
    """Run the command; --help and --version print their own text."""
    try:
        answer = app(standalone_mode=False, prog_name="cecli")
    except SystemExit:
        # Typer exits like this if the reader of its help has gone.
        _abandon_stdout()
        return Output("", ExitCode.OK)
    if isinstance(answer, Output):
        return answer
    # Typer's own options fail with 1, such as that of completion if it does not know the shell; an
    # interruption has a code of its own.
    return Output("", ExitCode.USAGE if answer == 1 else int(answer or ExitCode.OK))


def _write_out(output: Output) -> int:
    """Write the answer, and make sure that it arrived before success is claimed."""
    for path, content in output.files.items():
        write_whole(path, content)
    if output.path is not None:
        write_whole(output.path, output.content)
    else:
        _write_to_stdout(output.content)
    for line in output.last_words:
        say(visible(line))
    return output.exit_code


def _write_to_stdout(content: str | bytes) -> None:
    if sys.stdout is None:
        raise InputError("standard output is closed, so that the result would be lost")
    try:
        if isinstance(content, bytes):
            sys.stdout.buffer.write(content)
        else:
            sys.stdout.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_stdout()  # the reader has read enough: the exit code stays
    except OSError as error:
        _abandon_stdout()
        raise InputError(f"standard output cannot be written: {error.strerror}") from error


def _abandon_stdout() -> None:
    """Redirect standard output to the null device, so that closing it at exit cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _explain(error: BaseException) -> int:
    """Report an error on standard error, and return the exit code."""
    match error:
        case CecliError():
            return _say(_with_advice(Failure.of(error, _kind(error))))
        case typer.TyperException():
            if error.format_message():
                from cecli.terminal.mistakes import misuse

                return _say(misuse(error, sys.argv[1:]))
            return error.exit_code  # the help is already printed
        case KeyboardInterrupt() | typer.Abort():
            return ExitCode.INTERRUPTED
        case OSError() if error.errno == errno.ENOSPC:  # while typer printed its help
            _abandon_stdout()
            what = f"standard output cannot be written: {error.strerror}"
            return _say(Failure("input", what, exit_code=ExitCode.INPUT, code="input"))
        case MemoryError():
            return _say(Failure("bug", "out of memory", code="out-of-memory"))
    what = f"a bug in cecli: {type(error).__name__}: {visible(str(error))}"
    hint = f"run it again with {DEBUG}, and report the traceback"
    return _say(Failure("bug", what, hint=hint))


def _with_advice(failure: Failure) -> Failure:
    # Imported here, because most commands end well.
    from cecli.terminal.advice import advised

    return advised(failure, sys.argv[1:])


def _say(failure: Failure) -> int:
    """Write a failure to standard error, in the requested format, and return its exit code."""
    say(_json_of(failure) if wants_json(sys.argv[1:]) else failure.text)
    return failure.exit_code


def _json_of(failure: Failure) -> str:
    """Return a failure as one line of JSON, as the JSON contract states it."""
    import json

    from cecli import __version__
    from cecli.core.contract import SCHEMA_VERSION, written
    from cecli.report.document import ErrorDocument

    return json.dumps(written(ErrorDocument(SCHEMA_VERSION, __version__, failure)))
