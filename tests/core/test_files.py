"""Files that are whole, or as they were before."""

import os

import pytest

import cecli
from cecli.core.files import check_destination, replaced


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
