"""What several documents are made of."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from cecli.report import SCHEMA_VERSION


class Part(BaseModel):
    """A part of a document. Strict: a true is no number, a text no number either.

    What is not known is passed over, for a later minor version may have added it.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


Finite = Annotated[float, Field(allow_inf_nan=False)]
Infinite = Literal["Infinity", "-Infinity"]
# JSON has no infinity; undefined is null.
Number = Finite | Infinite | None
Count = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Document(Part):
    """What every document begins with."""

    schema_version: Literal[SCHEMA_VERSION]  # type: ignore[valid-type]
    cecli: Annotated[str, Field(description="the version of cecli that wrote it")]


class Skipped(Part):
    """Rows that were left out, by the code of the reason."""

    rows: Count
    reasons: dict[str, Count]


class Notice(Part):
    """A counted remark on the data or the request."""

    code: Annotated[str, Field(description="stable, for programs")]
    message: str
    count: Count | None
    rows: Annotated[list[Count], Field(description="lines of the first such rows")]
    places: list[str] = []
