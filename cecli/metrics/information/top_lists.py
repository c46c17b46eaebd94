"""What the likeliest tokens of two language models tell of the divergence of their distributions.

The tokens that both lists have, and all others as one, are known of both models. So the divergence
of these is a lower bound of the models' own: see `partitions`.
"""

from cecli.metrics.information.kl_divergence import INFORMATION, LOWER
from cecli.metrics.information.observed_tokens import OBSERVED
from cecli.metrics.information.tokens import AGREEMENT, FigureOf
from cecli.metrics.metric import EFFECTIVE_ROWS, mean_metric
from cecli.report.result import Definition, Direction, IntervalScale

# The roles of what is known of each row.
KL_LOWER, REVERSE_KL_LOWER, JS_LOWER = "kl_lower", "reverse_kl_lower", "js_divergence_lower"
KNOWN_P, KNOWN_Q = "known_p", "known_q"
KL_LOWER_OF_TOKEN = FigureOf(KL_LOWER)


def _lower(name: str, of: str, formula: str) -> Definition:
    return Definition(
        name,
        f"Certain lower bound of {of}, from the likeliest tokens.",
        f"mean of {formula} over the tokens that both lists have, and all others as one",
        LOWER,
        INFORMATION,
        scale=IntervalScale.PROPORTIONAL,
    )


def _known(name: str, side: str) -> Definition:
    return Definition(
        name,
        f"Probability that {side} gives to the tokens that both lists have.",
        f"mean of the sum of {side} over the tokens that both lists have",
        Direction.NEITHER,
        high=1.0,
        scale=IntervalScale.SHARE,
    )


BOUNDS = (
    mean_metric(_lower(KL_LOWER, "kl", "p log(p / q)"), "at most KL(p||q)", KL_LOWER_OF_TOKEN),
    mean_metric(
        _lower(REVERSE_KL_LOWER, "reverse_kl", "q log(q / p)"),
        "at most KL(q||p)",
        FigureOf(REVERSE_KL_LOWER),
    ),
    mean_metric(
        _lower(JS_LOWER, "js_divergence", "the JS divergence"),
        "at most the JS divergence",
        FigureOf(JS_LOWER),
    ),
    mean_metric(
        _known(KNOWN_P, "p"), "what p gives to the tokens in both lists", FigureOf(KNOWN_P)
    ),
    mean_metric(
        _known(KNOWN_Q, "q"), "what q gives to the tokens in both lists", FigureOf(KNOWN_Q)
    ),
)
TOP_LIST_METRICS = (*BOUNDS, AGREEMENT[0], *OBSERVED, EFFECTIVE_ROWS)
DEFINITIONS = tuple(metric.definition for metric in BOUNDS)
