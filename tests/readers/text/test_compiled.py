"""The compiled scanner: what it takes it reads as the general reader does, to the last bit."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from readers.text.test_csv import ANY, NUMBER, TEXT, dialects, ends, numbers, request

import cecli
from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.column import Column, Domain
from cecli.readers.text import compiled, native, plain
from cecli.readers.text import parsed as general
from cecli.readers.text.blocks import Block
from cecli.readers.text.dialect import Dialect, quotes_of
from cecli.readers.text.parsed import Parsed, Request

scanner = pytest.importorskip("cecli.readers.text.scanner", reason="the scanner was not built")

FEW = request(3, {0: TEXT, 1: NUMBER})
plain_texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters='\0\r\n"'), max_size=20
)


def identical(quick: Parsed, exact: Parsed) -> bool:
    """Return whether all arrays are the same bytes of the same type, and the names too."""

    def arrays(parsed: Parsed):
        coded = {role: text.codes for role, text in parsed.texts.items()}
        for group in ({"": parsed.lines}, parsed.numbers, coded, parsed.remarks):
            yield {k: (x.dtype, x.shape, x.tobytes()) for k, x in group.items()}

    names = [{r: text.names for r, text in p.texts.items()} for p in (quick, exact)]
    return list(arrays(quick)) == list(arrays(exact)) and names[0] == names[1]


def agree(data: bytes, wanted: Request) -> bool:
    """Check the readers against each other, and return whether the scanner took the block."""
    block = Block(data, 2)
    quick, exact = compiled.parse(block, wanted), general.parse(block, wanted)
    if quick is None:
        return False
    assert exact.defect is None, (data, wanted)
    assert identical(quick, exact), (data, wanted)
    assert block.lines == data.count(b"\n")
    return True


def complete(data: bytes, wanted: Request) -> bool:
    """Return whether the scanner took the block, or had a reason not to."""
    return (
        agree(data, wanted)
        or general.parse(Block(data, 2), wanted).defect is not None
        # A carriage return alone may stand in quotes only: that is too rare to be looked for.
        or (b'"' in data and re.search(rb"\r(?!\n)", data) is not None)
        # Numbers so small that they round to zero are left to others.
        or re.search(rb"[eE]-[0-9]{3}", data) is not None
    )


@given(
    st.lists(st.tuples(plain_texts, numbers.map(repr), plain_texts), max_size=12),
    dialects,
    ends,
    st.integers(0, 70),
)
def test_a_table_without_quotes_is_taken_wherever_its_bytes_lie(rows, dialect, end, shift):
    separator = dialect.delimiter.decode()
    cells = [[cell.replace(separator, "_") for cell in row] for row in rows]
    first = separator.join(["x" * shift, "1", ""])
    text = "".join(f"{line}{end}" for line in [first, *map(separator.join, cells)])
    assert agree(text.encode(), request(3, {0: TEXT, 1: NUMBER}, dialect))


@given(
    st.lists(
        st.text(st.sampled_from('0123456789.eE+-_ \t"ax,\n\r\x0b\x0c;é٣infINF'), max_size=12),
        max_size=6,
    )
)
@example(["TRUE", "FALSE"])
@example(["1e400"])
@example(["\x0b1"])
@example(["+5e -1"])
@example(["+-5"])
@example(["++5"])
@example(["- 5"])
@example(["+"])
@example(["."])
@example(["1."])
@example([".5e1"])
@example(["5e"])
@example(["0x1p3"])
@example(["-inf"])
@example(["nan"])
@example(["infinity"])
@example(["5e-324"])
def test_no_cell_is_taken_that_is_no_number_and_every_number_is(cells):
    data = "".join(f"a,{cell},b\n" for cell in cells).encode()
    assert complete(data, FEW)


@given(st.binary(max_size=200))
@example(b"")
@example(b'"a""b",1\n')
@example(b"a,1\r\r\nb,1\n")
@example(b"\n\r\na,1\n\n\nb,2\n\n")
@example(b" \t\r\n\t\na,1\n")
@example(b"\xef\xbb\xbfa,1\n")
@example(b"\xff,1\n")
@example(b"\0\n")
def test_no_bytes_part_the_readers(data):
    data = data.rstrip(b"\n") + b"\n" if data else data
    wanted = request(2, {0: TEXT, 1: NUMBER})
    assert complete(data, wanted)


@given(
    st.lists(st.sampled_from(["a", "1", ",", " ", "\t", "\n", "\r\n", "\r", "é", '"']), max_size=90)
)
def test_structure_parts_the_readers_nowhere(parts):
    data = ("".join(parts).rstrip("\n") + "\n").encode()
    for width, columns in ((1, {0: TEXT}), (2, {1: TEXT}), (3, {0: TEXT, 2: NUMBER}), (2, {})):
        wanted = request(width, columns)
        assert complete(data, wanted)


@pytest.mark.parametrize("shift", range(130))
def test_what_is_refused_is_refused_wherever_it_lies(shift):
    start = b"x" * shift
    assert agree(start + b",1,\r\nb,2,\r\n", FEW)
    for bad in (b"\0,1,\n", b'",1,\n', b",\r1,\n", b",1,\r\r\n", b"\r,1,\n", b",1\n", b",1,,\n"):
        assert compiled.parse(Block(start + bad, 2), FEW) is None
        assert compiled.parse(Block(start + bad + b"b,2,\n" * 40, 2), FEW) is None


@pytest.mark.parametrize(
    "data",
    [
        b"a,0.5,x\nb,1e-3,y\n",
        b"a,0.5,x\r\nb,.5,y\r\n",
        "é,0.5,ü\n".encode(),
        b"a, 0.5\t,x\n",
        b"a,+0.5,x\n",
        b"\na,0.5,x\n \n\t\r\nb,1,y\n\n",
        b"a,-0,x\nb,-0.0,y\n",
        b"a,1,\xff\n",
        b"\x0b,1,\x0c\n",
        b"\n\n",
        b'"a",0.5,x\nb,"0.5","x"\r\n"b"," 1 ",\n',
        b'"a""b",0.5,""\n"""",1,""""""\n',
        b'"a\nb",0.5,x\n\n"c,\r\n",1,"x\n"\n',
    ],
)
def test_usual_files_are_taken(data):
    assert agree(data, FEW)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'"a"b,0.5,x\n', "a quote inside of a field"),
        (b'"a,0.5,x\n', "a quote that is never closed"),
        (b'"a\rb",0.5,x\n', "a carriage return alone"),
        (b"a,1e400,x\n", "beyond the range"),
        (b"a,1e-400,x\n", "rounds to zero"),
        (b"\xff,1,x\n", "a name that is not UTF-8"),
        (b"a,1,x", "no newline"),
    ],
)
def test_the_rest_is_left_to_other_readers(data, why):
    assert compiled.parse(Block(data, 2), FEW) is None, why


@pytest.mark.parametrize("quote", [b"'", b"|"])
def test_the_quote_is_the_dialects(quote):
    wanted = request(2, {0: TEXT, 1: NUMBER}, Dialect(b",", quote))
    assert agree(b'"a"b,1\n', wanted)
    assert agree(quote + b"a,1" + quote + b",1\n", wanted)


def test_missing_numbers_and_bad_rows_are_left_to_the_general_reader():
    bad_rows = BadRows(frozenset(Reason), frozenset({"-999", "NA", "0"}))
    wanted = replace(FEW, bad_rows=bad_rows)
    assert agree(b"a,1,x\n-999,2,x\nNA,-998,x\n", wanted)
    for cell in ("-999", "-9.99e2", "0.0", "-0", "NA", "", "nan"):
        data = f"a,1,x\nb,{cell},x\nc,2,x\n".encode()
        assert compiled.parse(Block(data, 2), wanted) is None
    assert compiled.parse(Block(b"a,1,x\nb,2\n", 2), wanted) is None


@pytest.mark.parametrize("delimiter", [b'"', b"\n", b"\r", b"\0", b"", b",,"])
def test_no_delimiter_is_taken_that_means_something_else(delimiter):
    assert scanner.find(b"a\n", 2, delimiter, b'"', 1, [0], 2) is None


def test_a_column_that_is_not_there_is_no_field():
    records = scanner.find(b"a,b,1\n", 6, b",", b'"', 3, [2, 1], 2)
    for place in (-1, 0, 3):
        with pytest.raises(IndexError):
            records.texts(place)
        with pytest.raises(IndexError):
            records.numbers(place, 0, 1)
        if place != 0:
            with pytest.raises(IndexError):
                scanner.find(b"a,b,1\n", 6, b",", b'"', 3, [1, place], 2)


@pytest.mark.parametrize("cell", ["-0.1", "1.1", "1.0000000000000003", "-5e-324"])
def test_numbers_outside_the_domain_are_not_taken(cell):
    column = Column("p", "p", Domain(0.0, 1.0, "a probability", ""))
    wanted = request(1, {0: column})
    assert agree(b"0\n1\n0.5\n-0\n", wanted)
    assert not agree(f"0.5\n{cell}\n".encode(), wanted)


@given(
    st.lists(
        st.from_regex(
            r"[+-]?([0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?", fullmatch=True
        ),
        min_size=1,
        max_size=8,
    )
)
def test_decimals_are_the_nearest_doubles(cells):
    wanted = request(1, {0: NUMBER})
    for cell in cells:
        parsed = compiled.parse(Block(f"{cell}\n".encode(), 2), wanted)
        value = float(cell)
        if parsed is not None:
            assert parsed.numbers["number"].tolist() == [value]
        else:
            # Left to others: beyond the range, or below it.
            assert abs(value) == float("inf") or value == 0.0


@pytest.mark.parametrize("digits", [3, 15, 16, 17, 18, 19, 20, 30, 400])
def test_random_decimals_round_correctly(digits):
    random = np.random.default_rng(digits)
    values = random.random(500) * 10.0 ** random.integers(-20, 20, 500)
    cells = [f"{x:.{digits}f}" for x in values] + [f"{x:.{digits}e}" for x in values]
    parsed = compiled.parse(Block("\n".join([*cells, ""]).encode(), 2), request(1, {0: NUMBER}))
    assert parsed is not None
    assert parsed.numbers["number"].tolist() == [float(cell) for cell in cells]


def test_halfway_cases_round_to_even():
    values = np.random.default_rng(1).random(200)
    halves = [
        f"{int(x * 2**53) * 2 + 1}e0" if exact else f"{int(x * 2**53) * 2 + 1}.{'0' * 30}1"
        for x in values
        for exact in (True, False)
    ]
    assert agree("\n".join([*halves, ""]).encode(), request(1, {0: NUMBER}))


@pytest.mark.parametrize("length", [0, 1, 2, 7, 8, 9, 15, 16, 17, 40])
def test_many_names_get_codes_in_the_order_of_first_occurrence(length):
    names = [f"{row:x}".rjust(length, "x") for row in range(3000)]
    cells = [names[i] for i in np.random.default_rng(length).integers(0, 3000, 5000)]
    assert agree("".join(f"{cell},\n" for cell in cells).encode(), request(2, {0: TEXT}))


def test_names_that_differ_in_one_byte_are_told_apart():
    names = [
        bytes([*b"a" * place, byte, *b"a" * (12 - place)])
        for place in range(13)
        for byte in b"bc\x01"
    ]
    assert agree(b"".join(name + b"\n" for name in names * 2), request(1, {0: TEXT}))


def test_several_columns_of_one_role_are_stacked():
    wanted = request(3, {0: Column("p", "a", ANY, 0), 2: Column("p", "b", ANY, 1), 1: TEXT})
    assert agree(b"1,a,2\n\n3,b,4\n", wanted)
    assert agree(b"\n\n", wanted)


def test_threads_do_not_disturb_each_other():
    data = [
        "".join(f"{thread}-{row % 97},0.{row + thread},x\n" for row in range(20_000)).encode()
        for thread in range(8)
    ]
    with ThreadPoolExecutor(4) as pool:
        parsed = list(pool.map(lambda x: compiled.parse(Block(x, 2), FEW), data))
    for found, text in zip(parsed, data, strict=True):
        assert identical(found, compiled.parse(Block(text, 2), FEW))


@pytest.fixture
def usual(write):
    random = np.random.default_rng(3)
    rows = "".join(
        f"{label},{p!r}\n"
        for label, p in zip(random.integers(0, 2, 3000), random.random(3000).tolist(), strict=True)
    )
    return write(f"y,p\n\n{rows}")


def test_a_report_is_the_same_with_and_without_the_scanner(usual, monkeypatch):
    with_it = cecli.score(usual, label="y", prob="p").to_json()
    monkeypatch.setattr(native, "scanner", None)
    assert compiled.parse(Block(b"a,1,x\n", 2), FEW) is None
    assert cecli.score(usual, label="y", prob="p").to_json() == with_it


def test_without_the_scanner_pandas_reads(usual, monkeypatch):
    calls = []
    monkeypatch.setattr(native, "scanner", None)
    monkeypatch.setattr(plain, "parse", lambda *given: calls.append(given))
    cecli.score(usual, label="y", prob="p")
    assert calls


def test_pandas_is_not_imported_for_what_the_scanner_takes(usual):
    program = "import atexit, sys; from cecli.terminal import main; sys.argv[0] = 'cecli'\n"
    program += "atexit.register(lambda: print('pandas' in sys.modules, file=sys.stderr))\nmain()"
    arguments = ["score", usual, "--label", "y", "--prob", "p", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, check=True, text=True
    )
    assert "log loss" in done.stdout
    assert done.stderr.split() == ["False"]


KERNELS = range(len(scanner.KERNELS))
# Enough of what matters, and what does not, that it falls on every place of a step of 64 bytes.
few_bytes = st.lists(
    st.sampled_from([b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"\0", b"a", b"0.5", b"x" * 50]),
    max_size=60,
).map(b"".join)


@given(few_bytes)
@example(b'"' + b"a" * 62 + b'"x')
@example(b'"' + b"a" * 62 + b'",\n')
@example(b"a" * 63 + b'\n"b"\n')
@example(b"a" * 64 + b'"')
def test_every_kernel_finds_records_as_numpy_does(data):
    text, dialect = np.frombuffer(data, np.uint8), Dialect()
    quotes = quotes_of(text, dialect)
    ends = np.flatnonzero((text == ord("\n")) & ~quotes.inside)
    expected = (int(ends[-1]) + 1 if ends.size else 0, bool(data and quotes.inside[-1]))
    for kernel in KERNELS:
        found = scanner.end_of_records(data, b",", b'"', kernel)
        assert found == (expected if quotes.are_strict else None)
        assert scanner.count_newlines(data, kernel) == data.count(b"\n")


# A field, and what ends it.
FIELD = re.compile(rb'("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n)')


def records_of(data: bytes, width: int, line: int):
    """Return the lines and the fields of rows, the lines of blank ones, and the line after all.

    None where one is neither.
    """
    if b"\0" in data or re.search(rb"\r(?!\n)", data):
        return None
    rows, blank_lines, fields, at, begin = [], [], [], 0, 0
    while at < len(data):
        field = FIELD.match(data, at)
        if field is None:
            return None
        fields.append(field[1])
        at = field.end()
        if field[2] == b",":
            continue
        first_line = line + data[:begin].count(b"\n")
        if len(fields) == 1 and not fields[0].strip(b" \t"):
            blank_lines.append(first_line)
        elif len(fields) == width:
            rows.append((first_line, fields))
        else:
            return None
        fields, begin = [], at
    return rows, blank_lines, line + data.count(b"\n")


def meaning(field: bytes) -> str:
    is_quoted = field.startswith(b'"')
    return (field[1:-1].replace(b'""', b'"') if is_quoted else field).decode()


def check_that_every_kernel_reads(data: bytes, width: int, places: list[int]) -> None:
    expected = records_of(data, width, 7)
    for kernel in KERNELS:
        found = scanner.find(data, len(data), b",", b'"', width, places, 7, kernel)
        assert (found is None) == (expected is None)
        if expected is None:
            continue
        rows, blank_lines, next_line = expected
        assert found.lines.tolist() == [line for line, _ in rows]
        assert found.blank_lines.tolist() == blank_lines
        assert found.next_line == next_line
        for place in places:
            codes, names = found.texts(place)
            cells = [names[code] for code in codes.tolist()]
            assert cells == [meaning(fields[place]) for _, fields in rows]


@given(few_bytes, st.data())
def test_every_kernel_reads_as_a_regular_expression_does(data, draw):
    width = draw.draw(st.integers(1, 4))
    places = draw.draw(st.sets(st.integers(0, width - 1)))
    check_that_every_kernel_reads(data + b"\n", width, list(places))


cells = st.sampled_from(
    [b"", b"1", b"0.25", b"x" * 9, b"y" * 70, b'"a,b"', b'"a\nb"', b'"""a"', b'""']
)
flaws = st.sampled_from([b"", b",", b"\n", b"\r\n", b'"', b"\r", b"\0", b" ", b",,,", b"\n,"])


@given(st.integers(1, 200), st.data())
def test_every_kernel_reads_wanted_fields_among_many_others(width, draw):
    few_cells = draw.draw(st.lists(cells, min_size=1, max_size=12))
    ends_of_lines = st.sampled_from([b"\n", b"\n", b"\r\n", b"\n\n", b"\n \t\r\n"])
    text = b""
    for row, end in enumerate(draw.draw(st.lists(ends_of_lines, max_size=12))):
        text += b",".join(few_cells[(row + 3 * i) % len(few_cells)] for i in range(width)) + end
    for flaw in draw.draw(st.lists(flaws, max_size=2)):
        at = draw.draw(st.integers(0, len(text)))
        text = text[:at] + flaw + text[at + draw.draw(st.integers(0, 1)) :]
    places = draw.draw(st.sets(st.integers(0, width - 1), max_size=4))
    check_that_every_kernel_reads(text + b"\n", width, list(places))


@pytest.mark.parametrize("width", [2, 63, 64, 65, 300, 5000])
@pytest.mark.parametrize("off", [-1, 1])
def test_a_record_of_another_width_is_found_wherever_it_is(width, off):
    right, wrong = b"," * (width - 1) + b"\n", b"," * (width - 1 + off) + b"\n"
    for before in (0, 1, 2, 9):
        for after in (0, 1, 9):
            # One that lacks what the next has too much of, among others.
            for text in (wrong, wrong + b"," * (width - 1 - off) + b"\n", wrong[:-1] + right):
                data = right * before + text + right * after
                for places in ([], [0], [width - 1], [width // 2]):
                    check_that_every_kernel_reads(data, width, places)


def test_only_the_first_bytes_of_a_text_are_read():
    text = b"a,1\nb,2\nc,x"
    records = scanner.find(text, 8, b",", b'"', 2, [0, 1], 2)
    assert records.texts(0)[1] == ("a", "b")
    assert records.numbers(1, 0, 9).tolist() == [1, 2]
    for size in (-1, 3, 11, 12):  # none, not at the end of a record, and more than there are
        assert scanner.find(text, size, b",", b'"', 2, [0, 1], 2) is None
