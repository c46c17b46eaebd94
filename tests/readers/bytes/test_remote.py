"""Object stores: a server on this machine that speaks the protocol of S3."""

import gzip
import os
import subprocess
import sys
import threading

import fsspec
import pandas as pd
import pytest

import cecli
from cecli.core.errors import ExitCode, InputError, UnreadableError

pytest.importorskip("s3fs", reason="needs s3fs")
server = pytest.importorskip("moto.server", reason="needs moto")
serving = pytest.importorskip("werkzeug.serving")

DAYS = {"2026-01-01": [(1, 0.8), (0, 0.3)], "2026-01-02": [(1, 0.5), (0, 0.25), (1, 0.75)]}
OURS = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "secret"}


class Quiet(serving.WSGIRequestHandler):
    def log(self, *_):
        pass


@pytest.fixture(scope="module")
def endpoint():
    """Return the address of the server, which has some objects."""
    app = server.DomainDispatcherApplication(server.create_backend_app)
    running = serving.make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{running.server_port}"
    store = fsspec.filesystem("s3", key="me", secret="secret", endpoint_url=address)
    store.mkdir("bucket")
    for day, rows in DAYS.items():
        frame = pd.DataFrame(rows, columns=["y", "p"])
        text = frame.to_csv(index=False).encode()
        store.pipe(f"bucket/days/dt={day}/part-0.csv", text)
        store.pipe(f"bucket/packed/dt={day}/part-0.csv.gz", gzip.compress(text))
        store.pipe(f"bucket/lake.parquet/dt={day}/part-0.parquet", frame.to_parquet(index=False))
    store.pipe("bucket/days/_SUCCESS", b"")
    store.pipe("bucket/days/_temporary/0/part-7.csv", b"neither header nor rows")
    store.pipe("bucket/odd/what?[1].csv", text)
    store.pipe("bucket/public/dt=2026-01-02/part-0.csv", text, ACL="public-read")
    store.pipe("bucket/notes/readme.txt", b"nothing")
    yield address
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture(scope="module")
def bucket(endpoint):
    """Let this process ask the server, by nothing but the variables that any tool reads."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**variables(endpoint), **OURS}.items():
            patch.setenv(name, value)
        yield "s3://bucket"
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def variables(endpoint):
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
    }


def groups_of(data):
    return sorted(cecli.score(data, by="dt").to_dict()["groups"], key=lambda group: str(group))


def expected():
    rows = [(day, y, p) for day, some in DAYS.items() for y, p in some]
    return groups_of(pd.DataFrame(rows, columns=["dt", "y", "p"]))


@pytest.mark.parametrize(
    "path",
    ["days", "days/", "days/*/part-*.csv", "days/dt=2026-0[1-3]*/", "days/dt=*", "packed/",
     "lake.parquet", "lake.parquet/*/*.parquet"],
)  # fmt: skip
def test_partitioned_directories_and_patterns_give_the_groups_of_a_local_table(bucket, path):
    assert groups_of(f"{bucket}/{path}") == expected()


def test_one_object_is_read_and_its_path_states_a_key(bucket):
    report = cecli.score(f"{bucket}/days/dt=2026-01-02/part-0.csv", by="dt")
    assert report.input.paths == (f"{bucket}/days/dt=2026-01-02/part-0.csv",)
    assert report.input.rows == 3


def test_an_object_stands_for_itself_whatever_its_name(bucket):
    assert cecli.score(f"{bucket}/odd/what?[1].csv").input.rows == 3


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("s3://bucket/days/nothing.csv", "cannot be opened: there is no such object"),
        ("s3://no-such-bucket/x.csv", "cannot be opened: the specified bucket does not exist"),
        ("s3://bucket/days/*/nothing-*.csv", "no file matches 's3://bucket/days/"),
        ("s3://bucket/notes/", "s3://bucket/notes/: is a directory without data files"),
        ("s3://bucket/nowhere/", "s3://bucket/nowhere/: is a directory without data files"),
        ("s3://*/days/x.csv", "is a pattern of buckets"),
        ("nowhere://bucket/x.csv", "cannot be opened: "),
    ],
)
def test_what_is_not_there_is_named(bucket, path, words):
    with pytest.raises(InputError) as caught:
        cecli.score(path)
    assert words in str(caught.value)


def ask(endpoint, *arguments, **environment):
    """Return how the command line ends in a process with these variables and no others of AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    program = [sys.executable, "-m", "cecli", *arguments]
    env = {**kept, **variables(endpoint), **environment}
    return subprocess.run(program, capture_output=True, text=True, env=env)


def test_without_credentials_it_is_said_where_they_come_from(endpoint):
    done = ask(endpoint, "score", "s3://bucket/days")
    assert (done.returncode, done.stdout) == (ExitCode.INPUT, "")
    assert "s3://bucket/days: cannot be opened: there are no credentials" in done.stderr
    assert "AWS_PROFILE, or AWS_ACCESS_KEY_ID" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_public_is_read_without_credentials(endpoint):
    path = "s3://bucket/public/dt=2026-01-02/part-0.csv"
    arguments = ["score", path, "--by", "dt", "--format", "csv", "-q"]
    done = ask(endpoint, *arguments, FSSPEC_S3_ANON="true")
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    assert "2026-01-02,cross_entropy," in done.stdout


def test_a_denial_is_told_from_what_is_not_there(bucket, monkeypatch):
    monkeypatch.setitem(fsspec.config.conf, "s3", {"anon": True})
    with pytest.raises(InputError, match="cannot be opened: access is denied: forbidden"):
        cecli.score(f"{bucket}/days/dt=2026-01-02/part-0.csv")


def test_an_object_that_is_replaced_while_it_is_read_is_refused(bucket):
    from cecli.options.reading import ReadingOptions
    from cecli.options.values import reading_of
    from cecli.readers.opening import open_table

    store = fsspec.filesystem("s3")
    for suffix, content in (
        ("csv", b"y,p\n1,0.5\n"),
        ("parquet", pd.DataFrame({"y": [1], "p": [0.5]}).to_parquet()),
    ):
        store.pipe(f"bucket/changing.{suffix}", content)
        table = open_table(f"{bucket}/changing.{suffix}", reading_of(ReadingOptions()))
        assert list(table.header) == ["y", "p"]
        store.pipe(f"bucket/changing.{suffix}", content.replace(b"y", b"z"))
        with pytest.raises(InputError, match="was replaced while it was read"):
            list(table.partitions([])[0].chunks())


@pytest.mark.parametrize("address", ["ftp://127.0.0.1:9/x.csv", "zip://a::file:///nowhere/b"])
def test_storage_that_does_not_answer_is_told_by_its_address(address):
    with pytest.raises(UnreadableError, match=f"{address}: cannot be opened: "):
        cecli.score(address)
