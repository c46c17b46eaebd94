"""The derivation of a score on the user's own data, one line per step, with cross-checks."""

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from cecli.commands.score.scored import Scored
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.metrics.base_rate import BASE_RATE, NEEDED, base_rates, constant_cross_entropy
from cecli.metrics.cross_entropy import CROSS_ENTROPY, kl_divergence, target_entropy
from cecli.metrics.metric import Metric
from cecli.numerics import Floats, scalars
from cecli.numerics.distributions.divergences import expected
from cecli.numerics.distributions.logarithm import log
from cecli.numerics.distributions.shares import sum_over_classes
from cecli.preparations.rows import p_of, q_of
from cecli.report.parts import Step
from cecli.report.report import ClassNames
from cecli.report.result import NATS_PER, Undefined, Units
from cecli.statistics.mean import WEIGHT, Mean

LN2, LN10 = scalars.log(2.0), scalars.log(10.0)
# How far to move the best constant, to show that another one is worse.
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
    rates : returns the share of each class, from the states of `needed`.
    positive : returns the only class whose share is shown; None to show the share of each class.
    skill : of the predictions, against the loss that `given` names.
    unit : size of one unit of information, in nats.
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
    """Return the derivation of the metrics of predictions.

    For two classes it shows the share of the positive class, else the share of each class.

    Parameters
    ----------
    base_rate : the constant prediction against which skill is measured; None for the data's own.
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
    """Return the likelihood of the data, its logarithm, and minus the logarithm per row."""
    loss, weight = states[CROSS_ENTROPY], states[WEIGHT].total
    log_likelihood = 0.0 - _as_float(loss.total)
    # Computed again, from the exponents and mantissas of the probabilities.
    again = 0.0 - (_as_float(states[MANTISSAS].total) + LN2 * _as_float(states[EXPONENTS].total))
    return [
        Step("likelihood", "product of q(observed class) over the rows", _power(log_likelihood)),
        Step(
            "log_likelihood",
            "log(likelihood) = sum of log q(observed class)",
            log_likelihood / unit,
            _agreement(log_likelihood, again, "the logarithm of the product, factor by factor"),
        ),
        Step(
            "cross_entropy",
            f"-log_likelihood / {float(weight):g}: maximising one minimises the other",
            float(loss.mean) / unit,
        ),
    ]


def _identity(states: States, unit: float) -> list[Step]:
    """Return the entropy of the targets and the divergence, whose sum is the cross-entropy."""
    loss, entropy, kl = (float(states[mean].mean) for mean in (CROSS_ENTROPY, ENTROPY, KL))
    observed = "the labels are certain" if entropy == 0.0 else "no prediction can lose less"
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
    """Yield the constant prediction of maximum likelihood, its loss, and that of another one."""
    best = constant_cross_entropy(rates, rates)
    which = "share of each class" if positive is None else f"share of class {positive}"
    shown = _listed(rates) if positive is None else f"{float(rates[-1]):.6g}"
    yield Step("best_constant", f"{which}: the maximum-likelihood q", shown)
    what = "H(best_constant), the loss of that prediction"
    yield Step("base_rate_entropy", what, best / unit)
    if any(0 < rate < 1 for rate in rates):
        moved = constant_cross_entropy(rates, _moved(rates))
        what = "additional loss of a constant that is 1 % different from the best"
        yield Step("another_constant", what, (moved - best) / unit)


def _moved(rates: list[Fraction]) -> list[Fraction]:
    """Return the rates moved towards equal shares; equal rates are moved towards the last class."""
    aim = [Fraction(1, len(rates))] * len(rates)
    if rates == aim:
        aim = [*[Fraction(0)] * (len(rates) - 1), Fraction(1)]
    return [(1 - MOVED) * rate + MOVED * to for rate, to in zip(rates, aim, strict=True)]


def _listed(rates: list[Fraction]) -> str:
    more = ", …" if len(rates) > LISTED else ""
    return ", ".join(f"{float(rate):.4g}" for rate in rates[:LISTED]) + more


def _power(logarithm: float) -> str:
    """Return e to a power in decimal scientific notation, even if no float64 can hold it."""
    if math.isinf(logarithm):
        return "0"
    exponent, fraction = divmod(logarithm / LN10, 1.0)
    return f"{scalars.exp(fraction * LN10):.4g}e{exponent:+.0f}"


def _as_float(total: Fraction | float) -> float:
    try:
        return float(total)
    except OverflowError:
        return math.inf


def _agreement(value: float, other: float, what: str, largest: float = 0.0) -> str:
    """Return the number of digits to which two calculations agree, relative to the largest term."""
    if value == other:
        return f"equals {what}"
    size = max(abs(value), abs(other), abs(largest))
    if not math.isfinite(size):  # a probability underflows to 0, so its logarithm is infinite
        return "not checked: a probability is too small for a float64"
    digits = math.floor(-scalars.log(abs(value - other) / size) / LN10)
    return f"equals {what}, to {digits} digits"
