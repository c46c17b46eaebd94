"""A report, as `--json` writes it and `cecli check` reads it back."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from cecli.checks.outcome import Verdict
from cecli.checks.rule import Limit
from cecli.report import Units
from cecli.schema.parts import Count, Document, Finite, Infinite, Notice, Number, Part, Skipped


class Input(Part):
    """What was read."""

    paths: list[str]
    rows: Annotated[Count, Field(description="rows that count")]
    weight: Finite
    skipped: Skipped


class Interval(Part):
    """A standard error and a confidence interval; null where the data do not allow one."""

    se: Annotated[Finite, Field(ge=0.0)] | Infinite | None
    lower: Number
    upper: Number
    level: Finite
    method: Annotated[
        Literal["bootstrap"] | None,
        Field(description="percentiles and standard deviation of replicates; else by a formula"),
    ] = None


class Class(Part):
    """Results about the rows of one class."""

    name: Annotated[str, Field(alias="class")]
    rows: Count
    weight: Finite
    metrics: dict[str, Number]


class Group(Part):
    """Results about the rows that have the values of `key` in these columns."""

    key: dict[str, str]
    metrics: dict[str, Number]
    intervals: dict[str, Interval] = Field(default_factory=dict)
    rows: Count | None = None
    weight: Finite | None = None
    is_small: Annotated[bool, Field(description="too few rows to say much")] = False


class Comparison(Part):
    """A model beside the baseline, on the same rows."""

    baseline: str
    model: str
    verdict: Literal["better", "worse", "equivalent", "not-worse", "undecided", "undefined"]
    sentence: str
    distribution: Literal["t", "normal", "anytime"]
    metrics: dict[str, Number]
    intervals: dict[str, Interval]


class Row(Part):
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


class Step(Part):
    """A line of the derivation."""

    name: str
    formula: str
    value: Finite | str | None
    agreement: str | None


class Check(Part):
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
    input: Input
    columns: dict[str, str | list[str]]
    options: dict[str, Finite | str | bool]
    task: str
    classes: list[str]
    positive: str | None
    units: Annotated[Units, Field(strict=False)]
    metrics: dict[str, Number]
    intervals: dict[str, Interval]
    places: Annotated[dict[str, str], Field(description="file:line of the row of a metric")]
    per_class: list[Class]
    groups: list[Group]
    curves: dict[str, object]
    explanation: list[Step]
    rows: list[Row] = Field(default=[], description="where the question is which they are")
    comparisons: list[Comparison] = Field(default=[], description="each with the first model")
    fit: Annotated[dict[str, object] | None, Field(description="a fit file of cecli apply")] = None
    checks: list[Check]
    notices: list[Notice]
    baseline: Annotated[str | None, Field(description="what was checked against")] = None
    passed: Annotated[bool | None, Field(description="of cecli check: all rules hold")] = None
