"""Addresses: a real HTTP server on this machine, and fsspec's file system in memory."""

import functools
import gzip
import http.server
import threading

import fsspec
import pytest

import cecli
from cecli.core.errors import InputError
from cecli.readers.bytes.remote import Remote
from cecli.readers.bytes.web import Web

ROWS = "y,p\n1,0.75\n0,0.25\n"


@pytest.fixture
def server(tmp_path):
    """Return the address of a server for a folder with some files."""
    (tmp_path / "preds.csv").write_text(ROWS)
    (tmp_path / "preds.csv.gz").write_bytes(gzip.compress(ROWS.encode()))
    (tmp_path / "empty.csv").write_text("")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture
def expected(tmp_path):
    path = tmp_path / "local.csv"
    path.write_text(ROWS)
    return cecli.score(path).metrics


@pytest.mark.parametrize("name", ["preds.csv", "preds.csv.gz"])
def test_a_file_behind_http_is_read(server, expected, name):
    report = cecli.score(f"{server}/{name}")
    assert report.metrics == expected
    assert report.input.paths == (f"{server}/{name}",)


def test_what_is_not_there_is_named(server):
    with pytest.raises(InputError, match=r"nothing.csv: cannot be opened: "):
        cecli.score(f"{server}/nothing.csv")
    with pytest.raises(InputError, match="is empty"):
        cecli.score(f"{server}/empty.csv")


def test_a_server_that_is_not_there_is_named():
    with pytest.raises(InputError, match="cannot be opened"):
        cecli.score("http://127.0.0.1:9/preds.csv")


def test_any_file_system_of_fsspec_will_do(expected):
    with fsspec.open("memory://bucket/preds.csv", "w") as file:
        file.write(ROWS)
    assert cecli.score("memory://bucket/preds.csv").metrics == expected


def test_a_password_in_an_address_is_not_shown():
    assert Remote("s3://key:secret@bucket/x").name == "s3://bucket/x"
    assert Web("https://me:secret@host/x").name == "https://host/x"
