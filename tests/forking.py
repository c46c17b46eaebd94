"""Runs of cecli that share one start: each is a process, forked from one that has imported it.

Nine tenths of a run on a small file are imports. A fork is otherwise what `python -m cecli` is: a
process of its own, with arguments, environment, folder and streams of its own, which ends as any
process ends. `Forks` asks for them, or a shell with the words of `listening`; `main` is asked.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import NamedTuple, NoReturn, Self

# Libraries of macOS may not be used after a fork, and Windows has none.
ARE_POSSIBLE = sys.platform == "linux"
# Of the environment, a process reads these late, or never, as what a shell sets; others may already
# have changed its start.
READ_LATE = {"COLUMNS", "PYTEST_CURRENT_TEST", "PWD", "OLDPWD", "SHLVL", "_"}
# It imports pandas, which starts a thread; forks have none but their own.
IMPORTED_LATE = {"cecli.report.frames"}
LONGEST_MESSAGE = 1 << 20


class Request(NamedTuple):
    """What a process is to run, and where."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str


class Forks:
    """Asks a process that has imported cecli, and started in an environment, for its forks."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._start = _read_early(environment)
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._asked = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=self._start,
                start_new_session=True,
            )
        self._streams = ThreadPoolExecutor(3)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._streams.shutdown()
        self._channel.close()
        self._asked.wait()

    def stand_for(self, environment: Mapping[str, str]) -> bool:
        """Return whether a process that starts in an environment is what a fork is."""
        return _read_early(environment) == self._start

    def run(self, request: Request, content: bytes, seconds: float) -> tuple[int, bytes, bytes]:
        """Run a process with a content of its stdin; return its exit code, stdout and stderr."""
        (stdin, content_end), (out_end, stdout), (err_end, stderr) = (os.pipe() for _ in range(3))
        socket.send_fds(self._channel, [json.dumps(request).encode()], [stdin, stdout, stderr])
        for stream in (stdin, stdout, stderr):
            os.close(stream)
        number = int(self._channel.recv(LONGEST_MESSAGE))
        self._streams.submit(_write, content_end, content)
        out, err = (self._streams.submit(_read, end) for end in (out_end, err_end))
        self._channel.settimeout(seconds)
        try:
            code = int(self._channel.recv(LONGEST_MESSAGE))
        except TimeoutError:
            os.kill(number, signal.SIGKILL)
            self._channel.settimeout(None)
            self._channel.recv(LONGEST_MESSAGE)
            raise subprocess.TimeoutExpired(request.arguments, seconds) from None
        return code, out.result(), err.result()


def run_anew(request: Request, content: bytes, seconds: float) -> tuple[int, bytes, bytes]:
    """Do what `Forks.run` does, with a process that starts anew."""
    done = subprocess.run(
        [sys.executable, "-m", "cecli", *request.arguments],
        input=content,
        capture_output=True,
        cwd=request.folder,
        env=request.environment,
        timeout=seconds,
    )
    return done.returncode, done.stdout, done.stderr


def _read_early(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in READ_LATE}


def _read(end: int) -> bytes:
    with open(end, "rb") as stream:
        return stream.read()


def _write(end: int, content: bytes) -> None:
    with suppress(BrokenPipeError), open(end, "wb", buffering=0) as stream:
        while content:
            content = content[stream.write(content) :]


@contextmanager
def listening(environment: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """Start a process that forks for whoever asks; yield the words of a command that asks."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"{folder}/asked"
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(address)
            listener.listen()
            asked = subprocess.Popen(
                [sys.executable, __file__, str(listener.fileno()), "listen"],
                pass_fds=[listener.fileno()],
                env=_read_early(environment),
                start_new_session=True,
            )
        # Isolated and without packages: the client starts in a tenth of the time of cecli.
        yield sys.executable, "-IS", str(Path(__file__).with_name("forked.py")), address
        asked.terminate()
        asked.wait()


def main() -> NoReturn:
    """Fork at each request; in the fork, run what was requested."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    started = _read_early(os.environ)
    import_cecli()
    run_cecli(*(accept(channel, started) if sys.argv[2:] else answer(channel)))


def answer(channel: socket.socket) -> tuple[Request, Sequence[int]]:
    """Fork at each request, tell how each fork ends, and return in the fork what is requested."""
    while True:
        message, streams, _, _ = socket.recv_fds(channel, LONGEST_MESSAGE, 3)
        if not message:
            sys.exit()
        number = os.fork()
        if not number:
            channel.close()
            return Request(*json.loads(message)), streams
        for stream in streams:
            os.close(stream)
        channel.send(b"%d" % number)
        channel.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]))


def accept(listener: socket.socket, started: Mapping[str, str]) -> tuple[Request, Sequence[int]]:
    """Let a fork answer each who connects: a pipe of the shell has several at once."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those
    while True:
        channel, _ = listener.accept()
        if not os.fork():
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            request, streams = answer(channel)
            changed = _read_early(request.environment).items() ^ started.items()
            assert not changed, f"{changed} asks for a start of its own"
            return request, streams
        channel.close()


def run_cecli(request: Request, streams: Sequence[int]) -> NoReturn:
    """Run what was requested, in a fork."""
    become(request, streams)
    runpy.run_module("cecli", run_name="__main__", alter_sys=True)
    sys.exit()


def import_cecli() -> None:
    """Import all modules as a run would, but for those that start threads."""
    import cecli
    from cecli.terminal.process import keep_libraries_idle

    keep_libraries_idle()
    for name in ("tomllib", "typer._click.decorators"):
        with suppress(ImportError):  # the second is private
            importlib.import_module(name)
    for module in pkgutil.walk_packages(cecli.__path__, "cecli."):
        if module.name not in IMPORTED_LATE and not module.name.endswith(".__main__"):
            importlib.import_module(module.name)
    threads = os.listdir("/proc/self/task")
    assert len(threads) == 1, "an import of cecli started a thread, which forks would lack"
    complete_dataclasses()
    prepare_to_read_reports()
    gc.freeze()  # no collection shall touch, and so copy, what forks share


def complete_dataclasses() -> None:
    """Give each dataclass of cecli its methods, which a run would do for those that it uses."""
    for kind in gc.get_objects():
        if isinstance(kind, type) and is_dataclass(kind):
            fields(kind)


def prepare_to_read_reports() -> None:
    """Make what reads reports, which takes as long as all else that a run with one does."""
    from cecli.report.document import ReportDocument
    from cecli.report.reading import reader_of

    reader_of(ReportDocument)


def become(request: Request, streams: Sequence[int]) -> None:
    """Make this process one that has just started, as requested."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, old.mode, encoding=old.encoding, errors=old.errors, closefd=False)  # noqa: SIM115
        for number, old in enumerate([sys.stdin, sys.stdout, sys.stderr])
    )
    sys.stderr.reconfigure(line_buffering=True)
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.folder)
    sys.path[0] = os.getcwd()
    sys.argv = ["cecli", *request.arguments]


if __name__ == "__main__":
    main()
