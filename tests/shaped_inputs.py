"""One table of predictions, given to cecli in every way that it takes input."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import cecli
from cecli.report.report import Report

Columns = dict[str, Any]


def written(columns: Columns, path: Path) -> str:
    """Write columns as a text, in full precision."""
    with path.open("w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(columns)
        lines.writerows(zip(*columns.values(), strict=True))
    return str(path)


def everywhere(columns: Columns, folder: Path, **asked: Any) -> list[Report]:
    """Return the reports of a text in few and in many pieces, a Parquet file, and from memory."""
    columns = {name: list(values) for name, values in columns.items()}
    path = written(columns, folder / "rows.csv")
    frame = pd.DataFrame(columns)
    frame.to_parquet(folder / "rows.parquet", row_group_size=max(1, len(frame) // 3))
    return [
        cecli.score(path, **asked),
        cecli.score(path, workers=3, chunk_bytes=700, **asked),
        cecli.score(str(folder / "rows.parquet"), **asked),
        cecli.score(frame, **asked),
        cecli.score([frame.iloc[:1], frame.iloc[1:]], **asked),
    ]


def the_report(columns: Columns, folder: Path, **asked: Any) -> Report:
    """Return the report of some columns, which must be the same everywhere, bit for bit."""
    first, *others = everywhere(columns, folder, **asked)
    for other in others:
        assert figures(other) == figures(first)
    return first


def figures(report: Report) -> dict[str, Any]:
    """Return all that a report says of the rows, without the places where they are."""
    document = report.to_dict()
    for part in ("input", "notices", "columns", "options", "positive", "classes"):
        document.pop(part)
    return document


def repeated(values: Any, times: int) -> list[Any]:
    return list(np.tile(np.asarray(values, dtype=object), times))
