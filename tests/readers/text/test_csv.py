"""Delimited text: whatever the table and the dialect, reading gives the table back."""

import contextlib
import csv
import io
import itertools
import math
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import Column, Domain
from cecli.core.errors import CecliError, InputError, RowError
from cecli.readers.bytes.locations import File
from cecli.readers.bytes.sources import Source
from cecli.readers.bytes.streams import Span
from cecli.readers.text import compiled, native, plain
from cecli.readers.text import csv as csv_reader
from cecli.readers.text import parsed as general
from cecli.readers.text.blocks import BLOCK_BYTES, Block, blocks, end_of_records, in_parts
from cecli.readers.text.csv import StreamBlocks, open_csv
from cecli.readers.text.dialect import COMMA, Dialect
from cecli.readers.text.parsed import Parsed, Request, joined

ANY = Domain(-math.inf, math.inf, "a number", "")
NUMBER = Column("number", "number", ANY)
TEXT = Column("text", "text", None)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)
dialects = st.sampled_from([COMMA, Dialect(b"\t"), Dialect(b";"), Dialect(b"|")])
ends = st.sampled_from(["\n", "\r\n"])


def request(width: int, columns: dict[int, Column], dialect: Dialect = COMMA) -> Request:
    return Request("preds.csv", dialect, width, columns)


def both(data: bytes, wanted: Request) -> tuple[Parsed | None, Parsed]:
    block = Block(data, 2)
    return plain.parse(block, wanted), general.parse(block, wanted)


def same(quick: Parsed, exact: Parsed) -> bool:
    texts = [
        [coded.names[code] for code in coded.codes.tolist()]
        for parsed in (quick, exact)
        for coded in parsed.texts.values()
    ]
    return (
        quick.lines.tolist() == exact.lines.tolist()
        and {k: v.tolist() for k, v in quick.remarks.items()}
        == {k: v.tolist() for k, v in exact.remarks.items()}
        and exact.defect is None
        and all(quick.numbers[r].tobytes() == exact.numbers[r].tobytes() for r in exact.numbers)
        and texts[: len(texts) // 2] == texts[len(texts) // 2 :]
    )


@given(
    st.lists(st.tuples(texts, numbers, texts), min_size=1, max_size=12),
    dialects,
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    ends,
    st.integers(1, 400),
)
def test_a_written_table_reads_back(tmp_path_factory, table, dialect, quoting, end, chunk_bytes):
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=dialect.delimiter.decode(), quoting=quoting, lineterminator=end
    )
    writer.writerow(["text", "number", "other"])
    writer.writerows((a, repr(x), b) for a, x, b in table)
    path = tmp_path_factory.mktemp("written") / "table.csv"
    path.write_bytes(text.getvalue().encode())
    opened = open_csv(Source(File(str(path)), dialect), chunk_bytes)
    assert list(opened.header) == ["text", "number", "other"]
    (partition,) = opened.partitions([TEXT, NUMBER])
    read = [
        (chunk.texts["text"].names[code], number)
        for chunk in partition.chunks()
        for code, number in zip(
            chunk.texts["text"].codes.tolist(), chunk.numbers["number"].tolist(), strict=True
        )
    ]
    assert read == [(a, x + 0.0) for a, x, _ in table]


@given(
    st.lists(
        st.text(st.sampled_from('0123456789.eE+-_ \t"ax,\n\r\x0b\x0c;é٣'), max_size=12), max_size=6
    )
)
@example(["TRUE", "FALSE"])
@example(["1e400"])
@example(["\x0b1"])
@example(["+5e -1"])
@example(["-5E\t3"])
def test_the_quick_reader_takes_nothing_that_the_general_one_would_not(cells):
    data = "".join(f"a,{cell},b\n" for cell in cells).encode()
    wanted = request(3, {0: TEXT, 1: NUMBER})
    quick, exact = both(data, wanted)
    if quick is not None:
        assert same(quick, exact), (data, quick, exact)


@given(st.binary(max_size=60))
@example(b'"a""b",1\n')
@example(b'a"b,1\n')
@example(b'"a"b,1\n')
@example(b'"a\n\n",1\n"b",2\n')
@example(b'""a,1\n')
@example(b'a,"\n.5\n"\n')
@example(b'a,"\r\n.5"\n')
@example(b"\n\r\na,1\n\n\nb,2\n\n")
@example(b"\xef\xbb\xbfa,1\n")
def test_no_bytes_part_the_two_readers(data):
    data = data.rstrip(b"\n") + b"\n"
    wanted = request(2, {0: TEXT, 1: NUMBER})
    quick, exact = both(data, wanted)
    if quick is not None:
        assert same(quick, exact), (data, quick, exact)


@given(st.text(st.sampled_from('a1," \n\r'), max_size=40))
@example('""')
@example(" \n\n1")
def test_structure_parts_the_two_readers_nowhere(text):
    data = (text.rstrip("\n") + "\n").encode()
    for width, columns in ((1, {0: TEXT}), (2, {1: TEXT}), (3, {0: TEXT, 2: NUMBER})):
        quick, exact = both(data, request(width, columns))
        if quick is not None:
            assert same(quick, exact), (data, width, quick, exact)


def test_the_quick_reader_is_the_one_that_runs_on_usual_files():
    wanted = request(3, {0: TEXT, 1: NUMBER})
    for data in (
        b"a,0.5,x\nb,1e-3,y\n",
        b"a,0.5,x\r\nb,.5,y\r\n",
        b'"a",0.5,"x, ""y"""\n"b\nb",1,y\n',
        "é,0.5,ü\n".encode(),
        b"a, 0.5 ,x\n",
        b"\na,0.5,x\n\n\nb,1,y\n\n",
        b"a,0.5,x\r\n\r\nb,1,y\r\n",
        b"a,0,x\nb,1,y\n",
    ):
        quick, exact = both(data, wanted)
        assert quick is not None, data
        assert same(quick, exact)


@pytest.mark.parametrize("digits", [17, 18, 30, 400])
def test_numbers_round_correctly_whatever_their_length(digits):
    values = np.random.default_rng(digits).random(300)
    cells = [f"{x:.{digits}f}" for x in values]
    data = "".join(f"a,{cell},b\n" for cell in cells).encode()
    quick, exact = both(data, request(3, {1: NUMBER}))
    assert quick is not None
    assert quick.numbers["number"].tolist() == exact.numbers["number"].tolist()
    assert exact.numbers["number"].tolist() == [float(cell) for cell in cells]


def read(path: str, columns: Sequence[Column] = (TEXT, NUMBER), chunk_bytes: int = 1 << 20):
    first, *_ = open_csv(Source(File(path), COMMA), chunk_bytes).partitions(columns)
    partition = first.rest(0)
    lines: list[int] = []
    try:
        for chunk in partition.chunks():
            lines += chunk.lines.tolist()
            if chunk.defect is not None:
                return lines, chunk.defect
    except CecliError as error:
        return lines, error
    return lines, None


DEFECTS = {
    "few fields": ("a\n", "has 1 field, but the header has 2"),
    "many fields": ("a,1,2\n", "has 3 fields, but the header has 2"),
    "no number": ("a,x\n", "column number: 'x' is not a number"),
    "an empty cell": ("a,\n", "column number: the cell is empty"),
    "a stray quote": ('a"b,1\n', "there is a quote inside an unquoted field"),
    "text after a quote": ('"a"b,1\n', "text follows a closing quote"),
    "a NUL": ("a\0b,1\n", "contains a NUL byte"),
    "a lone carriage return": ("a,1\rb,2\n", "a carriage return is not followed"),
    "no ASCII digits": ("a,٣\n", "column number: '٣' is not a number"),
}


@pytest.mark.parametrize("chunk_bytes", [1, 2, 7, 64, 1 << 20])
@pytest.mark.parametrize("before", [0, 1, 40])
@pytest.mark.parametrize("name", DEFECTS)
def test_the_rows_before_a_defect_are_read_and_its_line_is_named(write, name, before, chunk_bytes):
    bad, message = DEFECTS[name]
    path = write("text,number\n" + '"q\nq",1\n' * before + bad + "z,1\n" * 50)
    lines, error = read(path, chunk_bytes=chunk_bytes)
    assert lines == [2 + 2 * row for row in range(before)]
    assert isinstance(error, RowError)
    assert error.where == f"{path}:{2 + 2 * before}"
    assert message in error.what


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1 << 20])
def test_a_quote_that_is_never_closed_is_reported_where_it_opened(write, chunk_bytes):
    path = write('text,number\na,1\n"b,2\n' + "c,3\n" * 100)
    lines, error = read(path, chunk_bytes=chunk_bytes)
    assert lines == [2]
    assert error.where.endswith(":3")
    assert "never closed" in error.what


def test_a_record_without_end_is_refused_in_bounded_memory(write):
    path = write(b'text,number\na,1\n"' + b"x" * (17 << 20))
    lines, error = read(path)
    assert lines == [2]
    assert error.where.endswith(":3")
    assert "longer than 16 MiB" in error.what


def test_blank_lines_are_skipped_and_counted(write):
    path = write("\n\ntext,number\na,1\n\n  \nb,2\n\n\n")
    (partition,) = open_csv(Source(File(path), COMMA)).partitions([TEXT])
    (chunk,) = partition.chunks()
    assert chunk.lines.tolist() == [4, 7]
    assert chunk.remarks["blank-line"].tolist() == [5, 6, 8, 9]


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n \n"]
)
def test_a_file_without_a_header_is_empty(write, content):
    with pytest.raises(InputError, match="is empty"):
        open_csv(Source(File(write(content)), COMMA))


def test_a_byte_order_mark_is_not_part_of_the_first_name(write):
    table = open_csv(Source(File(write("\ufefftext,number\na,1\n")), COMMA))
    assert list(table.header) == ["text", "number"]
    (partition,) = table.partitions([NUMBER])
    assert [chunk.lines.tolist() for chunk in partition.chunks()] == [[2]]


def test_a_file_can_be_read_twice(write):
    (partition,) = open_csv(Source(File(write("text,number\na,1\n")), COMMA)).partitions([NUMBER])
    assert [len(chunk) for chunk in partition.chunks()] == [1]
    assert [len(chunk) for chunk in partition.chunks()] == [1]


def test_invalid_utf8_is_refused_only_where_it_is_needed(write):
    path = write(b"text,number\n\xe9,1\n")
    assert read(path, [NUMBER])[1] is None
    _, error = read(path, [TEXT])
    assert error.where == f"{path}:2"
    assert r"column text: '\xe9' is not UTF-8 at its byte 1" in error.what


def test_a_short_row_and_a_long_row_do_not_cancel(write):
    lines, error = read(write("text,number\na,1\nb\nc,1,2\n"))
    assert lines == [2]
    assert error.where.endswith(":3")


def test_ten_thousand_columns_are_read(write):
    header = ",".join(f"c{i}" for i in range(10_000))
    row = ",".join(map(str, range(10_000)))
    path = write(f"{header}\n{row}\n{row}\n")
    (partition,) = open_csv(Source(File(path), COMMA)).partitions([Column("x", "c9999", ANY)])
    (chunk,) = partition.chunks()
    assert chunk.numbers["x"].tolist() == [9999, 9999]


@given(st.lists(st.sampled_from(['"', "a", ",", "\n", "\n\n"]), max_size=30))
def test_records_agree_with_the_standard_library(parts):
    text = "".join(parts).rstrip("\n") + "\n"
    parsed = list(general.records(text.encode(), 1, COMMA, "x"))
    assume(all(record.defect is None for record in parsed))
    ours = [[field.decode() for field in record.fields] for record in parsed]
    theirs = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert [record for record in ours if record != [""]] == [
        r for r in theirs if r not in ([], [""])
    ]


@given(st.text(st.sampled_from('.15", \n\r'), max_size=40))
@example('a,"\n.5\n"\n')
def test_numbers_in_quotes_part_the_two_readers_nowhere(text):
    data = (text.rstrip("\n") + "\n").encode()
    quick, exact = both(data, request(2, {0: NUMBER, 1: TEXT}))
    if quick is not None:
        assert same(quick, exact), (data, quick, exact)


@pytest.mark.parametrize("chunk_bytes", [1 << 20, 16 << 20])
def test_a_record_that_is_too_long_is_refused_whatever_is_read_at_a_time(write, chunk_bytes):
    path = write(b"y,p,u\na,.5,u\nb,.25," + b"x" * (17 << 20) + b"\nc,.5,u\n")
    _, error = read(path, [Column("text", "y", None)], chunk_bytes)
    assert str(error).startswith(f"{path}:3: the line is longer than 16 MiB")


def test_a_stream_that_does_not_wait_is_read_to_its_end():
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    def write_slowly():
        for part in (b"y,p\n1,0.5\n", b"0,0.5\n" * 100):
            time.sleep(0.2)
            os.write(writing, part)
        os.close(writing)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    with open(reading, "rb") as stream:
        found = b"".join(block.data for block in blocks(stream, "pipe", COMMA))
    writer.join()
    assert found.count(b"\n") == 102


@given(
    st.lists(
        st.sampled_from(
            ["a,1\n", "b,.5\n", "c,x\n", "d\n", "\n", 'e"f,1\n', '"g\nh",2\n', "i,\n", "é,3\n"]
        ),
        min_size=1,
        max_size=30,
    ),
    st.booleans(),
)
def test_halving_a_block_is_reading_it_in_general(lines, skipping):
    bad_rows = BadRows(frozenset(Reason)) if skipping else STRICT
    wanted = Request("preds.csv", COMMA, 2, {0: TEXT, 1: NUMBER}, bad_rows)
    block = Block("".join(lines).encode(), 2)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(csv_reader, "SMALLEST_HALVED", 1)
        found = joined(list(csv_reader.delimited(block, wanted)))
    exact = general.parse(block, wanted)
    assert str(found.defect) == str(exact.defect)
    assert same(found, replace(exact, defect=None))


@pytest.mark.parametrize("chunk_bytes", [1, 3, 1000])
def test_blank_lines_before_rows_without_a_header_are_no_remark_however_they_are_cut(
    write, chunk_bytes
):
    path = write("\n \na,1\n\nb,2\n")
    table = open_csv(Source(File(path), replace(COMMA, has_header=False)), chunk_bytes)
    (partition,) = table.partitions([Column("text", "1", None)])
    chunks = list(partition.chunks())
    assert [line for chunk in chunks for line in chunk.lines.tolist()] == [3, 5]
    assert [x for chunk in chunks for x in chunk.remarks.get("blank-line", [])] == [4]


def test_rows_of_short_blocks_come_together(write):
    path = write("text,number\n" + "a,1\nb,2\n" * 1000)
    (partition,) = open_csv(Source(File(path), COMMA), 100).partitions([TEXT, NUMBER])
    (chunk,) = partition.chunks()
    assert chunk.lines.tolist() == list(range(2, 2002))
    assert chunk.numbers["number"].tolist() == [1.0, 2.0] * 1000
    assert [chunk.texts["text"].names[code] for code in chunk.texts["text"].codes] == [
        "a",
        "b",
    ] * 1000


def test_rows_come_before_the_failure_to_read_more():
    def failing():
        yield Block(b"a,1\n", 2)
        yield Block(b"b,2\n", 3)
        raise InputError("reading failed", "preds.csv")

    chunks = csv_reader.CsvPartition(failing(), request(2, {1: NUMBER})).chunks()
    assert next(chunks).lines.tolist() == [2, 3]
    with pytest.raises(InputError, match="reading failed"):
        next(chunks)


def test_nothing_is_read_after_a_defect_before_it_is_told():
    def endless():
        for line in itertools.count(2):
            yield Block(b"a,x\n" if line == 4 else b"a,1\n", line)

    chunks = csv_reader.CsvPartition(endless(), request(2, {1: NUMBER})).chunks()
    chunk = next(chunks)
    assert chunk.lines.tolist() == [2, 3]
    assert chunk.defect.where == "preds.csv:4"


@given(st.lists(st.sampled_from(["a,1\n", '"b\nc",2\n', "\n", "d,x\n"]), max_size=20))
def test_a_parser_tells_the_lines_that_counting_gives(lines):
    block = Block("".join(lines).encode(), 2)
    list(csv_reader.CsvPartition((block,), request(2, {1: NUMBER})).chunks())
    assert block.lines == block.data.count(b"\n")


@given(st.lists(st.integers(1, 3 * BLOCK_BYTES)), st.booleans())
def test_blocks_come_together_in_order_and_before_an_error(sizes, fails):
    made = [Block(b"", number, size) for number, size in enumerate(sizes)]

    def found():
        yield from made
        if fails:
            raise InputError("is broken", "x")

    parts = []
    with pytest.raises(InputError) if fails else contextlib.nullcontext():
        parts.extend(in_parts(found(), 4 * BLOCK_BYTES))
    assert [block for part in parts for block in part] == made
    for part in parts:
        assert sum(map(len, part[:-1])) <= 3.5 * BLOCK_BYTES
    for part in parts[:-1]:
        assert sum(map(len, part)) > 3.5 * BLOCK_BYTES


def test_an_error_ahead_is_raised_after_the_rows_before_it():
    def broken():
        yield Block(b"b\n", 2)
        raise RowError.at("x", 3, "it broke")

    found = StreamBlocks(Block(b"a\n", 1), broken())
    assert found.beginning() == b"a\nb\n"
    rows = []
    with pytest.raises(RowError, match="x:3: it broke"):
        rows.extend(block.data for block in found)
    assert found.beginning() == b""


@pytest.mark.parametrize("is_compiled", [True, False])
@pytest.mark.parametrize(
    ("text", "end"),
    [(b"", 0), (b"a\nb", 2), (b'a\n"b\n', 2), (b'a\n"b\n"\nc', 7), (b'a"b\n"c', 4)],
)
def test_the_last_whole_record_ends_where_its_newline_is(text, end, is_compiled, monkeypatch):
    if not is_compiled:
        monkeypatch.setattr(native, "scanner", None)
    assert end_of_records(text, COMMA, "x") == end


def test_a_missing_number_is_a_gap_where_it_may_be():
    gap = Column("number", "number", replace(ANY, may_be_missing=True))
    request = Request("x", COMMA, 2, {0: gap, 1: TEXT}, STRICT)
    found = general.parse(Block(b"1,a\n,b\n2.5,c\n", 2), request)
    assert np.array_equal(found.numbers["number"], [1.0, math.nan, 2.5], equal_nan=True)
    assert found.defect is None


def test_a_number_that_stands_for_a_missing_one_is_left_to_the_general_reader():
    wanted = Request("x", COMMA, 2, {0: NUMBER, 1: TEXT}, BadRows(missing=frozenset({"-99"})))
    assert plain.parse(Block(b"1,a\n2.5,b\n", 2), wanted) is not None
    quick, exact = both(b"1,a\n-99,b\n", wanted)
    assert quick is None
    assert exact.defect is not None


INSIDE = b'y,p,t\n1,0.5,"' + b"a,b\n" * 50 + b'x"\n' + b"0,0.25,u\n" * 9


@pytest.mark.parametrize("is_compiled", [True, False])
def test_a_part_that_begins_inside_quotes_has_no_records_of_its_own(is_compiled, monkeypatch):
    if not is_compiled:
        monkeypatch.setattr(native, "scanner", None)

    def part(start, is_known):
        span = Span(
            io.BytesIO(INSIDE), "x", start, None,
            after_newline=True, may_begin_inside_quotes=not is_known,
        )  # fmt: skip
        found = []
        pieces = blocks(span, "x", COMMA)
        while True:
            try:
                found.append(next(pieces).data)
            except StopIteration as stop:
                return b"".join(found), stop.value.in_quotes

    last = INSIDE.index(b"0,0.25")
    assert part(60, is_known=False) == (b"", True)
    assert part(last, is_known=False) == (INSIDE[last:], False)
    assert part(60, is_known=True)[0] != b""


def test_short_records_in_a_long_block_are_not_refused(monkeypatch):
    monkeypatch.setattr("cecli.readers.text.blocks.LONGEST_RECORD", 16)
    text = b"a,1\n" * 100
    assert b"".join(x.data for x in blocks(io.BytesIO(text), "x", COMMA)) == text
    with pytest.raises(RowError, match="x:51: the line is longer"):
        list(blocks(io.BytesIO(b"a,1\n" * 50 + b"b" * 17 + b"\n"), "x", COMMA))


@pytest.mark.parametrize(("cell", "is_taken"), [(b"", True), (b"x", False), (b"\xff", False)])
def test_what_is_neither_a_number_nor_a_gap_is_left_to_the_general_reader(cell, is_taken):
    gap = Column("number", "number", replace(ANY, may_be_missing=True))
    wanted, block = request(2, {0: gap}), Block(b"1,a\n" + cell + b",b\n", 2)
    assert (compiled.parse(block, wanted) is not None) is is_taken
    assert (general.parse(block, wanted).defect is None) is is_taken
