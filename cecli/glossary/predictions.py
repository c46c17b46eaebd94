"""The metrics of predictions: what `cecli score` reports."""

import math

from cecli.glossary.definition import Definition, Direction
from cecli.report import Measure

INFORMATION, NUMBER = Measure.INFORMATION, Measure.NUMBER
LOWER, HIGHER, NEITHER = Direction.LOWER, Direction.HIGHER, Direction.NEITHER

PREDICTIONS = (
    Definition(
        "cross_entropy",
        "What the predictions cost on average: minus the log of the probability given to what "
        "happened.",
        "sum w (-t log q - (1-t) log(1-q)) / sum w; classes: sum w (-sum_k t_k log q_k) / sum w",
        INFORMATION,
        LOWER,
        also=("log loss", "logarithmic score", "mean negative log-likelihood", "deviance / 2"),
    ),
    Definition(
        "log_likelihood",
        "The log of the product of all probabilities given to what happened.",
        "-sum w CE_i",
        INFORMATION,
        HIGHER,
        low=-math.inf,
        high=0.0,
    ),
    Definition(
        "perplexity",
        "How many equally likely outcomes would be as surprising.",
        "exp(cross_entropy in nats); of counted values exp(entropy in nats)",
        NUMBER,
        LOWER,
        low=1.0,
    ),
    Definition(
        "target_entropy",
        "What a perfect prediction would still lose: 0 for observed classes.",
        "sum w H(t) / sum w",
        INFORMATION,
        NEITHER,
    ),
    Definition(
        "kl",
        "How far the predictions are from the targets: what they lose beyond a perfect one.",
        "mean of sum_k p_k log(p_k / q_k) = cross_entropy - entropy of p",
        INFORMATION,
        LOWER,
        also=("Kullback-Leibler divergence", "relative entropy"),
    ),
    Definition(
        "base_rate",
        "How often the positive class happens.",
        "sum w t / sum w",
        NUMBER,
        NEITHER,
        high=1.0,
        also=("prevalence", "Bernoulli maximum-likelihood estimate"),
    ),
    Definition(
        "base_rate_entropy",
        "What the best constant prediction would cost.",
        "H(base_rate)",
        INFORMATION,
        NEITHER,
        also=("uncertainty",),
    ),
    Definition(
        "skill",
        "Which share of the constant prediction's loss is saved: 0 is no better, 1 is perfect.",
        "1 - cross_entropy / base_rate_entropy",
        NUMBER,
        HIGHER,
        low=-math.inf,
        high=1.0,
        also=("McFadden R2", "D2 log loss", "relative information gain"),
    ),
    Definition(
        "normalized_entropy",
        "The loss in units of that of the constant prediction.",
        "cross_entropy / base_rate_entropy",
        NUMBER,
        LOWER,
        also=("NE",),
    ),
    Definition(
        "mean_prediction",
        "How often the predictions say that the positive class happens.",
        "sum w q / sum w",
        NUMBER,
        NEITHER,
        high=1.0,
    ),
    Definition(
        "observed_expected",
        "Calibration in the large: 1 where as much happens as was predicted.",
        "sum w t / sum w q",
        NUMBER,
        NEITHER,
        also=("O/E ratio", "calibration in the large"),
    ),
    Definition(
        "prediction_entropy",
        "The loss that the predictions themselves expect.",
        "sum w H(q) / sum w",
        INFORMATION,
        NEITHER,
        also=("sharpness",),
    ),
    Definition(
        "brier",
        "The mean squared error of the probabilities.",
        "sum w (q - t)^2 / sum w; of several classes sum w sum_k (q_k - t_k)^2 / sum w",
        NUMBER,
        LOWER,
        high=2.0,
        also=("Brier score", "quadratic score"),
    ),
    Definition(
        "accuracy",
        "In which share of the rows the likeliest class happened.",
        "share of rows with argmax_k q_k = y; of two classes the positive one from q = 1/2",
        NUMBER,
        HIGHER,
        high=1.0,
    ),
    Definition(
        "effective_rows",
        "How many equally weighted rows would be as informative.",
        "(sum w)^2 / sum w^2",
        NUMBER,
        NEITHER,
        also=("Kish's effective sample size",),
    ),
    Definition(
        "bits_per_byte",
        "What each byte of a text costs a language model, in bits whatever the units.",
        "log2 loss of all tokens / bytes of all tokens",
        NUMBER,
        LOWER,
        also=("BPB",),
    ),
    Definition(
        "byte_perplexity",
        "How many equally likely bytes would be as surprising.",
        "exp(loss in nats / bytes)",
        NUMBER,
        LOWER,
        low=1.0,
    ),
)
