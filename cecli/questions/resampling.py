"""The options --bootstrap and --seed."""

from collections.abc import Sequence
from dataclasses import dataclass

from cecli.answer import Detail
from cecli.errors import UsageError
from cecli.metrics import Metric
from cecli.metrics.percentiles import least_replicates

# Beyond it the noise of the bootstrap itself is far below 1 % of a standard error.
MOST_REPLICATES = 10_000
# Always the same, so that the same command gives the same bytes.
SEED = 0


@dataclass(frozen=True)
class Resampling:
    """How many replicates of the rows intervals rest on, and which."""

    replicates: int
    seed: int

    def validate(self, level: float) -> None:
        """Raise a UsageError if these are too few for intervals of a level, or far too many."""
        least = least_replicates(level)
        if self.replicates < least:
            raise UsageError(
                f"--bootstrap {self.replicates}: intervals of level {level:g} need {least:,} "
                "replicates or more",
                hint="1000 is usual",
            )
        if self.replicates > MOST_REPLICATES:
            raise UsageError(
                f"--bootstrap {self.replicates}: {MOST_REPLICATES:,} replicates are the most",
                hint="1000 tell a standard error to about 2 %, 10000 to less than 1 %",
            )
        if not 0 <= self.seed < 2**63:
            raise UsageError(f"--seed {self.seed}: a whole number from 0 to 2^63 - 1")

    def detail(self, metrics: Sequence[Metric], cluster: str | None, level: float) -> Detail:
        """Return what adds the intervals of metrics to a report.

        Parameters
        ----------
        cluster : the role of the column whose values tell which rows come and go together.
        """
        # Most questions have no replicates: they do not wait for what makes them.
        from cecli.metrics.bootstrap import bootstrapped
        from cecli.statistics.replicates import ByText, by_place

        keys = by_place if cluster is None else ByText(cluster)
        return bootstrapped(metrics, keys, self.replicates, self.seed, level)


def resampling_of(replicates: int | None, seed: int | None) -> Resampling | None:
    """Return what was asked for, or None where intervals are to come from formulas.

    Raises
    ------
    UsageError
        If there is a seed and nothing to be drawn.
    """
    if replicates is not None:
        return Resampling(replicates, SEED if seed is None else seed)
    if seed is not None:
        raise UsageError(
            "--seed goes with --bootstrap: nothing else is drawn", hint="--bootstrap 1000"
        )
    return None
