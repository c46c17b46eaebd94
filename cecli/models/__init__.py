"""Models that recalibrate probabilities: what each predicts, and how it is fitted.

A model is fitted in a dialogue: its `fit` is a generator that asks for a statistic, is sent the
statistic's state over all rows, and asks again, until it returns the recalibration. So it needs to
know nothing of files, chunks and workers, and many fits can share each pass over the rows.
"""

from collections.abc import Generator
from typing import Any, Protocol, TypeVar

from cecli.chunk import Chunk
from cecli.numerics.distributions import Distributions
from cecli.statistics import Statistic

T = TypeVar("T")
Dialogue = Generator[Statistic[Any], Any, T]


class Recalibration(Protocol):
    """What a fitted model makes of the predictions in a chunk."""

    def distributions(self, chunk: Chunk) -> Distributions:
        """Return the recalibrated predictions, one distribution a row."""
        ...
