"""Perplexities of two language models on the same tokens, their ratio, and bits a byte."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from cecli.commands.score.per_unit import PerUnit
from cecli.commands.score.tokens import BYTE
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import named
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Draws
from cecli.intervals.formula import Formula
from cecli.metrics.cross_entropy import PERPLEXITY_RATIO, exp, exponential_metric
from cecli.metrics.metric import Metric
from cecli.metrics.paired.losses import Paired
from cecli.report.result import (
    Answer,
    Definition,
    Direction,
    Interval,
    IntervalScale,
    Result,
    Undefined,
)
from cecli.statistics.mean import Mean

LOWER, NEITHER = Direction.LOWER, Direction.NEITHER
SIDES = {"baseline": NEITHER, "model": LOWER}
PERPLEXITIES = {
    side: Definition(
        f"perplexity_{side}",
        f"Perplexity of the {side} on the tokens that both models predict.",
        f"exp(cross_entropy_{side} in nats)",
        direction,
        low=1.0,
        numbered=True,
        scale=IntervalScale.EXPONENTIAL,
    )
    for side, direction in SIDES.items()
}
PER_BYTE = {
    side: Definition(
        f"bits_per_byte_{side}",
        f"Mean loss of the {side} per byte of text, always in bits.",
        "log2 loss of all tokens / bytes of all tokens",
        direction,
        numbered=True,
        scale=IntervalScale.PROPORTIONAL,
    )
    for side, direction in SIDES.items()
}
DIFFERENCE_PER_BYTE = Definition(
    "difference_bits_per_byte",
    "Loss of the model minus that of the baseline per byte of text, always in bits.",
    "bits_per_byte_model - bits_per_byte_baseline",
    LOWER,
    low=-math.inf,
    numbered=True,
)
DEFINITIONS = (*PERPLEXITIES.values(), *PER_BYTE.values(), DIFFERENCE_PER_BYTE)


class MeanDifference(NamedTuple):
    """The mean difference of the losses of two models, in nats.

    Attributes
    ----------
    value : finite, or infinite; without a meaning if it is undefined.
    undefined : why it is; empty if it is defined.
    """

    value: float
    interval: Interval
    undefined: str


@dataclass(frozen=True)
class TokenFigures:
    """What a comparison of language models has beside the losses of tokens.

    Attributes
    ----------
    has_bytes : whether the numbers of bytes of the tokens are known.
    over_groups : whether means are over groups, each of which counts the same.
    """

    has_bytes: bool = False
    over_groups: bool = False

    @property
    def means(self) -> tuple[Mean, ...]:
        """The means that it needs, and that have a standard error."""
        return (BYTE.size,) if self.has_bytes else ()

    def statistics(self, paired: Paired, draws: Draws) -> Iterator[Statistic[Any]]:
        """Yield what it needs of all rows, or of those of a group."""
        for metric in (*self._of_sides(paired), *self._of_difference(paired)):
            yield from metric.statistics
            yield from draws.statistics(metric.means)

    def results(
        self, paired: Paired, states: States, draws: Draws | None, difference: MeanDifference
    ) -> Iterator[Result]:
        """Yield the results of one model, beside those of its losses.

        Parameters
        ----------
        draws : the independent units; None where a standard error needs to know more.
        """
        sampling = None if draws is None else Formula(draws)
        for metric in self._of_sides(paired):
            yield metric.result(states, sampling)
        for metric in self._of_difference(paired):
            yield _per_byte(metric, states, draws, difference)
        yield ratio_of(difference)

    def _of_sides(self, paired: Paired) -> Iterator[Metric]:
        losses = {"baseline": paired.baseline, "model": paired.model}
        for side, loss in losses.items():
            what = f"perplexity of the {side}"
            yield self._averaged(exponential_metric(PERPLEXITIES[side], what, loss.score))
        for side, loss in losses.items() if self.has_bytes else ():
            what = f"log2 loss of the {side} / bytes"
            per_byte = PerUnit(loss, BYTE.size, BYTE.name)
            yield self._averaged(per_byte.bits_metric(PER_BYTE[side], what))

    def _of_difference(self, paired: Paired) -> Iterator[Metric]:
        if self.has_bytes:
            per_byte = PerUnit(paired.difference, BYTE.size, BYTE.name)
            what = "difference / bytes, in bits"
            yield self._averaged(per_byte.bits_metric(DIFFERENCE_PER_BYTE, what))

    def _averaged(self, metric: Metric) -> Metric:
        if not self.over_groups or metric.over_groups is None:
            return metric
        return metric.over_groups(metric)


def _per_byte(
    metric: Metric, states: States, draws: Draws | None, difference: MeanDifference
) -> Result:
    """Return the difference per byte, infinite or undefined as that of the losses is."""
    if difference.undefined or math.isinf(difference.value):
        value = None if difference.undefined else difference.value
        return Result(metric.name, metric.meaning, value, undefined=difference.undefined)
    of, sampling = difference.interval, None
    if draws is not None:
        sampling = Formula(draws.at_level(of.level))
    found = metric.result(states, sampling)
    if of.floor is None or found.interval is None or not found.interval.se or not of.se:
        return found
    # What is doubtful of the difference is doubtful of this.
    nats = difference.value / found.value if found.value else 0.0
    if not nats or of.se / nats <= found.interval.se:
        return found
    return replace(found, interval=of.divided(nats))


def ratio_of(difference: MeanDifference) -> Result:
    """Return the ratio of the perplexities, with the ends of the difference's interval."""
    name, meaning = PERPLEXITY_RATIO.name, "perplexity_model / perplexity_baseline"
    answer: Answer = Undefined(difference.undefined)
    if not difference.undefined:
        answer = exp(difference.value)
    if isinstance(answer, Undefined):
        return Result(name, meaning, None, undefined=answer.reason)
    of = replace(difference.interval, scale=IntervalScale.LOG)
    if of.se is not None:
        of = replace(of, se=of.se * answer)
    if of.lower is not None and of.upper is not None:
        of = of.between(*(_finite(exp(end)) for end in (of.lower, of.upper)))
    return Result(name, meaning, answer, interval=of)


def _finite(answer: Answer) -> float:
    return math.inf if isinstance(answer, Undefined) else answer


def said_of(ratio: Result, baseline: str) -> str:
    """Return the end of a sentence on a difference: what it makes of the perplexity."""
    if not ratio.value or math.isinf(ratio.value):
        return ""
    said = f"; its perplexity is {ratio.value:#.4g} times that of {named(baseline)}"
    of = ratio.interval
    if of is None or of.lower is None or of.upper is None:
        return said
    return f"{said} [{of.lower:#.4g}, {of.upper:#.4g}]"
