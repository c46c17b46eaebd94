"""What can go wrong while a file is read over http: never a wrong number, always an error."""

import http.server
import io
import socket
import struct
import threading
from base64 import b64decode
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cecli
from cecli.readers.bytes.locations import location_of

# Labels and predictions come again after so many rows.
CYCLE = [b"%d,0.%d\n" % (i % 2, i * 7919 % 899 + 100) for i in range(2 * 899)]
TEXT = b"y,p\n" + b"".join(CYCLE) * 390
PIECE = 1 << 17


def parquet():
    numbers = [i * 7919 % 899 / 1000 for i in range(100_000)]
    columns = {"y": [i % 2 for i in range(100_000)], "p": numbers, "other": list(range(100_000))}
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, row_group_size=30_000)
    return file.getvalue()


BODIES = {".csv": TEXT, ".parquet": parquet()}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the first part of the path says."""

    protocol_version = "HTTP/1.1"
    requests = 0

    def log_message(self, *_):
        pass

    def do_GET(self):
        type(self).requests += 1
        _, kind, name = self.path.split("/")
        body = BODIES[name[name.index(".") :]]
        getattr(self, kind)(body, self.headers.get("Range"))

    def send(self, code, body, length=None, **headers):
        self.send_response(code)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        with suppress(OSError):  # the reader has read enough
            self.wfile.write(body)
        self.close_connection = True

    def ranges(self, body, asked, shorter=0, etag=None):
        tag = {} if etag is None else {"ETag": etag}
        if asked is None:
            self.send(200, body, len(body), Accept_Ranges="bytes", **tag)
            return
        start, stop = map(int, asked.removeprefix("bytes=").split("-"))
        part = body[start : stop + 1 - shorter]
        place = f"bytes {start}-{start + len(part) - 1}/{len(body)}"
        self.send(206, part, len(part), Content_Range=place, **tag)

    def no_ranges(self, body, _):
        self.send(200, body, len(body))

    def no_length(self, body, _):
        self.send(200, body)

    def cut(self, body, _):
        self.send(200, body[: len(body) // 2], len(body))

    def aborted(self, body, _):
        half = body[: len(body) // 2]
        self.send(200, b"%x\r\n%b\r\n" % (len(half), half), Transfer_Encoding="chunked")

    def reset(self, body, _):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:PIECE])
        self.wfile.flush()
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def fails_in_the_middle(self, body, asked):
        if asked is None:
            self.ranges(body, asked)
        else:
            self.send(500, b"oops", 4)

    def shorter_than_asked(self, body, asked):
        self.ranges(body, asked, shorter=1)

    def another_part(self, body, asked):
        self.ranges(body, asked if asked is None else "bytes=0-9")

    def whole_instead_of_part(self, body, _):
        self.send(200, body, len(body), Accept_Ranges="bytes")

    def changes(self, body, asked):
        self.ranges(body, asked, etag=f'"{type(self).requests}"')

    def garbled(self, body, asked):
        if asked is None:
            self.ranges(body, asked)
        else:
            self.wfile.write(b"no status\r\n\r\n")
            self.close_connection = True

    def grows(self, body, asked):
        self.ranges(body + b"1,0.5\n" * type(self).requests, asked)

    def leads_to_a_file(self, *_):
        self.send(302, b"", 0, Location="file:///etc/passwd")

    def leads_on(self, *_):
        self.send(302, b"", 0, Location=f"http://localhost:{self.server.server_port}/secret/x.csv")

    def secret(self, *_):
        given = self.headers.get("Authorization", "")
        name = b64decode(given.removeprefix("Basic ")).decode() or "nobody"
        self.send(200, f"y,p,{name}\n1,0.5,1\n".encode())


@pytest.fixture(scope="module")
def server():
    """Return the address of a server that answers in the ways of the handler."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """Return the metrics of the same files on this machine."""
    folder = tmp_path_factory.mktemp("local")
    for suffix, body in BODIES.items():
        (folder / f"x{suffix}").write_bytes(body)
    return {suffix: cecli.score(folder / f"x{suffix}").metrics for suffix in BODIES}


@pytest.mark.parametrize("suffix", BODIES)
@pytest.mark.parametrize("kind", ["ranges", "no_ranges", "no_length"])
def test_every_honest_server_gives_the_numbers_of_the_file(server, expected, kind, suffix):
    assert len(BODIES[".csv"]) > 5 << 20
    for workers in (1, 2):
        report = cecli.score(f"{server}/{kind}/x{suffix}", workers=workers)
        assert report.metrics == expected[suffix]


@pytest.mark.parametrize("suffix", BODIES)
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("cut", "the transfer ended after"),
        ("aborted", "the transfer ended too early"),
        ("reset", "[Cc]onnection reset"),
    ],
)
def test_a_transfer_that_breaks_off_is_an_error(server, kind, message, suffix):
    with pytest.raises(cecli.InputError, match=message):
        cecli.score(f"{server}/{kind}/x{suffix}")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("fails_in_the_middle", "500"),
        ("shorter_than_asked", "were asked for, and bytes .* were sent"),
        ("another_part", "were asked for, and bytes 0-9/"),
        ("whole_instead_of_part", "does not send the part"),
        ("changes", "was replaced while it was read"),
        ("grows", "was replaced while it was read"),
        ("garbled", "cannot be read: no status"),
    ],
)
def test_a_part_that_is_not_the_part_asked_for_is_an_error(server, kind, message):
    with pytest.raises(cecli.InputError, match=message):
        cecli.score(f"{server}/{kind}/x.parquet")


def test_any_place_can_be_read_after_any_other(server):
    with location_of(f"{server}/ranges/x.csv").open() as stream:
        for place in (0, 3 << 20, 5, len(TEXT) - 9, 4 << 20):
            stream.seek(place)
            assert stream.tell() == place
            assert stream.read(20) == TEXT[place : place + 20]


@pytest.mark.parametrize("kind", ["changes", "grows"])
def test_a_text_that_changes_after_its_header_was_read_is_an_error(server, kind):
    with pytest.raises(cecli.InputError, match="was replaced while it was read"):
        cecli.score(f"{server}/{kind}/x.csv")


def test_a_server_cannot_lead_to_a_file_of_this_machine(server):
    with pytest.raises(cecli.InputError, match=r"cannot be opened: .*not allowed"):
        cecli.inspect(f"{server}/leads_to_a_file/x.csv")


def test_a_password_is_sent_to_the_host_that_it_is_for_and_to_no_other(server):
    address = server.replace("//", "//me:pass%20word@")
    with pytest.raises(cecli.ColumnError, match="'me:pass word'"):
        cecli.score(f"{address}/secret/x.csv", label="z")
    with pytest.raises(cecli.ColumnError, match="'nobody'"):
        cecli.score(f"{address}/leads_on/x.csv", label="z")


def test_an_address_that_is_none_is_told():
    with pytest.raises(cecli.InputError, match="is no address: Invalid IPv6 URL"):
        cecli.score("https://[::1/x.csv")
