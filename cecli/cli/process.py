"""The process around a command: its output, its errors, interruptions and exit codes."""

import errno
import gc
import os
import sys
import traceback
from typing import NoReturn

import typer

from cecli.cli.app import app
from cecli.cli.failure import Failure, failure_of, misuse, wants_json
from cecli.cli.output import Output, say
from cecli.cli.runtime import keep_libraries_idle
from cecli.errors import CecliError, ExitCode, InputError, visible
from cecli.files import write_whole

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
    say(failure.to_json() if wants_json(sys.argv[1:]) else failure.text)
    return failure.exit_code
