"""Rows that are summarized anywhere give the report of rows that are read in one place."""

import json
import os
import pickle
import random
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cecli
from cecli.core.errors import ColumnError, ExitCode, InputError, RowError, UsageError

pa = pytest.importorskip("pyarrow", reason="cecli[parquet] is not installed")
evaluation_of = cecli.Evaluation.of
BINARY = {"label": "y", "prob": "p"}
ROWS = 90


@pytest.fixture(scope="module")
def table():
    """Return a table of columns of all kinds."""
    draw = np.random.default_rng(0)
    p = draw.uniform(0.001, 0.999, ROWS)
    y = (draw.uniform(size=ROWS) < p).astype(int)
    of_classes = draw.dirichlet([1, 1, 1], ROWS)
    columns = {
        "y": y,
        "p": p,
        "q": np.where(draw.uniform(size=ROWS) < 0.9, draw.uniform(size=ROWS), 1.0 - y),
        "weight": draw.uniform(0.0, 3.0, ROWS) * (draw.uniform(size=ROWS) < 0.9),
        "count": draw.integers(0, 5, ROWS),
        "segment": draw.choice(list("xyz"), ROWS),
        "user": draw.integers(0, 9, ROWS),
        "answer": np.where(y == 1, "yes", "no"),
        "class": draw.choice(list("abc"), ROWS),
        "rain": draw.normal(size=ROWS),
        **{f"p_{name}": of_classes[:, place] for place, name in enumerate("abc")},
        **{f"t_{name}": of_classes[:, place - 1] * 1.01 for place, name in enumerate("abc")},
    }
    return pa.table(columns)


def without_places(report):
    """Return a report as JSON, without the places of rows and the name of the input."""
    document = json.loads(report.to_json())
    del document["input"]["paths"], document["places"]
    for notice in document["notices"]:
        notice.pop("rows", None)
        notice["message"] = notice["message"].partition(", on line")[0].partition(" on line")[0]
    return document


CASES = [
    ("score", BINARY),
    ("score", {**BINARY, "weight": "weight", "by": ["segment", "answer"]}),
    ("score", {"label": "y", "prob": "q", "cluster": "user", "by": "segment", "min_count": 20}),
    ("score", {**BINARY, "count": "count", "explain": True, "clip": 0.01, "units": "bits"}),
    ("score", {"label": "answer", "prob": "p", "positive": "yes", "level": 0.9}),
    ("score", {"event": "rain > 0.5", "prob": "p"}),
    ("score", {"label": "class", "prob": "p_*", "by": "segment"}),
    ("compare", {"label": "y", "prob": ["p", "q"], "by": "segment", "cluster": "user"}),
    ("score", {**BINARY, "by": "user", "min_group": 12}),
    ("score", {**BINARY, "cluster": "user", "bootstrap": 100}),
    ("calibration", {**BINARY, "by": "segment", "draws": 10, "threshold": 0.5}),
    ("calibration", {"label": "class", "prob": "p_*", "draws": 10}),
    ("kl", {"p": "p", "q": "q", "weight": "weight"}),
    ("kl", {"p": "p_*", "q": "t_*", "normalize": True}),
    ("entropy", {"column": "segment", "given": "answer"}),
    ("entropy", {"prob": "p_*"}),
]


@pytest.mark.parametrize(("command", "options"), CASES)
def test_the_report_is_that_of_all_rows_but_for_their_places(command, options, table):
    evaluation = evaluation_of(command, table.schema, **options)
    states = [evaluation.summarize(rows) for rows in table.to_batches(max_chunksize=20)]
    found = evaluation.finish(evaluation.merge(*states))
    assert without_places(found) == without_places(getattr(cecli, command)(table, **options))
    assert found.input.paths == ("<batches>",)
    assert all(not notice.rows and not notice.places for notice in found.notices)
    assert not json.loads(found.to_json())["places"]


@pytest.mark.parametrize(("command", "options"), CASES)
def test_states_merge_in_any_order_and_any_grouping_to_the_same_bytes(command, options, table):
    evaluation = evaluation_of(command, table.schema, **options)
    whole = evaluation.summarize(table)
    draw = random.Random(0)
    for size in (7, 33):
        states = [evaluation.summarize(rows) for rows in table.to_batches(max_chunksize=size)]
        draw.shuffle(states)
        assert evaluation.merge_all(states) == whole
        while len(states) > 1:
            states.append(evaluation.merge(states.pop(0), states.pop(0)))
            draw.shuffle(states)
        assert states == [whole]
    assert evaluation.merge(evaluation.empty, whole, evaluation.empty) == whole


rows = st.lists(
    st.tuples(st.booleans(), st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.0, 1.0, 1e-300]))),
    min_size=1,
    max_size=8,
)


@settings(max_examples=20)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(rows, draw):
    found = []
    for _ in range(2):
        table = pa.table({"y": [y for y, _ in rows], "p": [p for _, p in rows]})
        evaluation = evaluation_of("score", table.schema, **BINARY)
        found.append(evaluation.merge_all(map(evaluation.summarize, table.to_batches(3))))
        draw.shuffle(rows)
    assert found[0] == found[1]


def kinds_of_rows(table):
    batches = table.to_batches(max_chunksize=40)
    yield table
    yield table.combine_chunks().to_batches()[0]
    yield batches
    yield iter(batches)
    yield table.to_reader(max_chunksize=40)
    yield table.select(table.column_names[::-1])


def test_rows_come_as_a_batch_a_table_a_stream_or_batches_with_further_columns(table):
    evaluation = evaluation_of("score", table.schema, **BINARY)
    assert evaluation.columns == ["y", "p"]
    assert len({evaluation.summarize(rows) for rows in kinds_of_rows(table)}) == 1


def with_value(table, place, value):
    """Return a table with a value of p replaced."""
    values = table["p"].to_pylist()
    values[place] = value
    return table.set_column(table.column_names.index("p"), "p", pa.array(values))


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (1.5, "column p: '1.5' is not a probability in [0, 1]"),
        (None, "column p: the cell is empty"),
        (float("nan"), "column p: the cell is empty"),
    ],
)
def test_the_error_of_a_row_outlasts_merging_and_has_its_column_and_value(table, value, what):
    evaluation = evaluation_of("score", table.schema, **BINARY)
    bad = evaluation.summarize(with_value(table, 5, value))
    other = evaluation.summarize(with_value(table, 9, -2.0))
    good = evaluation.summarize(table)
    merged = {evaluation.merge(*some) for some in ((good, bad, other), (other, good, bad))}
    assert len(merged) == 1
    with pytest.raises(RowError) as caught:
        evaluation.finish(evaluation.merge(good, evaluation.merge(bad, good)))
    with pytest.raises(RowError) as here:
        cecli.score(with_value(table, 5, value), **BINARY)
    found, local = caught.value, here.value
    assert (found.what, found.hint, found.reason) == (what, local.hint, local.reason)
    assert local.what == what
    assert (found.where, local.where) == ("<batches>", "<Table>:6")


def test_bad_rows_are_skipped_and_counted_if_asked(table):
    bad = with_value(with_value(table, 5, None), 80, 1.5)
    evaluation = evaluation_of("score", bad.schema, **BINARY, on_bad_row="skip", max_bad=2)
    states = [evaluation.summarize(rows) for rows in bad.to_batches(max_chunksize=50)]
    report = evaluation.finish(evaluation.merge(*states))
    assert report.input.skipped == {"missing": 1, "bad-value": 1}
    strict = evaluation_of("score", bad.schema, **BINARY, on_bad_row="skip", max_bad=1)
    with pytest.raises(InputError, match="2 of 90 rows were skipped"):
        strict.finish(strict.merge_all(map(strict.summarize, bad.to_batches(max_chunksize=50))))


def test_classes_of_several_states_are_as_they_would_be_of_one(table):
    labels = [["yes"], ["no"], ["perhaps"]]
    tables = [pa.table({"y": label, "p": [0.5]}) for label in labels]
    options = {**BINARY, "positive": "yes"}
    evaluation = evaluation_of("score", tables[0].schema, **options)
    one, two, three = map(evaluation.summarize, tables)
    assert evaluation.finish(evaluation.merge(two, one)).classes == ("no", "yes")
    for states in ((one, two, three), (three, one, two)):
        with pytest.raises(RowError, match="'yes' is a third class, after 'no' and 'perhaps'"):
            evaluation.finish(evaluation.merge(*states))
    with pytest.raises(InputError, match=r"never occurs; the labels are 'no' and 'perhaps'$"):
        evaluation.finish(evaluation.merge(two, three))


def test_no_rows_have_a_state_and_no_report(table):
    evaluation = evaluation_of("score", table.schema, **BINARY)
    for none in ([], table.slice(0, 0), table.schema.empty_table().to_batches()):
        assert evaluation.summarize(none) == evaluation.empty
    assert evaluation.merge() == evaluation.merge_all([]) == evaluation.empty
    with pytest.raises(InputError, match="<batches>: has a header and no data rows"):
        evaluation.finish(evaluation.empty)


def test_a_state_is_the_file_that_merge_takes(table, tmp_path):
    evaluation = evaluation_of("score", table.schema, **BINARY, name="spread")
    whole = evaluation.summarize(table.slice(40))
    file = str(tmp_path / "rest.state")
    cecli.score(table.slice(0, 40), **BINARY, save_state=file)
    merged = cecli.merge([whole, file])
    assert merged.input.paths == ("spread", "<Table>")
    assert merged.metrics == cecli.score(table, **BINARY).metrics
    assert cecli.merge(whole).to_json() == evaluation.finish(whole).to_json()


def test_a_state_of_another_evaluation_is_refused_and_so_are_other_bytes(table):
    one = evaluation_of("score", table.schema, **BINARY)
    other = evaluation_of("score", table.schema, **BINARY, clip=0.01)
    with pytest.raises(InputError, match=r"the option clip is '0\.01' in it, and not given"):
        one.merge(one.empty, other.summarize(table))
    with pytest.raises(InputError, match="is no saved state"):
        one.finish(b"?" * 100)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**BINARY, "labels": "truth.csv", "id": "user"}, "^rows in several places and labels"),
        ({**BINARY, "bootstrap": 1000}, "^rows in several places and --bootstrap cannot"),
        ({**BINARY, "save_state": "x.state"}, "and save_state cannot be used"),
        ({**BINARY, "progress": print}, "^rows in several places and progress cannot be used"),
        ({**BINARY, "predictions": [0.5]}, "^rows in several places and predictions cannot"),
        ({**BINARY, "clip": 2.0}, "--clip 2"),
    ],
)
def test_what_needs_all_rows_in_one_place_is_refused_before_any_is_read(table, options, words):
    with pytest.raises(UsageError, match=words):
        evaluation_of("score", table.schema, **options)


def test_what_reads_rows_again_or_in_order_is_refused(table):
    two_passes = {"p": "weight", "q": "count", "over_rows": True, "normalize": True}
    with pytest.raises(UsageError, match="are read once, and these options read them again"):
        evaluation_of("kl", table.schema, **two_passes)
    with pytest.raises(UsageError, match="rows in several places and --order cannot"):
        evaluation_of("compare", table.schema, label="y", prob=["p", "q"], order=True)
    with pytest.raises(UsageError, match="'worst' has no states: choose score"):
        evaluation_of("worst", table.schema)


def test_a_keyword_or_a_column_that_is_not_there_is_refused(table):
    with pytest.raises(TypeError, match="lable"):
        evaluation_of("score", table.schema, lable="y")
    with pytest.raises(ColumnError, match="there is no column 'Y'"):
        evaluation_of("score", table.schema, label="Y", prob="p")
    evaluation = evaluation_of("score", table.schema, **BINARY)
    with pytest.raises(ColumnError, match="<batches>: a batch has no single column 'p'"):
        evaluation.finish(evaluation.summarize(table.select(["y"])))


def test_columns_are_guessed_from_their_names_alone():
    rows = pa.table({"y_true": [1, 0, 1], "y_prob": [0.9, 0.2, 0.6], "age": [1, 2, 3]})
    said = []
    evaluation = evaluation_of("score", rows.schema, tell=said.append)
    assert [note.partition(",")[0] for note in said] == [
        "prob is column 'y_prob'",
        "label is column 'y_true'",
    ]
    assert evaluation.columns == ["y_true", "y_prob"]
    assert without_places(evaluation.finish(evaluation.summarize(rows))) == without_places(
        cecli.score(rows)
    )


def test_rows_are_not_told_to_depend_on_rows_before_them():
    """Rows without an order do not say; `compare` does of the same rows in one place."""
    wave = np.sin(np.arange(400) / 20) / 3 + 0.5
    rows = pa.table({"y": [1, 0] * 200, "a": wave, "b": np.full(400, 0.5)})
    options = {"label": "y", "prob": ["a", "b"]}
    rows = rows.set_column(0, "y", pa.array([1] * 400)).append_column("z", pa.array([0] * 400))
    local = cecli.compare(rows, **options)
    evaluation = evaluation_of("compare", rows.schema, **options)
    report = evaluation.finish(evaluation.summarize(rows))
    assert "order-matters" in {notice.code for notice in local.notices}
    assert "order-matters" not in {notice.code for notice in report.notices}
    assert report.metrics == local.metrics


PROGRAM = """
import pickle, sys
import numpy as np, pyarrow as pa
evaluation = pickle.loads(sys.stdin.buffer.read())
y = pa.Array.from_buffers(pa.int64(), 2, [None, pa.py_buffer(np.array([0, 1]))])
p = pa.Array.from_buffers(pa.float64(), 2, [None, pa.py_buffer(np.array([0.25, 0.5]))])
rows = pa.RecordBatch.from_arrays([y, p], ["y", "p"])
sys.stdout.buffer.write(evaluation.merge(*[evaluation.summarize(rows)] * 2))
assert not {"pandas", "typer", "pydantic", "pyspark"} & set(sys.modules)
"""


def test_an_evaluation_is_small_and_works_in_a_process_that_imports_no_pandas(table):
    evaluation = evaluation_of("score", table.schema, **BINARY)
    content = pickle.dumps(evaluation)
    assert len(content) < 4096
    run = [sys.executable, "-c", PROGRAM]
    state = subprocess.run(run, input=content, capture_output=True, check=True).stdout
    four = pa.table({"y": [0, 1] * 2, "p": [0.25, 0.5] * 2})
    assert evaluation.summarize(four) == state


def test_another_version_where_rows_are_is_refused(table):
    evaluation = evaluation_of("score", table.schema, **BINARY)
    older = cecli.Evaluation(evaluation.empty, "0.0.1")
    words = rf"cecli is {cecli.__version__} where rows are summarized, and 0\.0\.1 elsewhere"
    with pytest.raises(UsageError, match=words):
        evaluation.finish(older.summarize(table))


# What makes an engine quiet and small before its example runs.
BEFORE = {
    "ray": "import ray\nray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)\n",
    "daft": "import os\nos.environ['DAFT_PROGRESS_BAR'] = '0'\n",
}
PAGE = Path(__file__).parents[2] / "docs" / "spark.md"


@pytest.mark.parametrize("engine", ["ray", "daft"])
def test_the_recipe_for_an_engine_gives_the_report_of_rows_in_one_place(engine):
    if find_spec(engine) is None:
        pytest.skip(f"{engine} is not installed")
    (block,) = re.findall(rf"^```python {engine}\n(.*?)^```$", PAGE.read_text(), re.M | re.S)
    assert "assert report.metrics == local.metrics" in block
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "DO_NOT_TRACK": "1"}
    done = subprocess.run(
        [sys.executable, "-c", BEFORE[engine] + block],
        cwd=PAGE.parents[1],
        env=environment,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == ExitCode.OK, done.stderr.decode()[-3000:]
