"""The numbers of a report of cecli as others compute them, in one pass over the rows.

Run one from the repository: python -m benchmarks.same_report DuckDB binary FILE
It prints the numbers by their names in cecli's JSON: means and standard errors, for which it needs
the variances; what rests on covariances; and the largest loss. All come of one SQL query, which
DuckDB and Polars run alike. It sums squares and products, which is faster than their functions of
variances, and as good to ten digits.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log, sqrt
from typing import Any

Numbers = dict[str, float]
CLASSES = [f"p_{k}" for k in range(10)]


@dataclass(frozen=True)
class Question:
    """What is computed of each row, in SQL.

    Attributes
    ----------
    columns : that are read.
    first : what the scores are made of, by name.
    scores : by what the report calls their means.
    products : pairs of scores whose covariance is reported on.
    largest : the score whose maximum is reported, times the weight.
    weight : a column; empty where all rows count alike.
    """

    columns: Sequence[str]
    first: Mapping[str, str]
    scores: Mapping[str, str]
    products: Sequence[tuple[str, str]] = ()
    largest: str = "cross_entropy"
    weight: str = ""

    def query(self, table: str, by: str = "") -> str:
        """Return the query of one row; or, by a column, of one row for each of its values."""
        key = f"{by}, " if by else ""
        first = f"SELECT {key}{', '.join(self.columns)}, {named(self.first)} FROM {table}"
        kept = "".join(f"{name}, " for name in (self.weight, "w2") if self.weight)
        scores = f"SELECT {key}{kept}{named(self.scores)} FROM ({first}) AS f"
        found = f"SELECT {named(self.sums())} FROM ({scores}) AS s"
        return f"{found} GROUP BY {by}" if by else found

    def sums(self) -> dict[str, str]:
        """Return what is computed over all rows, in SQL."""
        w, w2 = (f"{self.weight} * ", "w2 * ") if self.weight else ("", "")
        found = {"n": "COUNT(*)", "largest": f"MAX({w}{self.largest})"}
        for name in self.scores:
            found[f"{name}_sum"] = f"SUM({w}{name})"
            found[f"{name}_square"] = f"SUM({w2}{name} * {name})"
        if self.weight:
            found |= {"w_sum": f"SUM({self.weight})", "w2_sum": "SUM(w2)"}
            found |= {f"{name}_shared": f"SUM(w2 * {name})" for name in self.scores}
        return found | {f"{x}_{y}": f"SUM({x} * {y})" for x, y in self.products}


def named(expressions: Mapping[str, str]) -> str:
    """Return the columns of a query."""
    return ", ".join(f"{what} AS {name}" for name, what in expressions.items())


LOG = {"a": "LN(p)", "b": "LN(1 - p)"}
BINARY_SCORES = {
    "cross_entropy": "-CASE WHEN y = 1 THEN a ELSE b END",
    "prediction_entropy": "-(p * a + (1 - p) * b)",
    "brier": "(y - p) * (y - p)",
    "base_rate": "y",
    "mean_prediction": "p",
    "accuracy": "CASE WHEN (p > 0.5) = (y = 1) THEN 1 ELSE 0 END",
}
BY_TARGET = (("cross_entropy", "base_rate"), ("base_rate", "mean_prediction"))
BINARY = Question(("y", "p"), LOG, BINARY_SCORES, BY_TARGET)
WEIGHTED = Question(("y", "p", "w"), LOG | {"w2": "w * w"}, BINARY_SCORES, weight="w")
SOFT = Question(
    ("t", "p"),
    LOG | {"h": "-(t * LN(t) + (1 - t) * LN(1 - t))"},
    {
        "cross_entropy": "-(t * a + (1 - t) * b)",
        "target_entropy": "h",
        "kl": "-(t * a + (1 - t) * b) - h",
        "prediction_entropy": "-(p * a + (1 - p) * b)",
        "brier": "(t - p) * (t - p)",
        "base_rate": "t",
        "mean_prediction": "p",
    },
    BY_TARGET,
)
LOGITS = Question(
    ("y", "z"),
    {"p": "1 / (1 + EXP(-z))", "b": "LN(1 + EXP(z))"},
    BINARY_SCORES | {"cross_entropy": "b - y * z", "prediction_entropy": "b - p * z"},
    BY_TARGET,
)
KL = Question(
    ("t", "p"),
    {
        "a": "LN(p)", "b": "LN(1 - p)", "c": "LN(t)", "d": "LN(1 - t)", "m": "(t + p) / 2",
    },
    {
        "cross_entropy": "-(t * a + (1 - t) * b)",
        "entropy": "-(t * c + (1 - t) * d)",
        "kl": "t * (c - a) + (1 - t) * (d - b)",
        "reverse_kl": "p * (a - c) + (1 - p) * (b - d)",
        "js_divergence": "0.5 * (t * c + (1 - t) * d + p * a + (1 - p) * b)"
        " - m * LN(m) - (1 - m) * LN(1 - m)",
        "total_variation": "ABS(t - p)",
    },
    largest="kl",
)  # fmt: skip
TAKEN = " ".join(f"WHEN {k} THEN {name}" for k, name in enumerate(CLASSES))
MULTICLASS = Question(
    ("y", *CLASSES),
    {"p": f"CASE y {TAKEN} END", "most": f"GREATEST({', '.join(CLASSES)})"},
    {
        "cross_entropy": "-LN(p)",
        "prediction_entropy": "-(" + " + ".join(f"{p} * LN({p})" for p in CLASSES) + ")",
        "brier": "1 - 2 * p + " + " + ".join(f"{p} * {p}" for p in CLASSES),
        "accuracy": "CASE WHEN p = most THEN 1 ELSE 0 END",
    },
)
QUESTIONS = {
    "binary": BINARY,
    "weighted": WEIGHTED,
    "soft": SOFT,
    "logits": LOGITS,
    "kl": KL,
    "multiclass": MULTICLASS,
}


def numbers_of(question: Question, found: Mapping[str, Any]) -> Numbers:
    """Return the numbers of a report, given the sums over the rows."""
    if question.weight:
        return of_weighted(question, found)
    n = found["n"]
    mean = {name: found[f"{name}_sum"] / n for name in question.scores}
    numbers = {"largest": found["largest"], **mean}
    if n == 1:  # a small group
        return numbers
    variance = {
        name: max(found[f"{name}_square"] / n - mean[name] ** 2, 0.0) / (n - 1) for name in mean
    }
    numbers |= {f"{name} se": sqrt(variance[name]) for name in mean}
    for (x, y), ratio in RATIOS.items():
        if (x, y) in question.products and 0 < mean["base_rate"] < 1:
            covariance = (found[f"{x}_{y}"] / n - mean[x] * mean[y]) / (n - 1)
            name, value, slopes = ratio(mean[x], mean[y])
            numbers[name] = value
            spread = slopes[0] ** 2 * variance[x] + slopes[1] ** 2 * variance[y]
            numbers[f"{name} se"] = sqrt(spread + 2 * slopes[0] * slopes[1] * covariance)
    return numbers


def of_weighted(question: Question, found: Mapping[str, Any]) -> Numbers:
    """Return means, and how large their standard errors are beside that of the loss."""
    numbers, errors = {"largest": found["largest"]}, {}
    for name in question.scores:
        numbers[name] = mean = found[f"{name}_sum"] / found["w_sum"]
        shared = mean * found["w2_sum"] - 2 * found[f"{name}_shared"]
        errors[name] = sqrt(found[f"{name}_square"] + mean * shared)
    return numbers | {f"{name} se ratio": errors[name] / errors["cross_entropy"] for name in errors}


def observed_expected(t: float, q: float) -> tuple[str, float, tuple[float, float]]:
    """Return a ratio of means by its name, and its slopes."""
    return "observed_expected", t / q, (1 / q, -t / q**2)


def normalized_entropy(loss: float, t: float) -> tuple[str, float, tuple[float, float]]:
    """Return the loss in units of the entropy of the base rate, and its slopes."""
    entropy = -t * log(t) - (1 - t) * log(1 - t)
    return (
        "normalized_entropy",
        loss / entropy,
        (1 / entropy, -loss * log((1 - t) / t) / entropy**2),
    )


RATIOS = dict(zip(BY_TARGET, (normalized_entropy, observed_expected), strict=True))


def summed(groups: Sequence[Numbers]) -> Numbers:
    """Return the sum of each number that all groups have, how many these are, and the largest."""
    names = set.intersection(*map(set, groups))
    sums = {name: fsum(group[name] for group in groups) for name in names}
    return sums | {"groups": len(groups), "largest": max(group["largest"] for group in groups)}


def duckdb(question: Question, path: str, by: str) -> list[dict[str, Any]]:
    """Return the rows of a query. The types of the columns that count are told."""
    import duckdb

    types = {name: "TINYINT" if name == "y" else "DOUBLE" for name in question.columns}
    read = "read_parquet(?)" if path.endswith(".parquet") else f"read_csv(?, types={types})"
    done = duckdb.connect().execute(question.query(read, by), [path])
    names = [column[0] for column in done.description]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def polars(question: Question, path: str, by: str) -> list[dict[str, Any]]:
    """Return the rows of a query on the streaming engine."""
    import polars as pl

    if path.endswith(".parquet"):
        frame = pl.scan_parquet(path)
    else:
        frame = pl.scan_csv(path, schema_overrides=dict.fromkeys(question.columns, pl.Float64))
    query = question.query("rows", by)
    return pl.SQLContext(rows=frame).execute(query).collect(engine="streaming").to_dicts()


RIVALS = {"DuckDB": duckdb, "Polars": polars}


def main(rival: str, question: str, path: str, by: str = "") -> None:
    asked = QUESTIONS[question]
    found = [numbers_of(asked, row) for row in RIVALS[rival](asked, path, by)]
    print(json.dumps(summed(found) if by else found[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
