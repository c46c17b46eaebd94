"""How often `compare` finds a difference between models of equal expected loss: 5 % at most.

Run it from the repository, with cecli installed: python benchmarks/false_findings.py [--runs 300]

Events are rare, and one of the models predicts too few of them, the other too many. Then few rows
differ, by one amount and with random signs. Then rows are a series in time.
"""

import argparse

import numpy as np

import cecli

ALPHA = 0.05
# Losses are of models whose logits are off by this much, and by what costs as much on average.
TOO_LOW, CENTRE, SPREAD = -0.7, -5.3, 0.5
RATE = 0.01


def partner_of(loss, low, high, target):
    """Return the argument between low and high at which a rising loss has the target value."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if loss(middle) < target else (low, middle)
    return low


def is_found(p_value):
    return p_value is not None and p_value <= ALPHA


def in_groups(groups, rows, runs):
    """Return in what share of samples any group has an adjusted p-value of 5 % or less."""
    generator, found = np.random.default_rng(0), 0
    z = generator.normal(CENTRE, SPREAD, 400_000)

    def loss(shift):
        return np.mean(np.logaddexp(0.0, z + shift) - (z + shift) / (1 + np.exp(-z)))

    too_high = partner_of(loss, 0.0, 3.0, loss(TOO_LOW))
    names = np.repeat([f"g{group}" for group in range(groups)], rows)
    for _ in range(runs):
        x = generator.normal(CENTRE, SPREAD, groups * rows)
        y = (generator.random(x.size) < 1 / (1 + np.exp(-x))).astype(int)
        models = {"a": 1 / (1 + np.exp(-x - TOO_LOW)), "b": 1 / (1 + np.exp(-x - too_high))}
        report = cecli.compare({"y": y, **models, "g": names}, prob=["a", "b"], by="g")
        found += any(is_found(group.metrics["p_value_adjusted"]) for group in report.groups)
    return found / runs


def in_all_rows(events, runs):
    """Return in what share of samples two constant predictions of equal loss differ."""
    generator, found, rows = np.random.default_rng(0), 0, round(events / RATE)

    def loss(q):
        return -(RATE * np.log(q) + (1 - RATE) * np.log1p(-q))

    models = RATE / 2, partner_of(loss, RATE, 0.5, loss(RATE / 2))
    for _ in range(runs):
        y = (generator.random(rows) < RATE).astype(int)
        data = {"y": y, "a": np.full(rows, models[0]), "b": np.full(rows, models[1])}
        found += is_found(cecli.compare(data, prob=["a", "b"])["p_value"])
    return found / runs


def of_few_rows(differing, runs):
    """Return in what share of samples some rows that differ either way are found."""
    generator, found, rows = np.random.default_rng(0), 0, 300
    for _ in range(runs):
        b = np.full(rows, 0.5)
        b[:differing] *= np.exp(0.2 * generator.choice([-1, 1], differing))
        data = {"y": np.ones(rows, int), "a": np.full(rows, 0.5), "b": b}
        found += is_found(cecli.compare(data, prob=["a", "b"])["p_value"])
    return found / runs


def in_time(rho, runs, rows=500):
    """Return the same for a series with an autocorrelation, without --order and with it."""
    generator, found = np.random.default_rng(0), np.zeros(2)
    # At this target, the losses of 0.5 and 0.6 are equal.
    middle = np.log(1.25) / np.log(1.5)
    for _ in range(runs):
        x = generator.normal(size=rows)
        for t in range(1, rows):
            x[t] = rho * x[t - 1] + np.sqrt(1 - rho**2) * x[t]
        data = {"t": middle + 0.08 * x, "a": np.full(rows, 0.5), "b": np.full(rows, 0.6)}
        data["t"] = np.clip(data["t"], 0.0, 1.0)
        for place, order in enumerate((False, True)):
            report = cecli.compare(data, target="t", prob=["a", "b"], order=order)
            found[place] += is_found(report["p_value"])
    return found / runs


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    runs = parser.parse_args().runs
    print(f"{runs:,} samples; a difference is found in")
    for groups, rows in ((10, 60), (30, 100), (30, 1000)):
        print(f"{groups} groups of {rows} rows, rate 0.6 %: {in_groups(groups, rows, runs):.1%}")
    for events in (1, 3, 10, 30):
        print(f"{events} expected events: {in_all_rows(events, runs):.1%}")
    for differing in (4, 5, 8, 15):
        print(f"{differing} of 300 rows differ: {of_few_rows(differing, runs):.1%}")
    for rho in (0.0, 0.2, 0.5, 0.8):
        plain, order = in_time(rho, runs)
        print(f"autocorrelation {rho}: {plain:.1%}, with --order {order:.1%}")


if __name__ == "__main__":
    main()
