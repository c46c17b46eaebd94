"""The configuration: every key is called as the option that it is the default of."""

from typing import Annotated, Literal

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field

Texts = str | list[str]
Share = Annotated[float, Field(gt=0.0, lt=1.0, allow_inf_nan=False)]
Amount = Annotated[float, Field(allow_inf_nan=False)] | str
Undecided = Literal["fail", "pass"]


class ConfigTable(BaseModel):
    """A table of the file. What is not known in it is a mistake."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        alias_generator=AliasGenerator(alias=lambda name: name.replace("_", "-")),
    )


class CheckTable(ConfigTable):
    """A metric, and one bound or more that it must obey."""

    metric: Annotated[str, Field(description="its name, or NAME@COLUMN")]
    by: Annotated[
        str | None, Field(min_length=1, description="a column: each of its groups must obey")
    ] = None
    max: Amount | None = None
    min: Amount | None = None
    max_increase: Annotated[Amount | None, Field(description='0.002, or "1%"')] = None
    max_decrease: Amount | None = None
    max_worsening: Annotated[
        Amount | None, Field(description="in the direction that is worse for the metric")
    ] = None
    confidence: Share | None = None
    undecided: Undecided | None = None


class Options(ConfigTable):
    """Defaults of options. Names of fields are those of the command line's parameters."""

    label: str | None = None
    target: Texts | None = None
    prob: Texts | None = None
    log_prob: str | None = None
    n_bytes: Annotated[str | None, Field(alias="bytes")] = None
    weight: str | None = None
    positive: str | None = None
    scale: Annotated[str | None, Field(alias="from")] = None
    normalize: bool | None = None
    base_rate: float | None = None
    clip: float | None = None
    by: Texts | None = None
    cluster: str | None = None
    level: Share | None = None
    min_count: Annotated[int | None, Field(ge=0)] = None
    max_groups: Annotated[int | None, Field(ge=1)] = None
    bootstrap: Annotated[int | None, Field(ge=1)] = None
    seed: Annotated[int | None, Field(ge=0)] = None
    units: Literal["nats", "bits"] | None = None
    delimiter: str | None = None
    quotechar: str | None = None
    comment: str | None = None
    encoding: str | None = None
    no_header: bool | None = None
    missing: Texts | None = None
    on_bad_row: Literal["error", "skip"] | None = None
    max_bad: str | int | None = None
    files: Annotated[Texts | None, Field(description="what cecli check checks")] = None
    baseline: Annotated[str | None, Field(description="a report, as --json writes it")] = None
    baseline_file: Annotated[
        str | None, Field(description="predictions that changes are from, row by row")
    ] = None
    id: Annotated[str | None, Field(description="the key of the rows of both")] = None
    confidence: Share | None = None
    undecided: Undecided | None = None
    require_rows: Annotated[int | None, Field(ge=1)] = None
    max_skipped: str | int | None = None
    export: Annotated[Texts | None, Field(description="FORMAT=PATH")] = None


class ProfileTable(Options):
    """Options and rules in place of those outside, on request: `cecli check --profile NAME`."""

    check: list[CheckTable] = []


class ConfigDocument(ProfileTable):
    """The whole configuration."""

    model_config = ConfigDict(title="config")

    profiles: dict[str, ProfileTable] = {}
