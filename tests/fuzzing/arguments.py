"""Targets: options with any values, addresses and names of files."""

import os
import socket
from functools import cache
from unittest.mock import patch

from cecli.manual.catalogue import document
from cecli.terminal.app import GROUPS
from fuzzing.mutation import Generator, in_bytes, some
from fuzzing.runs import documented
from fuzzing.samples import lay_out, samples
from fuzzing.target import Target

COLUMNS = (
    "y",
    "p",
    "other",
    "w",
    "g",
    "p_*",
    "p_a",
    "nope",
    "",
    "p,q",
    "*",
    "y,g",
    "1",
    "p\x1b",
    "é",
    "p=q",
)
NUMBERS = ("0", "1", "2", "-1", "0.5", "0.95", "1e-300", "1e999", "nan", "inf", "-inf", "1_0", "",
           "x", "99999999999999999999", "1e5", "٣", " 1", "0x1", "1%", "100%", "1e-9")  # fmt: skip
WORDS = """
preds.csv out.json sub/out.csv - -- @list @ /dev/null . tab , ; '' utf-16 latin-1 rot13 brier
cross_entropy=1 brier@g=0.5 junit=x.xml json=- json=j.json a=b score.state report.json fit.json
receipt.json 1..2 0:1 [ \\ {} $(x) \udcff p90 p50,p90 platt isotonic
"""
TEXTS = (*COLUMNS, *NUMBERS, *WORDS.split(), "\n")
# What would leave this machine, change its settings, or take long by its meaning.
LEFT_OUT = {"--engine", "--scheduler", "--debug", "--workers", "--draws", "--bootstrap"}
SMALL = ("0", "1", "-1", "20", "x", "", "1e3", "nan")


@cache
def commands():
    return document(GROUPS, [])["commands"]


def lines(seeds, pieces, generator: Generator) -> bytes:
    """Return a command and its arguments, one a line."""
    if generator.random() < 0.2:
        return in_bytes(seeds, [x.encode("utf-8", "surrogateescape") for x in TEXTS], generator)
    chosen = some(commands(), generator)
    words = [chosen["name"]]
    names = list(samples())
    usual = {"compare": 1, "kl": 2, "drift": 2}.get(chosen["name"], 1)
    words += [
        some(names, generator) if generator.random() < 0.3 else "preds.csv" for _ in range(usual)
    ]
    for _ in range(generator.integers(6)):
        option = some(chosen["options"], generator)
        words += given(option, generator)
    if generator.random() < 0.5:
        words.append("--json")
    return "\n".join(words).encode("utf-8", "surrogateescape")


def given(option, generator: Generator) -> list[str]:
    """Return an option with a value; most often one of its kind."""
    name = option["name"]
    if name in {"--engine", "--scheduler", "--debug"}:
        return []
    if option["type"] == "flag":
        return [name] if generator.random() < 0.9 else [f"{name}={some(TEXTS, generator)}"]
    if name in LEFT_OUT:
        return [name, some(SMALL, generator)]
    kinds = {"choice": option["choices"], "integer": NUMBERS, "number": NUMBERS}
    usual = kinds.get(option["type"], COLUMNS if option["metavar"] == "COL" else TEXTS)
    return [name, some(usual if usual and generator.random() < 0.85 else TEXTS, generator)]


def refuse(*_: object, **__: object):
    raise OSError(113, "No route to host")


def arguments(data: bytes) -> None:
    words = os.fsdecode(data.replace(b"\0", b"")).split("\n")
    if LEFT_OUT - {"--workers"} & set(words) and not all(
        x in SMALL or len(x) < 3 for x in words[-1:]
    ):
        return
    lay_out()
    with (
        patch.object(socket.socket, "connect", refuse),
        patch.object(socket, "getaddrinfo", refuse),
    ):
        documented(*words)


PLACES = r"""
preds.csv file://preds.csv http://127.0.0.1:9/x.csv https://[::1/x s3:// @list http://u:pw@host:x/
memory://x zip://a::file://b *.csv [ ~root/x // data:,y local://preds.csv http:///x HTTP://x a://b*
/proc/self/fd/0 g=a/x.csv **/* simplecache::http://x/ ftp://x/y reference://x gs://b/k az://c/k |ls
- \\x\y \x00 \xff é
"""
ADDRESSES = tuple(PLACES.encode().split())


def location(data: bytes) -> None:
    name = os.fsdecode(data.replace(b"\0", b""))
    before, mark, _ = name.partition("**")
    if mark and any(outside in before for outside in ("/", "~", "..")):
        return  # all files of the machine are many
    lay_out()
    with (
        patch.object(socket.socket, "connect", refuse),
        patch.object(socket, "getaddrinfo", refuse),
    ):
        documented("inspect", "--json", "--", name)
        documented("score", f"--output={name[:3]}/{name}.json", "--", "preds.csv")
        documented(
            "check", "--baseline", name, "--max-increase", "brier=1", "--json", "--", "preds.csv"
        )


TARGETS = (
    Target("arguments", arguments, lambda: [b"score\npreds.csv\n--prob\np"], lines),
    Target("location", location, lambda: ADDRESSES, in_bytes, ADDRESSES),
)
