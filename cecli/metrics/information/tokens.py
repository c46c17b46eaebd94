"""What one language model's distributions of the next token tell of another's."""

from fractions import Fraction
from math import inf

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.metrics.cross_entropy import CROSS_ENTROPY_DEFINITION, KL
from cecli.metrics.information.entropy import ENTROPY
from cecli.metrics.information.kl_divergence import (
    INFORMATION,
    JS_DIVERGENCE,
    LOWER,
    OF_ENTROPY,
    OF_JS_DIVERGENCE,
    OF_KL,
    OF_REVERSE_KL,
    REVERSE_KL,
    tail_of,
)
from cecli.metrics.information.observed_tokens import OBSERVED
from cecli.metrics.information.signed import (
    SIGNED_LEVELS,
    percent_of,
    quantile_metric,
    smallest_metric,
)
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, mean_metric
from cecli.numerics import Floats
from cecli.numerics.vocabulary.pairs import TOPS
from cecli.report.result import Definition, Direction, IntervalScale

HIGHER = Direction.HIGHER


@dataclass(frozen=True)
class FigureOf:
    """A figure of each token, as it was found where the token was read."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        return chunk.numbers[self.role]


KL_OF_TOKEN = FigureOf("kl")


def cross_entropy_of_token(chunk: Chunk) -> Floats:
    """Return the mean loss of q if p is true."""
    return chunk.numbers["entropy_p"] + chunk.numbers["kl"]


QUARTILES = frozenset({"p25", "p75"})
LEVELS = {name: level for name, level in SIGNED_LEVELS.items() if name not in QUARTILES}
TAIL = tail_of(KL_OF_TOKEN, LEVELS, "token")


def _quantile(metric: Metric, level: Fraction) -> Metric:
    """Return a quantile that is nowhere below the smallest value."""
    what = f"{percent_of(level)} % quantile of kl over the tokens"
    return quantile_metric(metric.definition, what, KL_OF_TOKEN, level)


def _overlap(k: int) -> Metric:
    return mean_metric(
        Definition(
            f"top{k}_overlap",
            f"Share of the {k} likeliest classes or tokens of p that are among the {k} likeliest "
            "of q.",
            f"mean of |top{k}(p) ∩ top{k}(q)| / {k}",
            HIGHER,
            high=1.0,
            scale=IntervalScale.SHARE,
        ),
        f"share of the {k} likeliest classes or tokens that both have",
        FigureOf(f"top{k}"),
    )


DISTRIBUTIONS = (
    mean_metric(KL, OF_KL, KL_OF_TOKEN),
    mean_metric(REVERSE_KL, OF_REVERSE_KL, FigureOf("reverse_kl")),
    mean_metric(JS_DIVERGENCE, OF_JS_DIVERGENCE, FigureOf("js_divergence")),
    mean_metric(
        CROSS_ENTROPY_DEFINITION, "H(p,q): mean loss of q if p is true", cross_entropy_of_token
    ),
    mean_metric(ENTROPY, OF_ENTROPY, FigureOf("entropy_p")),
    *(_quantile(*pair) for pair in zip(TAIL, LEVELS.values(), strict=False)),
    TAIL[-1],
    smallest_metric(
        Definition(
            "kl_min", "Smallest kl of any row.", "min of KL(p||q) over the rows", LOWER, INFORMATION
        ),
        "smallest kl of any token",
        KL_OF_TOKEN,
    ),
)
AGREEMENT = (
    mean_metric(
        Definition(
            "top1_agreement",
            "Share of rows in which p and q find the same class or token likeliest.",
            "mean of [argmax p = argmax q]",
            HIGHER,
            high=1.0,
            also=("same top p",),
            scale=IntervalScale.SHARE,
        ),
        "share of rows in which both find the same class or token likeliest",
        FigureOf("top1"),
    ),
    *map(_overlap, TOPS[1:]),
)


def token_metrics(*, are_observed: bool, classes: float = inf) -> tuple[Metric, ...]:
    """Return the metrics of two models' distributions.

    Parameters
    ----------
    are_observed : whether the token is known that each row is about.
    classes : their number; any two distributions have all classes among the likeliest of so many.
    """
    agreement = [metric for metric, k in zip(AGREEMENT, TOPS, strict=True) if k < classes]
    return (*DISTRIBUTIONS, *agreement, *(OBSERVED if are_observed else ()), EFFECTIVE_ROWS)


DEFINITIONS = tuple(
    metric.definition
    for metric in (*DISTRIBUTIONS, *AGREEMENT, *OBSERVED)
    if metric.name not in {"cross_entropy", "entropy", "kl", "reverse_kl", "js_divergence"}
)
