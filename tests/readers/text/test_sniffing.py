"""The delimiter, the header and the marks of a text are read off its first lines."""

import json

import numpy as np
import pytest

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
    "blanks": (text(" "), {"delimiter": " "}),
    "decimal commas": (text(";", decimal=","), {"delimiter": ";", "decimal": ","}),
    "quoted decimal commas": (
        "y,p\n" + "".join(f'{y},"{str(p).replace(".", ",")}"\n' for y, p in zip(Y, P, strict=True)),
        {"decimal": ","},
    ),
    "row names": (text(",", ("y", "p")), {"row_names": True}),
    "row names of R": (
        '"y" "p"\n'
        + "".join(f'"{i}" {y} {p}\n' for i, (y, p) in enumerate(zip(Y, P, strict=True))),
        {"delimiter": " ", "row_names": True},
    ),
    "comments above": ("# a model\n# of June\n" + text(","), {"comment": "#"}),
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
