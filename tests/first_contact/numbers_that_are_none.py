"""Traps: numbers that are no probabilities of what a label says.

A docstring says why a number that would be tempting is wrong.
"""

import numpy as np

from first_contact.making import (
    ROWS,
    dates,
    distributions,
    events,
    expit,
    loss,
    loss_of_happened,
    of_shape,
    sample,
    table,
    words,
)
from first_contact.rows import races

INDEX = range(ROWS)


@of_shape("trap: no probability")
def ratings(draw):
    """A predicted rating of 3.7 stars is no class."""
    rating = draw.integers(1, 11, ROWS) / 2
    predicted = (rating + draw.normal(0, 0.7, ROWS)).clip(0.5, 5).round(3)
    columns = {"userId": draw.integers(1, 40, ROWS), "movieId": INDEX, "rating": rating}
    return sample({"ratings.csv": table(columns | {"prediction": predicted})})


@of_shape("trap: no probability")
def ratings_from_0_to_1(draw):
    """Stars divided by five are neither labels nor soft labels."""
    rating = draw.integers(1, 6, ROWS) / 5
    predicted = (rating + draw.normal(0, 0.1, ROWS)).clip(0.05, 0.95).round(3)
    soft = float(-(rating * np.log(predicted) + (1 - rating) * np.log(1 - predicted)).mean())
    columns = {"user": INDEX, "rating": rating, "pred": predicted}
    return sample({"normalized.csv": table(columns)}, soft_labels=soft)


@of_shape("trap: no probability")
def prices(draw):
    """A regression."""
    price = draw.gamma(4.0, 50_000.0, ROWS).round()
    columns = {"Id": INDEX, "y_true": price, "y_pred": (price * draw.normal(1, 0.1, ROWS)).round(1)}
    return sample({"houses.csv": table(columns)})


@of_shape("trap: no probability")
def a_share_of_the_yield(draw):
    """A regression of a share."""
    share = draw.beta(5.0, 2.0, ROWS).round(4)
    predicted = (share + draw.normal(0, 0.05, ROWS)).clip(0.01, 0.99).round(4)
    columns = {"reaction": INDEX, "yield": share, "yield_pred": predicted}
    soft = float(-(share * np.log(predicted) + (1 - share) * np.log(1 - predicted)).mean())
    return sample({"yields.csv": table(columns)}, soft_labels=soft)


@of_shape("trap: no probability")
def random_keys(draw):
    """`key` was drawn to shuffle the rows."""
    y, _ = events(draw)
    key = draw.random(ROWS)
    columns = {"key": key, "label": y.astype(int)}
    return sample({"sampled.csv": table(columns)}, keys=loss(y, key))


@of_shape("trap: no probability")
def random_keys_beside_the_probability(draw):
    """`uid` is in [0, 1], too."""
    y, p = events(draw)
    key = draw.random(ROWS).round(9)
    columns = {"uid": key, "label": y.astype(int), "oof": p}
    return sample({"sampled.csv": table(columns)}, loss(y, p), keys=loss(y, key))


@of_shape("trap: no probability")
def humidity(draw):
    """A percent column is a share of something else."""
    y, _ = events(draw)
    percent = draw.integers(20, 100, ROWS)
    columns = {"date": dates(ROWS), "rain": y.astype(int), "humidity_pct": percent}
    return sample({"weather.csv": table(columns)}, humidity=loss(y, percent / 100))


@of_shape("trap: no probability")
def utilization(draw):
    """A feature in [0, 1] beside the label."""
    y, _ = events(draw)
    used = draw.beta(2, 2, ROWS).round(4)
    columns = {"customer": INDEX, "utilization": used, "churned": y.astype(int)}
    return sample({"features.csv": table(columns)}, feature=loss(y, used))


@of_shape("trap: no probability")
def features_scaled_to_1(draw):
    """No column is a prediction."""
    y, _ = events(draw)
    features = {name: draw.random(ROWS).round(3) for name in ("age", "bmi", "bp")}
    wrong = {name: loss(y, values.clip(1e-3, 0.999)) for name, values in features.items()}
    return sample({"scaled.csv": table({**features, "y": y.astype(int)})}, **wrong)


@of_shape("trap: no probability")
def p_values(draw):
    """`p_value` is that of a test."""
    y, _ = events(draw)
    found = draw.random(ROWS).round(5).clip(1e-5)
    columns = {"gene": [f"ENSG{i:08}" for i in INDEX], "p_value": found, "is_target": y.astype(int)}
    return sample({"genes.tsv": table(columns, "\t")}, p_values=loss(y, found.clip(0, 0.99999)))


@of_shape("trap: no probability")
def petals_under_the_prefix_of_probabilities(draw):
    """p_length, p_width and p_depth measure petals in decimetres."""
    y, _ = distributions(draw, 3)
    columns = {"species": words(y, "length", "width", "depth")}
    columns |= {name: draw.random(ROWS).round(2) for name in ("p_length", "p_width", "p_depth")}
    return sample({"petals.csv": table(columns)})


@of_shape("trap: no probability")
def a_composition(draw):
    """Sand, silt and clay add up to 1, and no class has their names."""
    y, q = distributions(draw, 3)
    columns = {"class": words(y, "loam", "peat", "chalk")}
    columns |= {name: q[:, k] for k, name in enumerate(("sand", "silt", "clay"))}
    return sample({"soils.csv": table(columns)})


@of_shape("trap: no probability")
def classes_without_a_column(draw):
    """An observed class has no column."""
    y, q = distributions(draw, 3)
    columns = {"label": words(y, "cat", "dog", "owl")}
    columns |= {f"p_{name}": q[:, k] for k, name in enumerate(("cat", "fox", "emu"))}
    return sample({"animals.csv": table(columns)})


@of_shape("trap: no probability")
def a_score_of_risk(draw):
    """Points of a clinical score are no percentages."""
    y, _ = events(draw)
    points = draw.integers(3, 71, ROWS)
    columns = {"stay": INDEX, "apache_score": points, "died": y.astype(int)}
    return sample({"icu.csv": table(columns)}, percent=loss(y, points / 100))


@of_shape("trap: no probability")
def a_score_of_credit(draw):
    """Points from 300 to 850."""
    y, _ = events(draw)
    columns = {"score": draw.integers(300, 851, ROWS), "default": y.astype(int)}
    return sample({"credit.csv": table(columns)})


@of_shape("trap: no probability")
def a_confidence_of_one_to_five(draw):
    """A Likert scale."""
    y, _ = events(draw)
    columns = {"correct": y.astype(int), "confidence": draw.integers(1, 6, ROWS)}
    return sample({"survey.csv": table(columns)})


@of_shape("trap: no probability")
def all_scores_negative(draw):
    """Logits and log-probabilities look alike here: the user must say which they are."""
    y, p = events(draw)
    score = np.log(p).round(5)
    wrong = {"logits": loss(y, expit(score)), "log_probabilities": loss(y, np.exp(score))}
    return sample({"scores.csv": table({"y": y.astype(int), "score": score})}, **wrong)


@of_shape("trap: no probability")
def decimal_odds(draw):
    """An odd of 2.5 is no probability."""
    (race, horse, won, p), *_ = races(draw)
    columns = {"race": race, "horse": horse, "odds": (1 / p).round(2), "won": won.astype(int)}
    return sample({"odds.csv": table(columns)})


@of_shape("trap: no probability")
def probabilities_with_an_overround(draw):
    """A bookmaker's add up to 1.15 in each race: a loss by race needs their division."""
    (race, horse, won, p), *_ = races(draw)
    taken = (1.15 * p).round(6).clip(0, 0.99)
    total = np.bincount(race, taken)[race]
    columns = {"race": race, "horse": horse, "prob": taken, "won": won.astype(int)}
    right = {"divided": loss_of_happened((taken / total)[won]), "by_row": loss(won, taken)}
    wrong = loss_of_happened(taken[won])
    return sample({"bookmaker.csv": table(columns)}, right, undivided=wrong)


@of_shape("trap: no probability")
def surprisal(draw):
    """Surprisal is a loss in unknown units, not a log-probability, and no logit."""
    found = draw.gamma(1.1, 4.0, ROWS).round(4)
    columns = {"word": [f"w{i}" for i in INDEX], "surprisal": found}
    return sample({"surprisal.tsv": table(columns, "\t")}, as_nats=float(found.mean()))


@of_shape("trap: no probability")
def a_spread_beside_the_mean(draw):
    """`p_std` is the spread of an ensemble: p_* are no classes."""
    y, p = events(draw)
    spread = draw.random(ROWS).round(3) / 4 + 0.01
    columns = {"y": y.astype(int), "p_mean": p, "p_std": spread}
    return sample({"ensemble.csv": table(columns)}, loss(y, p), spread=loss(y, spread))


@of_shape("trap: no probability")
def bounds_beside_the_probability(draw):
    """`p_low` and `p_high` bound `p`."""
    y, p = events(draw)
    low, high = (0.7 * p).round(6), (0.7 * p + 0.3).round(6)
    columns = {"p_low": low, "p": p, "p_high": high, "y": y.astype(int)}
    wrong = {"low": loss(y, low), "high": loss(y, high)}
    return sample({"intervals.csv": table(columns)}, loss(y, p), **wrong)
