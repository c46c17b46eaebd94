"""Tables of JSON records: equal to the same data as CSV, however they are written and cut."""

import gzip
import io
import json
import math
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cecli
from cecli.columns.column import Column
from cecli.core.errors import CecliError, ColumnError, InputError, RowError
from cecli.readers.json import native, tables
from cecli.readers.json.arrays import array_blocks
from cecli.readers.json.records import DELIMITED, records_in
from cecli.readers.opening import Reading, open_table
from cecli.readers.text.dialect import records

TWO = '{"y": 1, "p": 0.8}\n{"y": 0, "p": 0.3}\n'


def predictions(rows):
    chosen = random.Random(3)
    probs = [chosen.random() for _ in range(rows)]
    return [
        {"id": i, "y": int(chosen.random() < p), "p": p, "seg": chosen.choice(["a", "b c", 'ü,"'])}
        for i, p in enumerate(probs)
    ]


def results(path, **options):
    found = cecli.score(path, label="y", prob="p", by="seg", **options).to_dict()
    return {key: value for key, value in found.items() if key != "input"}


def test_the_same_data_give_the_same_report_in_every_format(tmp_path):
    rows = predictions(2_000)
    frame = pd.DataFrame(rows)
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet", index=False)
    frame.to_json(tmp_path / "pandas.jsonl", orient="records", lines=True, double_precision=15)
    lines = "\n".join(map(json.dumps, rows))
    (tmp_path / "a.jsonl").write_text(lines)
    (tmp_path / "raw.ndjson").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "a.json").write_text(json.dumps(rows))
    (tmp_path / "pretty.json").write_text(json.dumps(rows, indent=2))
    shuffled = [dict(random.Random(i).sample(list(row.items()), 4)) for i, row in enumerate(rows)]
    (tmp_path / "shuffled.jsonl").write_text("\n".join(map(json.dumps, shuffled)))
    wanted = results(tmp_path / "a.csv")
    names = ["a.parquet", "a.jsonl", "raw.ndjson", "a.jsonl.gz", "a.json", "pretty.json"]
    for name in [*names, "shuffled.jsonl"]:
        assert results(tmp_path / name) == wanted, name
        assert results(tmp_path / name, chunk_bytes=997, workers=3) == wanted, name


@pytest.mark.parametrize("text", [TWO, json.dumps([json.loads(x) for x in TWO.splitlines()])])
def test_standard_input_is_recognised_by_its_first_byte(cecli, text):
    done = cecli("score", "-", "--json", stdin=text)
    assert json.loads(done.stdout)["input"]["rows"] == 2
    done = cecli("fit", "-", "--model", "constant", "--json", stdin="\n" + text)  # two passes
    assert json.loads(done.stdout)["metrics"]["base_rate"] == 0.5


def test_a_large_file_is_cut_into_parts(tmp_path, monkeypatch):
    rows = predictions(3_000)
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    whole = results(path)
    monkeypatch.setattr("cecli.readers.text.csv.PART_BYTES", 5_000)
    assert results(path, workers=2) == whole


def test_keys_that_come_later_are_columns_and_missing_before(write):
    text = '{"y": 1, "p": 0.8}\n{"y": 0, "p": 0.3, "w": 2}\n{"y": 1, "p": 0.5, "w": 1}\n'
    path = write(text, "a.jsonl")
    assert cecli.score(path).input.rows == 3
    with pytest.raises(RowError) as caught:
        cecli.score(path, weight="w")
    assert str(caught.value).startswith(f"{path}:1: column w: the cell is empty")
    assert cecli.score(path, weight="w", missing="skip").input.rows == 2


def test_a_key_after_the_first_records_is_no_column(write, monkeypatch):
    monkeypatch.setattr(tables, "FIRST_RECORDS", 2)
    path = write(TWO + '{"y": 1, "p": 0.5, "late": 1}\n', "a.jsonl")
    assert cecli.score(path).input.rows == 3
    with pytest.raises(ColumnError, match="there is no column 'late'"):
        cecli.score(path, weight="late")


def test_values_inside_objects_are_columns_by_their_paths(write):
    text = '{"truth": {"y": "yes"}, "m": {"a": {"p": 0.8}}}\n{"truth": {"y": "no"}, "m": null}\n'
    path = write(text + text, "a.jsonl")
    asked = {"label": "truth.y", "prob": "m.a.p", "positive": "yes"}
    assert cecli.score(path, **asked, missing="skip").input.rows == 2
    with pytest.raises(RowError, match="column m: an object is not one value"):
        cecli.score(path, label="truth.y", prob="m.a.p", by="m", positive="yes", missing="skip")


@pytest.mark.parametrize("value", ["1", "true", '"1"', '"true"', "1.0"])
def test_labels_are_read_as_in_a_text(write, value):
    other = {"1": "0", "true": "false", '"1"': '"0"', '"true"': '"false"', "1.0": "0.0"}[value]
    path = write(f'{{"y": {value}, "p": 0.8}}\n{{"y": {other}, "p": 0.3}}\n', "a.jsonl")
    assert cecli.score(path)["base_rate"] == 0.5


@pytest.mark.parametrize(
    ("bad", "line", "said"),
    [
        ('{"y": 1, "p": 1.5}', 3, "column p: '1.5' is not a probability in [0, 1]"),
        ('{"y": 1, "p": "high"}', 3, "column p: 'high' is not a probability in [0, 1]"),
        ('{"y": 1, "p": true}', 3, "column p: 'true' is not a probability in [0, 1]"),
        ('{"y": 1, "p": null}', 3, "column p: the cell is empty"),
        ('{"y": 1}', 3, "column p: the cell is empty"),
        ('{"y": 2, "p": 0.5}', 3, "column y: '2' is neither 0 nor 1"),
        ('{"y": 1, "p": [0.1, 0.9]}', 3, "column p: '[0.1, 0.9]' is not a probability"),
        ('{"y": 1, "p": NaN}', 3, "column p: JSON has no NaN"),
        ('{"y": 1, "p": 0.5, "p": 0.5}', 3, "the key 'p' occurs twice"),
        ('{"y": 1, "p": {"q": 1}}', 3, "column p: an object is not one value"),
        ('{"y": "\\ud800", "p": 0.5}', 3, "is not UTF-8"),
        ("[1, 0.5]", 3, "the record is a list"),
        ("y,p", 3, "not complete on its line"),
    ],
)
@pytest.mark.parametrize("is_array", [False, True])
def test_a_bad_record_is_told_and_skipped(write, bad, line, said, is_array):
    if is_array and not bad.startswith("{"):
        pytest.skip("what is no object ends the reading of an array")
    lines = [*TWO.splitlines(), bad, *TWO.splitlines()]
    text = f"[{', '.join(lines)}]" if is_array else "\n".join(lines)
    path = write(text, "a.json")
    for chunk_bytes in (None, 30):
        with pytest.raises(RowError) as caught:
            cecli.score(path, label="y", prob="p", chunk_bytes=chunk_bytes)
        assert str(caught.value).startswith(f"{path}:{line}: ")
        assert said in str(caught.value)
        report = cecli.score(path, label="y", prob="p", on_bad_row="skip", chunk_bytes=chunk_bytes)
        assert report.input.rows == 4
        assert sum(report.input.skipped.values()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "record 1: the array does not end"),
        ('[{"y": 1, "p": 0.5}', "record 1: the array does not end"),
        ('[{"y": 1, "p": 0.5},', "record 2: the array does not end"),
        ('[{"y": 1, "p": 0.5},]', "record 2: a comma is followed by the end"),
        ('[{"y": 1, "p": 0.5} {"y": 0, "p": 0.5}]', "record 1: a comma is missing"),
        ('[{"y": 1, "p": 0.5}]\n[{"y": 0, "p": 0.5}]', "text follows the end"),
        ('[{"y": 1, "p": 0.5}, [0, 1]]', "record 2: it is not an object"),
        ('[{"y": 1, "p": 0.5}, {"y": "a', "record 2: the record does not end"),
        ("[]", "has no records"),
        ('[{"y": "a\nb", "p": 0.5}]', "invalid control character"),
        ('[{"y": "a\nb", "p": 0.5}, {"y": "a\nb", "p": 0.5}]', "invalid control character"),
        ("[[1, 0.5]]", "it looks like JSON without keys"),
        ('{"y": {"0": 1, "1": 0}, "p": {"0": 0.8, "1": 0.3}}', "a table by columns"),
        ('{"y": [1, 0], "p": [0.8, 0.3]}', "a table by columns"),
        ('{\n  "y": 1,\n  "p": 0.5\n}\n', "the record is not complete on its line"),
    ],
)
def test_a_text_that_has_no_records_is_refused(write, text, said):
    with pytest.raises(InputError) as caught:
        cecli.score(write(text, "a.json"), label="y", prob="p")
    assert said in str(caught.value)


def test_files_of_one_data_set_may_have_other_keys(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"y": 1, "p": 0.8, "seg": "a"}\n')
    (tmp_path / "b.jsonl").write_text('{"p": 0.3, "y": 0}\n')
    assert cecli.score(tmp_path).input.rows == 2
    assert cecli.score(tmp_path).input.rows == 2
    assert [group.key for group in cecli.score(tmp_path, by="seg").groups] == [
        {"seg": ""},
        {"seg": "a"},
    ]
    with pytest.raises(ColumnError, match="there is no column 'other'"):
        cecli.score(tmp_path, by="other")


# What lines are turned into by the compiled converter, and by the decoder of records.

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=4),
)  # fmt: skip
KEYS = st.sampled_from(["y", "p", "q", "ü"])
VALUES = st.one_of(
    SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(KEYS, SCALARS, max_size=2)
)
RECORD = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)
# Text that is nearly JSON.
BROKEN = st.sampled_from([
    '{"y": 1, "y": 1}', '{"y": 01}', '{"y": +1}', '{"y": .5}', '{"y": 1.}', '{"y": tru}', '{"y"}',
    '{"y": NaN}', '{"y": "\x01"}', '{"y": "\\x"}', '{"y": 1}}', '{"y": 1},', "", "  ", '{"y": 1',
    '{"y" : 1 , "p":\t2}', '{ "y": [1,2 ] }', '{"y": [1, 2]}', '{"y": "\\u00e9"}', "{}",
])  # fmt: skip
STYLES = st.sampled_from([{}, {"separators": (",", ":")}, {"ensure_ascii": False}])


@settings(max_examples=400)
@given(st.lists(st.one_of(RECORD, BROKEN), min_size=1, max_size=6), STYLES)
def test_the_converter_takes_no_line_otherwise_than_the_decoder_of_records(found, style):
    converter = pytest.importorskip("cecli.readers.json.converter")
    lines = [x if isinstance(x, str) else json.dumps(x, **style) for x in found]
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
    columns = ["y", "p", "q.p"]
    text, end, count = converter.convert(data, 0, len(data), [x.encode() for x in columns])
    assert data[:end].count(b"\n") == count
    slow = list(records_in(data[:end], 1, columns, "x"))
    assert [record.defect for record in slow] == [None] * count
    fast = records(text, 1, DELIMITED, "x")
    assert [r.fields for r in fast if not r.is_blank] == [r.fields for r in slow if not r.is_blank]


def test_a_key_that_is_not_utf8_has_its_value_in_every_record(tmp_path):
    plain, escaped = b'{"y": "1", "p\xff": 0.5}\n', b'{"\\u0079": "1", "p\xff": 0.5}\n'
    for data in (plain, escaped, plain + escaped):
        (tmp_path / "a.jsonl").write_bytes(data)
        report = cecli.score(tmp_path / "a.jsonl", label="y", prob="p\udcff").to_dict()
        assert report["metrics"]["cross_entropy"] == math.log(2)


def test_the_converter_takes_usual_records():
    converter = pytest.importorskip("cecli.readers.json.converter")
    rows = predictions(50)
    for row in rows[::2]:
        row["more"] = {"texts": ['\t"', {"a": [1, [2.5, None]]}], "ok": True}
    data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    text, end, count = converter.convert(data, 0, len(data), [b"seg", b"p", b"more.ok"])
    assert (end, count) == (len(data), 50)
    cells = [record.fields for record in records(text, 1, DELIMITED, "x")]
    assert cells == [
        [row["seg"].encode(), repr(row["p"]).encode(), b"true" if "more" in row else b"", b""]
        for row in rows
    ]


@pytest.mark.parametrize("is_compiled", [True, False])
def test_nothing_compiled_gives_the_same_report(tmp_path, monkeypatch, is_compiled):
    rows = predictions(300)
    rows[7] = {"p": 0.25, "y": 1, "seg": "a\nb", "id": 7, "new": [1]}
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "a.json").write_text(json.dumps(rows, indent=1))
    wanted = results(pd.DataFrame(rows))
    if not is_compiled:
        monkeypatch.setattr(native, "converter", None)
    for name in ("a.jsonl", "a.json"):
        assert results(tmp_path / name) == wanted
        assert results(tmp_path / name, chunk_bytes=100) == wanted


@given(
    st.lists(RECORD, min_size=1, max_size=5),
    st.sampled_from([None, 0, 2]),
    st.integers(1, 40),
    st.booleans(),
)
def test_an_array_has_its_records_one_a_line(found, indent, size, is_compiled):
    data = json.dumps(found, indent=indent).encode()

    class Stream:
        """Gives few bytes at a time, so that records are cut anywhere."""

        place = 0

        def read(self, _):
            self.place += size
            return data[self.place - size : self.place]

    with pytest.MonkeyPatch.context() as patch:
        if not is_compiled:
            patch.setattr(native, "converter", None)
        blocks = list(array_blocks(Stream(), "x", 64))
    lines = [line for block in blocks for line in block.data.splitlines()]
    assert [json.loads(line) for line in lines] == found
    assert [block.first_line for block in blocks] == [
        1 + sum(b.lines for b in blocks[:i]) for i in range(len(blocks))
    ]


def test_deeply_nested_records_of_an_array_are_found():
    inner = {"y": 1, "p": 0.5, "a": {"b": {"c": {"d": {"e": [{"f": "}"}]}}}}}

    stream = io.BytesIO(json.dumps([inner] * 3).encode())
    (block,) = array_blocks(stream, "x", 1 << 20)
    assert [json.loads(line) for line in block.data.splitlines()] == [inner] * 3


def test_an_array_that_is_replaced_before_it_is_read_is_told(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('[{"y": 1, "p": 0.5}]')
    table = open_table(str(path), Reading())
    (part,) = table.partitions([Column("y", "y", None)])
    (tmp_path / "new").write_text('[{"y": 1, "p": 0.25}, {"y": 0, "p": 0.5}]')
    (tmp_path / "new").replace(path)
    with pytest.raises(CecliError, match="was replaced while it was read"):
        list(part.chunks())


def test_an_object_of_an_array_that_does_not_end_is_refused_in_bounded_memory(monkeypatch):
    monkeypatch.setattr("cecli.readers.json.arrays.LONGEST_RECORD", 64)
    monkeypatch.setattr("cecli.readers.json.arrays.TEXT_PIECE", 32)
    text = b'[{"y": 1},\n{"y": "' + b"x" * 200 + b'"}]'
    with pytest.raises(CecliError, match="it is longer than"):
        list(array_blocks(io.BytesIO(text), "x", 32))
