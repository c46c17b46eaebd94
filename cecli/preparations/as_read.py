"""Numbers as they were read, beside those that further preparations make of them."""

from collections.abc import Sequence

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass


def as_read(role: str) -> str:
    """Return the name under which the numbers of a role are kept."""
    return f"{role} as read"


@dataclass(frozen=True)
class AsRead:
    """Keep the numbers of some roles, before they are clipped, or divided by their sum."""

    roles: Sequence[str]

    def __call__(self, chunk: Chunk) -> Chunk:
        return chunk.with_numbers(**{as_read(role): chunk.numbers[role] for role in self.roles})
