"""A report: what an evaluation found, as plain frozen values, whatever way it is shown."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from cecli.report.result import Interval, Result, Units

if TYPE_CHECKING:
    import pandas as pd

    from cecli.report.comparison import Comparison
    from cecli.report.fit import Fit

# A probability, or one for each class.
Distribution = float | Mapping[str, float]


@dataclass(frozen=True)
class Row:
    """Where a row is, what it cost, and why.

    Attributes
    ----------
    loss : in the units of the report.
    prediction : its "label" or "target", and its "prob", of the positive class where there are
        two, else of each class; of a token, its "log_prob".
    weight : None where every row counts once.
    shown : the cells of the columns that were asked for, by their names.
    """

    source: str
    line: int
    loss: float
    prediction: Mapping[str, str | Distribution]
    weight: float | None
    shown: Mapping[str, str]

    @property
    def place(self) -> str:
        return f"{self.source}:{self.line}"

    @property
    def label(self) -> str | None:
        """The class that was observed; None where the target is soft."""
        label = self.prediction.get("label")
        return label if isinstance(label, str) else None

    def to_dict(self) -> dict[str, Any]:
        """Return the row as the JSON contract has it."""
        return {
            "source": self.source,
            "line": self.line,
            "loss": "Infinity" if math.isinf(self.loss) else self.loss,
            **{n: dict(x) if isinstance(x, Mapping) else x for n, x in self.prediction.items()},
            **({} if self.weight is None else {"weight": self.weight}),
            "show": dict(self.shown),
        }

    def to_record(self) -> dict[str, str | int | float]:
        """Return the row as one value for each column of a table."""
        own: dict[str, str | int | float] = {"source": self.source, "line": self.line}
        own.update(_flat(self.prediction))
        if self.weight is not None:
            own["weight"] = self.weight
        own["loss"] = self.loss
        names = headings(list(own), list(self.shown))
        return dict(zip(names, [*own.values(), *self.shown.values()], strict=True))


def headings(own: Sequence[str], shown: Sequence[str]) -> list[str]:
    """Return the names of a table's columns: a column that is shown gives way to those of ours.

    Examples
    --------
    >>> headings(["line", "loss"], ["id", "loss"])
    ['line', 'loss', 'id', 'shown_loss']
    """
    names = list(own)
    for column in shown:
        name = column
        while name in names:
            name = f"shown_{name}"
        names.append(name)
    return names


def of_class(role: str, name: str) -> str:
    """Return the heading of a role's column for one class."""
    return f"{role}_{name}"


def _flat(prediction: Mapping[str, str | Distribution]) -> Iterator[tuple[str, str | float]]:
    for role, value in prediction.items():
        if isinstance(value, Mapping):
            yield from ((of_class(role, name), x) for name, x in value.items())
        else:
            yield role, value


SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Notice:
    """A counted remark on the data or the request.

    Attributes
    ----------
    code : stable, for programs.
    message : for people.
    count : of rows, where it is about rows.
    rows : the lines of the first of them.
    places : the same as "file:line", where there is more than one file.
    """

    code: str
    message: str
    count: int | None = None
    rows: tuple[int, ...] = ()
    places: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the notice as the JSON contract has it."""
        places = {"places": list(self.places)} if self.places else {}
        return {
            "code": self.code,
            "message": self.message,
            "count": self.count,
            "rows": list(self.rows),
            **places,
        }


@dataclass(frozen=True)
class Input:
    """What was read: the names of the inputs, the rows that were used and their total weight.

    Attributes
    ----------
    skipped : how many rows were left out, by reason.
    """

    paths: tuple[str, ...]
    rows: int
    weight: float
    skipped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Results about a part of the rows: what they have in common, and how much they weigh.

    Attributes
    ----------
    key : what the rows share, such as {"class": "setosa"}.
    is_small : whether there are too few rows to say much.
    """

    key: Mapping[str, str]
    rows: int
    weight: float
    results: tuple[Result, ...]
    is_small: bool = False

    @property
    def metrics(self) -> dict[str, float | None]:
        return {result.name: result.value for result in self.results}

    def to_dict(self) -> dict[str, Any]:
        """Return the group as the JSON contract has it."""
        return {
            "key": dict(self.key),
            "rows": self.rows,
            "weight": self.weight,
            "is_small": self.is_small,
            "metrics": json_metrics(self.results),
            "intervals": json_intervals(self.results),
        }

    def to_class(self) -> dict[str, Any]:
        """Return the rows of a class as the JSON contract has them."""
        return {
            **self.key,
            "rows": self.rows,
            "weight": self.weight,
            "metrics": json_metrics(self.results),
        }


@dataclass(frozen=True)
class Step:
    """One line of a derivation: a quantity, how it follows from what stands above it, its value.

    Attributes
    ----------
    value : already formatted where no float64 could hold it.
    agreement : how many digits of it an independent calculation shares; None where there is none.
    """

    name: str
    formula: str
    value: float | str
    agreement: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the step as the JSON contract has it."""
        value = self.value if isinstance(self.value, str) else json_number(self.value)
        return {
            "name": self.name,
            "formula": self.formula,
            "value": value,
            "agreement": self.agreement,
        }


@dataclass(frozen=True, repr=False)
class Report:
    """The answer to one command. Results are in `units` already.

    Attributes
    ----------
    columns : the name of each role's column, or the names.
    classes, positive : of labels, the positive one only where there are two.
    options : what was asked for, where it changes results.
    per_class : results about the rows of each class.
    groups : results about the rows of each group that was asked for, the worst first.
    explanation : the derivation of the results, on request.
    rows : of the input, where the question is which they are.
    fit : what was fitted, where that was asked for.
    comparisons : each of several models beside the first.
    """

    document: ClassVar[str] = "report"

    command: str
    input: Input
    columns: Mapping[str, str | Sequence[str]]
    task: str
    classes: tuple[str, ...]
    positive: str | None
    units: Units
    results: tuple[Result, ...]
    notices: tuple[Notice, ...] = ()
    options: Mapping[str, float | str | bool] = field(default_factory=dict)
    per_class: tuple[Group, ...] = ()
    groups: tuple[Group, ...] = ()
    explanation: tuple[Step, ...] = ()
    rows: "tuple[Row, ...]" = ()
    fit: "Fit | None" = None
    comparisons: "tuple[Comparison, ...]" = ()

    def __repr__(self) -> str:
        first = self.results[0]
        value = "undefined" if first.value is None else f"{first.value:.6g}"
        paths = ", ".join(self.input.paths)
        return f"<Report {self.command} {paths}: {self.input.rows:,} rows, {first.name} {value}>"

    def __getitem__(self, name: str) -> float | None:
        """Return a metric's value by its key.

        Raises
        ------
        KeyError
            If the report has no such metric.
        """
        return self.metrics[name]

    @property
    def metrics(self) -> dict[str, float | None]:
        return {result.name: result.value for result in self.results}

    @property
    def intervals(self) -> dict[str, Interval]:
        return {r.name: r.interval for r in self.results if r.interval is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the JSON contract has it, of plain JSON values only.

        Infinities are the strings "Infinity" and "-Infinity", undefined metrics are None.
        """
        from cecli import __version__

        return {
            "schema_version": SCHEMA_VERSION,
            "cecli": __version__,
            "command": self.command,
            "input": {
                "paths": list(self.input.paths),
                "rows": self.input.rows,
                "weight": self.input.weight,
                "skipped": {
                    "rows": sum(self.input.skipped.values()),
                    "reasons": dict(self.input.skipped),
                },
            },
            "columns": dict(self.columns),
            "options": dict(self.options),
            "task": self.task,
            "classes": list(self.classes),
            "positive": self.positive,
            "units": str(self.units),
            "metrics": json_metrics(self.results),
            "intervals": json_intervals(self.results),
            "places": {result.name: result.place for result in self.results if result.place},
            "per_class": [group.to_class() for group in self.per_class],
            "comparisons": [comparison.to_dict() for comparison in self.comparisons],
            "groups": [group.to_dict() for group in self.groups],
            "curves": {},
            "explanation": [step.to_dict() for step in self.explanation],
            "rows": [row.to_dict() for row in self.rows],
            "checks": [],
            "notices": [notice.to_dict() for notice in self.notices],
            **({} if self.fit is None else {"fit": self.fit.to_dict()}),
        }

    def to_json(self) -> str:
        """Return the report as JSON: the same input and options give the same bytes."""
        return json.dumps(self.to_dict(), indent=2, allow_nan=False)

    def to_json_line(self) -> str:
        """Return the report as JSON on one line."""
        return json.dumps(self.to_dict(), allow_nan=False)

    def to_frame(self) -> "pd.DataFrame":
        """Return the metrics as a DataFrame: one row a metric; value, se, lower, upper."""
        import pandas as pd

        rows = [_frame_row(result) for result in self.results]
        index = pd.Index([result.name for result in self.results], name="metric")
        return pd.DataFrame(rows, index=index, dtype="float64")

    def rows_to_frame(self) -> "pd.DataFrame":
        """Return the rows of the input that are reported as a DataFrame, in their order."""
        import pandas as pd

        return pd.DataFrame([row.to_record() for row in self.rows])


def json_number(value: float | None) -> float | str | None:
    """Return a number as JSON has it, which knows no infinity."""
    if value is None or math.isfinite(value):
        return value
    return "Infinity" if value > 0 else "-Infinity"


def json_metrics(results: Sequence[Result]) -> dict[str, Any]:
    """Return values by their keys, as JSON has them."""
    return {result.name: json_number(result.value) for result in results}


def json_intervals(results: Sequence[Result]) -> dict[str, Any]:
    """Return the intervals of those that have one by their keys, as JSON has them."""
    return {
        result.name: {
            "se": json_number(result.interval.se),
            "lower": json_number(result.interval.lower),
            "upper": json_number(result.interval.upper),
            "level": result.interval.level,
            **({"method": result.interval.method} if result.interval.method else {}),
        }
        for result in results
        if result.interval is not None
    }


def _frame_row(result: Result) -> dict[str, float | None]:
    interval = result.interval or Interval(None, None, None, math.nan)
    return {
        "value": result.value,
        "se": interval.se,
        "lower": interval.lower,
        "upper": interval.upper,
    }
