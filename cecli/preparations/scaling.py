"""How a role's numbers state probabilities."""

from dataclasses import dataclass, replace

from cecli.chunk import Chunk
from cecli.scales import Scale


@dataclass(frozen=True)
class Stated:
    """Remember the scale of a role's numbers."""

    role: str
    scale: Scale

    def __call__(self, chunk: Chunk) -> Chunk:
        return replace(chunk, scales={**chunk.scales, self.role: self.scale})
