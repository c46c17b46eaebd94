"""Targets: CSV, JSON, logs of tokens, compressed text."""

import bz2
import gzip
import json
import lzma
import zlib
from itertools import product

import language_model_logs as logs
import mutated
import numpy as np

from cecli.core.files import zstd
from cecli.options.reading import Tool
from cecli.readers.bytes.compression import COMPRESSIONS
from cecli.readers.opening import Reading
from cecli.readers.text.dialect import Dialect
from fuzzing.mutation import in_bytes, in_lines
from fuzzing.rows import SKIPPING, agree, read
from fuzzing.target import Target

ROWS = b"y,p,w,name\n1,0.75,2,a\n0,0.25,1,b c\n1,.5,1e-3,\n0,1e-300,0,\xc3\xa9\n"
CSVS = (
    *(b"", b"\n", b"y\n", b"y,p\n1,0.5\n", ROWS, ROWS.replace(b"\n", b"\r\n"), ROWS[:-1]),
    *(b"\xef\xbb\xbf" + ROWS, ROWS.replace(b",", b"\t"), ROWS.replace(b",", b"|")),
    b"y;p\n1;0,75\n0;0,25\n",
    b"# made by a model\ny,p\n1,0.5\n#\n0,0.25 # no comment\n",
    b'y,p,t\n"1","0.5","a,b"\n0,"0.25","l\nm ""q"""\n1,0.5,"\n\n"\n',
    b"'y','p'\n'1','0.5'\n'0','it''s'\n",
    b"1,0.5\n0,0.25\n",
    b"y,p,p\n1,0.5,1\n0,0.25,2\n",
    b'y,p\n1,0.5\n\n \t\n0\n1,2,3\n0,x\n1,nan\n,0.5\n0,\0\n1,\xff\n"0"x,1\n1,"0\n',
    b"y,p\n" + b"1,0.5\n0,0.25\n" * 40 + b'1,"0.5"\n' * 20 + b"0,0.125\n" * 40,
)
ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def dialect_of(data: bytes) -> Dialect:
    """Return a dialect that the first line speaks for."""
    line = data[:1000].split(b"\n")[0]
    found = max((b",", b";", b"\t", b"|"), key=line.count)
    comment = b"#" if data.startswith(b"#") else b""
    return Dialect(
        delimiter=found,
        quote=b"'" if b"'" in line else b'"',
        comment=comment,
        has_header=any(chr(x).isalpha() for x in line) or bool(comment),
        decimal=b"," if found == b";" else b".",
    )


def csv(data: bytes) -> None:
    encoding = ENCODINGS.get(data[:2], "utf-8")
    agree(data, "t.csv", Reading(dialect_of(data), True, encoding))


def records() -> list[bytes]:
    lines = [
        b'{"y": 1, "p": 0.5, "w": "a"}',
        b'{"p": -2.5e-1, "y": null}',
        b'{"y":{"a":{"b":1}}}',
        b'{"y": [1, 2.5], "p": "\\ud83d\\ude00"}',
        b'{"y": true, "p": 1e999}',
        b"",
        b"{}",
    ]
    values = (*mutated.VALUES, *mutated.ODD_VALUES)
    odd = [b'{"%b":%b,"p":0.5}' % pair for pair in product(mutated.KEYS[:3], values)]
    return [b"\n".join(lines), b"[" + b",\n".join(filter(None, lines)) + b"]", b"\n".join(odd)]


def json_records(data: bytes) -> None:
    answer = agree(data, "t.jsonl", Reading())[0]
    if not isinstance(answer, str) and not data.lstrip().startswith(b"["):
        _assert_decoded(data, answer)


def _assert_decoded(data: bytes, answer) -> None:
    """Assert that a row is there for each line that Python's decoder takes, with its numbers."""
    header, rows, remarks = answer
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    told = {number for _, number in remarks}
    for line, *cells in rows:
        record = json.loads(lines[line - 1].decode("utf-8", "surrogateescape"))
        assert line not in told
        unique = [name for name in header if header.count(name) == 1]
        for name, cell in zip(unique, cells, strict=False):
            if type(record.get(name)) is str:
                assert cell == record[name], (line, name, cell)


def of_tool(tool: Tool):
    def run(data: bytes) -> None:
        agree(data, "t.jsonl", Reading(like=tool))

    return run


def openai() -> list[bytes]:
    log_probs = np.log([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])
    entries = logs.content(["a", " b", "é"], [0, 1], log_probs, 2)
    choices = [logs.chat(entries), logs.batch(logs.chat(entries, entries), "r1")]
    echoed = logs.completion(["a", "b"], [None, -1.5], [None, {"b": -1.5, "c": -0.5}])
    found = [logs.lines([*choices, echoed]).encode(), json.dumps([*choices, echoed]).encode()]
    generator = np.random.default_rng(1)
    random = (mutated.log_record(generator) for _ in range(6))
    return [*found, b"\n".join(random), json.dumps(choices, indent=1).encode()]


def llama() -> list[bytes]:
    entries = logs.content(["a", " b"], [0, 1], np.log([[0.5, 0.5], [0.1, 0.9]]), 2)
    records = [logs.llama_server(entries), logs.llama_server([])]
    return [logs.lines(records).encode(), json.dumps(records).encode()]


def inspect() -> list[bytes]:
    entries = logs.content(["a", " b"], [0, 1], np.log([[0.5, 0.5], [0.1, 0.9]]), 2)
    samples = [logs.sample(entries, "s"), logs.sample(entries, 2, 3)]
    whole = logs.eval_log(samples)
    return [
        json.dumps(whole).encode(),
        json.dumps(whole, indent=2).encode(),
        logs.lines(samples).encode(),
    ]


def lm_eval() -> list[bytes]:
    documents = [logs.document(0, [" a", " b"], [-1.5, -0.25], 1), logs.rolling(1, "a page", -9.5)]
    return [
        logs.lines(documents[:1]).encode(),
        logs.lines(documents).encode(),
        json.dumps(documents[:1]).encode(),
    ]


def gzipped(data: bytes) -> bytes:
    """Return a compressed text, without the time of now."""
    return gzip.compress(data, mtime=0)


PACK = (gzipped, bz2.compress, lzma.compress, lambda data: zstd().compress(data))


def packed() -> list[bytes]:
    found = [pack(text) for pack, text in product(PACK, (ROWS, b"", ROWS * 50))]
    members = [pack(ROWS[:20]) + pack(ROWS[20:]) for pack in PACK]
    return [
        *found,
        *members,
        found[0] + bytes(9),
        gzipped(found[3]),
        gzipped(b"y,p\n" + b"1,0.5\n" * 100_000),
        bz2.compress(b"x" * (20 << 20)),
    ]


PACKAGES = {b"\x1f\x8b": gzip, b"BZ": bz2, b"\xfd7": lzma, b"\x28\xb5": zstd()}
REFUSED = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstd().ZstdError)


def unpacked(data: bytes) -> bytes | None:
    """Return the content, as Python's own libraries say; None if they refuse it."""
    try:
        return PACKAGES[data[:2]].decompress(data)
    except (KeyError, *REFUSED):
        return None


def compressed(data: bytes) -> None:
    """Assert that what is read is the whole content, and that what is damaged is refused."""
    write(data)
    found, content = read("t.csv", Reading(), None, SKIPPING), unpacked(data)
    if isinstance(found, str) or not any(each.begins(data) for each in COMPRESSIONS):
        return
    assert content is not None, "what is damaged was read"
    write(content)
    assert found == read("t.csv", Reading(), None, SKIPPING)


def write(data: bytes) -> None:
    with open("t.csv", "wb") as file:
        file.write(data)


TARGETS = (
    Target("csv", csv, lambda: CSVS, in_lines, mutated.PIECES),
    Target("json", json_records, records, in_lines, (*mutated.JSON_FLAWS, *mutated.ODD_VALUES)),
    Target("openai", of_tool(Tool.OPENAI), openai, in_lines, mutated.LOG_FLAWS),
    Target("llama", of_tool(Tool.LLAMA_CPP), llama, in_lines, mutated.LOG_FLAWS),
    Target("inspect", of_tool(Tool.INSPECT), inspect, in_lines, mutated.LOG_FLAWS),
    Target("lm-eval", of_tool(Tool.LM_EVAL), lm_eval, in_lines, mutated.LOG_FLAWS),
    Target("compressed", compressed, packed, in_bytes),
)
