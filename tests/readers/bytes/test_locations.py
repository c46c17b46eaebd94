"""Addresses: a real HTTP server on this machine, and fsspec's file system in memory."""

import contextlib
import functools
import gzip
import http.server
import io
import pickle
import socket
import threading

import fsspec
import pytest

import cecli
from cecli.core.errors import InputError, UnreadableError, UsageError
from cecli.core.pipes import Pipe
from cecli.readers.bytes.locations import File, expanded, location_of
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


@pytest.mark.parametrize("lines", ["", "# none\n \n"])
def test_a_list_without_paths_is_refused(tmp_path, lines):
    (tmp_path / "list").write_text(lines)
    with pytest.raises(InputError, match="the list contains no paths"):
        cecli.score(f"@{tmp_path / 'list'}")


def test_the_lines_of_a_list_are_paths_but_for_remarks(tmp_path, expected):
    (tmp_path / "list").write_text(f"# the predictions\n\n{tmp_path / 'local.csv'}\r\n")
    assert cecli.score(f"@{tmp_path / 'list'}").metrics == expected


@pytest.mark.parametrize("path", ["a\0b", "a\0*", "@a\0b"])
def test_a_name_that_no_file_can_have_is_refused(path):
    with pytest.raises(InputError, match=r"null (byte|character)|no file matches"):
        cecli.score(path)


def test_a_folder_and_a_socket_are_no_files(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="is a directory"):
        File(str(tmp_path / "folder")).open()
    with contextlib.chdir(tmp_path), socket.socket(socket.AF_UNIX) as opened:
        opened.bind("a.csv")
        with pytest.raises(InputError, match="is a device or a socket"):
            cecli.score("a.csv")


def test_a_file_that_is_gone_is_named_with_one_like_it(tmp_path):
    (tmp_path / "predictions.csv").write_text(ROWS)
    gone = File("prediction.csv", str(tmp_path))
    for asked in (gone.open, gone.identity, lambda: gone.reopens):
        with pytest.raises(InputError, match=r"prediction.csv: cannot be opened: no such file"):
            asked()
    with contextlib.chdir(tmp_path), pytest.raises(InputError) as found:
        cecli.score("prediction.csv")
    assert "did you mean 'predictions.csv'?" in str(found.value)


@pytest.mark.parametrize(
    ("gone", "there", "is_near"),
    [
        ("fitt.json", "fit.json", True),
        ("preds.cvs", "preds.csv", True),
        ("preds", "preds.csv", True),
        ("fit.json", "cut.json", False),
    ],
)
def test_a_common_suffix_makes_no_file_near(tmp_path, gone, there, is_near):
    (tmp_path / there).write_text(ROWS)
    with contextlib.chdir(tmp_path), pytest.raises(InputError) as found:
        cecli.score(gone)
    assert (found.value.meant == there) == is_near


def test_the_identity_of_a_file_is_that_of_its_content_elsewhere(tmp_path):
    path = tmp_path / "preds.csv"
    path.write_text(ROWS)
    here = File(str(path)).identity()
    there = pickle.loads(pickle.dumps(here))
    assert here == File(str(path)).identity()
    assert here == there
    assert there == here
    assert here != "preds.csv"
    path.write_text(ROWS + ROWS)
    assert there != File(str(path)).identity()


def test_a_path_in_a_folder_that_was_removed_stays_as_it_was_given(tmp_path, monkeypatch):
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    there = pickle.loads(pickle.dumps(File("preds.csv")))
    assert (there.path, there.folder) == ("preds.csv", "")


def test_a_terminal_is_no_file(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    with pytest.raises(UnreadableError, match="standard input is a terminal") as error:
        cecli.score("-")
    assert "cecli … - < FILE" in str(error.value.hint)


def test_no_file_at_all_is_refused():
    with pytest.raises(UsageError, match="a FILE is needed"):
        expanded([])


def test_a_pipe_stands_for_itself():
    pipe = Pipe("<pipe>", io.BufferedReader(io.BytesIO(ROWS.encode())))
    assert expanded([pipe]) == [pipe]
    assert location_of(pipe) is pipe


def test_storage_that_fails_or_ends_too_early_is_told(monkeypatch):
    with fsspec.open("memory://bucket/short.csv", "w") as file:
        file.write(ROWS)
    content = type(fsspec.filesystem("memory").open("memory://bucket/short.csv", "rb"))

    def broken(*_):
        raise RuntimeError("the store is gone")

    for read, words in (
        (lambda *_: b"", "the transfer ended after 0 of 18 bytes"),
        (broken, "the store is gone"),
    ):
        monkeypatch.setattr(content, "read", read, raising=False)
        with pytest.raises(UnreadableError, match=words):
            cecli.score("memory://bucket/short.csv")
    monkeypatch.setattr(type(fsspec.filesystem("memory")), "open", broken)
    with pytest.raises(UnreadableError, match=r"cannot be opened: .*the store is gone"):
        cecli.score("memory://bucket/short.csv")
