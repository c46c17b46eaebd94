"""Reports on Spark DataFrames, on a real local Spark: those of the same rows in one place."""

import inspect
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

import cecli
import cecli.spark
from cecli.core.errors import ColumnError, InputError, RowError, UsageError
from cecli.spark.job import _summarized, state_of

# What Spark says of pandas 3, which it is not asked to use.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "spark.md").read_text()
BINARY = {"label": "y", "prob": "p"}
# Columns of all kinds, from numbers that look random, and one whose name has a point.
COLUMNS = [
    "cast((id * 7919) % 5 < 2 as int) AS y",
    "((id * 31) % 1000 + 0.5D) / 1000 AS p",
    "((id * 37) % 1000 + 0.5D) / 1000 AS `q.old`",
    "cast((id % 7) / 10 as decimal(5, 2)) AS weight",
    "concat('g', id % 3) AS segment",
    "id % 30 AS user",
    "(id * 7919) % 5 < 2 AS flag",
    "elt(1 + id % 3, 'a', 'b', 'c') AS class",
    "(id % 4) / 4D AS p_a",
    "(3 - id % 4) / 8D AS p_b",
    "1 - (id % 4) / 4D - (3 - id % 4) / 8D AS p_c",
]
UNUSED = "repeat('x', 100) AS note"


@pytest.fixture(scope="module")
def session():
    """Return a local Spark with as little of it as there can be."""
    sql = pytest.importorskip("pyspark.sql", reason="cecli[spark] is not installed")
    if not shutil.which("java") and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java")
    # Executors run the Python of the tests, and find what these find.
    patch = pytest.MonkeyPatch()
    patch.setenv("PYSPARK_PYTHON", sys.executable)
    patch.setenv("PYTHONPATH", os.pathsep.join(["", *filter(None, sys.path)]))
    local = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.log.level": "OFF",
        # Queries of seconds are not worth compiling.
        "spark.sql.codegen.wholeStage": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }
    session = sql.SparkSession.builder.master("local[2]").config(map=local).getOrCreate()
    yield session
    session.stop()
    patch.undo()


@pytest.fixture(scope="module")
def frame(session):
    """Return a DataFrame of five partitions, of which one is empty."""
    some = session.range(2000, numPartitions=4).selectExpr(*COLUMNS, UNUSED)
    return some.union(session.range(0, numPartitions=1).selectExpr(*COLUMNS, UNUSED))


@pytest.fixture(scope="module")
def table(frame):
    """Return the same rows in one place."""
    return frame.toArrow()


def without_places(report):
    """Return a report as JSON, without the places of rows and the name of the input."""
    document = json.loads(report.to_json())
    del document["input"]["paths"], document["places"]
    for notice in document["notices"]:
        notice.pop("rows", None)
    return document


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("score", {**BINARY, "weight": "weight", "by": ["segment", "flag"], "cluster": "user"}),
        ("score", {"label": "class", "prob": "p_*", "units": "bits", "explain": True}),
        ("calibration", {**BINARY, "draws": 10, "by": "segment"}),
        ("compare", {"label": "flag", "prob": ["p", "q.old"], "by": "segment"}),
        ("kl", {"p": "p", "q": "q.old", "threshold": 0.1}),
        ("entropy", {"column": "segment", "given": "class"}),
    ],
)
def test_a_report_has_the_bits_of_the_same_rows_in_one_place(frame, table, command, options):
    found = getattr(cecli.spark, command)(frame, **options)
    local = without_places(getattr(cecli, command)(table, **options))
    # Rows without an order do not tell whether they depend on those before them.
    local["notices"] = [n for n in local["notices"] if n["code"] != "order-matters"]
    assert without_places(found) == local
    assert found.input.paths == ("<DataFrame>",)


def test_one_state_is_collected_whatever_the_number_of_partitions(frame, monkeypatch):
    collected = []
    kind = type(frame)
    collect = kind.collect

    def noting(df):
        rows = collect(df)
        collected.append((df.columns, len(rows)))
        return rows

    monkeypatch.setattr(kind, "collect", noting)
    evaluation = cecli.Evaluation.of("score", frame.limit(0).toArrow().schema, **BINARY)
    state = state_of(frame.repartition(7), evaluation)
    assert collected == [(["state"], 1)]
    assert evaluation.summarize(frame.select("p", "y").toArrow()) == state


def test_a_state_is_saved_and_merges_with_others(frame, table, tmp_path):
    here, there = str(tmp_path / "here.state"), str(tmp_path / "there.state")
    report = cecli.spark.score(frame, **BINARY, save_state=there)
    cecli.score({"y": [1, 0], "p": [0.75, 0.5]}, **BINARY, save_state=here)
    assert cecli.merge(there).to_json() == report.to_json()
    assert cecli.merge([there, here]).input.rows == 2002


def test_groups_that_are_too_small_to_be_shown_are_not_saved(frame, tmp_path):
    path = tmp_path / "hidden.state"
    # Of a thousand rows, 34 are Eve's.
    named = frame.limit(1000).selectExpr("y", "p", "if(user < 1, 'Eve', 'others') AS person")
    options = {**BINARY, "by": "person", "min_group": 100}
    report = cecli.spark.score(named, **options, save_state=str(path))
    assert "Eve" not in report.to_json()
    assert b"Eve" not in path.read_bytes()
    assert cecli.merge(str(path)).metrics == report.metrics


@pytest.mark.parametrize(
    ("value", "what"),
    [("1.5D", "column p: '1.5' is not a prob"), ("null", "column p: the cell is empty")],
)
def test_a_bad_row_is_our_error_with_its_column_and_value(frame, value, what):
    bad = frame.selectExpr("y", f"if(user = 17, {value}, p) AS p")
    with pytest.raises(RowError) as caught:
        cecli.spark.score(bad, **BINARY)
    assert caught.value.what.startswith(what)
    assert caught.value.where == "<DataFrame>"


def test_no_rows_are_an_error_and_so_is_a_column_that_is_not_there(frame):
    with pytest.raises(InputError, match="<DataFrame>: has a header and no data rows"):
        cecli.spark.score(frame.limit(0), **BINARY)
    with pytest.raises(ColumnError, match="<DataFrame>: there is no column 'x'"):
        cecli.spark.score(frame, label="x", prob="p")


def test_executors_import_no_pandas(frame):
    chosen = frame.selectExpr("y AS c0", "p AS c1")
    evaluation = cecli.Evaluation.of("score", frame.limit(0).toArrow().schema, **BINARY)

    def imported(batches):
        yield from _summarized(evaluation, batches)
        assert "pandas" not in sys.modules

    assert chosen.mapInArrow(imported, "state binary").collect()


@pytest.mark.parametrize("block", re.findall(r"^```python spark\n(.*?)^```$", PAGE, re.M | re.S))
def test_an_example_runs(session, tmp_path, monkeypatch, block):
    shutil.copytree(ROOT / "sample_data", tmp_path / "sample_data")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "example", "exec"), {"spark": session})


def test_what_is_no_dataframe_of_spark_is_refused():
    with pytest.raises(UsageError, match="a dict is no DataFrame of Spark") as caught:
        cecli.spark.score({"y": [1], "p": [0.5]})
    assert "cecli.score" in caught.value.hint


def test_functions_have_the_options_of_the_commands():
    for name in ("score", "calibration", "compare", "kl", "entropy"):
        here, there = (inspect.signature(getattr(of, name)) for of in (cecli.spark, cecli))
        options = [p for p in there.parameters.values() if p.kind is p.KEYWORD_ONLY]
        assert list(here.parameters.values())[1:] == options
        assert next(iter(here.parameters)) == "df"


class Without:
    """A DataFrame on a cluster whose executors lack a module."""

    def __init__(self, module):
        self.module = module

    def __getattr__(self, name):
        return lambda *_: self

    def collect(self):
        raise RuntimeError(f"ModuleNotFoundError: No module named {self.module!r}")


def test_executors_that_lack_cecli_are_told_of_in_our_words():
    pa = pytest.importorskip("pyarrow")
    schema = pa.schema([("y", pa.int64()), ("p", pa.float64())])
    evaluation = cecli.Evaluation.of("score", schema, **BINARY)
    with pytest.raises(UsageError, match="cecli is not installed where Spark runs Python"):
        state_of(Without("cecli"), evaluation)
    with pytest.raises(RuntimeError, match="another"):
        state_of(Without("another"), evaluation)
