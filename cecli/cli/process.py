"""The process around a command: its output, its errors, interruptions and exit codes."""

import errno
import os
import sys
import traceback
from typing import NoReturn

import typer

from cecli.cli.app import app
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
    sys.exit(int(_run()))


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
    if output.path is not None:
        write_whole(output.path, output.text)
        return output.exit_code
    if sys.stdout is None:
        raise InputError("standard output is closed, and the result would be lost")
    try:
        sys.stdout.write(output.text)
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_stdout()  # the reader has all that it wanted: the verdict stands
    except OSError as error:
        _abandon_stdout()
        raise InputError(f"standard output cannot be written: {error.strerror}") from error
    return output.exit_code


def _abandon_stdout() -> None:
    """Point standard output nowhere, so that closing it at exit cannot fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _explain(error: BaseException) -> int:
    """Say what went wrong, in the words of the contract, and return the exit code."""
    match error:
        case CecliError():
            say(f"error: {error}")
            return error.exit_code
        case typer.TyperException():
            _say_usage(error)
            return error.exit_code
        case KeyboardInterrupt() | typer.Abort():
            return ExitCode.INTERRUPTED
        case BrokenPipeError():
            _abandon_stdout()
            return ExitCode.OK
        case OSError() if error.errno == errno.ENOSPC:  # while typer printed its help
            _abandon_stdout()
            say(f"error: standard output cannot be written: {error.strerror}")
            return ExitCode.INPUT
        case MemoryError():
            say("error: out of memory")
            return ExitCode.BUG
    kind = type(error).__name__
    say(
        f"error: a bug in cecli: {kind}: {visible(str(error))}\n"
        f"hint: run it again with {DEBUG}, and report what that shows"
    )
    return ExitCode.BUG


def _say_usage(error: typer.TyperException) -> None:
    """Say what is wrong with the command; where it was empty, its help has said all."""
    if message := error.format_message():
        context = getattr(error, "ctx", None)
        command = "cecli" if context is None else context.command_path
        # Words of the library that reads the options, not of ours.
        message = message.replace("Value error, ", "")
        say(f"error: {visible(message)}\nhint: {command} --help")
