"""How often tests of drift reject where nothing has moved, and how often chance exceeds its bounds.

Run it from the repository, with cecli installed: python benchmarks/sizes_of_drift.py [--runs 1000]

Each line is a kind of column and two numbers of rows. `size` is the share of p-values up to 5 %,
`mean psi` that of psi over `psi_expected`, `beyond` the share of psi beyond `psi_quantile`, which
is to be 5 %, and `missed` how often the interval of psi does not hold the true psi after a change.
`any` is how often one of ten columns is said to have moved though none has, and `looks` how often
any of ten looks with --anytime says so.
"""

import argparse

import numpy as np

import cecli

SIZES = ((100, 100), (1000, 300), (10_000, 10_000))
MOVED = 0.3  # what normal numbers, and the logarithms of shares, move by
COLUMNS, LOOKS = 10, 10


def normal(generator, rows, moved):
    return generator.normal(moved, 1.0, rows)


def few(generator, rows, moved):
    return generator.binomial(4, 0.5 + 0.1 * moved, rows)


def shares(moved):
    weights = np.exp(moved * np.linspace(-1.0, 1.0, 6)) * np.array([0.3, 0.25, 0.2, 0.1, 0.1, 0.05])
    return weights / weights.sum()


def categories(generator, rows, moved):
    return generator.choice(list("abcdef"), rows, p=shares(moved))


def true_psi():
    p, q = shares(0.0), shares(MOVED)
    return float(((q - p) * np.log(q / p)).sum())


def of_column(draw, sizes, runs, seed):
    """Return what is found of columns of a kind where nothing has moved."""
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(runs):
        then, now = ({"x": draw(generator, rows, 0.0)} for rows in sizes)
        found.append(cecli.drift(then, now).groups[0].metrics)
    p = [x["drift_p_value"] for x in found if x["drift_p_value"] is not None]
    known = [x for x in found if x["psi_quantile"] is not None and np.isfinite(x["psi"])]
    return {
        "size": np.mean([x <= 0.05 for x in p]),
        "mean psi": np.mean([x["psi"] / x["psi_expected"] for x in known]),
        "beyond": np.mean([x["psi"] > x["psi_quantile"] for x in known]),
    }


def missed(sizes, runs, seed):
    """Return how often the interval of psi misses the true one, below and above."""
    generator, psi = np.random.default_rng(seed), true_psi()
    ends = []
    for _ in range(runs):
        each = zip(sizes, (0.0, MOVED), strict=True)
        then, now = ({"x": categories(generator, rows, moved)} for rows, moved in each)
        interval = cecli.drift(then, now).groups[0].results[0].interval
        if interval is not None:
            ends.append((interval.lower > psi, interval.upper < psi))
    return np.mean(ends, axis=0)


def any_of_ten(sizes, runs, seed):
    """Return how often one of ten columns is said to have moved though none has."""
    generator = np.random.default_rng(seed)
    kinds = (normal, few, categories)
    moved = 0
    for _ in range(runs):
        then, now = (
            {f"x{i}": kinds[i % 3](generator, rows, 0.0) for i in range(COLUMNS)} for rows in sizes
        )
        moved += cecli.drift(then, now)["columns_moved"] > 0
    return moved / runs


def looked_at(sizes, runs, seed):
    """Return how often any of ten looks, with --anytime, says that something has moved."""
    generator = np.random.default_rng(seed)
    moved = 0
    for _ in range(runs):
        then, now = (categories(generator, rows, 0.0) for rows in sizes)
        looks = np.linspace(0, len(now), LOOKS + 1).astype(int)[1:]
        moved += any(
            cecli.drift({"x": then}, {"x": now[:rows]}, anytime=True)["columns_moved"]
            for rows in looks
        )
    return moved / runs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1000)
    runs = parser.parse_args().runs
    print(f"{'column':12}{'rows':>16}{'size':>8}{'mean psi':>10}{'beyond':>8}")
    for draw in (normal, few, categories):
        for sizes in SIZES:
            found = of_column(draw, sizes, runs, 1)
            print(f"{draw.__name__:12}{sizes!s:>16}{found['size']:8.3f}{found['mean psi']:10.3f}"
                  f"{found['beyond']:8.3f}")  # fmt: skip
    print(f"\n{'':12}{'rows':>16}{'missed below':>14}{'above':>8}{'any':>8}{'looks':>8}")
    for sizes in SIZES:
        below, above = missed(sizes, runs, 2)
        print(f"{'':12}{sizes!s:>16}{below:14.3f}{above:8.3f}{any_of_ten(sizes, runs // 4, 3):8.3f}"
              f"{looked_at(sizes, runs // 10, 4):8.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
