"""What to do with rows of one input whose key the other does not have."""

from enum import StrEnum


class OnUnmatched(StrEnum):
    """What `--on-unmatched` takes."""

    ERROR = "error"
    SKIP = "skip"
