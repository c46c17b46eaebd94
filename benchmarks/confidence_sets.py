"""How often the set of models that may be the best holds all that are: 95 % at least.

Run it from the repository, with cecli installed: python benchmarks/confidence_sets.py [--runs 400]

Models see the true logits through noise, so that those of equal noise are equally good. A second
number says how many models are left on average: few, if the set tells them apart.
"""

import argparse

import numpy as np

import cecli

# The standard deviations of the noise of five models.
EQUAL, TWO_BEST = (0.4,) * 5, (0.4, 0.4, 0.7, 1.0, 1.3)
REPLICATES = 400
# Logits of rare events, and how much too low a model's are; another is too high, and as good.
CENTRE, SPREAD, TOO_LOW = -5.3, 0.5, -0.7


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def noisy(generator, rows, noises, clusters=None):
    """Return labels, and the predictions of models; rows of a cluster share their noise."""
    z = generator.normal(0.0, 1.5, rows)
    data = {"y": (generator.random(rows) < sigmoid(z)).astype(int)}
    places = np.arange(rows) if clusters is None else np.arange(rows) % clusters
    if clusters is not None:
        data["c"] = places
    for number, noise in enumerate(noises):
        data[f"m{number}"] = sigmoid(z + noise * generator.normal(size=places.max() + 1)[places])
    return data


def rare(generator, rows, too_high):
    """Return labels of rare events, two models that are equally good, and a worse one."""
    z = generator.normal(CENTRE, SPREAD, rows)
    y = (generator.random(rows) < sigmoid(z)).astype(int)
    shifts = {"m0": TOO_LOW, "m1": too_high, "m2": 2.5}
    return {"y": y, **{name: sigmoid(z + shift) for name, shift in shifts.items()}}


def as_good(shift):
    """Return the shift upwards that costs as much as one downwards."""
    z = np.random.default_rng(0).normal(CENTRE, SPREAD, 400_000)

    def loss(by):
        return np.mean(np.logaddexp(0.0, z + by) - (z + by) * sigmoid(z))

    low, high = 0.0, 3.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if loss(middle) < loss(shift) else (low, middle)
    return low


def measured(draw, best, runs, **options):
    """Return the share of samples whose set holds all of the best models, and its mean size."""
    generator, held, size = np.random.default_rng(0), 0, 0
    for _ in range(runs):
        data = draw(generator)
        names = [name for name in data if name.startswith("m")]
        found = cecli.compare(data, label="y", prob=names, **options).confidence_set
        left = {model.model for model in found.models if model.may_be_best}
        held += {f"m{number}" for number in range(best)} <= left
        size += len(left)
    return held / runs, size / runs


def settings():
    """Yield the words of each setting, its draw, the number of best models, and options."""
    for rows in (100, 1000):
        yield f"5 equal, {rows} rows", lambda g, rows=rows: noisy(g, rows, EQUAL), 5, {}
        yield f"2 best of 5, {rows} rows", lambda g, rows=rows: noisy(g, rows, TWO_BEST), 2, {}
    clustered = {"cluster": "c"}
    yield "5 equal, 30 clusters of 20", lambda g: noisy(g, 600, EQUAL, 30), 5, clustered
    too_high = as_good(TOO_LOW)
    for rows in (300, 3000):
        words = f"2 best of 3, about {rows * 0.0056:.2g} events"
        yield words, lambda g, rows=rows: rare(g, rows, too_high), 2, {}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=400)
    runs = parser.parse_args().runs
    print("setting | pairs: held | models left | bootstrap: held | models left")
    for words, draw, best, options in settings():
        pairs = measured(draw, best, runs, **options)
        replicates = measured(draw, best, runs, bootstrap=REPLICATES, **options)
        cells = (f"{held:.1%} | {left:.2f}" for held, left in (pairs, replicates))
        print(f"{words} | {' | '.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
