"""How well fits know their errors: intervals, tests and standard errors against simulated truths.

Run it from the repository, with cecli installed: python benchmarks/coverage_of_fits.py [--runs 500]

Four tables: the share of intervals of the calibration loss that hold its true value; the share of
calibrated samples in which a test rejects at 5 %; the mean standard error of a slope beside the
standard deviation of its estimates; and the share of intervals of a slope, from few clusters, that
hold the true one, beside that of normal intervals.
"""

import argparse

import numpy as np
from scipy.special import expit

import cecli

# Rows from which the true loss before and after the best map is computed.
POPULATION = 2_000_000
LOSSES = (
    # model, rows, slope, intercept
    ("platt", 100, 1.0, 0.0),
    ("platt", 100, 0.7, 0.0),
    ("platt", 300, 0.9, 0.0),
    ("platt", 1000, 0.8, 0.3),
    ("offset", 200, 1.0, 0.4),
    ("temperature", 300, 0.8, 0.0),
    ("temperature", 1000, 1.0, 0.0),
    ("beta", 500, 0.7, 0.0),
)
TESTS = (
    # model, rows, kind
    ("platt", 50, "weights"),
    ("platt", 300, "weights"),
    ("offset", 100, "weights"),
    ("platt", 50, "soft"),
    ("platt", 400, "soft"),
    ("temperature", 100, "soft"),
    ("platt", 400, "clusters"),
    ("offset", 400, "clusters"),
    ("platt", 4000, "clusters"),
)
OF_CLUSTER = 20


def drawn(generator, rows, slope=1.0, intercept=0.0):
    z = generator.normal(-0.5, 1.3, rows)
    y = generator.random(rows) < expit(slope * z + intercept)
    return {"y": y.astype(int), "p": expit(z)}


def true_loss(slope, intercept):
    """Return the loss that the true map wins back: all models here hold it, or nearly so."""
    z = np.random.default_rng(0).normal(-0.5, 1.3, POPULATION)
    true, q = expit(slope * z + intercept), expit(z)
    return np.mean(true * np.log(true / q) + (1 - true) * np.log((1 - true) / (1 - q)))


def held(model, rows, slope, intercept, runs):
    generator, truth = np.random.default_rng(1), true_loss(slope, intercept)
    below = above = fits = 0
    for _ in range(runs):
        try:
            report = cecli.fit(drawn(generator, rows, slope, intercept), model=model, workers=1)
        except cecli.InputError:  # separated
            continue
        interval = report.intervals.get("calibration_loss")
        if interval is None:  # a parameter at its bound
            continue
        fits += 1
        below += interval.upper < truth
        above += interval.lower > truth
    return truth, 1 - (below + above) / fits, below / fits, above / fits, fits


def calibrated(generator, rows, kind):
    """Return a calibrated sample of a kind, and the options to fit it."""
    data = drawn(generator, rows)
    if kind == "weights":
        return data | {"w": generator.lognormal(0, 1, rows)}, {"weight": "w"}
    if kind == "soft":
        q = data["p"]
        # Beta distributed about q, with a precision of 20.
        return {"p": q, "t": generator.beta(20 * q, 20 * (1 - q))}, {"target": "t"}
    # Rows of one cluster have one prediction, and labels that nearly agree.
    clusters = rows // OF_CLUSTER
    z = np.repeat(generator.normal(-0.5, 1.3, clusters), OF_CLUSTER)
    shared = np.repeat(generator.random(clusters), OF_CLUSTER)
    own = generator.random(rows)
    level = np.where(generator.random(rows) < 0.5, shared, own)
    user = np.repeat(np.arange(clusters), OF_CLUSTER).astype(str)
    data = {"y": (level < expit(z)).astype(int), "p": expit(z), "user": user}
    return data, {"cluster": "user"}


def rejected(model, rows, kind, runs):
    """Return the share of p-values below 5 %, the mean error and the spread of a parameter."""
    generator, values, errors, found = np.random.default_rng(2), [], [], []
    for _ in range(runs):
        data, options = calibrated(generator, rows, kind)
        try:
            report = cecli.fit(data, model=model, workers=1, **options)
        except cecli.InputError:
            continue
        (part,) = report.fit.parts
        name = next(iter(part.parameters))
        values.append(report["p_value"])
        errors.append(part.standard_errors[name])
        found.append(part.parameters[name])
    return np.mean(np.array(values) < 0.05), np.mean(errors), np.std(found), len(values)


CLUSTERED = ((5, 0.0), (10, 0.0), (30, 0.0), (5, 1.0), (10, 1.0), (30, 1.0))  # number, sd of sizes


def in_clusters(generator, sizes):
    """Return rows of clusters, each with an effect of its own on slope and intercept."""
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    z = generator.normal(-0.5, 1.3, len(cluster))
    own = generator.normal(0.0, 0.5, (2, len(sizes)))[:, cluster]
    y = (generator.random(len(cluster)) < expit((1 + own[0]) * z + own[1])).astype(int)
    return {"y": y, "p": expit(z), "user": cluster.astype(str)}


def slopes_held(number, spread, runs):
    """Return the shares of intervals, and of normal ones, that hold the slope of all clusters."""
    generator = np.random.default_rng(3)
    sample = in_clusters(generator, np.full(20_000, 20))
    truth = cecli.fit(sample, model="platt")["slope"]
    held, normal, fits = 0, 0, 0
    for _ in range(runs):
        sizes = np.maximum(2, generator.lognormal(np.log(40.0), spread, number)).astype(int)
        try:
            report = cecli.fit(
                in_clusters(generator, sizes), model="platt", cluster="user", workers=1
            )
        except cecli.InputError:
            continue
        interval = report.intervals["slope"]
        held += interval.lower <= truth <= interval.upper
        normal += abs(report["slope"] - truth) <= 1.96 * interval.se
        fits += 1
    return held / fits, normal / fits, fits


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    runs = parser.parse_args().runs
    print("model        rows  slope  intercept  true loss   held  below  above  fits")
    for model, rows, slope, intercept in LOSSES:
        truth, share, below, above, fits = held(model, rows, slope, intercept, runs)
        print(
            f"{model:<11} {rows:>5} {slope:>6} {intercept:>10} {truth:>10.5f} {share:>6.1%} "
            f"{below:>6.1%} {above:>6.1%} {fits:>5}"
        )
    print("model        rows  kind       size  mean se  sd of estimates  ratio  fits")
    for model, rows, kind in TESTS:
        size, error, spread, fits = rejected(model, rows, kind, runs)
        print(
            f"{model:<11} {rows:>5}  {kind:<8} {size:>6.1%} {error:>8.4f} {spread:>16.4f} "
            f"{error / spread:>6.2f} {fits:>5}"
        )
    print("clusters  sd of sizes    held  normal  fits")
    for number, spread in CLUSTERED:
        held_, normal, fits = slopes_held(number, spread, runs)
        print(f"{number:>8} {spread:>12} {held_:>7.1%} {normal:>7.1%} {fits:>5}")


if __name__ == "__main__":
    main()
