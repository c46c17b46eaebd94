"""The statistics of a comparison of models on the same rows, from one compiled pass for each pair.

Each statistic can also summarize a chunk by itself, with the same bits, and does so if this pass
was not built or does not apply: to weights, soft labels, several classes and tokens.
"""

from collections.abc import Collection, Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple, Self

import numpy as np

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import Joint, Statistic
from cecli.kernels.moments import Moments, added, mean_of, share_of, weights_of
from cecli.metrics.base_rate import BASE_RATE
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.paired.few_values import MOST, FewValuesState
from cecli.metrics.paired.losses import BASELINE, Against, Difference, Paired, PredictedDifference
from cecli.metrics.paired.neighbours import Neighbours, NeighboursState, ends_of
from cecli.numerics.sums.exact import COMPILED_SHIFT
from cecli.statistics.first_rows import NO_ROWS, USED_LINES, UsedLinesState
from cecli.statistics.mean import WEIGHT, Mean, WeightState

try:
    from cecli.kernels import paired_sums
except ImportError:
    paired_sums = None  # type: ignore[assignment]

KNOWN_SCALES = (Scale.PROBABILITY, Scale.LOGIT)
# The means of a pair whose sums the pass has, by the names in `paired_sums.SumsOfPairs`.
MEANS = ("baseline", "model", "difference", "expected", "variance", "fourth", "energy")


class Pair(NamedTuple):
    """The roles of a model's predictions, and of those that it is compared with."""

    model: str
    baseline: str


@cache
def paired_of(pair: Pair) -> Paired:
    """Return the statistics of a pair."""
    return Paired(*pair)


@cache
def statistics_of(pairs: tuple[Pair, ...]) -> frozenset[Statistic[Any]]:
    """Return all statistics whose states the pass has."""
    found: set[Statistic[Any]] = {WEIGHT, USED_LINES, BASE_RATE, CROSS_ENTROPY}
    for pair in pairs:
        found |= PairStates.empty().told(paired_of(pair), weights_of(0)).keys()
    return frozenset(found)


@dataclass(frozen=True, eq=False)
class PairStates:
    """What the pass knows of a pair.

    Attributes
    ----------
    moments : by the names in MEANS.
    better, worse : rows in which the model loses less than the other; in which it loses more.
    few : the differences other than 0, if they are few.
    neighbours : of the differences.
    """

    moments: Moments
    better: int
    worse: int
    few: FewValuesState
    neighbours: NeighboursState

    @classmethod
    def empty(cls) -> Self:
        """Return the state of no rows."""
        none = dict.fromkeys(MEANS, (0, 0))
        return cls(none, 0, 0, FewValuesState(), NeighboursState())

    def merge(self, other: Self) -> Self:
        return type(self)(
            added(self.moments, other.moments),
            self.better + other.better,
            self.worse + other.worse,
            self.few.merge(other.few),
            self.neighbours.merge(other.neighbours),
        )

    def told(self, paired: Paired, weights: WeightState) -> dict[Statistic[Any], Any]:
        """Return the states of the statistics of a pair, told apart."""
        equal = weights.rows - self.better - self.worse
        return {
            **{getattr(paired, name): mean_of(weights, self.moments[name]) for name in MEANS},
            paired.better: share_of(weights, self.better),
            paired.equal: share_of(weights, equal),
            paired.worse: share_of(weights, self.worse),
            paired.both: share_of(weights, 0),
            paired.few: self.few,
            Neighbours(paired.difference.score): self.neighbours,
            paired.both_infinite: NO_ROWS,
            paired.model_infinite: NO_ROWS,
            paired.baseline_infinite: NO_ROWS,
        }


@dataclass(frozen=True, eq=False)
class ComparedStates(Joint):
    """The states of all pairs, over rows whose losses are finite.

    Attributes
    ----------
    pairs, of_pairs : the pairs, the first of which has the baseline, and what is known of each.
    positives : rows whose target is 1.
    """

    pairs: tuple[Pair, ...]
    rows: int
    positives: int
    of_pairs: tuple[PairStates, ...]

    @property
    def statistics(self) -> frozenset[Statistic[Any]]:
        return statistics_of(self.pairs)

    def merge(self, other: Self) -> Self:
        both = zip(self.of_pairs, other.of_pairs, strict=True)
        return type(self)(
            self.pairs,
            self.rows + other.rows,
            self.positives + other.positives,
            tuple(mine.merge(theirs) for mine, theirs in both),
        )

    def moved(self, lines: int) -> Self:  # noqa: ARG002
        return self

    def __getitem__(self, statistic: Statistic[Any]) -> Any:
        return self._states[statistic]

    @cached_property
    def _states(self) -> dict[Statistic[Any], Any]:
        weights = weights_of(self.rows)
        told: dict[Statistic[Any], Any] = {
            WEIGHT: weights,
            USED_LINES: UsedLinesState(self.rows),
            BASE_RATE: share_of(weights, self.positives),
            CROSS_ENTROPY: mean_of(weights, self.of_pairs[0].moments["baseline"]),
        }
        for pair, states in zip(self.pairs, self.of_pairs, strict=True):
            told |= states.told(paired_of(pair), weights)
        return told


@dataclass(frozen=True)
class PairedPass:
    """Computes the statistics of models that predict observed classes of equally weighted rows.

    Attributes
    ----------
    pairs : the first of them has the baseline.
    """

    pairs: tuple[Pair, ...]

    def __call__(self, chunk: Chunk) -> Mapping[Statistic[Any], Any]:
        """Return the states that it can compute: none if it does not apply to the chunk."""
        # Another machine that was sent the pass may lack what is compiled.
        if paired_sums is None or not _applies(chunk, self.pairs):
            return {}
        of_pairs = []
        for pair in self.pairs:
            states = _states_of(chunk, pair)
            if states is None:
                return {}
            of_pairs.append(states)
        positives = int(np.count_nonzero(chunk.numbers["target"]))
        return ComparedStates(self.pairs, len(chunk), positives, tuple(of_pairs))


def paired_passes(statistics: Collection[Statistic[Any]]) -> tuple[PairedPass, ...]:
    """Return the pass over the pairs whose statistics are among these, if it is built."""
    scores = (statistic.score for statistic in statistics if isinstance(statistic, Mean))
    pairs = sorted({pair for score in scores if (pair := _pair_of(score)) is not None}, key=_place)
    return () if paired_sums is None or not pairs else (PairedPass(tuple(pairs)),)


def _pair_of(score: Any) -> Pair | None:
    """Return the pair of models whose difference by the predictions alone this score is."""
    predicted = score.score if isinstance(score, Against) else score
    if not isinstance(predicted, PredictedDifference):
        return None
    return Pair(predicted.role, score.baseline)


def _place(pair: Pair) -> tuple[bool, str, str]:
    """Return the sort key of a pair: those with the baseline are the first."""
    return pair.baseline != BASELINE, *pair


def _applies(chunk: Chunk, pairs: tuple[Pair, ...]) -> bool:
    """Return whether rows have observed classes, equal weights, and predictions on one scale."""
    if "label" not in chunk.texts or chunk.weight is not None or not len(chunk):
        return False
    roles = {role for pair in pairs for role in (pair.baseline, pair.model)}
    scales = {chunk.scales.get(role, Scale.PROBABILITY) for role in roles}
    is_known = len(scales) == 1 and scales.issubset(KNOWN_SCALES)
    return is_known and all(chunk.numbers[role].ndim == 1 for role in roles)


def _states_of(chunk: Chunk, pair: Pair) -> PairStates | None:
    """Return the states of a pair in a chunk; None if a loss is infinite."""
    scale = chunk.scales.get(pair.model, Scale.PROBABILITY)
    sums_of = paired_sums.paired_sums_of_logits if scale is Scale.LOGIT else paired_sums.paired_sums
    target, baseline, model = (
        np.ascontiguousarray(chunk.numbers[role]) for role in ("target", pair.baseline, pair.model)
    )
    sums = sums_of(target, baseline, model)
    if sums is None:
        return None
    paired, difference = paired_of(pair), sums.difference
    if pair.baseline == BASELINE:
        # What else is computed of the rows, as of clusters, need not compute it again.
        chunk.knowing(Difference(pair.model), difference)
    differing = sums.better + sums.worse
    few = FewValuesState(None) if differing > MOST else paired.few.summarize(chunk)
    total, squares = (x << COMPILED_SHIFT for x in sums.moments["difference"])
    products = sums.neighbours << COMPILED_SHIFT
    return PairStates(
        sums.moments,
        sums.better,
        sums.worse,
        few,
        NeighboursState(len(chunk), total, squares, products, ends_of(difference)),
    )
