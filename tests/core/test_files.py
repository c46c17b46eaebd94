"""Files that are whole, or as they were before."""

import os
import signal
import subprocess
import sys

import pytest

import cecli
from cecli.core.errors import InputError
from cecli.core.files import check_destination, replaced, write_whole


@pytest.fixture(params=["nameless", "named"], autouse=True)
def draft(request, monkeypatch, tmp_path):
    """Write by way of a file without a name, and of one with, as where there are no others."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
        return
    try:
        os.close(os.open(tmp_path, os.O_TMPFILE | os.O_WRONLY))
    except (AttributeError, OSError):
        pytest.skip("no file can be without a name here")


def test_what_is_written_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "out"
    with replaced(str(path)) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"


def test_who_may_read_a_file_stays_when_it_is_replaced(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"old")
    path.chmod(0o600)
    with replaced(str(path)) as file:
        file.write(b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)


def test_what_was_there_stays_where_writing_fails(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"old")

    def fail():
        with replaced(str(path)) as file:
            file.write(b"new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]


def test_a_pipe_or_a_device_is_never_replaced_by_a_file(tmp_path):
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    with pytest.raises(cecli.UsageError, match="device or a pipe"):
        check_destination(pipe, [])
    with pytest.raises(cecli.UsageError, match="device or a pipe"), replaced(pipe):
        pass
    assert os.listdir(tmp_path) == ["pipe"]
    assert not os.path.isfile(pipe)


def test_a_file_behind_a_link_is_replaced_and_the_link_stays(tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with replaced(str(tmp_path / "link")) as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    with replaced(str(tmp_path / "out")) as file:
        file.write(b"new")
    (tmp_path / "other").touch()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "other").stat().st_mode


KILLED = """
import sys, time
from cecli.core.files import replaced
with replaced("out") as file:
    file.write(b"new")
    file.flush()
    print("written", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("old", [None, b"old"])
@pytest.mark.parametrize("draft", ["nameless"], indirect=True)
def test_a_process_that_is_killed_leaves_what_was_there(tmp_path, number, old):
    if old is not None:
        (tmp_path / "out").write_bytes(old)
    process = subprocess.Popen([sys.executable, "-c", KILLED], cwd=tmp_path, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"written\n"
    process.send_signal(number)
    process.communicate()
    assert process.returncode == -number
    assert [path.read_bytes() for path in tmp_path.iterdir()] == ([] if old is None else [old])


def test_a_path_that_is_none_is_told(tmp_path):
    with pytest.raises(InputError, match=r"a\\x00b: cannot be written: .*embedded null"):
        write_whole(str(tmp_path / "a\0b"), "")
    assert not list(tmp_path.iterdir())
