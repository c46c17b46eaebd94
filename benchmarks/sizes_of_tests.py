"""How often tests of calibration reject calibrated predictions: at levels of 5, 1 and 0.1 %.

Run it from the repository, with cecli installed: python benchmarks/sizes_of_tests.py [--runs 2000]

Each line is a base rate and a number of rows, whose logits have a standard deviation of 1, or
weights. `expected` is about how many of the rarer outcome the predictions expect. Each number is
the share of rejections over the level: 1 is right, above 1 a test rejects too often. Beside each
p-value stands what the normal distribution, or chi-squared, would give.
"""

import argparse

import numpy as np
from scipy.special import expit
from scipy.stats import chi2, norm

import cecli

ALPHAS = 0.05, 0.01, 0.001
RATES = 0.5, 0.05, 0.005, 0.0005
ROWS = 200, 1000, 5000, 20_000, 100_000
LEVELS = 100  # of predictions: rows of one level are one line of a table of counts
WEIGHTED_ROWS = 2000
TESTS = "calibration_z", "spiegelhalter_z", "calibration_chi2"


def logits(rate, number):
    """Return normal logits of standard deviation 1, whose probabilities have this mean."""
    z = norm.ppf((np.arange(number) + 0.5) / number)
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(z + middle).mean() < rate else (low, middle)
    return z + low


def of_counts(generator, rate, rows):
    """Return functions to calibrated samples, as tables of counts, and their options."""
    q, each = expit(logits(rate, LEVELS)), rows // LEVELS

    def drawn():
        events = generator.binomial(each, q)
        y, counts = np.repeat([1, 0], LEVELS), np.concatenate([events, each - events])
        used = counts > 0
        return {"y": y[used], "p": np.tile(q, 2)[used], "k": counts[used]}

    return drawn, {"count": "k"}, each * (q * (1 - q)).sum()


def of_weights(generator, rate, spread):
    """Return the same of rows with lognormal weights, whose logarithms have this spread."""
    q = expit(logits(rate, WEIGHTED_ROWS))
    w = np.random.default_rng(3).lognormal(0.0, spread, WEIGHTED_ROWS)
    squares = (w**2).sum()

    def drawn():
        return {"y": (generator.random(WEIGHTED_ROWS) < q).astype(int), "p": q, "w": w}

    return drawn, {"weight": "w"}, (w**2 * q * (1 - q)).sum() * (w.sum() / squares) ** 2


def smooth(name, value):
    """Return the p-value of the limit, for ever more of the rarer outcome."""
    return chi2.sf(value, 2) if name == "calibration_chi2" else 2 * norm.sf(abs(value))


def sizes(drawn, options, runs):
    """Return the shares of rejections over the levels, by test and kind; none of no p-value."""
    found = {(name, kind): [] for name in TESTS for kind in ("cecli", "limit")}
    for _ in range(runs):
        report = cecli.score(drawn(), label="y", prob="p", workers=1, **options)
        for name in TESTS:
            found[name, "cecli"].append(report[f"{name}_p_value"])
            found[name, "limit"].append(smooth(name, report[name]))
    return {key: [share(values, alpha) for alpha in ALPHAS] for key, values in found.items()}


def share(values, alpha):
    known = [value for value in values if value is not None]
    return sum(value <= alpha for value in known) / len(values) / alpha if known else None


def shown(shares):
    return "/".join("  – " if each is None else f"{each:4.2f}" for each in shares)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    print(f"{runs:,} samples a line; rejections at 5 %, 1 %, 0.1 % over these levels")
    print("setting                  expected  " + "  ".join(f"{name} (limit)" for name in TESTS))
    generator = np.random.default_rng(0)
    lines = [(f"rate {r:g}, {n:,} rows", of_counts(generator, r, n)) for r in RATES for n in ROWS]
    lines += [
        (f"rate {r:g}, weights sd {sd:g}", of_weights(generator, r, sd))
        for r in RATES[:3]
        for sd in (0.5, 1.0)
    ]
    for name, (drawn, options, expected) in lines:
        if expected < 1.0:
            continue
        found = sizes(drawn, options, runs)
        cells = (f"{shown(found[t, 'cecli'])} ({shown(found[t, 'limit'])})" for t in TESTS)
        print(f"{name:<24} {expected:>8.1f}  {'  '.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
