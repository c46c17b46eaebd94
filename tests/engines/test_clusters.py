"""A cluster of this machine, for the time of a command: it survives its workers, and ends quietly.

The files are served over HTTP by the test, which thereby knows when a worker reads which of them.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import clean_environment

import cecli
from cecli.core.errors import ExitCode

pytest.importorskip("distributed", reason="the extra [dask] is not installed")
psutil = pytest.importorskip("psutil")

PARTS = 4
OPTIONS = ["--label", "y", "--prob", "p", "--json", "--quiet"]


class Server(ThreadingHTTPServer):
    """Serves a few files, and calls a function when a worker asks for the third.

    Attributes
    ----------
    command : the process that asks for all headers itself.
    """

    daemon_threads = True
    command: int | None = None

    def __init__(self, third):
        super().__init__(("127.0.0.1", 0), Handler)
        self.third = third
        self.paths = [f"http://127.0.0.1:{self.server_port}/{n}.csv" for n in range(PARTS)]

    def is_third_of_worker(self, path, port):
        if self.command is None or path != "/2.csv":
            return None
        (worker,) = (
            connection.pid
            for connection in psutil.net_connections("tcp4")
            if connection.laddr.port == port and connection.pid != os.getpid()
        )
        return None if worker == self.command else worker


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        worker = self.server.is_third_of_worker(self.path, self.client_address[1])
        if worker is not None:
            self.server.third(self.server, worker)
        number = int(self.path[1])
        rows = "".join(f"{i % 2},0.{i % 7 + number + 1}\n" for i in range(200))
        content = f"y,p\n{rows}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@contextmanager
def served(third) -> Iterator[Server]:
    server = Server(third)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def started(server, folder):
    """Return a command that reads with two workers, in a session of its own."""
    (folder / "tmp").mkdir()
    command = subprocess.Popen(
        [sys.executable, "-m", "cecli", "score", *server.paths, *OPTIONS, "--engine", "dask",
         "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=clean_environment() | {"TMPDIR": str(folder / "tmp")},
        start_new_session=True,
    )  # fmt: skip
    server.command = command.pid
    return command


def left_behind(folder, command):
    """Return the files and the processes that a command has left."""
    files = [path for path in folder.rglob("*") if path.name != "tmp"]
    alive = [
        process.pid
        for process in psutil.process_iter()
        if process.status() != psutil.STATUS_ZOMBIE and os.getsid(process.pid) == command.pid
    ]
    psutil.wait_procs([psutil.Process(pid) for pid in alive], timeout=10)
    return files, [pid for pid in alive if psutil.pid_exists(pid)]


def test_a_worker_that_is_killed_in_the_middle_changes_no_byte(tmp_path):
    killed = []

    def kill(server, worker):
        if not killed:
            killed.append(worker)
            os.kill(worker, signal.SIGKILL)

    with served(kill) as server:
        command = started(server, tmp_path)
        out, err = command.communicate(timeout=120)
        server.command = None
        expected = cecli.score(server.paths, label="y", prob="p").to_json()
    assert killed
    assert (command.returncode, err.decode()) == (ExitCode.OK, "")
    assert out.decode() == f"{expected}\n"
    assert left_behind(tmp_path, command) == ([], [])


def test_a_command_that_is_interrupted_leaves_nothing_behind(tmp_path):
    def interrupt(server, worker):
        os.killpg(server.command, signal.SIGINT)  # as a terminal does, the workers too
        threading.Event().wait(0.5)

    with served(interrupt) as server:
        command = started(server, tmp_path)
        out, err = command.communicate(timeout=120)
    assert command.returncode == ExitCode.INTERRUPTED
    assert (out, err.decode()) == (b"", "")
    assert left_behind(tmp_path, command) == ([], [])


TERMINATED = """
import os, signal
from cecli.engines.signals import ending_in_order
from cecli.core.errors import ExitCode
with ending_in_order():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
    finally:
        print("in order", flush=True)
print("never")
"""


def test_a_process_that_is_terminated_ends_in_order_first():
    done = subprocess.run([sys.executable, "-c", TERMINATED], capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGTERM
    assert (done.stdout, done.stderr) == (b"in order\n", b"")
