"""How a role's numbers state probabilities."""

from dataclasses import dataclass, replace

from cecli.chunk import Chunk
from cecli.scales import Scale


@dataclass(frozen=True)
class Stated:
    """Remember the scale of a role's numbers; percentages become probabilities."""

    role: str
    scale: Scale

    def __call__(self, chunk: Chunk) -> Chunk:
        if self.scale is Scale.PERCENT:
            return chunk.with_numbers(**{self.role: chunk.numbers[self.role] / 100.0})
        return replace(chunk, scales={**chunk.scales, self.role: self.scale})
