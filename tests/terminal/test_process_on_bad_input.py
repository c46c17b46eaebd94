"""Bad input and bad options, as a process: one clear error, nothing on stdout, the right code."""

import os
import re

import pytest

from cecli.commands.score import score
from cecli.core.errors import ExitCode, InputError

USAGE, INPUT = ExitCode.USAGE, ExitCode.INPUT

HEADER = "y,p,w\n"
GOOD = "1,0.9,1\n0,0.2,1\n"

NAMED = ["--label", "y", "--prob", "p"]
# name: (bytes of the file, options, exit code, what the error says)
CASES: dict[str, tuple[str | bytes, list[str], int, str]] = {
    "an empty file": ("", [], INPUT, "preds.csv: is empty"),
    "a byte-order mark alone": ("\ufeff", [], INPUT, "preds.csv: is empty"),
    "blank lines alone": ("\n\n\n", [], INPUT, "preds.csv: is empty"),
    "a header alone": (HEADER, [], INPUT, "preds.csv: has a header and no data rows"),
    "a header without its newline": ("y,p,w", [], INPUT, "has a header and no data rows"),
    "no number": (HEADER + GOOD + "1,abc,1\n", [], INPUT, "preds.csv:4: column p: 'abc' is not"),
    "a probability above 1": (HEADER + "1,1.02,1\n", [], INPUT, ":2: column p: '1.02' is not"),
    "one ulp above 1": (
        HEADER + "1,1.0000000000000002,1\n", [], INPUT, "'1.0000000000000002' is not",
    ),
    "a probability below 0": (
        HEADER + "1,-1e-300,1\n", [], INPUT, ":2: column p: '-1e-300' is not",
    ),
    "an empty probability": (
        HEADER + GOOD + "1,,1\n", [], INPUT, ":4: column p: the cell is empty",
    ),
    "NA": (HEADER + "1,NA,1\n", [], INPUT, "column p: 'NA' is not a probability"),
    "nan": (HEADER + "1,nan,1\n", [], INPUT, "column p: 'nan' is a missing value"),
    "inf": (HEADER + "1,inf,1\n", [], INPUT, "column p: 'inf' is not a probability"),
    "a percentage": (HEADER + "1,50%,1\n", [], INPUT, "column p: '50%' is not a probability"),
    "a truth value as probability": (HEADER + "1,TRUE,1\n0,FALSE,1\n", [], INPUT, "'TRUE' is not"),
    "an underscore": (HEADER + "1,0.1_0,1\n", [], INPUT, "column p: '0.1_0' is not a probability"),
    "full-width digits": (HEADER + "1,０.５,1\n", [], INPUT, "p: '０.５' is not a probability"),
    "a no-break space": (HEADER + "1,\u00a00.5,1\n", [], INPUT, "0.5' is not a probability"),
    "hexadecimal": (HEADER + "1,0x1p-1,1\n", [], INPUT, "column p: '0x1p-1' is not a probability"),
    "a decimal comma": ('y,p\n1,"0,5"\n', [], INPUT, "column p: '0,5' is not a probability"),
    "a short row": (HEADER + GOOD + "1,0.5\n", [], INPUT, ":4: has 2 fields, but the header has 3"),
    "a long row": (
        HEADER + "1,0.5,1,1\n" + GOOD, [], INPUT, ":2: has 4 fields, but the header has 3",
    ),
    "a file cut in its last row": (HEADER + GOOD + "1,0.", [], INPUT, ":4: has 2 fields"),
    "a repeated header": (
        HEADER + GOOD + HEADER, [], INPUT, ":4: column p: 'p' is not a probability",
    ),
    "a stray quote": (HEADER + '1,"0.5"1,1\n', [], INPUT, "a closing quote, in field 2"),
    "a quote inside a field": (HEADER + '1,0.5"1,1\n', [], INPUT, "an unquoted field, field 2"),
    "an open quote": (HEADER + GOOD + '1,"0.5,1\n' + GOOD, [], INPUT, ":4: a quote that opens"),
    "a NUL": (b"y,p\n1,0.5\x001\n", [], INPUT, ":2: contains a NUL byte"),
    "UTF-16": ("y,p\n1,0.5\n".encode("utf-16"), [], INPUT, "looks like UTF-16"),
    "UTF-16 without a mark": ("y,p\n1,0.5\n".encode("utf-16-le"), [], INPUT, "looks like UTF-16"),
    "Latin-1 in a label": (b"y,p\n\xe9,0.5\n", ["--positive", "1"], INPUT, ":2: column y: '\\xe9'"),
    "Latin-1 in the header": (b"y,p,\xe9\n1,0.5,1\n", [], INPUT, ":1: the header is not UTF-8"),
    "carriage returns alone": (b"y,p\r1,0.5\r", [], INPUT, "a carriage return is not followed"),
    "broken gzip": (b"\x1f\x8b\x08\x00" + b"0" * 40, [], INPUT, "is corrupt: gzip says"),
    "Parquet": (b"PAR1\x15\x04" + b"0" * 40, [], INPUT, "cannot be read: Parquet"),
    "a zip archive": (b"PK\x03\x04" + b"0" * 40, [], INPUT, "it looks like a zip archive"),
    "an HTML page": (
        "<html>\n<body>502</body>\n</html>\n", [], INPUT, "it looks like a web page",
    ),
    "an empty label": (HEADER + ",0.5,1\n", [], INPUT, ":2: column y: the label is empty"),
    "a third number": (
        HEADER + GOOD + "2,0.5,1\n", NAMED, INPUT, ":4: column y: '2' is neither 0 nor 1",
    ),
    "a soft label as label": (HEADER + "0.5,0.5,1\n", NAMED, INPUT, "'0.5' is neither 0 nor 1"),
    "a word as label": (
        HEADER + "yes,0.5,1\n", [], INPUT, ":2: column y: 'yes' is neither 0 nor 1",
    ),
    "a label of minus one": (HEADER + "-1,0.5,1\n", NAMED, INPUT, "'-1' is neither 0 nor 1"),
    "numbers and words mixed": ("y,p\n1,0.5\nfalse,0.5\n", NAMED, INPUT, "mix numbers and words"),
    "a third class": (
        "y,p\nyes,0.5\nno,0.5\nmaybe,0.5\n",
        ["--positive", "yes"],
        INPUT,
        ":4: column y: 'maybe' is a third class, after 'yes' and 'no'",
    ),
    "a positive class that never occurs": (
        "y,p\nyes,0.5\nno,0.5\n",
        ["--positive", "Yes"],
        USAGE,
        "the positive class 'Yes' never occurs; the labels are 'yes' (line 2) and 'no' (line 3)",
    ),
    "a soft label out of range": (
        "t,p\n1.5,0.5\n", ["--target", "t"], INPUT, "'1.5' is not a soft",
    ),
    "a negative weight": (
        HEADER + "1,0.5,-1\n", ["--weight", "w"], INPUT, ":2: column w: '-1' is not a finite",
    ),
    "a missing weight": (
        HEADER + "1,0.5,nan\n", ["--weight", "w"], INPUT, ":2: column w: 'nan' is a missing value",
    ),
    "an infinite weight": (
        HEADER + "1,0.5,1e999\n", ["--weight", "w"], INPUT, "column w: '1e999' is not a finite",
    ),
    "weights of 0 alone": (
        HEADER + "1,0.5,0\n0,0.5,0\n", ["--weight", "w"], INPUT, "all 2 rows have weight 0",
    ),
    "an unknown column": (HEADER + GOOD, ["--prob", "q"], USAGE, "there is no column 'q'"),
    "a column in another case": (HEADER + GOOD, ["--prob", "P"], USAGE, "did you mean 'p'?"),
    "a column twice": ("y,p,p\n1,0.5,0.5\n", ["--prob", "p"], USAGE, "occurs 2 times"),
    "two candidates": (
        "y,p,q\n1,0.5,0.5\n", [], USAGE, "several columns could be the prob: 'p', 'q'",
    ),
    "one column as both": (HEADER + GOOD, ["--label", "p", "--prob", "p"], USAGE, "cannot be both"),
    "label and target": (
        HEADER + GOOD, ["--label", "y", "--target", "y"], USAGE, "exclude each other",
    ),
    "a limit of absurd length": (
        HEADER + GOOD, ["--on-bad-row", "skip", "--max-bad", "1" * 5000], USAGE, "is not a number",
    ),
    "a limit of absurd size": (
        HEADER + GOOD, ["--on-bad-row", "skip", "--max-bad", "1e999999999"], USAGE, "not a number",
    ),
    "a base rate of 1": (HEADER + GOOD, ["--base-rate", "1"], USAGE, "not between 0 and 1"),
    "a base rate that is NaN": (
        HEADER + GOOD, ["--base-rate", "nan"], USAGE, "not between 0 and 1",
    ),
    "a clip of 0": (HEADER + GOOD, ["--clip", "0"], USAGE, "--clip 0 is not in"),
    "a clip that would leave 1": (
        HEADER + GOOD, ["--clip", "1e-17"], USAGE, "--clip 1e-17 is not in",
    ),
    "a clip of a half": (HEADER + GOOD, ["--clip", "0.5"], USAGE, "--clip 0.5 is not in"),
    "no number as option": (HEADER + GOOD, ["--clip", "abc"], USAGE, "--clip"),
    "a negative chunk": (HEADER + GOOD, ["--chunk-bytes", "-1"], USAGE, "--chunk-bytes"),
    "unknown units": (HEADER + GOOD, ["--units", "dits"], USAGE, "--units"),
    "an unknown option": (HEADER + GOOD, ["--probability", "p"], USAGE, "--probability"),
    "a delimiter of two": (HEADER + GOOD, ["--delimiter", "::"], USAGE, "--delimiter '::'"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input_gives_one_clear_error(cecli, write, case):
    content, options, code, message = CASES[case]
    path = write(content)
    done = cecli("score", path, *options, "--quiet")
    assert done.stdout == ""
    assert done.returncode == code
    assert message in done.stderr
    assert re.match(r"error: .+\n(hint: .+\n(try: .+\n)?)*\Z", done.stderr)


@pytest.mark.parametrize("case", [name for name in CASES if CASES[name][2] == 3])
def test_no_chunk_size_changes_a_refusal(write, case):
    content, options, _, _ = CASES[case]
    path = write(content)
    named = {
        name.removeprefix("--"): value
        for name, value in zip(options[::2], options[1::2], strict=True)
    }
    refusals = set()
    for chunk_bytes in (1, 2, 3, 7, 1 << 20):
        with pytest.raises(InputError) as refusal:
            score(path, **named, chunk_bytes=chunk_bytes)
        refusals.add(str(refusal.value))
    assert len(refusals) == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.csv", "missing.csv: cannot be opened: no such file or directory"),
        (".", ".: is a directory without data files"),
        ("", "the name of the input file is empty"),
        ("nosuch://example.org/x", "nosuch://example.org/x: cannot be opened: Protocol not known"),
        ("*.nothing", "no file matches '*.nothing'"),
        ("@list", "list: the list cannot be read: No such file"),
        ("|echo y,p", "|echo y,p: cannot be opened: no such file"),
        ("~nobody/x.csv", "~nobody/x.csv: cannot be opened: no such file"),
        ("$HOME/x.csv", "$HOME/x.csv: cannot be opened: no such file"),
        ("preds\x1b[31m\n.csv", r"no file matches 'preds\x1b[31m\n.csv'"),
    ],
)
def test_what_cannot_be_opened_is_named(cecli, path, message):
    done = cecli("score", path)
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert done.stderr.startswith(f"error: {message}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(cecli, write):
    path = write(HEADER + GOOD)
    os.chmod(path, 0)
    done = cecli("score", path)
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert "permission denied" in done.stderr


def test_an_endless_device_is_refused(cecli):
    done = cecli("score", "/dev/zero")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert "error: /dev/zero" in done.stderr


def test_a_link_to_itself_is_refused(cecli, tmp_path):
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    done = cecli("score", "loop.csv")
    assert (done.returncode, done.stdout) == (INPUT, "")


def test_a_defect_in_the_last_row_of_many_leaves_stdout_empty(cecli, write):
    path = write("y,p\n" + "1,0.5\n" * 300_000 + "1,x\n")
    done = cecli("score", path, "--json")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert "preds.csv:300002: column p: 'x'" in done.stderr


@pytest.mark.parametrize(
    "text", ["\x1b[31mred", "\x9b31m", "\x07", "\u202egnp", "\u200b", "[red]x[/]", ":smile:"]
)
def test_no_cell_can_drive_the_terminal(cecli, write, text):
    done = cecli("score", write(f"y,p\n1,{text}\n"), environment={"FORCE_COLOR": "1"})
    assert done.returncode == INPUT
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", done.stderr)


def test_a_long_value_is_cut(cecli, write):
    done = cecli("score", write("y,p\n1," + "x" * 5000 + "\n"))
    assert "x" * 59 + "…'" in done.stderr
    assert "x" * 60 not in done.stderr


def test_debug_shows_the_traceback_and_nothing_else_does(cecli, write):
    path = write("y,p\n1,2\n")
    assert "Traceback" not in cecli("score", path).stderr
    assert "Traceback" in cecli("score", path, "--debug").stderr
