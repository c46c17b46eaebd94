"""How often intervals of a paired difference hold what they should: nominal against observed.

Run it from the repository, with cecli installed: python benchmarks/coverage.py [--runs 4000]

Each line draws so many samples of a known law, and counts in how many of them the interval held the
true difference of cross-entropy: once, at the end; and for the confidence sequence after every row.
The normal interval is known to hold too seldom where few rows decide, as with rare events, and that
of clusters, where a few of them have most of the rows. The last table shows how far percentiles of
a bootstrap get there, for the cross-entropy of one model.
"""

import argparse

import numpy as np

from cecli.commands.compare.anytime import BETS, RATES, Bettors
from cecli.commands.compare.one_look import Student, degrees_of, spread_of
from cecli.intervals.bootstrap import percentile_interval
from cecli.intervals.delta import normal_interval, square_root
from cecli.numerics.resampling import drawn_sums, outputs, streams
from cecli.numerics.sums.exact import exact_dot, exact_moments, exact_sum
from cecli.statistics.mean import ONE, MeanState, WeightState

LEVEL = 0.95
POPULATION = 400_000
CLIP = 0.01
# Looks are so far apart: the evidence between two of them cannot be much greater.
LOOKS = 400
REPLICATES = 1000
EVENTS = (0.3, 1.0, 3.0, 10.0, 100.0)


def population(rate, spread, shift, clip=None):
    """Return the differences of loss of many rows, whose mean is the true one.

    rate is that of the positive class; the second model's logits are off by spread and shift.
    """
    generator = np.random.default_rng(1)
    z = generator.normal(np.log(rate / (1 - rate)), 1.0, POPULATION)
    y = generator.random(POPULATION) < 1 / (1 + np.exp(-z))
    models = z, z + shift + spread * generator.normal(size=POPULATION)
    if clip is not None:
        bound = np.log(1 / clip - 1)
        models = tuple(np.clip(model, -bound, bound) for model in models)
    first, second = (np.logaddexp(0.0, np.where(y, -model, model)) for model in models)
    return second - first


def state(sample):
    total, squares = exact_moments(sample)
    rows = len(sample)
    return MeanState(WeightState(rows, rows * ONE, rows * ONE), total, total, squares)


def once(mean):
    """Return the interval of one look from the state of a mean, without predictions."""
    spread = spread_of(mean.variance_of_mean, degrees_of(mean))
    return Student(mean.finite_mean, spread).interval(LEVEL)


def held_once(differences, rows, runs):
    """Return in what share of samples the interval held the true mean, and its mean width."""
    generator, truth, held, width = np.random.default_rng(2), differences.mean(), 0, 0.0
    for _ in range(runs):
        interval = once(state(generator.choice(differences, rows)))
        held += interval.lower <= truth <= interval.upper
        width += interval.upper - interval.lower
    return held / runs, width / runs


def held_by_clusters(clusters, unevenness, runs):
    """Return in what share of samples the interval held the truth, and the mean effective number.

    All rows of a cluster are alike, as far from 0 as the normal law has it; the logarithm of their
    number is normal as well, and independent, with the unevenness as its standard deviation.
    """
    generator, held, equal = np.random.default_rng(4), 0, 0.0
    for _ in range(runs):
        w = np.exp(unevenness * generator.normal(size=clusters))
        x = generator.normal(size=clusters)
        weights = WeightState(clusters, exact_sum(w), exact_dot(w, w))
        sums = exact_dot(w, x), exact_dot(w, w, x), exact_dot(w, w, x, x)
        interval = once(MeanState(weights, *sums))
        held += interval.lower <= 0.0 <= interval.upper
        equal += float(weights.effective_rows)
    return held / runs, equal / runs


def bets(x):
    """Return the capitals of those who bet on a larger mean, after each row, as logarithms."""
    return np.cumsum(np.log1p(np.multiply.outer(RATES[:BETS], x)), axis=1)


def held_always(differences, rows, runs, bound):
    """Return in what share of samples the confidence sequence held the true mean all along.

    Also its mean width after the last row.
    """
    generator, truth = np.random.default_rng(3), differences.mean() / bound
    looks = np.unique(np.geomspace(1, rows, LOOKS).astype(int))
    most, held, width = np.log(2.0 / (1.0 - LEVEL)), 0, 0.0
    for _ in range(runs):
        x = generator.choice(differences, rows) / bound
        totals, squares = np.cumsum(x), np.cumsum(x * x)
        sides = [
            [Bettors(int(n), sign * totals[n - 1], squares[n - 1], logs[:, n - 1]) for n in looks]
            for sign, logs in ((1.0, bets(x)), (-1.0, bets(-x)))
        ]
        above, below = sides
        held += all(
            max(up.log_evidence(truth), down.log_evidence(-truth)) < most
            for up, down in zip(above, below, strict=True)
        )
        ends = (side[-1].lower_end((1.0 - LEVEL) / 2.0) for side in sides)
        width -= bound * sum(ends)
    return held / runs, width / runs


def held_by_looking(differences, rows, runs):
    """Return the same for the interval of one look, misused by looking often, from row 30 on."""
    generator, truth = np.random.default_rng(3), differences.mean()
    looks = np.unique(np.geomspace(30, rows, LOOKS).astype(int))
    held = 0
    for _ in range(runs):
        x = generator.choice(differences, rows)
        mean = np.cumsum(x)[looks - 1] / looks
        variance = np.cumsum(x * x)[looks - 1] / looks - mean**2
        held += bool(np.all(np.abs(mean - truth) <= 1.96 * np.sqrt(variance / (looks - 1))))
    return held / runs


def losses(rate):
    """Return the losses of a model that knows all that can be known."""
    generator = np.random.default_rng(1)
    z = generator.normal(np.log(rate / (1 - rate)), 1.0, POPULATION)
    y = generator.random(POPULATION) < 1 / (1 + np.exp(-z))
    return np.logaddexp(0.0, np.where(y, -z, z)), y.mean()


def bootstrapped(sample, seed):
    """Return the percentile interval of a mean."""
    keys = outputs(np.zeros(1, np.uint64), np.arange(len(sample), dtype=np.uint64))
    pairs = streams(seed, REPLICATES // 2)
    weights, sums = drawn_sums(keys, pairs, [(np.ones(len(sample)),), (sample,)])
    return percentile_interval((sums / weights).tolist(), LEVEL)


def held_by_two(loss, rows, runs):
    """Return in what share of samples either interval held the true mean, and its mean width."""
    generator, truth = np.random.default_rng(4), loss.mean()
    held, width = np.zeros(2), np.zeros(2)
    for run in range(runs):
        sample = generator.choice(loss, rows)
        mean = state(sample)
        found = (
            normal_interval(float(mean.mean), square_root(mean.variance_of_mean), LEVEL),
            bootstrapped(sample, run),
        )
        held += [each.lower <= truth <= each.upper for each in found]
        width += [each.upper - each.lower for each in found]
    return held / runs, width / runs


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=4000)
    runs = parser.parse_args().runs
    print(f"one look: {runs:,} samples, nominal {LEVEL:.1%}")
    print(f"{'rows':>7} {'base rate':>10} {'events':>7} {'observed':>9} {'mean width':>11}")
    for rate in (0.3, 0.01, 0.001):
        for rows in (30, 300, 3000):
            differences = population(rate, 0.5, 0.2)
            observed, width = held_once(differences, rows, runs)
            print(f"{rows:>7} {rate:>10} {rate * rows:>7.1f} {observed:>9.1%} {width:>11.4f}")
    print(f"\nclusters, all rows of one alike: {runs:,} samples, nominal {LEVEL:.1%}")
    print(f"{'clusters':>8} {'as equal ones':>14} {'observed':>9}")
    for clusters in (5, 10, 20, 50):
        for unevenness in (0.0, 1.0, 2.0):
            held, equal = held_by_clusters(clusters, unevenness, runs)
            print(f"{clusters:>8} {equal:>14.1f} {held:>9.1%}")
    few = max(runs // 20, 50)
    bound = float(np.log(1 / CLIP - 1))
    print(f"\na look after every row, --clip {CLIP}: {few:,} samples, nominal {LEVEL:.1%}")
    print(
        f"{'rows':>7} {'base rate':>10} {'sequence held':>14} {'one look misused':>17} "
        f"{'width, of one look':>19}"
    )
    for rate in (0.3, 0.01):
        for rows in (300, 1000, 10_000):
            differences = population(rate, 0.5, 0.2, CLIP)
            always, wide = held_always(differences, rows, few, bound)
            misused = held_by_looking(differences, rows, few)
            _, narrow = held_once(differences, rows, 200)
            print(f"{rows:>7} {rate:>10} {always:>14.1%} {misused:>17.1%} {wide / narrow:>18.1f}x")
    print(
        f"\ncross_entropy, one look: {runs:,} samples, {REPLICATES:,} replicates, "
        f"nominal {LEVEL:.1%}"
    )
    print(
        f"{'rows':>7} {'base rate':>10} {'events':>7} {'normal':>7} {'bootstrap':>10} "
        f"{'mean widths':>16}"
    )
    for aim in (0.3, 0.01):
        loss, rate = losses(aim)
        for rows in (round(events / rate) for events in EVENTS):
            if rows < 10:
                continue
            (normal, boot), (narrow, wide) = held_by_two(loss, rows, runs)
            print(
                f"{rows:>7} {rate:>10.3f} {rate * rows:>7.1f} {normal:>7.1%} {boot:>10.1%} "
                f"{narrow:>8.4f} {wide:.4f}"
            )


if __name__ == "__main__":
    main()
