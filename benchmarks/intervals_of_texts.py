"""How often intervals about the tokens of texts hold the truth: 95 % nominally.

Run it from the repository, with cecli installed: python benchmarks/intervals_of_texts.py

Texts have an effect of their own, on the loss and on the difference of two models, and their tokens
depend on those before them. Texts differ in length, and longer ones lose less. The last column
takes tokens as independent: it is what a report without --cluster says.
"""

import argparse

import numpy as np

import cecli

# Of a token: the mean loss of a text, how it varies between texts, and how much longer texts lose
# less; the autocorrelation and the spread of the loss of tokens; the difference of two models.
LOSS, BETWEEN, LONGER = 2.0, 0.2, -0.5
CORRELATION, SPREAD = 0.5, 0.8
MEAN, OF_TEXTS, OF_TOKENS = 0.02, 0.03, 0.1
LENGTH, LEAST = 3.5, 3
MANY = 40_000
WHAT = ("mean over texts", "mean over tokens", "ratio over texts", "ratio", "better over texts",
        "better", "ratio, independent")  # fmt: skip


def texts(generator, number, spread):
    """Return the tokens of some texts, with the log-probabilities of two models."""
    size = generator.normal(size=number)
    lengths = np.maximum(np.exp(LENGTH + spread * size), LEAST).astype(int)
    own = generator.normal(size=number)
    means = LOSS * np.exp(BETWEEN * (LONGER * size + np.sqrt(1 - LONGER**2) * own))
    apart = generator.normal(MEAN, OF_TEXTS, number)
    text = np.repeat(np.arange(number), lengths)
    noise = dependent(generator, text)
    first = means[text] * np.exp(SPREAD * noise - SPREAD**2 / 2)
    second = first + apart[text] + OF_TOKENS * dependent(generator, text)
    return {"doc": text.astype(str), "a": -first, "b": -np.maximum(second, 0.0)}


def dependent(generator, text):
    """Return standard normal noise, in which a token resembles the one before it in its text."""
    noise = generator.normal(size=len(text))
    shock = np.sqrt(1 - CORRELATION**2) * noise
    found = noise.copy()
    starts = np.flatnonzero(np.diff(text, prepend=-1))
    place = np.arange(len(text)) - np.repeat(starts, np.diff([*starts, len(text)]))
    # The tokens by their places: all second ones, all third ones, …
    order = np.argsort(place, kind="stable")
    for here in np.split(order, np.cumsum(np.bincount(place))[:-1])[1:]:
        found[here] = CORRELATION * found[here - 1] + shock[here]
    return found


def reports(data):
    """Return what is known of each of WHAT: a value, and its interval."""
    both = {"log_prob": ["a", "b"]}
    of_texts = cecli.score(data, log_prob="a", by="doc", average="groups", max_groups=MANY)
    of_tokens = cecli.score(data, log_prob="a", cluster="doc")
    over = cecli.compare(data, **both, by="doc", average="groups", max_groups=MANY)
    clustered = cecli.compare(data, **both, cluster="doc")
    naive = cecli.compare(data, **both)
    found = (
        (of_texts, "cross_entropy"), (of_tokens, "cross_entropy"), (over, "perplexity_ratio"),
        (clustered, "perplexity_ratio"), (over, "share_better"), (clustered, "share_better"),
        (naive, "perplexity_ratio"),
    )  # fmt: skip
    return [(report[name], report.intervals[name]) for report, name in found]


def measured(number, spread, truth, runs):
    """Return the share of samples in which each interval holds the truth."""
    generator, held = np.random.default_rng(number), np.zeros(len(WHAT))
    for _ in range(runs):
        found = reports(texts(generator, number, spread))
        held += [of.lower <= value <= of.upper for (_, of), value in zip(found, truth, strict=True)]
    return held / runs


def population(spread):
    """Return the truth: the values of very many texts."""
    generator = np.random.default_rng(0)
    data = texts(generator, MANY, spread)
    loss, apart = -data["a"], data["a"] - data["b"]
    text = data["doc"].astype(int)
    lengths = np.bincount(text)

    def over_texts(values):
        return np.mean(np.bincount(text, values) / lengths)

    better = apart < 0.0
    ratios = np.exp(over_texts(apart)), np.exp(np.mean(apart))
    return [
        over_texts(loss), np.mean(loss), *ratios, over_texts(better), np.mean(better), ratios[1],
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=400)
    runs = parser.parse_args().runs
    print("| texts | sd of log length |", " | ".join(WHAT), "|")
    print("|---:|---:|" + "---:|" * len(WHAT))
    for spread in (0.0, 1.0):
        truth = population(spread)
        for number in (10, 30, 100):
            shares = measured(number, spread, truth, runs)
            cells = " | ".join(f"{100 * share:.1f}" for share in shares)
            print(f"| {number} | {spread:g} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
