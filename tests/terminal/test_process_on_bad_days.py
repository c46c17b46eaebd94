"""Bad days: files, streams and options that go wrong, each as a process. Names say the case."""

import bz2
import gzip
import json
import lzma
import os
import pathlib
import pickle
import re
import shlex
import signal
import subprocess
import sys
import tarfile
import threading
import time
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cecli as library
from cecli.core.errors import ExitCode
from cecli.core.files import zstd

OK, USAGE, INPUT = ExitCode.OK, ExitCode.USAGE, ExitCode.INPUT


def first_on_path(folder):
    """Return an environment in which modules of a folder come before all others."""
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    }


HAS_NO_ZSTD = pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python itself has zstd")
ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n"
PACK = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd().compress,
}


def metrics(done):
    assert done.returncode == OK, done.stderr
    return json.loads(done.stdout)["metrics"]


@pytest.fixture
def expected(cecli, write):
    return metrics(cecli("score", write(ROWS), "--json"))


def refused(done, code, *messages):
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr
    for message in messages:
        assert message in done.stderr


# Files and streams


@pytest.mark.parametrize("suffix", PACK)
def test_f13_f17_compressed_files_are_read_by_magic_and_not_by_name(cecli, write, expected, suffix):
    data = PACK[suffix](ROWS.encode())
    for name in (f"preds.csv{suffix}", "preds.csv", "preds.csv.gz"):
        assert metrics(cecli("score", write(data, name), "--json")) == expected
    assert metrics(cecli("score", "-", "--json", stdin=data)) == expected


def test_f17_plain_text_under_gz_is_plain_text(cecli, write, expected):
    assert metrics(cecli("score", write(ROWS, "preds.csv.gz"), "--json")) == expected


def test_a_tab_separated_file_may_be_compressed(cecli, write, expected):
    data = gzip.compress(ROWS.replace(",", "\t").encode())
    assert metrics(cecli("score", write(data, "preds.tsv.gz"), "--json")) == expected


@pytest.mark.parametrize("suffix", PACK)
def test_f14_a_truncated_file_prints_nothing(cecli, write, suffix):
    rows = "y,p\n" + "".join(f"{i % 2},{i / 20000}\n" for i in range(20000))
    data = PACK[suffix](rows.encode())
    for end in (len(data) - 1, len(data) // 2, 20):
        done = cecli("score", write(data[:end], f"preds.csv{suffix}"))
        refused(done, INPUT, "is truncated")


def test_f18_a_bomb_is_scored_in_bounded_memory(write):
    rows = b"1,0.5,%b\n" % (b"x" * 57) * (1 << 16)
    path = write(gzip.compress(b"y,p,note\n" + rows * 60, compresslevel=1), "bomb.csv.gz")
    program = (
        "import re, sys\nfrom cecli.terminal.process import _run\n"
        f"sys.argv = ['cecli', 'score', {path!r}, '--json']\n_run()\n"
        "status = open('/proc/self/status').read()\n"
        "print(int(re.search(r'VmHWM:\\s*(\\d+)', status)[1]) >> 10, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(done.stdout)["input"]["rows"] == 60 << 16
    assert int(done.stderr.split()[-1]) < 200  # MiB; the file has 243


@pytest.mark.parametrize("start", [b"1,0.5,", b'1,0.5,"'])
def test_f19_a_line_without_end_is_refused_with_the_line_where_it_began(cecli, write, start):
    path = write(b"y,p,u\n1,0.5,u\n" + start + b"x" * (40 << 20))
    refused(cecli("score", path), INPUT, f"{path}:3: ", "longer than 16 MiB")


def test_what_is_read_from_any_place_on_is_not_read_compressed(cecli, tmp_path, write):
    pq.write_table(pa.table({"y": [1], "p": [0.5]}), tmp_path / "t.parquet")
    for data in ((tmp_path / "t.parquet").read_bytes(), b"_logits_" + bytes(20)):
        path = write(gzip.compress(data), "t.gz")
        refused(cecli("score", path), INPUT, f"{path}: is compressed", "decompress it first")
    whole = write(b"_logits_" + bytes(20), "base.kld")
    refused(cecli("kl", whole, path), INPUT, f"{path}: is no file", "decompress it first")


def test_f20_archives_are_refused(cecli, tmp_path, write):
    write(ROWS)
    with zipfile.ZipFile(tmp_path / "preds.zip", "w") as archive:
        archive.write(tmp_path / "preds.csv", "preds.csv")
    refused(cecli("score", "preds.zip"), INPUT, "looks like a zip archive")
    with tarfile.open(tmp_path / "preds.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "preds.csv", "preds.csv")
    refused(cecli("score", "preds.tar.gz"), INPUT, "looks like a tar archive")


def test_f06_a_fifo_is_read_in_one_pass(cecli, tmp_path, expected):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_text(ROWS))
    writer.start()
    assert metrics(cecli("score", "fifo", "--json")) == expected
    writer.join()


def test_f04_standard_input_is_read_once(cecli):
    refused(cecli("score", "-", "-"), USAGE, "standard input can be read only once")
    done = cecli("score", "/dev/stdin", "--json", stdin=ROWS)
    assert json.loads(done.stdout)["input"]["rows"] == 3


def test_f09_a_file_given_twice_counts_twice_and_that_is_said(cecli, write):
    path = write(ROWS)
    done = cecli("score", path, path, "--json")
    report = json.loads(done.stdout)
    assert report["input"]["rows"] == 6
    assert report["notices"][0]["code"] == "same-file"
    assert "rows count again: /" in report["notices"][0]["message"]


def test_f10_strange_file_names_are_only_names(cecli, tmp_path, expected):
    for name in ("-preds.csv", "with blank.csv", "new\nline.csv", "\x1b[31m.csv", "[a].csv", "@x"):
        (tmp_path / name).write_text(ROWS)
        done = cecli("score", "--json", "--", name)
        assert metrics(done) == expected
        assert "\x1b" not in done.stdout + done.stderr
    name = b"\xff\xfe.csv"
    with open(os.fsencode(tmp_path) + b"/" + name, "w") as file:
        file.write(ROWS)
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"cecli", b"score", name],
        cwd=tmp_path,
        capture_output=True,
    )
    assert done.returncode == OK
    assert b"\\udcff" in done.stdout


@pytest.mark.parametrize("path", ["/dev/zero", "/proc/self/mem", "."])
def test_f12_what_is_no_file_is_refused(cecli, path):
    done = cecli("score", path)
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert done.stderr.startswith("error: ")


# Several files


def test_patterns_lists_and_directories_stand_for_files(cecli, tmp_path):
    for name in ("a.csv", "b.csv.gz", "c.parquet", ".hidden.csv", "readme.txt"):
        if name.endswith(".parquet"):
            pq.write_table(pa.table({"y": [1], "p": [0.5]}), tmp_path / name)
        else:
            (tmp_path / name).write_bytes(
                gzip.compress(ROWS.encode()) if name.endswith("gz") else ROWS.encode()
            )
    (tmp_path / "list").write_text("# data\na.csv\n\nb.csv.gz\n")

    def read(*arguments):
        return json.loads(cecli("score", *arguments, "--json").stdout)["input"]

    assert read("a.csv", "c.parquet") == {
        "paths": ["a.csv", "c.parquet"], "rows": 4, "weight": 4.0,
        "skipped": {"rows": 0, "reasons": {}},
    }  # fmt: skip
    assert read("*.csv*")["paths"] == ["a.csv", "b.csv.gz"]
    assert read("@list")["rows"] == 6
    assert read(".")["paths"] == ["./a.csv", "./b.csv.gz", "./c.parquet"]
    refused(cecli("score", "z*.csv"), INPUT, "no file matches 'z*.csv'")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ("y,p,w\n1,0.5,1\n", "'w' added"),
        ("y\n1\n", "'p' missing"),
        ("p,y\n0.5,1\n", "the order is 'p', 'y' instead of 'y', 'p'"),
    ],
)
def test_a_header_that_differs_is_shown(cecli, write, other, message):
    paths = write(ROWS, "a.csv"), write(other, "b.csv")
    refused(cecli("score", *paths), INPUT, f"{paths[1]}: its header differs", message)


def test_a_place_in_several_files_is_told_with_the_file(cecli, write):
    paths = write("y,p\n1,0\n", "a.csv"), write("y,p\n1,0.5\n0,1\n", "b.csv")
    notices = json.loads(cecli("score", *paths, "--json").stdout)["notices"]
    (notice,) = (notice for notice in notices if notice.get("places"))
    assert notice["places"] == [f"{paths[0]}:2", f"{paths[1]}:3"]
    assert f"(at {paths[0]}:2, {paths[1]}:3)" in cecli("score", *paths).stdout


# Text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_f24_wide_encodings_are_recognised_and_read_on_request(cecli, write, expected, encoding):
    path = write(ROWS.encode(encoding))
    refused(cecli("score", path), INPUT, f"--encoding {encoding}")
    assert metrics(cecli("score", path, "--encoding", encoding, "--json")) == expected


@pytest.mark.parametrize("name", ["nope", "*", "hex", "utf8x"])
def test_an_encoding_that_is_none_is_refused_by_name(cecli, write, name):
    done = cecli("score", write(ROWS), "--encoding", name)
    refused(done, USAGE, f"--encoding '{name}' is not known")


def test_f25_latin_1_is_read_on_request(cecli, write):
    path = write("y,p,name\nja,0.5,Zoë\nnö,0.5,x\n".encode("latin-1"))
    refused(cecli("score", path, "--positive", "ja"), INPUT, ":3: column y: 'n\\xf6' is not UTF-8")
    done = cecli("score", path, "--positive", "ja", "--encoding", "latin-1", "--json")
    assert json.loads(done.stdout)["classes"] == ["nö", "ja"]


def test_f25_invalid_bytes_in_another_column_do_not_matter(cecli, write):
    assert cecli("score", write(b"y,p,name\n1,0.5,Zo\xeb\n")).returncode == OK


def test_comments_quotes_and_headerless_files_are_read_on_request(cecli, write, expected):
    commented = write("# made by a model\n" + ROWS.replace("0,0.25", "#1,0\n0,0.25"))
    assert metrics(cecli("score", commented, "--comment", "#", "--json")) == expected
    quoted = write("y,p\n'1','0.75'\n'0',0.25\n1,0.5\n")
    assert metrics(cecli("score", quoted, "--quotechar", "'", "--json")) == expected
    bare = write(ROWS.partition("\n")[2])
    options = ["--no-header", "--label", "1", "--prob", "2"]
    assert metrics(cecli("score", bare, *options, "--json")) == expected
    refused(cecli("score", bare, "--delimiter", '"'), USAGE, "must be different characters")


def test_f41_a_file_of_one_column_and_one_of_ten_thousand(cecli, write):
    assert cecli("entropy", write("x\na\nb\n"), "--column", "x").returncode == OK
    names = [f"c{i}" for i in range(9998)]
    row = ",".join(["1"] * 9998)
    path = write(f"y,{','.join(names)},p\n1,{row},0.5\n")
    assert cecli("score", path).returncode == OK


# Values


NO_NUMBERS = [
    "50%", "1/2", "(0.5)", "$0.5", "0x1p-1", "0.1_0", "０.５", "0.5f", "1d-1", "\u200b0.5",
    "\u00a00.5", "−0.5", "5e -1", "+5e -1", "0.5.", "e5", ".", "", "1e", "--1", "infinity",
]  # fmt: skip
NUMBERS = [
    ".5", "5e-1", "5E-01", "+0.5", " 0.5\t", "0.5" + "0" * 400, "0" * 400 + ".5", '"0.5"',
]  # fmt: skip


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_f45_what_is_no_number_is_refused(cecli, write, number):
    refused(cecli("score", write(f"y,p\n1,{number}\n")), INPUT, ":2: column p: ")


@pytest.mark.parametrize(
    "number",
    [".5", "5e-1", "5E-01", "+0.5", " 0.5\t", "0.5" + "0" * 400, "0" * 400 + ".5", '"0.5"'],
)
def test_f46_numbers_may_be_written_in_many_ways(cecli, write, number):
    done = cecli("score", write(f"y,p\n1,{number}\n"), "--json")
    assert metrics(done)["mean_prediction"] == 0.5


@pytest.mark.parametrize("number", ["-0", "-0.0", "1e-400", "0e5"])
def test_f47_zero_is_zero_however_written(cecli, write, number):
    done = cecli("score", write(f"y,p\n1,{number}\n"), "--json")
    assert metrics(done)["cross_entropy"] == "Infinity"


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("y,p\n1,55\n", "percentages? --from percent"),
        ("y,p\n1,-1.5\n", "logits? --from logit"),
        ("y,p\n-1,0.5\n", "labels -1 and 1? --positive 1"),
        ("y,p\n0.75,1\n", "are the columns of --label and --prob swapped?"),
        ("y,p\n1.75,0.5\n", "hint: other classes: --positive VALUE · several classes: --prob"),
        ("y,p_a,p_b\na,50,50\n", "percentages?"),
        ("y,p\n1,1.00000536\n", "hint: a rounding error? write 1 instead, as min(p, 1) does"),
        ('y,p\n1,"0,5"\n', "hint: a decimal comma? --decimal , reads 0,5 as 0.5"),
        ("y,p\n1,0,5\n", "decimal commas? write points"),
        ("y,p\n1,1 000\n", "hint: thousands? write the digits without separators"),
        ("y,p\n1,50%\n", "hint: a percentage? leave out the percent signs, as sed 's/%//g' does"),
        ("y,p\n1,true\n", "hint: a decision? it has no probability"),
        ("y,p\n1,0.9,\n0,0.2,\n", "add one to the header: sed '1s/$/,/'"),
        ("y,p\n1,0.9\n0\n", "hint: is the row cut off, or a delimiter missing?"),
        ("y,p_a,p_b\na,0.33,0.66\n", "hint: rounded numbers? --normalize"),
    ],
)
def test_values_that_tell_the_mistake_are_recognised(cecli, write, content, hint):
    prob = "p_*" if "p_a" in content else "p"
    refused(cecli("score", write(content), "--label", "y", "--prob", prob), INPUT, hint)


def test_what_a_hint_says_about_headers_helps(cecli, write, expected):
    lines, form = ROWS.splitlines(), "sed '1s/$/,/'"
    own = [f"{line}," for line in lines]
    path = write("\n".join([lines[0], *own[1:]]) + "\n")
    assert form in cecli("score", path).stderr
    repaired = subprocess.run(["sh", "-c", f"{form} {path}"], capture_output=True, check=True)
    assert metrics(cecli("score", "-", "--json", stdin=repaired.stdout)) == expected


@pytest.mark.parametrize("token", ["None", "#N/A", "null", "-100"])
@pytest.mark.parametrize("place", ["number", "label"])
def test_what_a_hint_says_about_missing_values_helps(cecli, write, expected, token, place):
    if place == "label" and token.startswith("-"):
        pytest.skip("a number may be a class")
    path = write(f"{ROWS}{f'1,{token}' if place == 'number' else f'{token},0.5'}\n")
    told = cecli("score", path).stderr
    hint = re.search(r"hint: a missing value\? (.*) leaves out and counts such rows", told)
    done = cecli("score", path, *shlex.split(hint[1]), "--json")
    assert metrics(done) == expected
    assert json.loads(done.stdout)["input"]["skipped"]["rows"] == 1


@pytest.mark.parametrize("targets", ["1,1,1", "0,0,0", "0,1,1"])
@pytest.mark.parametrize("probs", ["0.5,0.5,0.5", "0.2,0.3,0.5"])
def test_no_hint_normalizes_several_labels_a_row(cecli, write, targets, probs):
    path = write(f"y_a,y_b,y_c,p_a,p_b,p_c\n{targets},{probs}\n")
    done = cecli("score", path, "--target", "y_*", "--prob", "p_*")
    refused(done, INPUT, "hint: several labels a row? score them one by one")
    assert "--normalize" not in done.stderr


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"[[1, 0.9], [0, 0.2]]", "JSON without keys"),
        (b"PK\x03\x04\x14\x00" + bytes(20) + b"[Content_Types].xml", "a zip archive or .xlsx"),
        (pickle.dumps({"y": [1], "p": [0.5]}), "a pickle"),
        (pickle.dumps([1], protocol=2), "a pickle"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "a pointer of Git LFS"),
        (b"ORC\n\x07\x12\x05\x08\xac\x02P\0\n\x14\n\x02\0\0", "ORC"),
        (b"ORC\x1e\0\0\n\x07\x12\x05\x08\xac\x02", "ORC"),
        (b"FEA1\0\0\0\0\x01\0\0\0\0\0\0\0", "Feather of version 1"),
    ],
)
def test_a_file_of_another_kind_is_told_by_name(cecli, write, content, what):
    refused(cecli("score", write(content)), INPUT, f"it looks like {what}\nhint: ")


def test_a_text_may_begin_with_the_name_of_another_kind(cecli, write):
    path = write("ORC\ty\n0.5\t1\n0.25\t0\n", "preds.tsv")
    done = cecli("score", path, "--label", "y", "--prob", "ORC", "--json")
    assert metrics(done)["base_rate"] == 0.5


# Bad rows

DIRTY = (
    b"y,p\n1,0.75\n0,abc\n1,0.5,7\n0,0.25\nx,0.5\n1,\n1,na\xefn\n"
    b'0,"0.5"1\n1,0.5\x00\n1,nan\n1,0.5\n'
)


def test_bad_rows_are_skipped_on_request_and_counted(cecli, write, expected):
    path = write(DIRTY)
    done = cecli("score", path, "--on-bad-row", "skip", "--json")
    assert metrics(done) == expected
    skipped = json.loads(done.stdout)["input"]["skipped"]
    assert skipped == {
        "rows": 8,
        "reasons": {
            "missing": 2, "bad-value": 1, "field-count": 1, "quoting": 1, "nul": 1, "encoding": 1,
            "unknown-class": 1,
        },
    }  # fmt: skip
    notices = {n["code"]: n for n in json.loads(done.stdout)["notices"]}
    assert notices["skipped-missing"]["rows"] == [7, 11]
    assert notices["skipped-bad-value"]["rows"] == [3]


def test_skipping_is_the_same_for_every_chunk_size(cecli, write):
    path = write(DIRTY)
    outputs = {
        cecli("score", path, "--on-bad-row", "skip", "--json", "--chunk-bytes", n).stdout
        for n in ("1", "2", "7", "1000")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize(
    ("limit", "code"),
    [("8", OK), ("7", INPUT), ("73%", OK), ("72%", INPUT), ("x", USAGE), ("-1", USAGE)],
)
def test_too_many_bad_rows_are_refused(cecli, write, limit, code):
    done = cecli("score", write(DIRTY), "--on-bad-row", "skip", f"--max-bad={limit}")
    assert done.returncode == code
    if code == INPUT:
        assert "8 of 11 rows were skipped" in done.stderr
        assert f"more than --max-bad {limit}" in done.stderr


def test_missing_values_alone_are_skipped_on_request(cecli, write, expected):
    path = write("y,p\n1,0.75\n0,NA\n0,0.25\n,0.5\n1,-999\n1,0.5\n")
    options = ["--missing", "NA", "--missing", "-999", "--json"]
    refused(cecli("score", path, *options), INPUT, ":3: column p: 'NA' is a missing value")
    done = cecli("score", path, *options, "--missing", "skip")
    assert metrics(done) == expected
    assert json.loads(done.stdout)["input"]["skipped"]["reasons"] == {"missing": 3}
    bad = write("y,p\n1,abc\n")
    refused(cecli("score", bad, "--missing", "skip"), INPUT, "'abc' is not a probability")


def test_rows_that_are_all_bad_are_no_data(cecli, write):
    done = cecli("score", write("y,p\n1,a\n0,b\n"), "--on-bad-row", "skip")
    refused(done, INPUT, "all 2 rows were skipped (2 bad-value)")


def test_a_limit_needs_something_to_skip(cecli, write):
    refused(cecli("score", write(ROWS), "--max-bad", "1"), USAGE, "--max-bad needs")


# Parquet


def parquet(tmp_path, **columns):
    pq.write_table(pa.table(columns), tmp_path / "preds.parquet", row_group_size=2)
    return str(tmp_path / "preds.parquet")


def test_f22_parquet_of_many_types_is_exact(cecli, tmp_path, expected):
    y = pa.array(["1", "0", "1"]).dictionary_encode()
    for kind in (pa.float64(), pa.float32(), pa.float16(), pa.decimal128(5, 2)):
        p = pa.array([0.75, 0.25, 0.5]).cast(kind)
        assert metrics(cecli("score", parquet(tmp_path, y=y, p=p), "--json")) == expected
    for labels in ([1, 0, 1], [True, False, True], [1.0, 0.0, 1.0]):
        path = parquet(tmp_path, y=labels, p=[0.75, 0.25, 0.5])
        assert metrics(cecli("score", path, "--json")) == expected


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([0.5, 0.5, None], ":3: column p: the cell is empty"),
        ([0.5, 0.5, float("nan")], ":3: column p: the cell is empty"),
        ([0.5, 0.5, 1.5], ":3: column p: '1.5' is not a probability"),
        ([True, True, False], ":1: column p: 'True' is not a probability"),
        (["0.5", "0.5", "1_0"], ":3: column p: '1_0' is not a probability"),
    ],
)
def test_f22_parquet_values_are_judged_like_text(cecli, tmp_path, p, message):
    path = parquet(tmp_path, y=[1, 0, 1], p=p)
    refused(cecli("score", path, "--label", "y", "--prob", "p"), INPUT, message)


def test_f21_broken_parquet_is_refused(cecli, tmp_path, write):
    path = parquet(tmp_path, y=[1] * 1000, p=[i / 1000 for i in range(1000)])
    data = pathlib.Path(path).read_bytes()
    for broken in (data[:-10], data[:100], b"PAR1", data[:50] + b"\xff" * 200 + data[250:]):
        done = cecli("score", write(broken, "broken.parquet"))
        assert (done.returncode, done.stdout) == (INPUT, "")
        assert "Traceback" not in done.stderr
    refused(cecli("score", parquet(tmp_path, y=[], p=[])), INPUT, "no data rows")


# Output


def test_f59_a_reader_that_leaves_is_no_error(write):
    process = subprocess.Popen(
        [sys.executable, "-m", "cecli", "score", write(ROWS), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    _, errors = process.communicate()
    assert process.returncode == OK
    assert b"Traceback" not in errors


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, ExitCode.INTERRUPTED),
        (signal.SIGTERM, -signal.SIGTERM),
        (signal.SIGHUP, -signal.SIGHUP),
    ],
)
@pytest.mark.parametrize("arguments", [["score", "-"], ["worst", "-", "--write", "losses.csv.gz"]])
def test_f62_an_interrupted_run_leaves_nothing(tmp_path, arguments, number, code):
    process = subprocess.Popen(
        [sys.executable, "-m", "cecli", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    process.stdin.write(b"y,p\n1,0.5\n")
    process.stdin.flush()
    time.sleep(1.5)
    process.send_signal(number)
    out, errors = process.communicate()
    assert (out, process.returncode) == (b"", code)
    assert b"Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("locale", ["C", "de_DE.UTF-8"])
def test_f66_f67_no_locale_changes_the_output(cecli, write, locale):
    path = write(ROWS)
    plain = cecli("score", path).stdout
    changed = cecli(
        "score", path, environment={"LC_ALL": locale, "PYTHONIOENCODING": "ascii", "COLUMNS": "20"}
    )
    assert changed.stdout == plain


def test_f72_classes_without_end_are_refused(cecli, write):
    path = write("y,p\n" + "".join(f"id{i},0.5\n" for i in range(2000)))
    named = ["--label", "y", "--prob", "p", "--positive", "id0"]
    refused(cecli("score", path, *named), INPUT, "is a third class")


def test_f73_a_bug_is_one_line(cecli, write, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import cecli.core.evaluate\ndef broken(*_):\n    raise ZeroDivisionError('x')\n"
        "cecli.core.evaluate.evaluate = broken\n"
    )
    done = cecli("score", write(ROWS), environment=first_on_path(tmp_path))
    refused(done, ExitCode.BUG, "error: a bug in cecli: ZeroDivisionError: x")


def _write_table(path, columns):
    if path.suffix == ".parquet":
        pq.write_table(pa.table(columns), path)
    else:
        rows = zip(*columns.values(), strict=True)
        path.write_text("\n".join([",".join(columns), *(f"{a},{b}" for a, b in rows), ""]))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_f07_a_file_that_is_replaced_while_it_is_read_is_refused(tmp_path, suffix):
    path, other = tmp_path / f"preds{suffix}", tmp_path / f"other{suffix}"
    _write_table(path, {"y": [0, 1, 1], "p": [0.25, 0.5, 0.75]})

    def replace(sentence):
        if sentence.startswith("label"):
            return
        _write_table(other, {"p": [0.5], "y": [1]})
        other.replace(path)

    with pytest.raises(library.InputError, match="was replaced while it was read"):
        library.score(path, tell=replace)


@pytest.mark.parametrize("kept", [30, 150, 350])
@pytest.mark.parametrize("workers", [1, 2])
def test_f07_parts_of_a_file_that_are_no_longer_there_are_refused(
    tmp_path, monkeypatch, kept, workers
):
    """Rows that others of its parts still had would be no part of either file."""
    monkeypatch.setattr("cecli.readers.text.csv.PART_BYTES", 100)
    path = tmp_path / "preds.csv"
    path.write_text("y,p\n" + "1,0.5\n0,0.5\n" * 40)

    def shrink(sentence):
        if sentence.startswith("label"):
            os.truncate(path, kept)

    with pytest.raises(library.InputError, match="was truncated while it was read"):
        library.score(path, tell=shrink, workers=workers)


@pytest.mark.parametrize(
    ("text", "options", "metric"),
    [
        ("y,p\n1,1e-160\n0,1e-160\n1,1e-160\n", [], "observed_expected"),
        ("y,p\n0,1e-310\n0,2e-310\n", [], "observed_expected"),
        ("y,p\n0,-720\n0,-730\n", ["--from", "logit"], "observed_expected"),
        ("y,p,w\n1,0.3,1e-200\n0,0.4,1\n", ["--weight", "w"], "skill"),
        ("y,p\n1,-1410\n1,3\n0,-2\n1,-1412\n", ["--from", "logit"], "perplexity"),
        ("lp\n-1405\n-3\n-1409\n-1\n", ["--log-prob", "lp"], "perplexity"),
    ],
)
def test_a_slope_beyond_floats_leaves_a_metric_without_interval(
    cecli, write, text, options, metric
):
    done = cecli("score", write(text), *options, "--json")
    assert done.returncode == OK, done.stderr
    report = json.loads(done.stdout)
    assert report["intervals"].get(metric, {}).get("se") is None
    assert report["intervals"]["cross_entropy"]["se"] >= 0.0


@pytest.mark.parametrize("quote", [" ", "tab"])
def test_blanks_are_no_quotes(cecli, write, quote):
    done = cecli("score", write(ROWS), "--quotechar", quote)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "--quotechar cannot be a space or a tab" in done.stderr


def test_f07_a_file_that_shrinks_ends_where_it_ends(tmp_path):
    path = tmp_path / "preds.csv"
    path.write_text(ROWS * 1)

    def shrink(_):
        path.write_text("y,p\n1,0.5\n")

    assert library.score(path, tell=shrink).input.rows == 1


@pytest.mark.parametrize(
    ("module", "name", "extra"),
    [pytest.param("backports", "preds.csv.zst", "zstd", marks=HAS_NO_ZSTD),
     ("pyarrow", "preds.parquet", "parquet"), ("fsspec", "memory://preds.csv", "remote")],
)  # fmt: skip
def test_f76_a_missing_extra_is_named(cecli, tmp_path, write, module, name, extra):
    write(zstd().compress(ROWS.encode()), "preds.csv.zst")
    pq.write_table(pa.table({"y": [1], "p": [0.5]}), tmp_path / "preds.parquet")
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / f"{module}.py").write_text("raise ImportError\n")
    done = cecli("score", name, environment=first_on_path(tmp_path / "blocked"))
    refused(done, USAGE, f"pip install 'cecli[{extra}]'")


def test_f75_no_variable_changes_a_number(cecli, write, expected):
    odd = dict.fromkeys(("CECLI_CLIP", "CECLI_UNITS", "UNITS", "CLIP", "WEIGHT"), "1")
    assert metrics(cecli("score", write(ROWS), "--json", environment=odd)) == expected


def test_f34_a_stray_quote_is_one_bad_row_however_long_the_file(cecli, write):
    # Two parts and a half, so that the rest is read again with the first.
    rows = "".join(f"{i % 2},0.{i % 9 + 1},{i:02000}\n" for i in range(10_450))
    path = write('y,p,note\n1,0.5,5" pipe\n' + rows)
    refused(cecli("score", path), INPUT, f"{path}:2: there is a quote inside an unquoted field")
    report = json.loads(cecli("score", path, "--on-bad-row", "skip", "--json").stdout)
    assert report["input"]["rows"] == 10_450
    assert report["input"]["skipped"] == {"rows": 1, "reasons": {"quoting": 1}}


def test_f33_what_an_unclosed_quote_swallows_is_never_skipped(cecli, write):
    path = write('y,p,n\n1,0.5,a\n0,0.5,"open\n' + "1,0.9,x\n" * 5000)
    for options in ([], ["--on-bad-row", "skip"]):
        refused(
            cecli("score", path, *options), INPUT, ":3: a quote that opens here is never closed"
        )


def test_f61_standard_input_is_not_written_to(cecli, tmp_path):
    path = tmp_path / "preds.csv"
    path.write_text(ROWS)
    with path.open() as stdin:
        done = subprocess.run(
            [sys.executable, "-m", "cecli", "score", "-", "-o", str(path)],
            stdin=stdin,
            capture_output=True,
        )
    assert done.returncode == USAGE
    assert path.read_text() == ROWS
