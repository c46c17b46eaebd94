"""The JSON that cecli writes and reads back, as models."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from cecli.commands.check.outcome import Verdict
from cecli.commands.check.rule import Limit
from cecli.report.report import SCHEMA_VERSION
from cecli.report.result import Direction, Units


class DocumentPart(BaseModel):
    """A part of a document. Strict: a true is no number, a text no number either.

    What is not known is passed over, for a later minor version may have added it.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


Finite = Annotated[float, Field(allow_inf_nan=False)]
Infinite = Literal["Infinity", "-Infinity"]
# JSON has no infinity; undefined is null.
Number = Finite | Infinite | None
Count = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Document(DocumentPart):
    """What every document begins with."""

    schema_version: Literal[SCHEMA_VERSION]  # type: ignore[valid-type]
    cecli: Annotated[str, Field(description="the version of cecli that wrote it")]


class Skipped(DocumentPart):
    """Rows that were left out, by the code of the reason."""

    rows: Count
    reasons: dict[str, Count]


class NoticeDocument(DocumentPart):
    """A counted remark on the data or the request."""

    code: Annotated[str, Field(description="stable, for programs")]
    message: str
    count: Count | None
    rows: Annotated[list[Count], Field(description="lines of the first such rows")]
    places: list[str] = []


class InputDocument(DocumentPart):
    """What was read."""

    paths: list[str]
    rows: Annotated[Count, Field(description="rows that count")]
    weight: Finite
    skipped: Skipped


class IntervalDocument(DocumentPart):
    """A standard error and a confidence interval; null where the data do not allow one."""

    se: Annotated[Finite, Field(ge=0.0)] | Infinite | None
    lower: Number
    upper: Number
    level: Finite
    method: Annotated[
        Literal["bootstrap"] | None,
        Field(description="percentiles and standard deviation of replicates; else by a formula"),
    ] = None


class Class(DocumentPart):
    """Results about the rows of one class."""

    name: Annotated[str, Field(alias="class")]
    rows: Count
    weight: Finite
    metrics: dict[str, Number]


class GroupDocument(DocumentPart):
    """Results about the rows that have the values of `key` in these columns."""

    key: dict[str, str]
    metrics: dict[str, Number]
    intervals: dict[str, IntervalDocument] = Field(default_factory=dict)
    rows: Count | None = None
    weight: Finite | None = None
    is_small: Annotated[bool, Field(description="too few rows to say much")] = False


class ComparisonDocument(DocumentPart):
    """A model beside the baseline, on the same rows."""

    baseline: str
    model: str
    verdict: Literal["better", "worse", "equivalent", "not-worse", "undecided", "undefined"]
    sentence: str
    distribution: Literal["t", "normal", "anytime"]
    metrics: dict[str, Number]
    intervals: dict[str, IntervalDocument]


class RowDocument(DocumentPart):
    """A row of the input: where it is, what it cost, and why."""

    source: str
    line: Count
    loss: Number
    label: str | None = None
    target: Finite | dict[str, Finite] | None = None
    prob: Finite | dict[str, Finite] | None = None
    log_prob: Finite | None = None
    weight: Finite | None = None
    show: Annotated[dict[str, str], Field(description="the columns that were asked for")]


class StepDocument(DocumentPart):
    """A line of the derivation."""

    name: str
    formula: str
    value: Finite | str | None
    agreement: str | None


class Check(DocumentPart):
    """What became of a rule."""

    metric: str
    by: Annotated[str | None, Field(description="the column of the groups that must obey")]
    limit: Annotated[Limit, Field(strict=False)]
    amount: Finite
    percent: bool
    confidence: Finite | None
    verdict: Annotated[Verdict, Field(strict=False)]
    passed: bool
    reason: str
    value: Number
    baseline: Number
    change: Number
    lower: Number
    upper: Number
    group: Annotated[str | None, Field(description="the worst group")]
    groups: Count | None
    failed_groups: Count | None
    file: str | None
    line: Count | None


class ReportDocument(Document):
    """A report."""

    model_config = ConfigDict(title="report")

    command: Literal["score", "kl", "entropy", "compare", "worst", "fit"]
    input: InputDocument
    columns: dict[str, str | list[str]]
    options: dict[str, Finite | str | bool]
    task: str
    classes: list[str]
    positive: str | None
    units: Annotated[Units, Field(strict=False)]
    metrics: dict[str, Number]
    intervals: dict[str, IntervalDocument]
    places: Annotated[dict[str, str], Field(description="file:line of the row of a metric")]
    per_class: list[Class]
    groups: list[GroupDocument]
    curves: dict[str, object]
    explanation: list[StepDocument]
    rows: list[RowDocument] = Field(default=[], description="where the question is which they are")
    comparisons: list[ComparisonDocument] = Field(
        default=[], description="each with the first model"
    )
    fit: Annotated[dict[str, object] | None, Field(description="a fit file of cecli apply")] = None
    checks: list[Check]
    notices: list[NoticeDocument]
    baseline: Annotated[str | None, Field(description="what was checked against")] = None
    passed: Annotated[bool | None, Field(description="of cecli check: all rules hold")] = None


class Inspected(DocumentPart):
    """What was read."""

    paths: list[str]
    rows: Count
    complete: bool
    skipped: Skipped


class ColumnDocument(DocumentPart):
    """A column, and what it could be."""

    name: str
    kind: str
    role: str
    missing: Count
    distinct: Count | None
    low: Number
    high: Number
    first: list[str]


class InspectionDocument(Document):
    """What is in a file."""

    model_config = ConfigDict(title="inspection")

    command: Literal["inspect"]
    input: Inspected
    columns: list[ColumnDocument]
    advice: list[str]
    notices: list[NoticeDocument]


class DefinitionDocument(DocumentPart):
    """What a metric is."""

    name: str
    meaning: str
    formula: str
    unit: str
    direction: Annotated[Direction, Field(strict=False, description="which values are better")]
    low: Number
    high: Number
    also: Annotated[list[str], Field(description="other names")]
    streams: Annotated[str, Field(description="how it is had in one pass: exactly, or how nearly")]


class DefinitionsDocument(Document):
    """The definitions of metrics."""

    model_config = ConfigDict(title="definitions")

    command: Literal["metrics"]
    definitions: list[DefinitionDocument]


class Error(DocumentPart):
    """What is wrong, where, and what to do about it."""

    kind: Annotated[str, Field(description="usage, column, input, row, interrupted or bug")]
    what: str
    where: Annotated[str, Field(description="file or file:line; empty where it is about neither")]
    hint: str
    reason: Annotated[str, Field(description="a code of why a row cannot be used, or empty")]
    exit_code: int


class ErrorDocument(Document):
    """An error."""

    model_config = ConfigDict(title="error")

    error: Error
