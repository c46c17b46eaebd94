"""What two language models tell of the tokens that were observed."""

import math
from fractions import Fraction

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States
from cecli.metrics.cross_entropy import PERPLEXITY_RATIO, exponential_metric
from cecli.metrics.information.kl_divergence import BINNED, INFORMATION, LOWER
from cecli.metrics.information.signed import (
    SIGNED_LEVELS,
    largest_metric,
    percent_of,
    quantile_metric,
    smallest_metric,
)
from cecli.metrics.metric import Metric, mean_metric
from cecli.numerics import Floats
from cecli.numerics.distributions.exponential import exp as exp_of
from cecli.report.result import (
    BEYOND_RANGE,
    Answer,
    Definition,
    Direction,
    IntervalScale,
    Undefined,
)
from cecli.statistics.mean import Mean, Product

HIGHER = Direction.HIGHER


@dataclass(frozen=True)
class LossOf:
    """The loss of a model on each token that was observed."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        return 0.0 - chunk.numbers[self.role]


LOSS_P, LOSS_Q = LossOf("log_p"), LossOf("log_q")


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
        scale=IntervalScale.EXPONENTIAL,
    )
    return mean, exponential_metric(perplexity, f"exp(cross_entropy_{side} in nats)", loss)


CROSS_ENTROPY_P, PERPLEXITY_P = _loss("p", "the base", LOSS_P)
CROSS_ENTROPY_Q, PERPLEXITY_Q = _loss("q", "the model", LOSS_Q)
PERPLEXITIES = (PERPLEXITY_P, PERPLEXITY_Q)
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
    return {DELTA_SQUARED: Fraction(0.5 / value)} if value else None


def _difference(states: States) -> Answer:
    p, q = (metric.answer(states) for metric in PERPLEXITIES)
    if isinstance(p, Undefined) or isinstance(q, Undefined):
        return BEYOND_RANGE
    return Undefined("both are infinite") if math.isinf(p) and math.isinf(q) else q - p


def _of_difference(states: States) -> dict[Mean, Fraction] | None:
    p, q = (metric.answer(states) for metric in PERPLEXITIES)
    if isinstance(p, Undefined) or isinstance(q, Undefined) or math.inf in (p, q):
        return None
    return {Mean(LOSS_P): -Fraction(p), Mean(LOSS_Q): Fraction(q)}


DIFFERENCE = Metric(
    Definition(
        "perplexity_difference",
        "Perplexity of q less that of p, on the observed tokens.",
        "perplexity_q - perplexity_p",
        LOWER,
        low=-math.inf,
    ),
    "perplexity_q - perplexity_p",
    (Mean(LOSS_P), Mean(LOSS_Q)),
    _difference,
    (Mean(LOSS_P), Mean(LOSS_Q)),
    _of_difference,
)


def _correlation(states: States) -> Answer:
    found = states[LOSSES].correlation_of_means(states[Mean(LOSS_P)], states[Mean(LOSS_Q)])
    return Undefined("there is one token, or an infinite loss") if found is None else found


LOSSES = Product(LOSS_P, LOSS_Q)
CORRELATION = Metric(
    Definition(
        "loss_correlation",
        "Correlation of the losses of p and q over the observed tokens.",
        "corr(-log p, -log q) of the observed token",
        low=-1.0,
        high=1.0,
    ),
    "correlation of both losses over the tokens",
    (Mean(LOSS_P), Mean(LOSS_Q), LOSSES),
    _correlation,
)


def _of_delta(name: str, what: str) -> Definition:
    return Definition(
        f"delta_p_{name}",
        f"{what[0].upper()}{what[1:]} of q - p of the observed token.",
        f"the {what} of q - p of the observed token over the rows",
        HIGHER,
        low=-1.0,
        high=1.0,
    )


def _quantile(name: str, level: Fraction) -> Metric:
    what = f"{percent_of(level)} % quantile"
    definition = _of_delta(name, what)._replace(streams=BINNED)
    return quantile_metric(definition, f"{what} of q - p over the tokens", delta, level)


TAILS = (
    *(_quantile(name, level) for name, level in SIGNED_LEVELS.items()),
    smallest_metric(_of_delta("min", "smallest value"), "smallest q - p of any token", delta),
    largest_metric(_of_delta("max", "largest value"), "largest q - p of any token", delta),
)
OBSERVED = (
    CROSS_ENTROPY_P,
    PERPLEXITY_P,
    CROSS_ENTROPY_Q,
    PERPLEXITY_Q,
    LOG_RATIO,
    exponential_metric(PERPLEXITY_RATIO, "perplexity_q / perplexity_p", log_ratio),
    DIFFERENCE,
    CORRELATION,
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
    *TAILS,
)
