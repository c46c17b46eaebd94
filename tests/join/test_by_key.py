"""Joins by a key: in memory and out of core they are one."""

import errno
import json
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack

import numpy as np
import pandas as pd
import pytest
from conftest import clean_environment
from hypothesis import given, settings
from hypothesis import strategies as st

from cecli.commands.compare import compare
from cecli.core.errors import CecliError, ExitCode, InputError, RowError
from cecli.join import by_key as partners
from cecli.join import disk, index
from cecli.readers import in_memory as frame

# Nothing fits, so that all is joined in temporary files.
NOTHING = -1


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Return where temporary files are made; nothing may be left there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def answer(most_bytes, block, first, second, **options):
    """Return the report as JSON, or the error: of a join in so many bytes and so long chunks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partners, "MOST_BYTES", most_bytes)
        patch.setattr(frame, "block_rows", lambda classes: block)
        try:
            return compare(first, second, id="id", **options).to_json()
        except CecliError as error:
            return type(error).__name__, str(error)


def both(block, first, second, **options):
    found = answer(1 << 30, block, first, second, **options)
    assert answer(NOTHING, block, first, second, **options) == found
    return found


# Few and short, so that they meet; some are numbers, or look like them.
TEXTS = ["1", "01", "1.0", "a", "A", "ab", "a\0b", "ü", "𝄞", "a" * 40, "nan", "-1", ""]
KEYS = st.one_of(st.integers(-3, 9), st.sampled_from(TEXTS))


@st.composite
def sides(draw):
    """Return two tables in any order; some have keys of their own, repeated ones, bad cells."""
    shared = draw(st.lists(KEYS, unique_by=str, min_size=1, max_size=12))
    seldom = st.sampled_from([False, False, False, True])
    tables = []
    for _ in range(2):
        own = draw(st.lists(KEYS, max_size=3)) if draw(seldom) else []
        keys = draw(st.permutations(shared + own))[draw(st.integers(0, 1)) * draw(seldom) :]
        odd = draw(st.sampled_from(keys)) if keys and draw(seldom) else None
        probs = [draw(st.floats(0, 1)) for _ in keys]
        if keys and draw(seldom):
            probs[draw(st.integers(0, len(keys) - 1))] = "x"
        tables.append({
            "id": np.array(keys, dtype=object),
            "y": np.array([len(str(key)) % 2 ^ (key == odd) for key in keys], dtype=object),
            "p": np.array(probs, dtype=object),
        })  # fmt: skip
    return tables


@settings(max_examples=50)
@given(
    sides(),
    st.integers(1, 5),
    st.sampled_from(["error", "skip"]),
    st.sampled_from(["error", "skip"]),
)
def test_both_joins_give_the_same_report_or_the_same_error(tables, block, unmatched, bad):
    first, second = tables
    both(block, first, second, on_unmatched=unmatched, on_bad_row=bad)


def many(rows, seed):
    """Return predictions of so many rows in an order of their own, and their parameters."""
    rng = np.random.default_rng(seed)
    keys = rng.permutation(rows)
    return pd.DataFrame({"id": keys, "y": keys % 3 == 0, "p": rng.random(rows)})


@pytest.mark.parametrize("most_bytes", [1 << 30, 300_000, NOTHING])
def test_a_join_finds_what_a_merge_finds(most_bytes):
    """Some rows are in memory when there is no room for more."""
    first, second = many(10_000, 1), many(10_000, 2)[:9_000]
    merged = first.merge(second, on="id", suffixes=("", "_other"))
    merged = merged.rename(columns={"p_other": "b"}).drop(columns="y_other")
    found = answer(most_bytes, 700, first, second, on_unmatched="skip", positive="True")
    expected = compare(merged, prob=["p", "b"], positive="True")
    assert json.loads(found)["metrics"] == json.loads(expected.to_json())["metrics"]
    assert json.loads(found)["input"]["rows"] == 9_000


def test_models_of_several_classes_weights_and_soft_labels():
    rng = np.random.default_rng(5)
    targets = rng.dirichlet([1, 1, 1], 500)

    def side(order):
        table = {"id": order, "w": order + 1.0}
        for name, shares in (("t", targets), ("p", rng.dirichlet([1, 1, 1], 500))):
            table |= {f"{name}_{k}": shares[order, k] for k in range(3)}
        return table

    first, second = side(rng.permutation(500)), side(rng.permutation(500))
    found = both(64, first, second, target="t_*", prob="p_*", weight="w")
    assert '"rows": 500' in found


@pytest.mark.parametrize("where", ["first", "second"])
def test_the_first_repeated_key_is_told_with_both_lines(where):
    whole = {"id": ["a", "b", "c"], "y": [1, 0, 1], "p": [0.5, 0.5, 0.5]}
    twice = {"id": ["x", "a", "b", "a", "x"], "y": [0, 1, 0, 1, 0], "p": [0.5] * 5}
    files = (twice, whole) if where == "first" else (whole, twice)
    name, text = both(2, *files, on_unmatched="skip")
    assert name == "RowError"
    assert text.startswith("<arrays>:4: the key 'a' occurs again, after line 2")


def test_what_comes_first_is_told_first():
    """A label that differs in the row before a key that is there again, and the other way round."""
    second = {"id": ["a", "b", "c"], "y": [1, 0, 1], "p": [0.5, 0.5, 0.5]}
    for keys, said in ((["a", "b", "a"], "the label is"), (["a", "a", "b"], "occurs again")):
        first = {"id": keys, "y": [1, 1, 1], "p": [0.5, 0.5, 0.5]}
        for block in (1, 2, 3):
            assert said in both(block, first, second)[1]


def test_no_key_in_common_is_said_as_such():
    first, second = ({"id": [key], "y": [1], "p": [0.5]} for key in ("1", "01"))
    name, text = both(2, first, second, on_unmatched="skip")
    assert name == "InputError"
    assert text.startswith("<arrays>: none of its keys is in <arrays>")


@pytest.mark.parametrize(("other", "is_proposed"), [(["c", "d"], False), (["a", "d"], True)])
def test_to_skip_rows_is_proposed_only_where_some_remain(other, is_proposed):
    """The proposal would end in an error where no row has a partner."""
    first, second = ({"id": ids, "y": [1, 0], "p": [0.5, 0.5]} for ids in (["a", "b"], other))
    text = both(2, first, second)[1]
    assert ("--on-unmatched skip" in text) == is_proposed
    assert ("is it the right column?" in text) != is_proposed
    assert ("none of its keys" in both(2, first, second, on_unmatched="skip")[1]) != is_proposed


@pytest.mark.parametrize("pair", [("1", "01"), ("7", "7.0"), ("a", "A"), ("b", " b")])
def test_keys_that_are_written_differently_are_told_to_be_other_keys(pair):
    first, second = ({"id": [key, "x"], "y": [1, 0], "p": [0.5, 0.5]} for key in pair)
    text = both(2, first, second)[1]
    assert f"keys are compared as text, so '{pair[0]}' is not '{pair[1]}'" in text


def test_half_a_surrogate_pair_is_no_key():
    table = {"id": ["a", "\ud800"], "y": [1, 0], "p": [0.5, 0.5]}
    name, text = both(2, table, table)
    assert name == "RowError"
    assert text.startswith(r"<arrays>:2: the key '\ud800' contains half of a surrogate pair")


@pytest.mark.parametrize("most_bytes", [1 << 30, NOTHING])
def test_it_is_the_same_join_where_nothing_was_compiled(monkeypatch, most_bytes):
    first, second = many(2_000, 1), many(2_000, 2)[:1_900]
    expected = answer(most_bytes, 300, first, second, on_unmatched="skip", positive="True")
    monkeypatch.setattr(index, "key_table", None)
    found = answer(most_bytes, 300, first, second, on_unmatched="skip", positive="True")
    assert found == expected


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=4)
NUMBERS = st.sampled_from(["1", "01", "1.0", "+1", "1e0", "0001", "1 ", "x 1", "-1", "−1"])


@settings(max_examples=25)
@given(
    st.lists(st.tuples(NUMBERS | CELLS, CELLS), unique=True, max_size=25),
    st.lists(st.tuples(NUMBERS | CELLS, CELLS), unique=True, max_size=25),
    st.data(),
)
def test_files_are_joined_as_pandas_joins_their_texts(ours, theirs, data):
    """Quotes, line ends, characters of several bytes; and 1 is not 01, nor 1.0."""
    theirs = list(dict.fromkeys([*theirs, *ours[::2]]))
    keys = [data.draw(st.permutations(both_of)) for both_of in (ours, theirs)]
    frames = [
        pd.DataFrame({
            "doc": np.array([a for a, _ in found], dtype=object),
            "pos": np.array([b for _, b in found], dtype=object),
            "y": [len(a) % 2 for a, _ in found],
            name: [(place + 1) / (len(found) + 2) for place in range(len(found))],
        })
        for name, found in zip("pq", keys, strict=True)
    ]  # fmt: skip
    present = [frame[~_is_blank(frame.doc) & ~_is_blank(frame.pos)] for frame in frames]
    merged = present[0].merge(present[1].drop(columns="y"), on=["doc", "pos"])
    with tempfile.TemporaryDirectory() as folder:
        paths = [f"{folder}/{name}.csv" for name in "pq"]
        for frame, path in zip(frames, paths, strict=True):
            frame.to_csv(path, index=False)
        options = {"missing": "skip", "on_unmatched": "skip", "target": "y"}
        found = [_report(most_bytes, paths, **options) for most_bytes in (1 << 30, NOTHING)]
    assert found[0] == found[1]
    if len(merged) == 0:
        assert found[0][0] == "InputError"
        return
    expected = compare(merged, prob=["p", "q"], target="y")
    assert json.loads(found[0])["metrics"] == json.loads(expected.to_json())["metrics"]
    assert json.loads(found[0])["input"]["rows"] == len(merged)


def _is_blank(texts):
    return np.array([not text.strip(" \t") for text in texts], dtype=bool)


def _report(most_bytes, paths, **options):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partners, "MOST_BYTES", most_bytes)
        try:
            return compare(*paths, id="doc,pos", prob=["p", "q"], **options).to_json()
        except CecliError as error:
            return type(error).__name__, str(error)


def test_a_join_finds_what_duckdb_finds(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    paths = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    many(3_000, 1).to_csv(paths[0], index=False)
    many(3_000, 2)[:2_000].to_csv(paths[1], index=False)
    loss = "avg(-ln(CASE WHEN {0}.y THEN {0}.p ELSE 1 - {0}.p END))"
    query = f"SELECT count(*), {loss.format('a')}, {loss.format('b')} FROM read_csv(?) a "
    (expected,) = duckdb.execute(f"{query} JOIN read_csv(?) b USING (id)", paths).fetchall()
    report = compare(*paths, id="id", on_unmatched="skip").to_dict()
    losses = [report["metrics"][f"cross_entropy_{name}"] for name in ("baseline", "model")]
    assert [report["input"]["rows"], *losses] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("most_bytes", [1 << 30, NOTHING])
def test_a_repeated_key_is_told_before_what_comes_after_it(most_bytes):
    """Whether the row after it is bad, or the rows end."""
    whole = {"id": ["a", "b"], "y": [1, 0], "p": [0.5, 0.5]}
    twice = {"id": ["a", "b", "a", "c"], "y": [1, 0, 1, 0], "p": [0.5, 0.5, 0.5, 2.0]}
    for files in ((whole, twice), (twice, whole)):
        for block in (1, 3, 10):
            name, text = answer(most_bytes, block, *files)
            assert (name, text[:40]) == ("RowError", "<arrays>:3: the key 'a' occurs again, af")


@pytest.mark.parametrize("most_bytes", [1 << 30, NOTHING])
def test_a_repeated_key_is_told_in_the_file_that_has_it(write, most_bytes):
    first = write("id,y,p\na,1,0.5\nb,0,0.5\nc,1,0.5\n", "first.csv")
    parts = [write(f"id,y,p\n{row},0.5\n", f"{row[0]}.csv") for row in ("a,1", "b,0")]
    again = write("id,y,p\nc,1,0.5\na,1,0.5\n", "again.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partners, "MOST_BYTES", most_bytes)
        with pytest.raises(RowError, match=r"again.csv:3: the key 'a' occurs again, after line 2"):
            compare(first, [*parts, again], id="id")


@pytest.mark.parametrize("most_bytes", [1 << 30, NOTHING])
def test_rows_alone_are_named_with_their_files(write, most_bytes, monkeypatch):
    monkeypatch.setattr(partners, "MOST_BYTES", most_bytes)
    whole = write("id,y,p\nb,1,0.5\nd,1,0.5\n", "whole.csv")
    parts = [
        write(f"id,y,p\n{rows}", f"part {place}.csv")
        for place, rows in enumerate(["a,1,0.5\n", "b,1,0.5\n", "d,1,0.5\nc,1,0.5\n"])
    ]
    for files in ((parts, whole), (whole, parts)):
        with pytest.raises(InputError, match=r"'a' \(line 2\), 'c' \(.*part 2.csv:3\)"):
            compare(*files, id="id")


def test_rows_alone_are_named_in_their_order_however_many(monkeypatch):
    """More than are kept in order out of core."""
    monkeypatch.setattr(disk, "BLOCK", 10)
    first, second = many(40, 1)[:20], many(300, 2)
    found = both(7, first, second, on_unmatched="skip", positive="True")
    (notice,) = [n for n in json.loads(found)["notices"] if n["code"] == "unmatched-id"]
    assert "rows left out" in notice["message"]
    text = both(7, first, second, positive="True")[1]
    assert text.count("(line ") == 3


@pytest.mark.parametrize("bad", ["repeated", "label", "number", "alone"])
def test_nothing_is_left_behind_by_an_error(monkeypatch, bad):
    """The fixture looks."""
    first, second = many(100, 1), many(100, 2)
    if bad == "repeated":
        first.loc[99, "id"] = first.loc[0, "id"]
    if bad == "label":
        first["y"] = ~first["y"]
    if bad == "number":
        first.loc[99, "p"] = 2.0
    if bad == "alone":
        first = first[:99]
    assert both(10, first, second, positive="True")[0] in {"RowError", "InputError"}


def test_a_full_disk_is_no_bug(monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pickle, "dump", full)
    name, text = answer(NOTHING, 65_536, many(100, 1), many(100, 2), positive="True")
    assert name == "InputError"
    assert "temporary files cannot be written: No space left on device" in text
    assert "TMPDIR" in text


def test_no_temporary_folder_is_no_bug(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    name, text = answer(NOTHING, 10, many(10, 1), many(10, 2), positive="True")
    assert name == "InputError"
    assert "No such file or directory" in text


PROGRAM = """
import sys
from cecli.join import by_key
assert by_key.MOST_BYTES > 0
by_key.MOST_BYTES = -1
from cecli.terminal import main
main()
"""


@pytest.fixture
def process(temporary):
    """Return a function that starts a join out of core; none outlives the test."""
    with ExitStack() as stack:

        def start(*arguments):
            running = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=clean_environment() | {"TMPDIR": str(temporary)},
            )
            stack.enter_context(running)
            stack.callback(running.kill)
            return running

        yield start


def test_a_stream_is_joined_out_of_core(cecli, write, process):
    rows = [f"{i},{i % 2},0.{i % 9 + 1}\n" for i in range(1000)]
    first = write("id,y,p\n" + "".join(rows), "first.csv")
    second = ("id,y,p\n" + "".join(reversed(rows))).encode()
    for files in ((first, "-"), ("-", first)):
        arguments = ("compare", *files, "--id", "id", "--json")
        expected = cecli(*arguments, stdin=second)
        running = process(*arguments)
        out, errors = running.communicate(second)
        assert (out.decode(), errors.decode()) == (expected.stdout, expected.stderr)
        assert running.returncode == expected.returncode == ExitCode.OK


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, -15)]
)
def test_an_interruption_leaves_nothing_behind(write, temporary, process, number, code):
    second = write("id,y,p\na,1,0.5\n", "second.csv")
    running = process("compare", "-", second, "--id", "id", "--label", "y", "--prob", "p")
    # More than is read at once: then it waits, and has begun.
    running.stdin.write(b"id,y,p\n" + b"".join(b"%d,1,0.5\n" % i for i in range(500_000)))
    running.stdin.flush()
    limit = time.monotonic() + 60
    while not list(temporary.iterdir()) and time.monotonic() < limit:
        time.sleep(0.05)
    time.sleep(0.2)
    assert list(temporary.iterdir())
    running.send_signal(number)
    out, errors = running.communicate(timeout=60)
    assert (out, running.returncode) == (b"", code)
    assert b"Traceback" not in errors
