"""The derivation of a score on the user's own data, one line a step, each checked another way."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from cecli.commands.score.scored import Scored
from cecli.core.chunk import Chunk
from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.metrics.base_rate import BASE_RATE, NEEDED, base_rates, constant_cross_entropy
from cecli.metrics.cross_entropy import CROSS_ENTROPY, kl_divergence, target_entropy
from cecli.metrics.metric import Metric
from cecli.numerics import Floats
from cecli.numerics.distributions.divergences import expected
from cecli.numerics.distributions.logarithm import log
from cecli.numerics.distributions.shares import sum_over_classes
from cecli.preparations.rows import p_of, q_of
from cecli.report.parts import Step
from cecli.report.report import ClassNames
from cecli.report.result import NATS_PER, Undefined, Units
from cecli.statistics.mean import WEIGHT, Mean

LN2 = math.log(2.0)
# By how much the best constant is moved to show that it is the best.
MOVED = Fraction(1, 100)
LISTED = 4


def mantissa_cost(chunk: Chunk) -> Floats:
    """Return −Σ p ln m of each row, with q = m·2^e."""
    costs = 0.0 - log(np.frexp(q_of(chunk).prob)[0])
    return sum_over_classes(expected(p_of(chunk).prob, costs))


def exponent_cost(chunk: Chunk) -> Floats:
    """Return −Σ p e of each row, with q = m·2^e."""
    exponents = np.frexp(q_of(chunk).prob)[1].astype(np.float64)
    return sum_over_classes(expected(p_of(chunk).prob, 0.0 - exponents))


ENTROPY, KL = Mean(target_entropy), Mean(kl_divergence)
MANTISSAS, EXPONENTS = Mean(mantissa_cost), Mean(exponent_cost)


def binary_rates(states: States) -> list[Fraction]:
    """Return the shares of the negative and of the positive class."""
    rate = Fraction(states[BASE_RATE].mean)
    return [1 - rate, rate]


@dataclass(frozen=True)
class Explanation:
    """Yields the derivation, step by step.

    Attributes
    ----------
    rates : the share of each class, from the states of `needed`.
    positive : the class that a share is told of; None where it is told of each class.
    skill : of the predictions, against the loss that `given` names.
    unit : how many nats one unit of information is.
    """

    rates: Callable[[States], list[Fraction]]
    needed: Sequence[Statistic[Any]]
    positive: Callable[[States], str] | None
    skill: Metric
    given: str
    unit: float

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        own = (WEIGHT, CROSS_ENTROPY, ENTROPY, KL, MANTISSAS, EXPONENTS)
        return (*own, *self.needed, *self.skill.statistics)

    def finish(self, states: States) -> Iterator[Step]:
        yield from _likelihood(states, self.unit)
        yield from _identity(states, self.unit)
        rates = self.rates(states)
        positive = None if self.positive is None else self.positive(states)
        yield from _best_constant(rates, positive, self.unit)
        skill = self.skill.answer(states)
        if not isinstance(skill, Undefined):
            yield Step("skill", f"1 - cross_entropy / {self.given}", skill)


def explanation(scored: Scored, base_rate: float | None, units: Units) -> Explanation:
    """Return what derives the metrics of predictions; a base rate is that against which skill is.

    The share of the positive class is told where there are two, else that of each.
    """
    (skill,) = (metric for metric in scored.metrics if metric.name == "skill")
    given = "base_rate_entropy" if base_rate is None else "the loss of --base-rate"
    positive = partial(_last_class, scored.classes) if len(scored.several) in {0, 2} else None
    if scored.several:
        return Explanation(base_rates, NEEDED, positive, skill, given, NATS_PER[units])
    return Explanation(binary_rates, [BASE_RATE], positive, skill, given, NATS_PER[units])


def _last_class(classes: Finding, states: States) -> str:
    (found,) = (part for part in classes.finish(states) if isinstance(part, ClassNames))
    return found.names[-1]


def _likelihood(states: States, unit: float) -> list[Step]:
    """Return the likelihood of the file, its logarithm, and that per row."""
    loss, weight = states[CROSS_ENTROPY], states[WEIGHT].total
    log_likelihood = 0.0 - _as_float(loss.total)
    # Once more, from the exponents and mantissas of the probabilities themselves.
    again = 0.0 - (_as_float(states[MANTISSAS].total) + LN2 * _as_float(states[EXPONENTS].total))
    return [
        Step("likelihood", "product of q(what happened) over the rows", _power(log_likelihood)),
        Step(
            "log_likelihood",
            "log(likelihood) = sum of log q(what happened)",
            log_likelihood / unit,
            _agreement(log_likelihood, again, "the logarithm of the product, factor by factor"),
        ),
        Step(
            "cross_entropy",
            f"-log_likelihood / {float(weight):g}: maximising one is minimising the other",
            float(loss.mean) / unit,
        ),
    ]


def _identity(states: States, unit: float) -> list[Step]:
    """Return the entropy of the targets and the divergence from them, which add up."""
    loss, entropy, kl = (float(states[mean].mean) for mean in (CROSS_ENTROPY, ENTROPY, KL))
    observed = "what was observed is certain" if entropy == 0.0 else "what no prediction can save"
    return [
        Step("target_entropy", f"H(p), row by row: {observed}", entropy / unit),
        Step(
            "kl",
            "sum of p log(p/q), row by row: cross_entropy - target_entropy",
            kl / unit,
            _agreement(kl, loss - entropy, "cross_entropy - target_entropy", loss),
        ),
    ]


def _best_constant(rates: list[Fraction], positive: str | None, unit: float) -> Iterator[Step]:
    """Yield the constant prediction of the greatest likelihood, and what it and another cost."""
    best = constant_cross_entropy(rates, rates)
    which = "share of each class" if positive is None else f"share of class {positive}"
    shown = _listed(rates) if positive is None else f"{float(rates[-1]):.6g}"
    yield Step("best_constant", f"{which}: the maximum-likelihood q", shown)
    what = "H(best_constant), which is its loss"
    yield Step("base_rate_entropy", what, best / unit)
    if any(0 < rate < 1 for rate in rates):
        moved = constant_cross_entropy(rates, _moved(rates))
        what = "what a constant that is 1 % different would cost more than the best"
        yield Step("another_constant", what, (moved - best) / unit)


def _moved(rates: list[Fraction]) -> list[Fraction]:
    """Return the rates moved a little to evenness, or to the last class where they are even."""
    aim = [Fraction(1, len(rates))] * len(rates)
    if rates == aim:
        aim = [*[Fraction(0)] * (len(rates) - 1), Fraction(1)]
    return [(1 - MOVED) * rate + MOVED * to for rate, to in zip(rates, aim, strict=True)]


def _listed(rates: list[Fraction]) -> str:
    more = ", …" if len(rates) > LISTED else ""
    return ", ".join(f"{float(rate):.4g}" for rate in rates[:LISTED]) + more


def _power(logarithm: float) -> str:
    """Return e to a power as decimal digits, whatever its size."""
    if math.isinf(logarithm):
        return "0"
    exponent, fraction = divmod(logarithm / math.log(10.0), 1.0)
    return f"{10.0**fraction:.4g}e{exponent:+.0f}"


def _as_float(total: Fraction | float) -> float:
    try:
        return float(total)
    except OverflowError:
        return math.inf


def _agreement(value: float, other: float, what: str, largest: float = 0.0) -> str:
    """Return to how many digits two calculations agree, of the largest term that they have."""
    if value == other:
        return f"equals {what}"
    size = max(abs(value), abs(other), abs(largest))
    if not math.isfinite(size):  # probabilities too small for their logarithms' sake
        return "not checked: a probability is too small for a float64"
    digits = math.floor(-math.log10(abs(value - other) / size))
    return f"equals {what}, to {digits} digits"
