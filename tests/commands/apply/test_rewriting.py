"""Rewriting text: whatever the other cells hold, they stay as they were."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

import cecli
from cecli.core.errors import ExitCode

cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=6)
rows = st.lists(st.tuples(cells, st.floats(0.01, 0.99), cells), max_size=8)
layouts = st.sampled_from([(",", "\n"), (";", "\r\n"), ("\t", "\n"), ("|", "\r\n")])
FIT = cecli.fit({"y": [0, 1, 0, 1, 1], "p": [0.2, 0.4, 0.5, 0.6, 0.9]}, model="platt")


def text_of(table, delimiter, end):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(table)
    return out.getvalue()


def table_of(text, delimiter):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@given(rows, layouts, st.sampled_from([None, "p"]), st.sampled_from([1, 20, 1 << 20]))
def test_other_cells_stay_whatever_they_hold(tmp_path_factory, rows, layout, column, size):
    delimiter, end = layout
    folder = tmp_path_factory.mktemp("rewriting")
    source, out = folder / "in.csv", folder / "out.csv"
    table = [["a, b", "p", 'say "c"'], *([before, repr(p), after] for before, p, after in rows)]
    text = text_of(table, delimiter, end)
    source.write_bytes(text.encode())
    options = {"chunk_bytes": size, "delimiter": delimiter}
    cecli.apply(source, fit=FIT, output=out, column=column, **options)
    probs = [p for _, p, _ in rows]
    values = cecli.apply({"p": probs}, fit=FIT)["calibrated"].tolist() if probs else []
    expected = [list(row) for row in table]
    for row, value in zip(expected, [column or "calibrated", *map(repr, values)], strict=True):
        row[1 if column else 3 :] = [value, *(row[2:] if column else ())]
    written = out.read_bytes().decode()
    assert table_of(written, delimiter) == expected
    # Not only do the cells mean the same: every byte of them is as it was.
    if column is None:
        shortened = written
        for value in map(repr, values):
            shortened = shortened.replace(f"{delimiter}{value}{end}", end, 1)
        assert shortened.replace(f"{delimiter}calibrated{end}", end, 1) == text


def test_json_is_not_written_and_the_hint_says_what_to_do(cecli, write):
    rows = "1,0.75\n0,0.25\n1,0.5\n0,0.5\n"
    cecli("fit", write(f"y,p\n{rows}"), "--model", "constant", "-o", "fit.json")
    done = cecli("apply", write('{"p": 0.5}\n', "a.jsonl"), "--fit", "fit.json", "-o", "b.jsonl")
    assert done.returncode == ExitCode.USAGE
    assert "hint: write it as one of them first" in done.stderr
