"""The metrics and parameters of a fit: what `cecli fit` reports beside those of predictions."""

import math

from cecli.glossary.definition import Definition, Direction
from cecli.report.result import Measure

INFORMATION, NUMBER = Measure.INFORMATION, Measure.NUMBER
LOWER, HIGHER, NEITHER = Direction.LOWER, Direction.HIGHER, Direction.NEITHER


def _parameter(name: str, meaning: str, formula: str, low: float = -math.inf) -> Definition:
    return Definition(name, meaning, formula, NUMBER, NEITHER, low=low)


FITS = (
    Definition(
        "calibrated_cross_entropy",
        "What the recalibrated predictions cost on average, on the rows that were fitted.",
        "cross_entropy after the fit",
        INFORMATION,
        LOWER,
    ),
    Definition(
        "calibrated_log_likelihood",
        "The log of the product of all recalibrated probabilities of what happened.",
        "log_likelihood after the fit",
        INFORMATION,
        HIGHER,
        low=-math.inf,
        high=0.0,
    ),
    Definition(
        "calibration_loss",
        "What miscalibration costs a row: won back by the fit.",
        "cross_entropy - calibrated_cross_entropy",
        INFORMATION,
        LOWER,
        low=-math.inf,
    ),
    Definition(
        "out_of_fold_cross_entropy",
        "What new rows may expect: each row recalibrated by a fit without its fold.",
        "cross_entropy by the fits without each row's fold",
        INFORMATION,
        LOWER,
    ),
    Definition(
        "out_of_fold_gain",
        "What recalibration wins on rows that it has not seen.",
        "cross_entropy - out_of_fold_cross_entropy",
        INFORMATION,
        HIGHER,
        low=-math.inf,
    ),
    Definition(
        "likelihood_ratio",
        "How much likelier the rows are after the fit: chi-squared, were they calibrated before.",
        "2 (gain in log_likelihood, in nats)",
        NUMBER,
        NEITHER,
    ),
    Definition(
        "p_value",
        "The chance of at least so much, were the hypothesis true.",
        "tail of the distribution of the statistic",
        NUMBER,
        NEITHER,
        high=1.0,
    ),
    _parameter("temperature", "By what logits are divided.", "T in sigma(z / T)", low=0.0),
    _parameter("slope", "By what logits are multiplied.", "a in sigma(a z + b)"),
    _parameter("intercept", "What is added to logits.", "b in sigma(a z + b)"),
    _parameter("a", "The power of q.", "a in sigma(a ln q - b ln(1 - q) + c)", low=0.0),
    _parameter("b", "The power of 1 - q.", "b in sigma(a ln q - b ln(1 - q) + c)", low=0.0),
    _parameter("c", "What is added.", "c in sigma(a ln q - b ln(1 - q) + c)"),
    Definition(
        "steps", "How many steps the step function has.", "of isotonic regression", NUMBER, NEITHER
    ),
)
