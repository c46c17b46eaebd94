"""The report of llama.cpp's `llama-perplexity --kl-divergence`, under its names.

The log-probabilities of the base are codes of 16 bits, which are taken as they are, although they
do not add up to 1; codes of e⁻¹⁶ and less are left out of the divergence. Each ± is one standard
error, for which tokens are taken for independent. A quantile lies between two values; its place is
found in float32.

References
----------
llama.cpp, tools/perplexity/perplexity.cpp: log_softmax of base_log_prob, and kl_divergence.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cecli.commands.kl.ordered import Ordered
from cecli.core.chunk import Chunk
from cecli.core.statistic import States, Statistic
from cecli.join.vocabulary import STORED_P
from cecli.metrics.information.observed_tokens import LOSS_Q
from cecli.metrics.information.tokens import FigureOf
from cecli.numerics import Floats
from cecli.numerics.distributions.exponential import exp
from cecli.numerics.tails import quantile
from cecli.report.report import Part
from cecli.report.result import LEVEL, Definition, Interval, Measure, Notice, Result
from cecli.statistics.mean import Mean, MeanState, Product

# The shares of rows below the quantiles that are printed, from the largest on.
OF_KL = ("99.9", "99.0", "95.0", "90.0", "Median", "10.0", "5.0", "1.0", "0.1")
OF_DELTA = ("99.9", "99.0", "95.0", "90.0", "75.0", "Median", "25.0", "10.0", "5.0", "1.0", "0.1")
# The lines about perplexities, with keys of cecli.
OF_PERPLEXITY = {
    "Mean PPL(Q)": "perplexity_q",
    "Mean PPL(base)": "perplexity_p",
    "Cor(ln(PPL(Q)), ln(PPL(base)))": "loss_correlation",
    "Mean ln(PPL(Q)/PPL(base))": "log_perplexity_ratio",
    "Mean PPL(Q)/PPL(base)": "perplexity_ratio",
    "Mean PPL(Q)-PPL(base)": "perplexity_difference",
}
# It prints these statistics of so many tokens and more.
LEAST_ROWS = 100


def loss_p(chunk: Chunk) -> Floats:
    """Return the loss of p on the observed token, of log-probabilities as they are stored."""
    return 0.0 - chunk.numbers[STORED_P]


def delta(chunk: Chunk) -> Floats:
    """Return q − p of the observed token."""
    return exp(0.0 - chunk.once(LOSS_Q)) - exp(0.0 - chunk.once(loss_p))


def delta_squared(chunk: Chunk) -> Floats:
    return np.square(chunk.once(delta))


KL = FigureOf("kl_as_stored")
P, Q, BOTH = Mean(loss_p), Mean(LOSS_Q), Product(loss_p, LOSS_Q)
MEAN_KL, MEAN_DELTA, SQUARES = Mean(KL), Mean(delta), Mean(delta_squared)
SAME_TOP = Mean(FigureOf("top1"))
ALL_KL, ALL_DELTA = Ordered(KL), Ordered(delta)
INDEPENDENT = Notice(
    "like-llama.cpp",
    "these are the definitions of llama.cpp: codes as they are, and each ± one standard error of "
    "independent tokens; without --like, codes are divided by their sum, and intervals are over "
    "chunks",
)


@dataclass(frozen=True)
class LlamaStatistics:
    """The statistics that llama.cpp prints, in its order."""

    statistics: Sequence[Statistic[Any]] = (
        P, Q, BOTH, MEAN_KL, MEAN_DELTA, SQUARES, SAME_TOP, ALL_KL, ALL_DELTA,
    )  # fmt: skip

    def finish(self, states: States) -> Iterator[Part]:
        yield from _of_perplexity(states)
        yield _result("Mean KLD", *_mean(states[MEAN_KL]))
        yield from _quantiles("KLD", OF_KL, states[ALL_KL].values)
        yield _result("Mean Δp", *_mean(states[MEAN_DELTA]))
        yield from _quantiles("Δp", OF_DELTA, states[ALL_DELTA].values)
        mean, error = _mean(states[SQUARES])
        root = math.sqrt(mean)
        yield _result("RMS Δp", root, None if error is None or not root else 0.5 / root * error)
        yield _result("Same top p", *_mean(states[SAME_TOP]))
        yield INDEPENDENT
        if states[P].weights.rows < LEAST_ROWS:
            what = f"llama.cpp prints no statistics of fewer than {LEAST_ROWS} tokens"
            yield Notice("few-tokens", what)


def _of_perplexity(states: States) -> Iterator[Result]:
    p, q, both = states[P], states[Q], states[BOTH]
    (loss, error), (base, error_of_base) = _mean(q), _mean(p)
    covariance = both.covariance_of_means(p, q)
    of_q, of_p = _exp(loss), _exp(base)
    yield _result("Mean PPL(Q)", of_q, _times(of_q, error))
    yield _result("Mean PPL(base)", of_p, _times(of_p, error_of_base))
    yield _result("Cor(ln(PPL(Q)), ln(PPL(base)))", both.correlation_of_means(p, q), None)
    ratio = difference = None
    if error is not None and error_of_base is not None and covariance is not None:
        crossed = 2.0 * float(covariance)
        ratio = _root(error**2 + error_of_base**2 - crossed)
        ends = (of_q * error) ** 2 + (of_p * error_of_base) ** 2
        difference = _root(ends - of_q * of_p * crossed)
    log_ratio = loss - base if math.isfinite(base) else math.nan
    known = math.isfinite(log_ratio)
    yield _result("Mean ln(PPL(Q)/PPL(base))", log_ratio, ratio)
    yield _result("Mean PPL(Q)/PPL(base)", _exp(log_ratio), _times(_exp(log_ratio), ratio))
    yield _result("Mean PPL(Q)-PPL(base)", of_q - of_p if known else math.nan, difference)


def _mean(state: MeanState) -> tuple[float, float | None]:
    """Return a mean and its standard error."""
    variance = state.variance_of_mean
    return float(state.mean), None if variance is None else math.sqrt(variance)


def _exp(x: float) -> float:
    return float(exp(np.array([x]))[0]) if not math.isnan(x) else x


def _times(value: float, error: float | None) -> float | None:
    return None if error is None else value * error


def _root(variance: float) -> float:
    # Below 0 is only rounding.
    return math.sqrt(max(variance, 0.0))


def _names(name: str, levels: Sequence[str]) -> list[str]:
    """Return the names of quantiles in the order of llama.cpp, the extremes at both ends."""
    between = [f"{x} {name}" if x == "Median" else f"{x}% {name}" for x in levels]
    return [f"Maximum {name}", *between, f"Minimum {name}"]


def _keys(key: str, levels: Sequence[str]) -> list[str]:
    """Return the keys of cecli that are most like them."""
    between = [
        "p50" if x == "Median" else f"p{float(x):04.1f}".replace(".", "").removesuffix("0")
        for x in levels
    ]
    return [f"{key}_{end}" for end in ("max", *between, "min")]


def _quantiles(name: str, levels: Sequence[str], values: Floats) -> Iterator[Result]:
    middle = len(values) // 2
    low = values[middle - 1] if len(values) % 2 == 0 else values[middle]
    found = [
        0.5 * low + 0.5 * values[middle]
        if level == "Median"
        else _between(values, np.float32(float(level) / 100.0))
        for level in levels
    ]
    for named, value in zip(_names(name, levels), [values[-1], *found, values[0]], strict=True):
        yield _result(named, float(value), None)


def _between(values: Floats, share: np.float32) -> float:
    place = share * np.float32(len(values) - 1)
    row = int(place)
    part = float(place - np.float32(row))
    last = min(row + 1, len(values) - 1)
    # A part of nothing is nothing, even of ∞.
    return float(values[row] if not part else (1.0 - part) * values[row] + part * values[last])


def _result(name: str, value: float | None, error: float | None) -> Result:
    if value is None or math.isnan(value):
        return Result(
            name, "", None, MEASURES[name], undefined="a loss is infinite, or there is one token"
        )
    if error is None or math.isinf(value):
        return Result(name, "", value, MEASURES[name])
    reach = quantile(0.5 + LEVEL / 2.0, math.inf) * error
    interval = Interval(error, value - reach, value + reach, LEVEL)
    return Result(name, "± is one standard error", value, MEASURES[name], interval)


# The lines in order, with the key of cecli that is most like each.
LINES: Mapping[str, str] = {
    **OF_PERPLEXITY,
    "Mean KLD": "kl",
    **dict(zip(_names("KLD", OF_KL), _keys("kl", OF_KL), strict=True)),
    "Mean Δp": "delta_p",
    **dict(zip(_names("Δp", OF_DELTA), _keys("delta_p", OF_DELTA), strict=True)),
    "RMS Δp": "delta_p_rms",
    "Same top p": "top1_agreement",
}


def _definition(name: str, like: str) -> Definition:
    is_information = "KLD" in name or name.startswith("Mean ln(")
    return Definition(
        name,
        f"The line {name} of llama.cpp's report, by its definition.",
        f"as {like}, of codes as they are",
        measure=Measure.INFORMATION if is_information else Measure.NUMBER,
        low=0.0 if name in {"Mean PPL(Q)", "Mean PPL(base)"} else -math.inf,
    )


DEFINITIONS = tuple(_definition(*line) for line in LINES.items())
MEASURES = {definition.name: definition.measure for definition in DEFINITIONS}
