"""The JSON of documents whose values have another shape."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, overload

from cecli.core.contract import (
    Bounds,
    Count,
    InJson,
    Key,
    Many,
    Number,
    Presence,
    Says,
    SchemaVersion,
    Writer,
    stated,
)
from cecli.core.dataclasses import dataclass, field
from cecli.core.errors import Failure
from cecli.core.json_text import text_of
from cecli.report.checks import CheckDocument
from cecli.report.parts import Comparison, Conclusion, Distribution, ModelSet, Row, Skipped, Step
from cecli.report.reliability import ColumnDrift, Models, Tables, Thresholds
from cecli.report.result import (
    Group,
    Interval,
    Notice,
    Units,
    intervals_of,
    metrics_of,
)

# JSON has the value of an enumeration's member as a string.
ByText = Bounds(strict=False)
COMMANDS = Literal[
    "score", "calibration", "kl", "entropy", "compare", "worst", "slices", "fit", "report", "drift"
]
Metrics = Mapping[str, Number]
Intervals = Mapping[str, Interval]
OptionalNumber = Annotated[float | None, Presence.LEFT_OUT]
OptionalDistribution = Annotated[Distribution | None, Presence.LEFT_OUT]


class CurvesInJson:
    """Curves, whose classes are imported where they are read: few reports have any.

    A later version may have more of them.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from cecli.report.curves import Curves

        return handler.generate_schema(Curves)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {**handler.resolve_ref_schema(handler(schema)), "additionalProperties": True}


@stated
@dataclass(frozen=True)
class InputDocument:
    """The input that was read."""

    paths: Many[str]
    rows: Annotated[Count, Says("usable rows, those of weight 0 included")]
    weight: float
    skipped: Skipped


@stated
@dataclass(frozen=True)
class ClassDocument:
    """Results on the rows of one class."""

    name: Annotated[str, Key("class")]
    rows: Count
    weight: float
    metrics: Metrics


@stated
@dataclass(frozen=True, kw_only=True)
class GroupDocument:
    """Results on the rows whose columns have the values of `key`."""

    key: Mapping[str, str]
    rows: Count | None = None
    weight: float | None = None
    is_small: Annotated[bool, Says("too few rows for reliable results")] = False
    metrics: Metrics
    intervals: Intervals = field(default_factory=dict)


@stated
@dataclass(frozen=True)
class ComparisonDocument:
    """A model compared with the baseline on the same rows."""

    baseline: str
    model: str
    verdict: Annotated[str, InJson(Literal[*map(str, Conclusion)])]
    sentence: str
    distribution: Annotated[str, InJson(Literal["t", "normal", "signs", "anytime", "none"])]
    metrics: Metrics
    intervals: Intervals


@stated
@dataclass(frozen=True, kw_only=True)
class RowDocument:
    """A row of the input: its place, its loss, and its prediction."""

    source: str
    line: Count
    loss: Number
    label: Annotated[str | None, Presence.LEFT_OUT] = None
    target: OptionalDistribution = None
    prob: OptionalDistribution = None
    log_prob: OptionalNumber = None
    weight: OptionalNumber = None
    count: Annotated[Count | None, Presence.LEFT_OUT] = None
    show: Annotated[Mapping[str, str], Says("the cells of the requested columns")]


@stated
@dataclass(frozen=True, kw_only=True)
class ReportDocument:
    """A report."""

    schema_version: SchemaVersion
    cecli: Writer
    command: Annotated[str, InJson(COMMANDS)]
    input: InputDocument
    columns: Mapping[str, str | Many[str]]
    options: Mapping[str, float | str | bool]
    task: str
    classes: Many[str]
    positive: str | None
    units: Annotated[Units, ByText]
    metrics: Metrics
    intervals: Intervals
    places: Annotated[Mapping[str, str], Says("file:line of the row of a metric")]
    per_class: Many[ClassDocument]
    comparisons: Annotated[Many[ComparisonDocument], Says("each model with the first")] = ()
    confidence_set: Annotated[
        ModelSet | None, Presence.LEFT_OUT, Says("of three models or more: which may be the best")
    ] = None
    groups: Many[GroupDocument]
    # `Curves`; nothing at all where a report that was not read has none.
    curves: Annotated[Any, CurvesInJson()]
    explanation: Many[Step]
    rows: Annotated[Many[RowDocument], Says("the rows that the command reports")] = ()
    checks: Many[CheckDocument]
    notices: Many[Notice]
    # `Fit` states its contents; `cecli apply` reads it.
    fit: Annotated[
        object,
        InJson(dict[str, object] | None),
        Presence.LEFT_OUT,
        Says("a fit file of cecli apply"),
    ] = None
    reliability: Tables = ()
    thresholds: Thresholds = ()
    models: Models = ()
    drift: Annotated[
        Many[ColumnDrift], Presence.LEFT_OUT, Says("each column beside the reference, by its bins")
    ] = ()
    baseline: Annotated[
        str | None, Presence.LEFT_OUT, Says("the report that was checked against")
    ] = None
    configuration: Annotated[
        str | None, Presence.LEFT_OUT, Says("the file whose rules and options were obeyed")
    ] = None
    passed: Annotated[
        bool | None,
        Presence.LEFT_OUT,
        Says("for cecli check: whether all rules hold, but for those that only warn"),
    ] = None


@stated
@dataclass(frozen=True)
class ErrorDocument:
    """An error."""

    schema_version: SchemaVersion
    cecli: Writer
    error: Failure


def class_document(group: Group) -> ClassDocument:
    """Return the results on the rows of a class in the shape of their JSON."""
    return ClassDocument(group.key["class"], group.rows, group.weight, metrics_of(group.results))


def group_document(group: Group) -> GroupDocument:
    """Return the results on the rows of a group in the shape of their JSON."""
    return GroupDocument(
        key=group.key,
        rows=group.rows,
        weight=group.weight,
        is_small=group.is_small,
        metrics=metrics_of(group.results),
        intervals=intervals_of(group.results),
    )


class GroupDocuments(Sequence[GroupDocument]):
    """The documents of groups, each made when it is looked at: there may be very many."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = groups

    def __len__(self) -> int:
        return len(self._groups)

    @overload
    def __getitem__(self, place: int) -> GroupDocument: ...
    @overload
    def __getitem__(self, place: slice) -> list[GroupDocument]: ...
    def __getitem__(self, place: int | slice) -> GroupDocument | list[GroupDocument]:
        if isinstance(place, slice):
            return list(map(group_document, self._groups[place]))
        return group_document(self._groups[place])

    def __iter__(self) -> Iterator[GroupDocument]:
        return map(group_document, self._groups)

    def json_texts(self, newline: str) -> Iterator[str]:
        """Yield the JSON of each, whose line begins with some spaces; see `core.json_text`."""
        # Imported here, because few reports have so many groups.
        from cecli.report.grouped.table import GroupTable
        from cecli.report.grouped.texts import group_texts

        if not isinstance(self._groups, GroupTable):
            return (text_of(document, newline) for document in self)
        return group_texts(self._groups, group_document, newline)


def comparison_document(comparison: Comparison) -> ComparisonDocument:
    """Return a comparison in the shape of its JSON."""
    return ComparisonDocument(
        comparison.baseline,
        comparison.model,
        comparison.verdict,
        comparison.sentence,
        comparison.distribution,
        metrics_of(comparison.results),
        intervals_of(comparison.results),
    )


def row_document(row: Row) -> RowDocument:
    """Return a row in the shape of its JSON, with one key for each role of its prediction."""
    prediction: Mapping[str, Any] = row.prediction
    return RowDocument(
        source=row.source,
        line=row.line,
        loss=row.loss,
        label=prediction.get("label"),
        target=prediction.get("target"),
        prob=prediction.get("prob"),
        log_prob=prediction.get("log_prob"),
        weight=row.weight,
        count=row.count,
        show=row.shown,
    )
