"""The delimiter, the header and the marks of a text are read off its first lines."""

import json
import shlex

import numpy as np
import pytest

from cecli.readers.text.sniffing import Known, sniffed

Y = [1, 0, 1, 1, 0, 0, 1, 0]
P = [0.75, 0.5, 0.875, 0.25, 0.125, 0.375, 0.625, 0.4375]
LOSS = float(-np.log([p if y else 1 - p for y, p in zip(Y, P, strict=True)]).mean())


def text(delimiter, header=("id", "y", "p"), decimal="."):
    rows = [header] if header else []
    rows += [
        (str(i), str(y), str(p).replace(".", decimal))
        for i, (y, p) in enumerate(zip(Y, P, strict=True))
    ]
    return "\n".join([*map(delimiter.join, rows), ""])


READ = {
    "semicolons": (text(";"), {"delimiter": ";"}),
    "tabs in .csv": (text("\t"), {"delimiter": "tab"}),
    "bars": (text("|"), {"delimiter": "|"}),
    "blanks": (text(" "), {"delimiter": "space"}),
    "decimal commas": (text(";", decimal=","), {"delimiter": ";", "decimal": ","}),
    "row names": (text(",", ("y", "p")), {"row_names": True}),
    "row names of R": (
        '"y" "p"\n'
        + "".join(f'"{i}" {y} {p}\n' for i, (y, p) in enumerate(zip(Y, P, strict=True))),
        {"delimiter": "space", "row_names": True},
    ),
    "a mark of order": ("\ufeff" + text(";"), {"delimiter": ";"}),
}


@pytest.mark.parametrize("name", READ)
def test_what_the_first_lines_show_is_read_told_and_stated(cecli, write, name):
    content, options = READ[name]
    done = cecli("score", write(content), "--json", "--label", "y", "--prob", "p")
    report = json.loads(done.stdout)
    assert report["metrics"]["cross_entropy"] == pytest.approx(LOSS, rel=1e-14)
    assert report["options"] == options
    assert done.stderr.count("note: the text is read with --") == len(options)


def test_a_missing_header_is_told_and_columns_have_numbers(cecli, write):
    done = cecli("score", write(text(",", None)), "--json", "--label", "2", "--prob", "3")
    assert json.loads(done.stdout)["metrics"]["cross_entropy"] == pytest.approx(LOSS, rel=1e-14)
    assert "--no-header" in done.stderr


@pytest.mark.parametrize(
    "content",
    ["y,p\n1,0.5\n0,0.25\n", 'y,"a;b"\n1,0.5\n0,0.25\n', "y,p\n1,0.5\n", "0,1\n1,0.5\n0,0.25\n"],
)
def test_a_usual_file_is_read_as_before(cecli, write, content):
    assert "the text is read with" not in cecli("inspect", write(content)).stdout


def test_what_was_given_is_not_changed(cecli, write):
    done = cecli("score", write(text(";")), "--delimiter", ",")
    assert "the text is read with" not in done.stderr
    assert done.returncode


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_are_points_in_every_reader(cecli, write, delimiter):
    """A quote inside a number's cell sends its block to the general reader."""
    rows = (
        "".join(f"{y}{delimiter}{str(p).replace('.', ',')}\n" for y, p in zip(Y, P, strict=True))
        * 50
    )
    options = ("--delimiter", delimiter, "--decimal", ",", "--label", "y", "--prob", "p", "--json")
    for extra in ("", f'1{delimiter}"0,75"\n'):
        path = write(f"y{delimiter}p\n{rows}{extra}")
        report = json.loads(cecli("score", path, *options).stdout)
        losses = [LOSS] * 400 + [-np.log(0.75)] * bool(extra)
        assert report["metrics"]["cross_entropy"] == pytest.approx(np.mean(losses), rel=1e-12)


def test_a_point_among_decimal_commas_is_refused(cecli, write):
    path = write("y;p\n1;0,5\n0;0.25\n")
    done = cecli("score", path, "--decimal", ",", "--label", "y", "--prob", "p")
    assert ":3: column p: '0.25' is not a probability" in done.stderr


DOUBTFUL = {
    "quoted commas may mark thousands": ("decimal", 'y,p,n\n1,0.75,"1,500"\n0,0.25,"2,500"\n'),
    "commas before three digits may mark thousands": ("decimal", "y;n\n1;1,500\n0;2,500\n"),
    "several commas mark thousands": ("decimal", "y;n;q\n1;1,500,000;2,5\n0;2,500;2,5\n"),
    "the name of the last column is missing": ("row_names", "id,p,y\n1,0.7,0.3,1\n2,0.6,0.4,0\n"),
    "probabilities are no names of rows": ("row_names", "p,y\n0.7,1,2\n0.6,0,1\n"),
    "numbers that fall are no names of rows": ("row_names", "p,y\n75,1,2\n60,0,1\n"),
    "classes are named by numbers": ("header", "y,0.0,1.0\n0,0.7,0.3\n1,0.2,0.8\n"),
    "a level is a name": ("header", "label,2.5\n1,0.75\n0,0.25\n"),
    "a text unlike those below is a name": ("header", "who,0.25,0.75\nann,0.7,0.3\nbob,1,2\n"),
    "whole numbers are names of classes": ("header", "0.0,1.0\n0.7,0.3\n0.2,0.8\n"),
    "one row says little of a delimiter": ("delimiter", "y;p\n1;0,5\n"),
    "a marked name is of a header": ("comment", "#id,y,p\n1,1,0.5\n2,0,0.25\n"),
    "a marked line below may be data": ("comment", "# of June\ny,p\n1,0.5\n#61,1\n"),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_nothing_doubtful_is_read_otherwise(write, name):
    option, content = DOUBTFUL[name]
    known = Known(is_identifier=lambda column: column == "id")
    assert option not in sniffed(write(content), {}, known)


def test_thousands_in_quotes_are_no_decimals(cecli, write):
    path = write('y,pct,n\n1,75,"1,500"\n0,25,"2,500"\n1,40,500\n')
    options = ("--label", "y", "--prob", "pct", "--from", "percent", "--weight", "n")
    done = cecli("score", path, *options)
    assert ":2: column n: '1,500' is not a" in done.stderr
    assert "try:" not in done.stderr


def test_commented_lines_are_left_out_by_the_command_that_is_proposed(cecli, write):
    """A line with the mark far below could be data: whoever pastes the command says it is none."""
    path = write("# a model\n# of June\n" + text(";"))
    refused = cecli("score", path, "--label", "y", "--prob", "p", "--json")
    assert refused.stdout == ""
    assert f"{path}:1: the first line begins with #" in refused.stderr
    command = refused.stderr.partition("try: ")[2]
    done = cecli(*shlex.split(command)[1:], "--json")
    assert json.loads(done.stdout)["metrics"]["cross_entropy"] == pytest.approx(LOSS, rel=1e-14)


def test_a_name_that_the_user_gave_is_of_a_header(write):
    path = write("0.5,a1\n1,a2\n0.25,a3\n")
    assert sniffed(path, {})["header"][0] is False
    assert sniffed(path, {}, Known(frozenset({"0.5"}))) == {}
    assert "header" in sniffed(path, {}, Known(frozenset({"1", "2"})))
    # A number of a column, and in the first line: without the other number it is no name.
    path = write("1,0.75\n0,0.25\n")
    assert "header" in sniffed(path, {}, Known(frozenset({"1", "2"})))


def test_a_missing_header_leaves_the_delimiter_and_the_decimals_to_be_found(cecli, write):
    path = write("1;0,75\n0;0,25\n")
    options = ("--no-header", "--label", "1", "--prob", "2", "--json")
    report = json.loads(cecli("score", path, *options).stdout)
    assert report["metrics"]["cross_entropy"] == pytest.approx(-np.log(0.75), rel=1e-14)
    assert sniffed(write("1,2;3\n0,4;5\n"), {"header": False}) == {}


@pytest.mark.parametrize("shift", [0, 1])
def test_the_first_lines_may_end_inside_a_character(write, shift):
    path = write("é;p\n" + "x" * shift + ("é" * 200 + ";0.5\n") * 100)
    assert sniffed(path, {})["delimiter"][0] == ";"


def test_quoted_decimal_commas_are_read_by_the_command_that_is_proposed(cecli, write):
    path = write(
        "y,p\n" + "".join(f'{y},"{str(p).replace(".", ",")}"\n' for y, p in zip(Y, P, strict=True))
    )
    refused = cecli("score", path)
    assert "is not a probability" in refused.stderr
    command = refused.stderr.partition("try: ")[2].splitlines()[0]
    assert "--decimal ," in command
    done = cecli(*shlex.split(command)[1:], "--json")
    assert json.loads(done.stdout)["metrics"]["cross_entropy"] == pytest.approx(LOSS, rel=1e-14)


@pytest.mark.parametrize("cell", ["[0,25 0,75]", "[0.25, 0.75]", "a:0.25 b:0.75"])
def test_decimal_commas_and_several_numbers_in_a_cell_exclude_each_other(cecli, write, cell):
    path = write(f"y;p;w\n0;{cell};1,5\n1;{cell};2,5\n0;{cell};0,5\n")
    for decimal in ((), ("--decimal", ",")):
        done = cecli("score", path, "--label", "y", "--prob", "p", "--weight", "w", *decimal)
        assert done.stdout == ""
        assert f"column 'p' has several numbers in a cell: '{cell}'" in done.stderr
        assert "with --decimal , inside of them" in done.stderr


@pytest.mark.parametrize("given", ["part-*.csv", "@parts.txt", ".", ["part-1.csv", "part-2.csv"]])
def test_the_first_file_that_is_meant_is_looked_at(cecli, tmp_path, monkeypatch, given):
    for number in (1, 2):
        (tmp_path / f"part-{number}.csv").write_text(text(";"))
    (tmp_path / "parts.txt").write_text("part-1.csv\npart-2.csv\n")
    monkeypatch.chdir(tmp_path)
    if given == ".":
        (tmp_path / "parts.txt").unlink()
    done = cecli("score", *([given] if isinstance(given, str) else given), "--json")
    report = json.loads(done.stdout)
    assert report["options"] == {"delimiter": ";"}
    assert report["metrics"]["cross_entropy"] == pytest.approx(LOSS, rel=1e-14)


def test_a_command_of_several_models_reads_the_same_decimals(cecli, write):
    rows = zip(Y, P, reversed(P), strict=True)
    lines = [f"{y};{p};{q}".replace(".", ",") for y, p, q in rows]
    path = write("\n".join(["y;p_lr;p_gbm", *lines, ""]))
    done = cecli("score", path, "--label", "y", "--decimal", ",", "--delimiter", ";")
    (line,) = (line for line in done.stderr.splitlines() if "try: cecli compare" in line)
    assert "--decimal ," in line


def test_commas_inside_of_numbers_are_not_what_lines_without_a_header_are_divided_by(write):
    path = write(text(";", None, ","), "preds.tsv")
    found = sniffed(path, {"header": False})
    assert {option: value for option, (value, _) in found.items()} == {
        "delimiter": ";", "decimal": ",",
    }  # fmt: skip
