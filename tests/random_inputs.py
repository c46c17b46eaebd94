"""Random predictions on all scales, with their exact meaning; distributions, and weights."""

import math
import random

import mpmath
from mpmath import mpf

SCALES = ("probability", "probability", "probability", "percent", "logit", "log-probability")
GRID = 2**50  # of probabilities that add up to exactly 1


def probability(r: random.Random) -> float:
    """Return a probability: usual, tiny, nearly 1, 0, 1, or one of few digits."""
    kind = r.random()
    if kind < 0.5:
        return r.random()
    if kind < 0.65:
        return 10 ** -r.uniform(0, 300)
    if kind < 0.8:
        return 1 - 2.0 ** -r.randrange(1, 54)
    if kind < 0.85:
        return r.choice([0.0, 1.0, 0.5])
    if kind < 0.9:
        return 5e-324 * r.randrange(1, 100)
    return round(r.random(), 3)


def number(r: random.Random, scale: str) -> float:
    """Return a prediction on a scale."""
    if scale == "probability":
        return probability(r)
    if scale == "percent":
        shares = [r.random(), round(r.random(), 3), 0.0, 1.0, 10 ** -r.uniform(0, 9)]
        return 100 * r.choice(shares)
    if scale == "logit":
        return r.choice([r.gauss(0, 3), r.gauss(0, 100), r.uniform(-700, 700), 0.0, 40.0, -1e-10])
    return -abs(r.choice([r.expovariate(1), r.uniform(0, 700), 10 ** -r.uniform(0, 300), 0.0]))


def neighbour(r: random.Random, x: float, scale: str) -> float:
    """Return a prediction that differs from another one in its last digits."""
    near = x * (1 + r.choice([0.0, 1e-8, -1e-12, 1e-15, 2.3e-16]))
    most = {"probability": 1.0, "percent": 100.0, "log-probability": 0.0, "logit": math.inf}
    return min(near, most[scale])


def meaning(x: float, scale: str) -> list[mpf]:
    """Return the probabilities of both classes for which a prediction stands."""
    x = mpf(x)
    match scale:
        case "probability":
            return [1 - x, x]
        case "percent":
            return [1 - x / 100, x / 100]
        case "logit":
            odds = mpmath.exp(-x)
            return [odds / (1 + odds), 1 / (1 + odds)]
        case _:
            return [-mpmath.expm1(x), mpmath.exp(x)]


def clipped(x: float, scale: str, epsilon: float) -> float:
    """Return a prediction between epsilon and 1 − epsilon, whose bounds are floats of the scale."""
    whole = {"probability": 1.0, "percent": 100.0}[scale]
    return min(max(x, whole * epsilon), whole * (1.0 - epsilon))


def weights(r: random.Random, rows: int) -> list[float] | None:
    kind = r.randrange(5)
    if kind < 2:
        return None
    if kind == 2:
        found = [float(r.randrange(4)) for _ in range(rows)]
        return found if any(found) else [1.0] * rows
    if kind == 3:
        return [10.0 ** r.uniform(-200, 200) for _ in range(rows)]
    return [r.random() + 0.01 for _ in range(rows)]


def distribution(r: random.Random, classes: int):
    """Return probabilities that add up to exactly 1, some of them 0."""
    cuts = sorted(r.choice([r.randrange(GRID), r.randrange(100)]) for _ in range(classes - 1))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, GRID], strict=True)]
    r.shuffle(parts)
    return [part / GRID for part in parts]


def exactly(values) -> list[mpf]:
    return [mpf(value) for value in values]
