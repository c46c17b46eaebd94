"""`cecli inspect` as a process."""

import json
import shlex

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import cecli as library
from cecli.core.errors import ExitCode

DATA = "id,y,p,w,note\n1,1,0.75,2,=x\n2,0,nan,1,\x1b[31m\n3,0,0.25,1,\n"


def test_columns_their_kinds_and_roles_are_told(cecli, write):
    path = write(DATA)
    report = json.loads(cecli("inspect", path, "--json").stdout)
    columns = {column["name"]: column for column in report["columns"]}
    assert {name: column["role"] for name, column in columns.items()} == {
        "id": "", "y": "label, by its name", "p": "prob, by its name",
        "w": "weight (--weight), by its name", "note": "",
    }  # fmt: skip
    assert columns["p"] == {
        "name": "p", "kind": "numbers", "role": "prob, by its name", "missing": 1, "distinct": 2,
        "low": 0.25, "high": 0.75, "first": ["0.75", "nan", "0.25"],
    }  # fmt: skip
    assert columns["note"]["kind"] == "text"
    assert report["input"]["rows"] == 3
    assert report["input"]["complete"]
    command = f"cecli score {path} --label y --prob p"
    assert report["advice"] == [f"{command} --missing skip", f"{command} --weight w --missing skip"]
    assert [proposal["line"] for proposal in report["proposals"]] == report["advice"]


def test_nothing_from_the_file_drives_the_terminal(cecli, write):
    done = cecli("inspect", write(DATA), environment={"FORCE_COLOR": "1", "COLUMNS": "250"})
    assert "\x1b[31m" not in done.stdout
    assert r"\x1b[31m" in done.stdout


def test_problems_are_counted_and_not_refused(cecli, write):
    path = write('y,p,p\n1,0.5,1\n0,0.5\n"a"b,1,1\n')
    report = json.loads(cecli("inspect", path, "--json").stdout)
    assert report["input"]["skipped"]["reasons"] == {"field-count": 1, "quoting": 1}
    assert "column p occurs more than once" in [n["message"] for n in report["notices"]]


def test_only_the_beginning_is_read_unless_all_is_asked_for(cecli, write):
    path = write("y,p\n" + "1,0.5\n" * 300_000 + "x,2\n")
    first = json.loads(cecli("inspect", path, "--json", "--chunk-bytes", "65536").stdout)
    assert not first["input"]["complete"]
    assert 10_000 <= first["input"]["rows"] < 50_000
    everything = json.loads(cecli("inspect", path, "--json", "--all").stdout)
    assert everything["input"] | {"skipped": 0} == {
        "paths": [path], "rows": 300_001, "complete": True, "skipped": 0,
    }  # fmt: skip
    assert everything["columns"][1]["high"] == 2


@pytest.mark.parametrize(
    ("p", "scale"), [([50.0, 20.0], " --from percent"), ([3.0, -2.0], " --from logit")]
)
def test_the_advice_knows_scales(p, scale):
    found = library.inspect({"y": [1, 0], "p": p})
    assert found.advice == (f"cecli score FILE --label y --prob p{scale}",)


@pytest.mark.parametrize(
    "text",
    [
        "y,p\nTrue,0.5\nFalse,0.25\n",
        "won,p\nTrue,0.5\nFalse,0.25\n",
        "y,p\nyes,0.5\nno,0.25\n",
        "y,p\n-1,0.5\n1,0.25\n",
        "y,p\n1,NA\n0,0.25\n,0.5\n",
        "y,p\n1,50\n0,25\n",
        "my label,y,p_a,p_b\nx,a,0.5,0.5\nx,b,0.25,0.75\n",
        "token,logprob\na,-1\nb,None\n",
        "y,my p\n1,0.5\n0,0.25\n",
    ],
)
def test_the_advice_works(cecli, write, text):
    path = write(text)
    (advice,) = library.inspect(path).advice
    done = cecli(*shlex.split(advice)[1:])
    assert done.returncode == ExitCode.OK, done.stderr


def test_the_advice_on_a_sample_works(cecli, samples):
    path = str(samples / "breast_cancer.csv")
    for advice in library.inspect(path).advice:
        assert cecli(*advice.split()[1:]).returncode == ExitCode.OK


@pytest.mark.parametrize(
    "text",
    [
        'y,p\n1,"0,5"\n0,"0,25"\n',
        "y,p\n1,0.5\n0,1.00000536\n",
        "y,p\na,0.5\nb,0.5\nc,0.5\n",
        "y,p_a,p_b\na,1.5,2\nb,0,1\n",
    ],
)
def test_no_command_is_proposed_that_cannot_work(write, text):
    assert library.inspect(write(text)).advice == ()


def test_a_decimal_comma_is_told(write):
    notice, _ = library.inspect(write('y,p\n1,"0,5"\n0,"0,25"\n')).notices
    assert notice.message.startswith("column p: a decimal comma?")


def test_rows_are_counted_where_all_names_are_repeated(write):
    assert library.inspect(write("y,y\n1,2\n3,4\n5,6\n")).input.rows == 3
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["y", "y"])
    assert library.inspect(frame).input.rows == 2
    assert library.inspect(pa.Table.from_arrays([pa.array([1, 2])] * 2, ["y", "y"])).input.rows == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y,p\n1,0.5,\n0,0.5,\n", ":2: has 3 fields, but the header has 2\nhint: does each row"),
        ("y;p\n1;0,5\n", "if the delimiter is ';'"),
        ("y,p\n", "has a header and no data rows"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_an_error(cecli, write, text, message):
    done = cecli("inspect", write(text))
    assert (done.returncode, done.stdout) == (ExitCode.INPUT, "")
    assert message in done.stderr


def test_csv_is_for_metrics(cecli, write):
    done = cecli("inspect", write(DATA), "--format", "csv")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")


def test_a_count_is_told_from_a_weight(cecli, write):
    report = json.loads(cecli("inspect", write("y,freq,n\n1,3,a\n0,4,b\n"), "--json").stdout)
    roles = {column["name"]: column["role"] for column in report["columns"]}
    assert (roles["freq"], roles["n"]) == ("count of equal rows (--count), by its name", "")


@pytest.mark.parametrize("suffix", [".parquet", ".feather"])
def test_nested_columns_are_passed_over_and_named(cecli, tmp_path, suffix):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import feather, parquet

    table = pa.table({"y": [1, 0], "p": [0.8, 0.3], "v": [[1.0], []], "s": [{"p": 1}, {"p": 2}]})
    path = str(tmp_path / f"preds{suffix}")
    if suffix == ".parquet":
        parquet.write_table(table, path)
    else:
        feather.write_feather(table, path, compression="uncompressed")
    found = json.loads(cecli("inspect", path, "--json").stdout)
    assert [column["name"] for column in found["columns"]] == ["y", "p"]
    (notice,) = (notice for notice in found["notices"] if notice["code"] == "nested")
    assert "'v', 's' are nested" in notice["message"]
    done = cecli("score", path, "--json")
    assert json.loads(done.stdout)["input"]["rows"] == 2
    done = cecli("score", path, "--prob", "s")
    assert "column s cannot be read: it is nested" in done.stderr
    assert "flatten()" in done.stderr


def test_only_some_of_several_files_are_not_all_rows(cecli, write):
    paths = [write("y,p\n1,0.5\n0,0.5\n", name) for name in ("a.csv", "b.csv")]
    assert json.loads(cecli("inspect", *paths, "--json").stdout)["input"]["complete"] is False


def test_one_row_and_one_column_are_not_called_rows_and_columns(cecli, write):
    said = cecli("inspect", write("p\n0.5\n")).stdout.splitlines()
    assert said[1] == "1 column | 1 row"


def test_many_columns_that_are_alike_are_one_row(cecli, write):
    draw = np.random.default_rng(5)
    names = [f"p_{k:03d}" for k in range(214)]
    rows = draw.dirichlet(np.ones(214), 30)
    table = pd.DataFrame(rows, columns=names).assign(label=names[3][2:], note_1="a", note_2="b")
    path = write(table.to_csv(index=False))
    shown = cecli("inspect", path).stdout
    (line,) = (line for line in shown.splitlines() if "p_0" in line and "next" not in line)
    assert line.startswith("p_000 … p_213 (214 columns)  numbers")
    assert f"{rows.min():g} … {rows.max():g}" in line
    assert "note_1" in shown
    assert "note_2" in shown
    found = json.loads(cecli("inspect", path, "--json").stdout)["columns"]
    assert [column["name"] for column in found] == list(table.columns)


def test_logits_are_not_called_probabilities():
    draw = np.random.default_rng(5)
    z = draw.normal(size=(3, 20))
    found = library.inspect({"y": [1, 0] * 10, "logit": z[0]})
    assert [column.role for column in found.columns] == [
        "label, by its name", "logit (--prob), by its name",
    ]  # fmt: skip
    found = library.inspect({f"logit_{k}": z[k] for k in range(3)})
    assert {column.role for column in found.columns} == {"logit of a class, by its name"}


def test_rows_that_are_wide_are_not_called_all_if_there_are_more(cecli, write):
    header = ",".join(f"x{k}" for k in range(300))
    row = ",".join(f"{k / 7:.12f}" for k in range(300))
    path = write("\n".join([header, *[row] * 400, ""]))
    found = json.loads(cecli("inspect", path, "--json").stdout)["input"]
    assert found["rows"] < 400
    assert not found["complete"]
    path = write("\n".join([header, *[row] * 40, "1", "", ""]))
    found = json.loads(cecli("inspect", path, "--json").stdout)["input"]
    assert (found["rows"], found["complete"]) == (40, True)
    assert found["skipped"]["reasons"] == {"field-count": 1}
