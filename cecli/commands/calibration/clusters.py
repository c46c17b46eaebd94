"""Rows that depend on each other within clusters: what one more pass over them tells."""

from collections.abc import Generator, Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

import numpy as np

from cecli.commands.fit.recalibrations import Dialogue
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass, replace
from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Spread
from cecli.intervals.formula import Formula
from cecli.intervals.sampling import Sampling
from cecli.metrics.calibration_tests.of_scores import BINARY
from cecli.metrics.cells.bracket import Bracketed
from cecli.metrics.cells.cumulative import ECCE_P_VALUE, ECCE_SIGMA
from cecli.metrics.cells.ranking import AUC, GINI, RANKING
from cecli.metrics.metric import Measured, Metric
from cecli.metrics.reliability.clustered_auc import clustered_auc
from cecli.metrics.reliability.flipped_signs import ClusterSums
from cecli.metrics.reliability.placements import Placements
from cecli.metrics.reliability.stretches import differences
from cecli.numerics.resampling import outputs
from cecli.options.scoring import CLUSTER
from cecli.report.result import Answer, Interval, Notice, Result, Undefined
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.group_totals import GroupTotalsState
from cecli.statistics.mean import WEIGHT

# Rows of a file are put together at random to as many clusters as are kept in memory.
UNIT_BITS = 19
LEFT_OUT = (
    "intervals and p-values are over {}. What holds for independent rows alone is left out: the "
    "draws of labels, and the intervals of rates in bins and over thresholds"
)
NO_DRAWS = Undefined(
    "labels are drawn row by row, as if the rows of a cluster did not depend on each other"
)


def by_cluster(*, by_row: bool) -> Notice:
    """Return the notice of rows that depend on each other.

    Parameters
    ----------
    by_row : whether they are the events of one row of a file.
    """
    units = "rows of the file" if by_row else "clusters, whose rows may depend on each other"
    return Notice("by-cluster", LEFT_OUT.format(units))


@dataclass(frozen=True)
class RowsAsClusters:
    """Make a cluster of each row of a file, whose events may depend on each other."""

    def __call__(self, chunk: Chunk) -> Chunk:
        digest = blake2b(chunk.source.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        start = np.frombuffer(digest, dtype="<u8")
        words = outputs(start, chunk.lines.astype(np.uint64)) >> np.uint64(64 - UNIT_BITS)
        used, codes = np.unique(words, return_inverse=True)
        return chunk.with_texts(
            **{CLUSTER: Coded(codes.reshape(-1), tuple(map(str, used.tolist())))}
        )


class Apart(Finding, Protocol):
    """A finding about the rows of each class, or of each group, apart."""

    def differences(self, states: States, clusters: int, source: str) -> Sequence[Statistic[Any]]:
        """Return what is summed over clusters, once the cells of the rows are known."""
        ...

    def between_clusters(self, found: Sequence[GroupTotalsState], states: States) -> Finding:
        """Return the same finding with p-values between clusters."""
        ...


@dataclass(frozen=True)
class BetweenClusters:
    """What is asked and found between clusters, in place of what holds for independent rows.

    Attributes
    ----------
    sampling : intervals of means between clusters.
    source : the name of the input.
    soft : whether targets are probabilities, which have neither tests nor a ranking.
    """

    sampling: Formula
    source: str
    soft: bool

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        """The statistics of the first pass: those of tests of independent rows."""
        tests = () if self.soft else (ECCE_P_VALUE, *BINARY)
        return [statistic for metric in tests for statistic in metric.statistics]

    def degrees(self, states: States) -> float:
        return self.sampling.draws.degrees(states)

    def dialogues(self, states: States, apart: Sequence[Apart]) -> list[Dialogue[Any]]:
        """Return what to ask of the rows once their cells are known; see `found`."""
        number = self.sampling.draws.number(states)
        some = (each.differences(states, number, self.source) for each in apart)
        every = [] if self.soft else [differences(states[CELLS].cells, number, self.source)]
        asked = [self._auc(states), *map(_asking, every)]
        return [*asked, *(_asking(statistic) for statistics in some for statistic in statistics)]

    def found(self, answers: Sequence[Any], states: States, apart: Sequence[Apart]) -> "Between":
        """Return what the answers to `dialogues` tell."""
        spread, *rest = answers
        sums = None if self.soft else ClusterSums.of(rest.pop(0))
        parts = []
        for each in apart:
            number = len(each.differences(states, 0, self.source))
            parts.append(each.between_clusters(rest[:number], states))
            rest = rest[number:]
        return Between(self.sampling, sums, spread, parts)

    def _auc(self, states: States) -> Generator[Statistic[Any], Any, Spread | None]:
        """Ask for the placements of each cluster's rows, and return the error of the AUC."""
        cells = states[CELLS].cells
        if self.soft or not (cells.events.any() and cells.others.any()):
            return None
        error = clustered_auc(Placements.over(cells), self.source)
        state = yield error.statistic
        return error.spread(state)


def _asking(statistic: Statistic[Any]) -> Generator[Statistic[Any], Any, Any]:
    """Ask for one statistic, and return its state."""
    return (yield statistic)


class Between(NamedTuple):
    """What was found between clusters.

    Attributes
    ----------
    sums : the differences of each cluster; None for soft labels.
    spread : the error of the AUC; None if there is none.
    apart : findings about classes and groups apart.
    """

    sampling: Formula
    sums: ClusterSums | None
    spread: Spread | None
    apart: Sequence[Finding]

    def tests(self, states: States) -> Iterator[Result]:
        """Yield the results of tests of calibration."""
        sums = self.sums
        if sums is None:
            return
        yield _named(ECCE_SIGMA, SIGMA, sums.spread / float(states[WEIGHT].total))
        yield _named(ECCE_P_VALUE, BY_SIGNS, sums.range_p_value(ECCE_P_VALUE.answer(states)))
        tested = (sums.of_loss, sums.of_squares, sums.of_line)
        for of_sums, value, p_value in zip(tested, BINARY[::2], BINARY[1::2], strict=True):
            found = of_sums(p_value.answer(states))
            yield _named(value, BETWEEN[value.name], found.value)
            yield _named(p_value, BY_SIGNS, found.p_value)

    @property
    def ranking(self) -> list[Finding]:
        """The findings of the ranking; the error of the AUC is that between clusters."""
        return [
            Ranked(each, self.sampling, self.spread)
            if each in TESTED
            else Measured(each.value, self.sampling)
            for each in RANKING
        ]


# The metrics of ranking that have an interval.
TESTED = (AUC, GINI)
SIGMA = "its unit: what chance moves the sum of all differences, between clusters"
BY_SIGNS = "hypothesis: the predictions are calibrated; by the signs of clusters"
BETWEEN = {
    "calibration_z": "cross_entropy against prediction_entropy, in standard errors of clusters",
    "spiegelhalter_z": "brier against its expectation, in standard errors of clusters",
    "calibration_chi2": "of slope 1 and intercept 0, by a score test between clusters",
}


def _named(metric: Metric, meaning: str, answer: Answer) -> Result:
    if isinstance(answer, Undefined):
        return Result(metric.name, meaning, None, metric.measure, undefined=answer.reason)
    return Result(metric.name, meaning, answer, metric.measure)


@dataclass(frozen=True)
class Ranked:
    """Yields the AUC, or the Gini coefficient, with the interval of a known error."""

    of: Bracketed
    sampling: Formula
    spread: Spread | None

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return self._measured.statistics

    @property
    def _measured(self) -> Measured:
        return Measured(self.of.value, self.sampling)

    def finish(self, states: States) -> Iterator[Result]:
        for result in self._measured.finish(states):
            is_value = result.name == self.of.value.name and result.value is not None
            yield replace(result, interval=self._interval(states)) if is_value else result

    def _interval(self, states: States) -> Interval:
        none = Interval(None, None, None, self.sampling.level)
        value = AUC.value.answer(states)
        if self.spread is None or isinstance(value, Undefined):
            return none
        definition = AUC.value.definition
        found = self.sampling.around(definition, value, self.spread, None, states)
        if self.of is AUC or found.lower is None or found.upper is None:
            return found
        se = None if found.se is None else 2.0 * found.se
        ends = 2.0 * found.lower - 1.0, 2.0 * found.upper - 1.0
        return replace(none, se=se).between(*ends)


def between_clusters(
    sampling: Sampling, source: str, *, soft: bool, dependent: bool
) -> BetweenClusters | None:
    """Return what is found between clusters; None if rows are independent."""
    if not (dependent and isinstance(sampling, Formula)):
        return None
    return BetweenClusters(sampling, source, soft)
