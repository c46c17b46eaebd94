"""Cuts and threads: wherever a file is cut, whoever works, the answer is the same to the bit."""

import gzip
import random
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cecli
from cecli.core.errors import CecliError
from cecli.engines.threads import Threads
from cecli.readers.text import csv
from cecli.readers.text.dialect import records


def answers(path, **options):
    """Return the report as a dictionary, or the error's text."""
    try:
        return cecli.score(path, label="y", prob="p", **options).to_dict()
    except CecliError as error:
        return str(error)


def cut_anywhere(monkeypatch, path, **options):
    """Return the answers for many sizes of parts and numbers of workers."""
    found = [answers(path, workers=1, **options)]
    for part_bytes in (3, 16, 100):
        monkeypatch.setattr(csv, "PART_BYTES", part_bytes)
        found.append(answers(path, workers=1 + part_bytes % 3, **options))
    monkeypatch.undo()
    return found


cells = st.sampled_from(["a", '"b"', '"c\nd"', '"e""\n""f"', '"\r\n"', "g", '"h,i"', "", "jj"])
rows = st.lists(
    st.tuples(st.sampled_from("01"), st.sampled_from([".5", "0", "1", "0.25"]), cells), max_size=12
)
broken = st.sampled_from(
    [
        "",
        "1,x,a\n",
        '0,0.5,5" pipe\n',
        '0,0.5,5"\n',
        "2,0.5,a\n",
        "1,0.5\n",
        '1,.5,"open\n',
        "\n",
    ]
)


@settings(max_examples=25)
@given(rows, st.integers(0, 20), broken, st.booleans())
def test_neither_cuts_nor_workers_change_the_answer(tmp_path_factory, rows, place, bad, crlf):
    lines = [f"{y},{p},{cell}\n" for y, p, cell in rows]
    lines.insert(min(place, len(lines)), bad)
    text = "y,p,note\n" + "".join(lines)
    path = tmp_path_factory.mktemp("cut") / "preds.csv"
    path.write_bytes(text.replace("\n", "\r\n").encode() if crlf else text.encode())
    with pytest.MonkeyPatch.context() as monkeypatch:
        first, *others = cut_anywhere(monkeypatch, path)
    assert all(other == first for other in others)


def test_lines_are_counted_across_parts(monkeypatch, write):
    body = ['1,0.5,"x\ny"\n' if i % 3 else "0,1,z\n" for i in range(60)]
    path = write("y,p,note\n" + "".join(body))
    first, *others = cut_anywhere(monkeypatch, path)
    assert first["notices"][0]["rows"][:3] == [2, 7, 12]
    assert all(other == first for other in others)


def test_a_cut_inside_quotes_joins_two_parts_only(monkeypatch, write):
    rows, quoted = "1,0.5,a\n" * 40, '0,1,"' + "\n" * 70 + '"\n'
    path = write("y,p,note\n" + rows + quoted + rows)
    whole = answers(path, workers=1)
    monkeypatch.setattr(csv, "PART_BYTES", 64)
    read_on, rests = [], []
    through, rest = csv.CsvPartition.through, csv.CsvPartition.rest
    monkeypatch.setattr(csv.CsvPartition, "through", lambda *x: read_on.append(x) or through(*x))
    monkeypatch.setattr(csv.CsvPartition, "rest", lambda *x: rests.append(x) or rest(*x))
    assert answers(path, workers=2) == whole
    assert len(read_on) == 1
    assert all(line == 0 for _, line in rests)


def test_no_part_that_begins_inside_quotes_is_read_alone(monkeypatch, write):
    row = '"1","0.5","' + 20 * "\n" + 'a""b,c"\n'
    path = write("y,p,note\n" + row * 50)
    whole = answers(path, workers=1)
    monkeypatch.setattr(csv, "PART_BYTES", 64)

    begun = []

    def seen(data, *rest):
        begun.append(data[:3])
        return records(data, *rest)

    # These look at one byte after the other.
    monkeypatch.setattr("cecli.readers.text.blocks.records", seen)
    monkeypatch.setattr("cecli.readers.text.parsed.records", seen)
    assert answers(path, workers=2) == whole
    assert set(begun) <= {b'"1"'}


@pytest.mark.parametrize("place", [0, 5, 30, 59])
def test_a_row_that_only_seems_to_end_a_quote_is_told(monkeypatch, write, place):
    body = ["1,0.5,a\n"] * 60
    body[place] = '0,0.25,5"\n'
    first, *others = cut_anywhere(monkeypatch, write("y,p,note\n" + "".join(body)))
    assert f"preds.csv:{place + 2}: there is a quote inside an unquoted field" in first
    assert all(other == first for other in others)


def test_the_earliest_defect_is_told(monkeypatch, write):
    body = ["1,0.5,a\n"] * 50
    body[40], body[20] = "1,x,a\n", "1,2,a\n"
    first, *others = cut_anywhere(monkeypatch, write("y,p,note\n" + "".join(body)))
    assert "preds.csv:22: column p: '2' is not a probability" in first
    assert all(other == first for other in others)


def test_a_third_class_is_told_where_it_stands(monkeypatch, write):
    body = ["yes,0.5,a\n"] * 20 + ["no,0.5,a\n"] * 20 + ["maybe,0.5,a\n", "yes,x,a\n"]
    path = write("y,p,note\n" + "".join(body))
    first, *others = cut_anywhere(monkeypatch, path, positive="yes")
    assert "preds.csv:42: column y: 'maybe' is a third class" in first
    assert all(other == first for other in others)


def test_several_files_are_cut_each_for_itself(monkeypatch, write):
    paths = [write("y,p\n" + "1,0\n0,0.5\n" * 9, name) for name in ("a.csv", "b.csv")]
    first, *others = cut_anywhere(monkeypatch, paths)
    assert first["notices"][0]["places"][-1].endswith("b.csv:2")
    assert all(other == first for other in others)


def test_results_come_in_order_and_an_error_when_its_turn_comes():
    def slow(number):
        random.Random(number).random()
        if number == 7:
            raise ValueError(number)
        return number

    results = Threads(3)(slow, list(range(20)))
    assert [next(results) for _ in range(7)] == list(range(7))
    with pytest.raises(ValueError, match="7"):
        next(results)


def test_skipping_is_the_same_wherever_a_file_is_cut(monkeypatch, write):
    lines = ['1,0.5,a"b'] + [f'{i % 2},0.{i % 9 + 1},"x\n1,0.001,z"' for i in range(60)]
    lines += ['0,0.5,5" pipe', '1,0.5,"q"r', *lines[1:20]]
    path = write("y,p,note\n" + "\n".join(lines) + "\n")
    found = []
    for chunk_bytes in (10, 64, 1000, 100_000):
        options = {"on_bad_row": "skip", "chunk_bytes": chunk_bytes}
        found += cut_anywhere(monkeypatch, path, **options)
    assert found[0]["input"]["rows"] == 79
    assert found[0]["input"]["skipped"] == {"rows": 3, "reasons": {"quoting": 3}}
    assert all(other == found[0] for other in found)


@settings(max_examples=15)
@given(rows, st.integers(0, 20), broken)
def test_a_stream_is_answered_like_a_file_whoever_works(tmp_path_factory, rows, place, bad):
    lines = [f"{y},{p},{cell}\n" for y, p, cell in rows]
    lines.insert(min(place, len(lines)), bad)
    text = ("y,p,note\n" + "".join(lines)).encode()
    folder = tmp_path_factory.mktemp("stream")
    plain, packed = folder / "preds.csv", folder / "packed" / "preds.csv"
    plain.write_bytes(text)
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(text))

    def answer(path, **options):
        found = answers(path, **options)
        return str(found).replace(str(path), "FILE")

    expected = answer(plain, workers=1)
    for chunk_bytes in (7, 40, 1 << 20):
        for workers in (1, 3):
            options = {"workers": workers, "chunk_bytes": chunk_bytes}
            assert answer(packed, **options) == expected


def test_a_bad_row_is_told_before_the_damage_behind_it(tmp_path):
    rows = b"".join(b"%d,0.%d\n" % (i % 2, i % 9 + 1) for i in range(5000))
    damaged = gzip.compress(b"y,p\n" + rows + b"1,x\n" + rows)[:-40]
    path = tmp_path / "preds.csv.gz"
    path.write_bytes(damaged)
    for workers in (1, 2, 3):
        with pytest.raises(CecliError, match="'x' is not"):
            cecli.score(path, label="y", prob="p", workers=workers, chunk_bytes=1000)


def test_no_more_is_read_than_is_worked_on_soon():
    drawn = []

    def partitions():
        for number in range(100):
            drawn.append(number)
            yield number

    results = Threads(2)(lambda number: number, partitions())
    next(results)
    assert len(drawn) < 10
    results.close()


def test_one_partition_starts_no_threads():
    here = threading.get_ident()
    assert list(Threads(4)(lambda _: threading.get_ident(), iter([1]))) == [here]


def test_the_third_class_is_told_alike_whoever_works(tmp_path):
    path = tmp_path / "preds.csv"
    path.write_text("y,p\n" + "0,.5\n" * 3 + "1,.5\n" * 40 + "0,.5\ntrue,.5\n" + "1,.5\n" * 40)
    found = {
        answers(path, workers=workers, chunk_bytes=chunk_bytes)
        for workers in (1, 3)
        for chunk_bytes in (7, 30, 100, 1 << 20)
    }
    (message,) = found
    assert "'true' is a third class, after '0' and '1'" in message
