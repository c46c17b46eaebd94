"""The process around a command: its output, its errors, interruptions and exit codes."""

import errno
import gc
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


def failure_of(error: CecliError) -> Failure:
    """Return a deliberate error."""
    return Failure(_kind(error), error.what, error.where, error.hint, error.reason, error.exit_code)


def _kind(error: CecliError) -> str:
    match error:
        case ColumnError():
            return "column"
        case UsageError():
            return "usage"
        case RowError():
            return "row"
        case _:
            # Of an UnreadableError too: programs test this kind, and the contract only grows.
            return "input"


def misuse(error: typer.TyperException) -> Failure:
    """Return what is wrong with a command line."""
    context = getattr(error, "ctx", None)
    command = "cecli" if context is None else context.command_path
    # Words of the library that reads the options, not of ours.
    message = error.format_message().replace("Value error, ", "")
    return Failure("usage", visible(message), hint=f"{command} --help", exit_code=error.exit_code)


def wants_json(arguments: Sequence[str]) -> bool:
    """Return whether errors are for machines; also where the options cannot be read."""
    pairs = pairwise(arguments)
    return f"{OPTION}={JSON}" in arguments or (OPTION, JSON) in pairs


def keep_libraries_idle() -> None:
    """Have numpy start no threads of its own: cecli solves no linear systems, and they spin."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


DEBUG = "--debug"


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    keep_libraries_idle()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            # Text that a terminal's encoding lacks is escaped; it must not end the program.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    code = int(_run())
    # All that is left goes away with the process: the interpreter need not look it through for
    # garbage, as it would three times, which took a sixth of a small file's time.
    gc.freeze()
    sys.exit(code)


def _run() -> int:
    try:
        return _write_out(_answer())
    except BaseException as error:
        if DEBUG in sys.argv:
            traceback.print_exception(error)
        return _explain(error)


def _answer() -> Output:
    """Run the command; help and version have printed their text themselves."""
    try:
        answer = app(standalone_mode=False, prog_name="cecli")
    except SystemExit:
        # typer's way to end when nobody reads its help any more.
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from None
    return answer if isinstance(answer, Output) else Output("", int(answer or ExitCode.OK))


def _write_out(output: Output) -> int:
    """Write the answer, and make sure that it arrived before success is claimed."""
    for path, text in output.files.items():
        write_whole(path, text)
    if output.path is not None:
        write_whole(output.path, output.text)
    else:
        _write_to_stdout(output.text)
    for line in output.last_words:
        say(visible(line))
    return output.exit_code


def _write_to_stdout(text: str) -> None:
    if sys.stdout is None:
        raise InputError("standard output is closed, and the result would be lost")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_stdout()  # the reader has all that it wanted: the verdict stands
    except OSError as error:
        _abandon_stdout()
        raise InputError(f"standard output cannot be written: {error.strerror}") from error


def _abandon_stdout() -> None:
    """Point standard output nowhere, so that closing it at exit cannot fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _explain(error: BaseException) -> int:
    """Say what went wrong, in the words of the contract, and return the exit code."""
    match error:
        case CecliError():
            return _say(failure_of(error))
        case typer.TyperException():
            if error.format_message():
                return _say(misuse(error))
            return error.exit_code  # the help has said all
        case KeyboardInterrupt() | typer.Abort():
            return ExitCode.INTERRUPTED
        case BrokenPipeError():
            _abandon_stdout()
            return ExitCode.OK
        case OSError() if error.errno == errno.ENOSPC:  # while typer printed its help
            _abandon_stdout()
            what = f"standard output cannot be written: {error.strerror}"
            return _say(Failure("input", what, exit_code=ExitCode.INPUT))
        case MemoryError():
            return _say(Failure("bug", "out of memory"))
    what = f"a bug in cecli: {type(error).__name__}: {visible(str(error))}"
    hint = f"run it again with {DEBUG}, and report what that shows"
    return _say(Failure("bug", what, hint=hint))


def _say(failure: Failure) -> int:
    """Say it, as the user wants to have it, and return the exit code."""
    say(_json_of(failure) if wants_json(sys.argv[1:]) else failure.text)
    return failure.exit_code


def _json_of(failure: Failure) -> str:
    """Return an error on one line, as the JSON contract has it."""
    import json

    from cecli import __version__
    from cecli.core.contract import SCHEMA_VERSION, written
    from cecli.report.document import ErrorDocument

    return json.dumps(written(ErrorDocument(SCHEMA_VERSION, __version__, failure)))
