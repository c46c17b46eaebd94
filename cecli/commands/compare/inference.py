"""What a kind of inference is: from the states of the rows to intervals and p-values.

There are two kinds: for one look (`one_look`), and for any number of looks (`anytime`).
"""

from collections.abc import Sequence
from typing import Any, Protocol

from cecli.commands.compare.conclusion import Tests
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Draws
from cecli.metrics.paired.losses import Paired
from cecli.report.result import Interval, Result, Undefined
from cecli.statistics.mean import Mean


class DifferenceEstimate(Protocol):
    """What the rows say about a mean difference: of at least two draws, and finite."""

    @property
    def agreement(self) -> str:
        """Why the losses of both models count as equal; empty if they do not."""
        ...

    @property
    def evidence(self) -> Sequence[Result]:
        """Results beside the p-values."""
        ...

    def distribution(self) -> tuple[str, str]:
        """Return the distribution of p-values: its name for programs, and its description."""
        ...

    def interval(self, level: float) -> Interval:
        """Return the interval of the mean difference."""
        ...

    def tests(self, margin: float | None) -> Tests:
        """Return the p-values."""
        ...

    def detectable(self, level: float) -> float | None:
        """Return the difference that as many fresh rows would find with a probability of 80 %.

        None if that is not known.
        """
        ...


class Inference(Protocol):
    """A kind of inference.

    Attributes
    ----------
    level : of a single interval.
    """

    @property
    def level(self) -> float: ...

    def means(self, paired: Paired) -> Sequence[Mean]:
        """Return the means that it needs beside those of the report; groups have them, too."""
        ...

    def statistics(self, paired: Paired) -> Sequence[Statistic[Any]]:
        """Return what else it needs of all rows."""
        ...

    def estimate(
        self, paired: Paired, draws: Draws, states: States
    ) -> DifferenceEstimate | Undefined:
        """Return the estimate, or why there is none."""
        ...
