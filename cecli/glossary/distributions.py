"""The metrics of distributions: what `cecli kl` and `cecli entropy` have beside those of score."""

import math

from cecli.glossary.definition import Definition, Direction
from cecli.report.result import Measure

INFORMATION, ROOT, NUMBER = Measure.INFORMATION, Measure.ROOT_INFORMATION, Measure.NUMBER
LOWER, NEITHER = Direction.LOWER, Direction.NEITHER

# The middle of a bin stands for all that is in it.
BINNED = "within 0.05 % of the value"


def _quantile(name: str, percent: str) -> Definition:
    return Definition(
        name,
        f"{percent} % of the rows have no larger kl.",
        f"the {percent} % quantile of KL(p||q) over the rows",
        INFORMATION,
        LOWER,
        streams=BINNED,
    )


DISTRIBUTIONS = (
    Definition(
        "entropy",
        "How uncertain the column, or the distribution p, is.",
        "-sum p log p",
        INFORMATION,
        NEITHER,
        also=("Shannon entropy",),
    ),
    Definition(
        "entropy_miller_madow",
        "The entropy of counted values, with its bias of first order removed.",
        "entropy + (categories - 1) / (2 effective_rows)",
        INFORMATION,
        NEITHER,
    ),
    Definition(
        "categories",
        "How many different values occur.",
        "number of values with weight",
        NUMBER,
        NEITHER,
        low=1.0,
    ),
    Definition(
        "conditional_entropy",
        "What is uncertain still when the given column is known.",
        "H(x|y) = -sum p(x,y) log p(x|y)",
        INFORMATION,
        NEITHER,
        also=("equivocation",),
    ),
    Definition(
        "mutual_information",
        "What the given column says of the other.",
        "I(x;y) = H(x) - H(x|y)",
        INFORMATION,
        NEITHER,
        also=("information gain",),
    ),
    Definition(
        "given_entropy",
        "How uncertain the given column is.",
        "H(y) = -sum p(y) log p(y)",
        INFORMATION,
        NEITHER,
    ),
    Definition(
        "identity_residual",
        "What rounding left of the identity: 0 but for that, and for sums that are not 1.",
        "cross_entropy - entropy - kl",
        INFORMATION,
        NEITHER,
        low=-math.inf,
    ),
    Definition(
        "reverse_kl",
        "The divergence with p and q exchanged.",
        "KL(q||p) = sum q log(q / p)",
        INFORMATION,
        LOWER,
        also=("exclusive KL",),
    ),
    Definition(
        "jeffreys",
        "The divergence in both directions; over rows the population stability index.",
        "KL(p||q) + KL(q||p)",
        INFORMATION,
        LOWER,
        also=("J-divergence", "PSI", "population stability index"),
    ),
    Definition(
        "js_divergence",
        "The mean divergence of p and q from their middle: bounded, and symmetric.",
        "(KL(p||m) + KL(q||m)) / 2, m = (p + q) / 2",
        INFORMATION,
        LOWER,
        high=math.log(2.0),
        also=("Jensen-Shannon divergence",),
    ),
    Definition(
        "js_distance",
        "The root of the Jensen-Shannon divergence, which is a metric; its mean over the rows.",
        "sqrt(js_divergence)",
        ROOT,
        LOWER,
        high=math.sqrt(math.log(2.0)),
        also=("Jensen-Shannon distance",),
    ),
    Definition(
        "total_variation",
        "By how much the probability of any event differs at most.",
        "sum |p - q| / 2",
        NUMBER,
        LOWER,
        high=1.0,
        also=("statistical distance",),
    ),
    Definition(
        "hellinger",
        "The Hellinger distance.",
        "sqrt(sum (sqrt p - sqrt q)^2 / 2)",
        NUMBER,
        LOWER,
        high=1.0,
        also=("Hellinger distance",),
    ),
    _quantile("kl_p50", "50"),
    _quantile("kl_p90", "90"),
    _quantile("kl_p99", "99"),
    _quantile("kl_p999", "99.9"),
    Definition(
        "kl_max",
        "The largest kl of a row.",
        "max of KL(p||q) over the rows",
        INFORMATION,
        LOWER,
    ),
    Definition(
        "kl_above",
        "In which share of the rows kl is above the threshold.",
        "sum w [KL_i > threshold] / sum w",
        NUMBER,
        LOWER,
        high=1.0,
    ),
)
