"""An error in the place of a state, so that it reaches the report on any engine.

An engine would try the rows again, and wrap an error that is raised in its own.
"""

import json

from cecli.core.errors import (
    CecliError,
    ColumnError,
    InputError,
    MissingExtraError,
    RowError,
    UnreadableError,
    UsageError,
)

FAILED = b"CECLIERROR"
KINDS = {
    kind.__name__: kind
    for kind in (
        *(CecliError, UsageError, ColumnError, MissingExtraError),
        *(InputError, UnreadableError, RowError),
    )
}


def written_error(error: CecliError) -> bytes:
    """Return an error as bytes; equal errors have equal bytes."""
    told = (error.what, error.where, error.hint, str(error.reason))
    text = [type(error).__name__, *told, error.column, error.value]
    return FAILED + json.dumps(text).encode("ascii")


def error_of(content: bytes) -> CecliError | None:
    """Return the error that bytes stand for; None if they are those of something else."""
    if not content.startswith(FAILED):
        return None
    kind, what, where, hint, reason, column, value = json.loads(content[len(FAILED) :])
    return KINDS[kind](what, where, hint, reason, (), column, value)


def first_error(contents: list[bytes]) -> bytes | None:
    """Return the error among some states, the same one whatever their order; None if none is."""
    return min((content for content in contents if content.startswith(FAILED)), default=None)
