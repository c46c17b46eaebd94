"""Whatever the bytes: the exit code is one of the contract's, and nobody sees a traceback."""

import contextlib
import io
import json
import sys
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cecli.core.errors import ExitCode
from cecli.terminal.process import _run

WORDS = st.sampled_from(
    ["y", "p", "w", "1", "0", "0.5", "1e-300", "nan", "", " ", '"', '""', ",", "\n", "\r\n", "\r",
     "\0", "#", "\ufeff", "é", "\x1b[31m", "p_a", "p_b", "=1+1", "TRUE", "-", "1e999", ";", "\t"]
)  # fmt: skip
TEXTS = st.one_of(
    st.binary(max_size=200),
    st.lists(WORDS, max_size=60).map(lambda words: "".join(words).encode()),
    st.lists(WORDS, max_size=60).map(lambda words: b"y,p\n" + ",".join(words).encode()),
    st.binary(max_size=80).map(lambda tail: b"\x1f\x8b\x08\x00" + tail),
    st.binary(max_size=80).map(lambda tail: b"PAR1\x15" + tail),
    st.binary(max_size=80).map(lambda tail: b"\x28\xb5\x2f\xfd" + tail),
)
COMMANDS = st.sampled_from(
    [
        ["score"],
        ["score", "--positive", "1", "--on-bad-row", "skip"],
        ["score", "--prob", "p_*", "--normalize"],
        ["score", "--from", "logit", "--explain"],
        ["kl", "--p", "y", "--q", "p"],
        ["kl", "--p", "y", "--q", "p", "--over-rows", "--normalize"],
        ["entropy", "--column", "p", "--given", "y"],
        ["entropy", "--prob", "p", "--missing", "skip"],
        ["inspect", "--all"],
        ["score", "--no-header", "--label", "1", "--prob", "2", "--comment", "#"],
        ["score", "--encoding", "utf-16", "--delimiter", ";"],
    ]
)


class Stream(io.StringIO):
    """A standard stream that can be told to escape what it cannot encode."""

    def reconfigure(self, **_):
        pass


def run(arguments):
    """Run the command inside this process, as the real one does, and return what it says."""
    out, errors = Stream(), Stream()
    with (
        mock.patch.object(sys, "argv", ["cecli", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(errors),
    ):
        return _run(), out.getvalue(), errors.getvalue()


@pytest.mark.filterwarnings("default::ResourceWarning")
@settings(max_examples=400)
@given(TEXTS, COMMANDS)
@example(b"y,p\n1,0.5\n", ["score"])
def test_no_bytes_make_a_bug(tmp_path_factory, data, command):
    path = tmp_path_factory.mktemp("fuzz") / "preds.csv"
    path.write_bytes(data)
    code, out, errors = run([command[0], str(path), *command[1:], "--json"])
    assert code in {ExitCode.OK, ExitCode.USAGE, ExitCode.INPUT}, (data, command, errors)
    assert "Traceback" not in errors
    if code == ExitCode.OK:
        json.loads(out)
    else:
        assert out == ""
        assert errors.count("error: ") >= 1
    assert "\x1b" not in out + errors
