"""Laws of rows whose true metrics are known, and samples of them.

A law is a large population, from which rows are drawn with replacement. The metrics of the
population are therefore exactly those that the intervals of a sample should hold.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

Columns = dict[str, np.ndarray]
Generator = np.random.Generator
POPULATION = 400_000
# Rows of clusters are drawn afresh, so that their truth is a mean over rows, too: of this many.
ROWS_OF_CLUSTERS = 4_000_000
ROWS_PER_CLUSTER = 20
RATE = 0.3


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def cross_entropy(y, q):
    return -(y * np.log(q) + (1 - y) * np.log1p(-q))


def root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Return where a rising function is 0, by halving the interval."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return low


def logits(rate: float, generator: Generator, rows: int = POPULATION):
    """Return normal logits of standard deviation 1 whose probabilities have this mean."""
    z = generator.normal(size=rows)
    return z + root(lambda shift: sigmoid(z + shift).mean() - rate, -20.0, 20.0)


def observed(z, generator: Generator):
    return (generator.random(len(z)) < sigmoid(z)).astype(int)


@cache
def labelled(rate: float = RATE, sharpness: float = 1.0, shift: float = 0.0) -> Columns:
    """Return labels, and predictions whose logits are these times the true ones, shifted."""
    generator = np.random.default_rng(1)
    z = logits(rate, generator)
    return {"y": observed(z, generator), "p": sigmoid(sharpness * z + shift)}


@cache
def accurate(logit: float = 4.0) -> Columns:
    """Return labels, and calibrated predictions that are nearly certain: 0.98 of them are right."""
    generator = np.random.default_rng(1)
    z = generator.choice([-1, 1], POPULATION) * generator.normal(logit, 0.5, POPULATION)
    return {"y": observed(z, generator), "p": sigmoid(z)}


@cache
def even() -> Columns:
    """Return labels whose rate is exactly one half: each row has its mirror image."""
    generator = np.random.default_rng(1)
    z = generator.normal(size=POPULATION // 2)
    y = observed(z, generator)
    return {"y": np.concatenate([y, 1 - y]), "p": sigmoid(np.concatenate([z, -z]))}


@cache
def soft() -> Columns:
    """Return soft labels, and predictions whose logits are off by noise."""
    generator = np.random.default_rng(1)
    z = logits(RATE, generator)
    return {"t": sigmoid(z), "p": sigmoid(z + 0.2 + 0.5 * generator.normal(size=POPULATION))}


@cache
def pair(rate: float, spread: float = 0.5, shift: float = 0.2) -> Columns:
    """Return labels and two models; the logits of the second are off by spread and shift."""
    generator = np.random.default_rng(1)
    z = logits(rate, generator)
    off = z + shift + spread * generator.normal(size=POPULATION)
    return {"y": observed(z, generator), "p": sigmoid(z), "q": sigmoid(off)}


@cache
def equal_pair(rate: float, shift: float = -0.7) -> Columns:
    """Return labels and two models of equal mean loss: one is too low, and one too high."""
    generator = np.random.default_rng(1)
    z = logits(rate, generator)
    y = observed(z, generator)
    low = sigmoid(z + shift)
    loss = cross_entropy(y, low).mean()
    high = root(lambda up: cross_entropy(y, sigmoid(z + up)).mean() - loss, 0.1, 5.0)
    return {"y": y, "p": low, "q": sigmoid(z + high)}


@cache
def equal_constants(rate: float) -> Columns:
    """Return labels and two constant models of equal mean loss; the first says half of the rate."""
    y = (np.arange(POPULATION) < rate * POPULATION).astype(int)
    rate = y.mean()
    loss = cross_entropy(rate, rate / 2)
    high = root(lambda q: cross_entropy(rate, q) - loss, rate, 0.9)
    return {"y": y, "p": np.full(POPULATION, rate / 2), "q": np.full(POPULATION, high)}


def rows(law: Callable[[], Columns], number: int, generator: Generator) -> Columns:
    """Return so many rows of a law."""
    chosen = generator.integers(POPULATION, size=number)
    return {name: values[chosen] for name, values in law().items()}


def weighted_rows(
    law: Callable[[], Columns], number: int, spread: float, generator: Generator
) -> Columns:
    """Return rows with lognormal weights, which are independent of all else."""
    weights = np.exp(spread * generator.normal(size=number))
    return {**rows(law, number, generator), "w": weights}


def rows_of_groups(
    law: Callable[[], Columns], groups: int, size: int, generator: Generator
) -> Columns:
    """Return groups of so many rows; all groups have the same law."""
    names = np.repeat([f"g{group}" for group in range(groups)], size)
    return {**rows(law, groups * size, generator), "g": names}


def _clustered(effects, generator: Generator) -> Columns:
    """Return rows whose true logits have the effects of their clusters, unknown to both models."""
    z = generator.normal(np.log(RATE / (1 - RATE)), 1.0, len(effects))
    return {"y": observed(z + effects, generator), "p": sigmoid(z), "q": sigmoid(0.5 * z)}


@cache
def unrelated() -> Columns:
    """Return rows of clusters, each of a cluster of its own."""
    generator = np.random.default_rng(1)
    return _clustered(generator.normal(size=ROWS_OF_CLUSTERS), generator)


def clusters(number: int, unevenness: float, generator: Generator) -> Columns:
    """Return the rows of so many clusters; the logarithm of their sizes has this spread."""
    sizes = np.exp(unevenness * generator.normal(size=number) - unevenness**2 / 2)
    sizes = np.maximum(1, np.rint(ROWS_PER_CLUSTER * sizes)).astype(int)
    effects = np.repeat(generator.normal(size=number), sizes)
    names = np.repeat([f"c{cluster}" for cluster in range(number)], sizes)
    return {**_clustered(effects, generator), "c": names}
