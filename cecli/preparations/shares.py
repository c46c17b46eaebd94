"""From amounts to shares of a total, for columns that are distributions over the rows."""

from dataclasses import dataclass

from cecli.chunk import Chunk
from cecli.numerics.shares import share_difference

# The role under which an accurate q − p is kept.
DIFFERENCE = "difference"


@dataclass(frozen=True)
class Shares:
    """Divide p and q by their totals over all rows, and keep their difference accurately."""

    p_total: float
    q_total: float

    def __call__(self, chunk: Chunk) -> Chunk:
        p, q = chunk.numbers["p"], chunk.numbers["q"]
        return chunk.with_numbers(
            p=p / self.p_total,
            q=q / self.q_total,
            **{DIFFERENCE: share_difference(p, self.p_total, q, self.q_total)},
        )
