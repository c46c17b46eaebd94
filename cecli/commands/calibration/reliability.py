"""Bins and thresholds as requested, and the findings about them."""

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

from cecli.commands.score.scored import Scored
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import UsageError, shown
from cecli.core.plan import Finding, Noticing
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.metric import Task
from cecli.metrics.registry import metrics_of
from cecli.metrics.reliability.bins import Binning, InBins, uniform
from cecli.metrics.reliability.class_wise import ClassWise, EachClass
from cecli.metrics.reliability.curves import OfCurves
from cecli.metrics.reliability.divided import Divided
from cecli.metrics.reliability.thresholds import OverThreshold
from cecli.numerics.cells.borders import CellsAtBorders, border_before
from cecli.options.scoring import Scoring
from cecli.report.reliability import Strategy
from cecli.report.result import Notice

LIKELIEST = "likeliest class"
BY_LIKELIEST = (
    "a row's event is that its likeliest class was observed, and q is the probability of that "
    "class; per_class has each class against the others"
)
# Each class has cells of its own, of some megabytes.
MOST_CLASSES = 100
# The first classes have curves, too: as many as can be told apart beside the likeliest.
MOST_CURVES = 5
BINS, MOST_BINS = 10, 1000
MOST_THRESHOLDS = 1000


@dataclass(frozen=True)
class Reliable:
    """The bins and thresholds of a report."""

    binning: Binning
    thresholds: tuple[float, ...] = ()
    debiased: bool = False

    def findings(
        self, level: float, *, soft: bool, dependent: bool = False, classes: Sequence[str] = ()
    ) -> list[Finding]:
        """Return the findings about all rows, which share their cells.

        Parameters
        ----------
        soft : whether targets are probabilities.
        dependent : whether rows may depend on each other.
        classes : the names of the classes, if each has a column of its own.
        """
        whole = self._in_bins(level, soft=soft, dependent=dependent)
        return [
            replace(whole, of=LIKELIEST) if classes else whole,
            *(
                OverThreshold(threshold, whole.divided, level, soft, dependent)
                for threshold in self.thresholds
            ),
        ]

    def of_classes(
        self, level: float, *, soft: bool, dependent: bool, classes: Sequence[str]
    ) -> EachClass:
        """Return the finding of each class against the others."""
        whole = self._in_bins(level, soft=soft, dependent=dependent)
        return EachClass(
            tuple(
                ClassWise(
                    place,
                    name,
                    replace(whole, of=name),
                    OfCurves(level, soft, name, dependent=dependent)
                    if place < MOST_CURVES
                    else None,
                )
                for place, name in enumerate(classes[:MOST_CLASSES])
            )
        )

    def _in_bins(self, level: float, *, soft: bool, dependent: bool) -> InBins:
        borders = [*self.binning.borders, *map(border_before, self.thresholds)]
        divided = Divided(CellsAtBorders.at(borders))
        return InBins(self.binning, divided, level, soft, self.debiased, dependent=dependent)


def by_likeliest(scored: Scored, scoring: Scoring) -> Scored:
    """Return predictions of several classes as the event that the likeliest is observed."""
    grouping = scoring.grouping
    task = Task(several=False, soft=bool(scoring.target), dependent=grouping.cluster is not None)
    more = len(scored.several) - MOST_CLASSES
    words = "" if more <= 0 else f"; the last {more:,} classes have no table of their own"
    told = Notice("likeliest-class", f"{BY_LIKELIEST}{words}")
    return scored._replace(
        metrics=metrics_of(task),
        loss=CROSS_ENTROPY,
        watches=[*scored.watches, Noticing((), lambda _: told)],
    )


def binning_of(strategy: Strategy | None, number: int | None, edges: Sequence[str]) -> Binning:
    """Return the bins that the options ask for.

    Raises
    ------
    UsageError
        If the options contradict each other, or an edge makes no sense.
    """
    if edges:
        if number is not None or strategy not in (None, Strategy.EDGES):
            other = "--bins" if number is not None else f"--strategy {strategy}"
            raise UsageError(
                f"--edges and {other} cannot be used together", hint="--edges 0.1,0.2,0.5"
            )
        return _between(edges)
    if strategy is Strategy.EDGES:
        raise UsageError("--strategy edges needs --edges", hint="--edges 0.1,0.2,0.5")
    number = BINS if number is None else number
    if not 1 <= number <= MOST_BINS:
        raise UsageError(f"--bins {number} is not between 1 and {MOST_BINS}", hint=f"--bins {BINS}")
    if strategy is Strategy.QUANTILE:
        return Binning(strategy, number)
    return uniform(number)


def _between(texts: Sequence[str]) -> Binning:
    given = probabilities("--edges", texts)
    for before, after in itertools.pairwise(given):
        if not before < after:
            raise UsageError(
                f"--edges are not in ascending order: {after!r} follows {before!r}",
                hint=f"--edges {','.join(map(repr, sorted(set(given))))}",
            )
    edges = tuple(sorted({0.0, *given, 1.0}))
    if len(edges) - 1 > MOST_BINS:
        raise UsageError(f"--edges make {len(edges) - 1} bins: at most {MOST_BINS} are possible")
    return Binning(Strategy.EDGES, len(edges) - 1, edges)


def thresholds_of(texts: Sequence[str]) -> tuple[float, ...]:
    """Return distinct thresholds in ascending order.

    Raises
    ------
    UsageError
        If one of them is no probability.
    """
    found = tuple(sorted(set(probabilities("--threshold", texts))))
    if len(found) > MOST_THRESHOLDS:
        raise UsageError(f"{len(found)} thresholds: at most {MOST_THRESHOLDS} are possible")
    return found


def probabilities(option: str, texts: Sequence[str]) -> list[float]:
    """Return the numbers in some texts, each with one or several, separated by commas.

    Examples
    --------
    >>> probabilities("--threshold", ["0.1, 0.2", "1"])
    [0.1, 0.2, 1.0]
    """
    return [_probability(option, part.strip()) for text in texts for part in text.split(",")]


def _probability(option: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= 1.0:
        hint = f"{option} 0.5"
        if 1.0 < value <= 100.0:
            hint = f"{option} {float(Fraction(text) / 100)!r} is {text} percent"
        raise UsageError(f"{option} {shown(text)} is not a probability", hint=hint)
    return value + 0.0  # without the sign of −0
