"""Results as pandas DataFrames."""

import math
from collections.abc import Sequence

import pandas as pd

from cecli.report.result import Group, Interval, Result

# The columns of all frames.
MEASURED = ["value", "se", "lower", "upper"]


def of_results(results: Sequence[Result]) -> pd.DataFrame:
    """Return one row for each result, indexed by metric; undefined numbers are NaN."""
    index = pd.Index([result.name for result in results], name="metric")
    return pd.DataFrame(list(map(_row, results)), index=index, columns=MEASURED, dtype="float64")


def of_groups(groups: Sequence[Group]) -> pd.DataFrame:
    """Return one row for each group and metric, in their order; of no groups an empty frame.

    The index has the values of each group's key, then the metric.
    """
    each = [(group, result) for group in groups for result in group.results]
    keys = list(groups[0].key) if groups else []
    levels = [[group.key[name] for group, _ in each] for name in keys]
    metrics = [result.name for _, result in each]
    index = pd.MultiIndex.from_arrays([*levels, metrics], names=[*keys, "metric"])
    frame = pd.DataFrame([_row(result) for _, result in each], index=index, columns=MEASURED)
    frame = frame.astype("float64")
    frame["rows"] = pd.Series([group.rows for group, _ in each], index, dtype="int64")
    frame["weight"] = pd.Series([group.weight for group, _ in each], index, dtype="float64")
    return frame


def _row(result: Result) -> dict[str, float | None]:
    interval = result.interval or Interval(None, None, None, math.nan)
    return {
        "value": result.value,
        "se": interval.se,
        "lower": interval.lower,
        "upper": interval.upper,
    }
