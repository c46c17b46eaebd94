"""What one language model's distributions of the next token tell of another's."""

import math
from fractions import Fraction
from functools import partial

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States
from cecli.intervals.formula import Image
from cecli.metrics.cross_entropy import CROSS_ENTROPY_DEFINITION, KL, exp
from cecli.metrics.information.entropy import ENTROPY
from cecli.metrics.information.kl_divergence import (
    INFORMATION,
    JS_DIVERGENCE,
    LOWER,
    OF_ENTROPY,
    OF_JS_DIVERGENCE,
    OF_KL,
    OF_REVERSE_KL,
    QUANTILES,
    REVERSE_KL,
    tail_of,
)
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, mean_metric
from cecli.numerics import Floats
from cecli.numerics.distributions.exponential import exp as exp_of
from cecli.report.result import Answer, Definition, Direction, IntervalScale, Undefined
from cecli.statistics.mean import Mean

HIGHER = Direction.HIGHER


@dataclass(frozen=True)
class FigureOf:
    """A figure of each token, as it was found where the token was read."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        return chunk.numbers[self.role]


@dataclass(frozen=True)
class LossOf:
    """The loss of a model on each token that was observed."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        return 0.0 - chunk.numbers[self.role]


KL_OF_TOKEN = FigureOf("kl")
LOSS_P, LOSS_Q = LossOf("log_p"), LossOf("log_q")


def cross_entropy_of_token(chunk: Chunk) -> Floats:
    """Return the mean loss of q if p is true."""
    return chunk.numbers["entropy_p"] + chunk.numbers["kl"]


def log_ratio(chunk: Chunk) -> Floats:
    """Return how much more q loses than p on each token that was observed; 0 if both lose all."""
    p, q = chunk.numbers["log_p"], chunk.numbers["log_q"]
    return np.subtract(p, q, out=np.zeros_like(p), where=p != q)


def delta(chunk: Chunk) -> Floats:
    """Return how much likelier q finds each token that was observed, as a difference."""
    return exp_of(chunk.numbers["log_q"]) - exp_of(chunk.numbers["log_p"])


def delta_squared(chunk: Chunk) -> Floats:
    return np.square(chunk.once(delta))


DELTA_SQUARED = Mean(delta_squared)
LEVELS = dict(sorted({**QUANTILES, "p95": Fraction(19, 20)}.items(), key=lambda pair: pair[1]))


def _overlap(k: int) -> Metric:
    return mean_metric(
        Definition(
            f"top{k}_overlap",
            f"Share of the {k} likeliest tokens of p that are among the {k} likeliest of q.",
            f"mean of |top{k}(p) ∩ top{k}(q)| / {k}",
            HIGHER,
            high=1.0,
            scale=IntervalScale.SHARE,
        ),
        f"share of the {k} likeliest tokens that both have",
        FigureOf(f"top{k}"),
    )


def _perplexity(mean: Mean, states: States) -> Answer:
    return exp(states[mean].mean)


def _of_perplexity(mean: Mean, states: States) -> dict[Mean, Fraction] | None:
    value = _perplexity(mean, states)
    if isinstance(value, Undefined) or math.isinf(value):
        return None
    return {mean: Fraction(value)}


def _exponential(definition: Definition, meaning: str, of: Metric) -> Metric:
    """Return the exponential of a mean, whose interval is that of the mean, mapped."""
    (mean,) = of.means
    return Metric(
        definition,
        meaning,
        (mean,),
        partial(_perplexity, mean),
        (mean,),
        partial(_of_perplexity, mean),
        image=Image(of, _between, _all_between),
    )


def _between(lower: float, upper: float) -> tuple[float, float]:
    ends = exp_of(np.array([lower, upper]))
    return float(ends[0]), float(ends[1])


def _all_between(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    return exp_of(lower), exp_of(upper)


def _loss(side: str, model: str, loss: LossOf) -> tuple[Metric, Metric]:
    """Return the loss of a model on the observed tokens, and its perplexity."""
    mean = mean_metric(
        Definition(
            f"cross_entropy_{side}",
            f"Mean loss of {side} on the observed tokens.",
            f"mean of -log {side}(observed token)",
            LOWER,
            INFORMATION,
            scale=IntervalScale.PROPORTIONAL,
        ),
        f"loss of {model} on the observed tokens",
        loss,
    )
    perplexity = Definition(
        f"perplexity_{side}",
        f"Perplexity of {side} on the observed tokens.",
        f"exp(cross_entropy_{side} in nats)",
        LOWER,
        low=1.0,
    )
    return mean, _exponential(perplexity, f"exp(cross_entropy_{side} in nats)", mean)


LOG_RATIO = mean_metric(
    Definition(
        "log_perplexity_ratio",
        "How much more q loses than p on the observed tokens.",
        "mean of log(p / q) of the observed token",
        LOWER,
        INFORMATION,
        low=-math.inf,
    ),
    "cross_entropy_q - cross_entropy_p, token by token",
    log_ratio,
)


def _rms(states: States) -> float:
    return math.sqrt(states[DELTA_SQUARED].mean)


def _of_rms(states: States) -> dict[Mean, Fraction] | None:
    value = _rms(states)
    return (
        None
        if isinstance(value, Undefined) or not value
        else {DELTA_SQUARED: Fraction(0.5 / value)}
    )


DISTRIBUTIONS = (
    mean_metric(KL, OF_KL, KL_OF_TOKEN),
    mean_metric(REVERSE_KL, OF_REVERSE_KL, FigureOf("reverse_kl")),
    mean_metric(JS_DIVERGENCE, OF_JS_DIVERGENCE, FigureOf("js_divergence")),
    mean_metric(
        CROSS_ENTROPY_DEFINITION, "H(p,q): mean loss of q if p is true", cross_entropy_of_token
    ),
    mean_metric(ENTROPY, OF_ENTROPY, FigureOf("entropy_p")),
    *tail_of(KL_OF_TOKEN, LEVELS, "token"),
)
AGREEMENT = (
    mean_metric(
        Definition(
            "top1_agreement",
            "Share of tokens of which p and q find the same one likeliest.",
            "mean of [argmax p = argmax q]",
            HIGHER,
            high=1.0,
            also=("same top p",),
            scale=IntervalScale.SHARE,
        ),
        "share of tokens of which both find the same one likeliest",
        FigureOf("top1"),
    ),
    _overlap(5),
    _overlap(10),
)
OBSERVED = (
    *_loss("p", "the base", LOSS_P),
    *_loss("q", "the model", LOSS_Q),
    LOG_RATIO,
    _exponential(
        Definition(
            "perplexity_ratio",
            "Perplexity of q as a multiple of that of p, on the observed tokens.",
            "exp(log_perplexity_ratio in nats)",
            LOWER,
        ),
        "perplexity_q / perplexity_p",
        LOG_RATIO,
    ),
    mean_metric(
        Definition(
            "delta_p",
            "How much likelier q finds the observed tokens, as a difference of probabilities.",
            "mean of q - p of the observed token",
            HIGHER,
            low=-1.0,
            high=1.0,
        ),
        "mean of q - p of the observed token",
        delta,
    ),
    Metric(
        Definition(
            "delta_p_rms",
            "Root of the mean square of what delta_p averages.",
            "sqrt(mean of (q - p)^2 of the observed token)",
            LOWER,
            high=1.0,
            scale=IntervalScale.PROPORTIONAL,
        ),
        "sqrt(mean of (q - p)^2 of the observed token)",
        (DELTA_SQUARED,),
        _rms,
        (DELTA_SQUARED,),
        _of_rms,
    ),
)
TOKEN_METRICS = (*DISTRIBUTIONS, *AGREEMENT, *OBSERVED, EFFECTIVE_ROWS)
DEFINITIONS = tuple(
    metric.definition
    for metric in (*DISTRIBUTIONS, *AGREEMENT, *OBSERVED)
    if metric.name not in {"cross_entropy", "entropy", "kl", "reverse_kl", "js_divergence"}
)
