"""An error for machines."""

from typing import Annotated

from pydantic import ConfigDict, Field

from cecli.schema.parts import Document, Part


class Error(Part):
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
