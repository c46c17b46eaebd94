"""A report: the findings of an evaluation as plain frozen values, however it is shown."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

from cecli.core.contract import SCHEMA_VERSION, written
from cecli.core.dataclasses import dataclass, field, replace
from cecli.report.result import Group, Input, Interval, Notice, Result, Units, only
from cecli.report.undefined import undefined_notices

if TYPE_CHECKING:
    import pandas as pd

    from cecli.report import reliability as bins
    from cecli.report.curves import Curves
    from cecli.report.document import ReportDocument
    from cecli.report.fit import Fit
    from cecli.report.grouped.table import GroupTable
    from cecli.report.parts import Comparison, ModelSet, Row, Step
    from cecli.report.plots import Plots


class ClassNames(NamedTuple):
    """The classes of labels. If `has_positive`, the last is the positive one."""

    names: tuple[str, ...]
    has_positive: bool = False


class OfClass(NamedTuple):
    """Results about the rows of one class."""

    group: Group


# What a report is built from: in nats, but for sentences and derivations, which have its units.
Part: TypeAlias = (
    "Result | Notice | Group | GroupTable | OfClass | ClassNames | Row | Step | Comparison | "
    "ModelSet | Fit | Curves | bins.ReliabilityTable | bins.AtThreshold | bins.ModelResults | "
    "bins.MeasuredColumn"
)


class Head(NamedTuple):
    """What a report says about the command that made it.

    Attributes
    ----------
    columns : the name of each role's column, or the names of its columns.
    options : the options that change results; None for those that were not given.
    """

    command: str
    task: str
    units: Units
    columns: Mapping[str, str | Sequence[str]]
    options: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, repr=False)
class Report:
    """The report of one command. Results are already in `units`.

    Attributes
    ----------
    columns : the name of each role's column, or the names of its columns.
    classes, positive : the classes of labels; the positive one is None unless there are two.
    options : the given options that change results.
    per_class : results on the rows of each class.
    groups : results on the rows of each requested group, the worst first.
    explanation, rows, fit : the derivation, rows of the input, the fitted model; of few commands.
    comparisons, confidence_set : each model with the first; which of three or more may be best.
    reliability : mean prediction and observed rate in bins; a table for each class or model.
    thresholds : what follows from each threshold.
    models : the results of further models, in the order in which they were named.
    curves, drift : of calibration and ranking, or None; columns beside a reference, in bins.
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
    groups: Sequence[Group] = ()
    explanation: "tuple[Step, ...]" = ()
    rows: "tuple[Row, ...]" = ()
    fit: "Fit | None" = None
    comparisons: "tuple[Comparison, ...]" = ()
    confidence_set: "ModelSet | None" = None
    reliability: "tuple[bins.ReliabilityTable, ...]" = ()
    thresholds: "tuple[bins.AtThreshold, ...]" = ()
    models: "tuple[bins.ModelResults, ...]" = ()
    curves: "Curves | None" = None
    drift: "tuple[bins.ColumnDrift, ...]" = ()

    @classmethod
    def of(cls, head: Head, found: Input, parts: Sequence[Part]) -> "Report":
        """Return the report built from these parts; each kind of part keeps its order."""
        units, classes = head.units, ClassNames(())
        for part in only(ClassNames, parts):
            classes = part
        results = tuple(part.in_units(units) for part in only(Result, parts))
        per_class = tuple(part.group.in_units(units) for part in only(OfClass, parts))
        notices = only(Notice, parts)
        if len(found.paths) <= 1:
            # With a single input, the lines identify the places.
            notices = [replace(notice, places=()) for notice in notices]
        return cls(
            command=head.command,
            input=found,
            columns=head.columns,
            task=head.task,
            classes=classes.names,
            positive=classes.names[-1] if classes.has_positive else None,
            units=units,
            results=results,
            notices=(*notices, *undefined_notices(results, per_class)),
            options={name: value for name, value in head.options.items() if value is not None},
            per_class=per_class,
            **_rarer(parts, units),
        )

    def __repr__(self) -> str:
        paths = ", ".join(self.input.paths)
        said = f"{self.command} {paths}: {self.input.rows:,} rows"
        if not self.results:
            return f"<Report {said}, {len(self.groups):,} groups>"
        first = self.results[0]
        value = "undefined" if first.value is None else f"{first.value:.6g}"
        return f"<Report {said}, {first.name} {value}>"

    def __str__(self) -> str:
        """Return the tables that the command prints."""
        return as_tables(self)

    def _repr_html_(self) -> str:
        """Return the tables, and the picture if there is one, as notebooks show them."""
        html: str = import_module("cecli.renderers.html").fragment(self)
        return html

    @property
    def plot(self) -> "Plots":
        """The pictures of the report: `report.plot.reliability()`; `report.plot.names` has all."""
        from cecli.report.plots import Plots

        return Plots(self)

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

    def to_document(self) -> "ReportDocument":
        """Return the report in the shape of its JSON."""
        from cecli import __version__
        from cecli.report import document
        from cecli.report.parts import skipped_of
        from cecli.report.reliability import model_document, threshold_document

        return document.ReportDocument(
            schema_version=SCHEMA_VERSION,
            cecli=__version__,
            command=self.command,
            input=document.InputDocument(
                self.input.paths, self.input.rows, self.input.weight, skipped_of(self.input)
            ),
            columns={role: _names(columns) for role, columns in self.columns.items()},
            options=self.options,
            task=self.task,
            classes=self.classes,
            positive=self.positive,
            units=self.units,
            metrics=self.metrics,
            intervals=self.intervals,
            places={result.name: result.place for result in self.results if result.place},
            per_class=tuple(map(document.class_document, self.per_class)),
            comparisons=tuple(map(document.comparison_document, self.comparisons)),
            confidence_set=self.confidence_set,
            groups=document.GroupDocuments(self.groups),  # type: ignore[arg-type]
            curves=self.curves or {},
            explanation=self.explanation,
            rows=tuple(map(document.row_document, self.rows)),
            checks=(),
            notices=self.notices,
            fit=self.fit,
            reliability=self.reliability,
            thresholds=tuple(map(threshold_document, self.thresholds)),
            models=tuple(map(model_document, self.models)),
            drift=self.drift,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values, according to its schema.

        Infinities are the strings "Infinity" and "-Infinity"; undefined metrics are None.
        """
        return written(self.to_document())

    def to_json(self) -> str:
        """Return the report as JSON. The same input and options give the same bytes."""
        from cecli.core.json_text import json_text

        return json_text(self.to_document(), indent=True)

    def to_json_line(self) -> str:
        """Return the report as JSON on one line."""
        from cecli.core.json_text import json_text

        return json_text(self.to_document())

    def to_frame(self) -> "pd.DataFrame":
        """Return the metrics as a DataFrame: one row a metric, with value, se, lower and upper."""
        from cecli.report.frames import of_results

        return of_results(self.results)

    def groups_to_frame(self) -> "pd.DataFrame":
        """Return the metrics of each group as a DataFrame: one row a group and metric.

        The index has the values of the columns that form the groups, by which it is sorted, and the
        metric. The columns are those of `to_frame`, and the rows and the weight of the group.
        """
        from cecli.report.frames import of_groups

        return of_groups(sorted(self.groups, key=lambda group: tuple(group.key.values())))

    def classes_to_frame(self) -> "pd.DataFrame":
        """Return the metrics of each class, in their order, in the form of `groups_to_frame`."""
        from cecli.report.frames import of_groups

        return of_groups(self.per_class)

    def rows_to_frame(self) -> "pd.DataFrame":
        """Return the reported rows of the input as a DataFrame, in their order."""
        import pandas as pd

        return pd.DataFrame([row.to_record() for row in self.rows])


# Reports of other parts have the fields that few reports have.
USUAL = (Result, Notice, OfClass, ClassNames)


def _rarer(parts: Sequence[Any], units: Units) -> dict[str, Any]:
    if all(isinstance(part, USUAL) for part in parts):
        return {}
    from cecli.report.rarer import rarer_fields

    return rarer_fields(parts, units)


def as_tables(document: Any) -> str:
    """Return a document as the tables that its command prints, without colour.

    What renders documents stands above them, so that it is imported by name.
    """
    formats = import_module("cecli.renderers.formats")
    text: str = formats.TABLE.render(document, formats.Layout())
    return text.removesuffix("\n")


def _names(columns: str | Sequence[str]) -> str | tuple[str, ...]:
    return columns if isinstance(columns, str) else tuple(columns)
