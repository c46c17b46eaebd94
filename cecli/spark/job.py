"""The job that returns the state of all rows of a DataFrame.

Its first stage turns each partition into a state, its second merges those of some partitions on
the executors, and its third merges the rest. So the driver receives one state, however many
partitions there are. Everything goes through `mapInArrow`, which needs no pandas, and which Spark
Connect has, too.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from cecli.anywhere.evaluation import Evaluation
from cecli.anywhere.failed import error_of
from cecli.core.errors import UsageError
from cecli.core.files import check_destination
from cecli.states.rebuilding import save
from cecli.states.state import SavedState

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from cecli.report.report import Report

NAME = "<DataFrame>"
COLUMN = "state"
SCHEMA = f"{COLUMN} binary"
NOT_THERE = "No module named 'cecli'"


def reported(command: str, df: "DataFrame", options: Mapping[str, Any]) -> "Report":
    """Return the report of a command on the rows of a DataFrame."""
    if not hasattr(df, "mapInArrow"):
        what = f"a {type(df).__name__} is no DataFrame of Spark"
        raise UsageError(what, hint=f"cecli.{command} takes what is in one place")
    asked = dict(options)
    path = asked.pop("save_state", None)
    if path is not None:
        check_destination(path, [], "--save-state")
    evaluation = Evaluation.of(command, df.limit(0).toArrow().schema, name=NAME, **asked)
    state = state_of(df, evaluation)
    if path is not None and error_of(state) is None:
        save(SavedState.of_bytes(state), path)
    return evaluation.finish(state)


def state_of(df: "DataFrame", evaluation: Evaluation) -> bytes:
    """Return the state of all rows of a DataFrame, or their error.

    Notes
    -----
    The second stage has as many tasks as `spark.sql.shuffle.partitions`, or fewer where Spark
    joins small ones (adaptive execution). States are distributed by their bytes, so that a task
    that is tried again finds the same ones.
    """
    summarize, merge = partial(_summarized, evaluation), partial(_merged, evaluation)
    # mapInArrow does not find columns whose names have points: Spark sees numbers.
    chosen = [f"{_quoted(name)} AS c{i}" for i, name in enumerate(evaluation.columns)]
    states = df.selectExpr(*chosen).mapInArrow(summarize, SCHEMA)
    some = states.repartition(COLUMN).mapInArrow(merge, SCHEMA)
    last = some.repartition(1).mapInArrow(merge, SCHEMA)
    try:
        return evaluation.merge(*(bytes(row[COLUMN]) for row in last.collect()))
    except Exception as error:
        if NOT_THERE not in str(error):
            raise
        raise UsageError(
            "cecli is not installed where Spark runs Python",
            hint="install it in the environment of the executors, which PYSPARK_PYTHON names, or "
            "send an environment with spark.archives",
        ) from error


def _quoted(column: str) -> str:
    return f"`{column.replace('`', '``')}`"


def _summarized(
    evaluation: Evaluation, batches: Iterable["pa.RecordBatch"]
) -> Iterator["pa.RecordBatch"]:
    """Yield the state of the rows of a partition."""
    named = (batch.rename_columns(evaluation.columns) for batch in batches)
    yield _batch(evaluation.summarize(named))


def _merged(
    evaluation: Evaluation, batches: Iterable["pa.RecordBatch"]
) -> Iterator["pa.RecordBatch"]:
    """Yield the state of the rows of some partitions."""
    states = (state.as_py() for batch in batches for state in batch.column(COLUMN))
    yield _batch(evaluation.merge_all(states))


def _batch(state: bytes) -> "pa.RecordBatch":
    """Return a batch of one row. `pyarrow.array` would import pandas on every executor."""
    import pyarrow as pa

    ends = pa.py_buffer(struct.pack("<ii", 0, len(state)))
    array = pa.Array.from_buffers(pa.binary(), 1, [None, ends, pa.py_buffer(state)])
    return pa.RecordBatch.from_arrays([array], [COLUMN])
