"""What one row is: several events, a candidate of a race, a quantity."""

import numpy as np

from first_contact.making import (
    ROWS,
    dates,
    events,
    loss,
    loss_of_happened,
    of_shape,
    sample,
    table,
    words,
)

INDEX = range(ROWS)


# Several events a row: the mean is over all of them.


def several(draw, *names):
    """Return outcomes and probabilities by the name of the event; losses, pooled and of each."""
    found = {name: events(draw) for name in names}
    ys, ps = zip(*found.values(), strict=True)
    parts = {name: loss(y, p) for name, (y, p) in found.items()}
    return found, loss(np.concatenate(ys), np.concatenate(ps)), parts


@of_shape("events in a row")
def rounds(draw):
    found, right, parts = several(draw, "r1", "r2", "r3")
    columns = {"team": INDEX}
    for name, (y, p) in found.items():
        columns |= {name: p, f"{name}_outcome": y.astype(int)}
    return sample({"bracket.csv": table(columns)}, right, parts=parts)


@of_shape("events in a row")
def playoffs_and_title(draw):
    found, right, parts = several(draw, "playoffs", "title")
    columns = {"season": [2019] * ROWS, "team": INDEX}
    columns |= {f"{name}_prob": p for name, (_, p) in found.items()}
    columns |= {f"{name}_outcome": y.astype(int) for name, (y, _) in found.items()}
    return sample({"nfl_season.csv": table(columns)}, right, parts=parts)


@of_shape("events in a row")
def rounds_as_true_and_false(draw):
    found, right, parts = several(draw, "rd2_win", "rd3_win")
    columns = {"gender": words(draw.random(ROWS) < 0.5, "mens", "womens")}
    for name, (y, p) in found.items():
        columns |= {f"{name}_outcome": words(y, "False", "True"), name: p}
    return sample({"ncaa.tsv": table(columns, "\t")}, right, parts=parts)


@of_shape("events in a row")
def days_ahead(draw):
    found, right, parts = several(draw, "day1", "day2", "day3")
    columns = {"date": dates(ROWS)}
    columns |= {f"{name}_pop": p for name, (_, p) in found.items()}
    columns |= {f"{name}_rained": y.astype(int) for name, (y, _) in found.items()}
    return sample({"pop.csv": table(columns)}, right, parts=parts)


@of_shape("multi-label")
def labels_and_probabilities_by_a_prefix(draw):
    found, right, parts = several(draw, "a", "b", "c")
    columns = {f"y_{name}": y.astype(int) for name, (y, _) in found.items()}
    columns |= {f"p_{name}": p for name, (_, p) in found.items()}
    return sample({"multilabel.csv": table(columns)}, right, parts=parts)


@of_shape("multi-label")
def findings_of_radiology(draw):
    found, right, parts = several(draw, "Cardiomegaly", "Edema", "Effusion")
    columns = {"study": [f"s{50_000_000 + i}" for i in INDEX]}
    columns |= {name: y.astype(float) for name, (y, _) in found.items()}
    columns |= {f"{name}_pred": p for name, (_, p) in found.items()}
    return sample({"chexpert.csv": table(columns)}, right, parts=parts)


@of_shape("multi-label")
def toxic_comments(draw):
    found, right, parts = several(draw, "toxic", "obscene", "threat", "insult")
    columns = {"id": [f"{i:016x}" for i in INDEX]}
    columns |= {f"prob_{name}": p for name, (_, p) in found.items()}
    columns |= {name: y.astype(int) for name, (y, _) in found.items()}
    return sample({"oof_toxic.csv": table(columns)}, right, parts=parts)


@of_shape("multi-label")
def scenes(draw):
    found, right, parts = several(draw, "beach", "sunset", "urban")
    columns = {}
    for name, (y, p) in found.items():
        columns |= {f"label_{name}": words(y, "False", "True"), f"prob_{name}": p}
    return sample({"scene.tsv": table(columns, "\t")}, right, parts=parts)


# One row a candidate: one of each race wins, and the mean is over races.


def races(draw, count=25):
    """Return races, candidates, who won, the probabilities, and the losses by race and by row."""
    race, runner, won, p, happened = [], [], [], [], []
    for number in range(count):
        size = int(draw.integers(3, 8))
        shares = (draw.multinomial(1000 - 10 * size, draw.dirichlet(np.ones(size))) + 10) / 1000
        winner = int(draw.choice(size, p=shares / shares.sum()))
        race += [number] * size
        runner += range(1, size + 1)
        won += [k == winner for k in range(size)]
        p += shares.tolist()
        happened.append(shares[winner])
    by_row = loss(won, p)
    return map(np.array, (race, runner, won, p)), loss_of_happened(np.array(happened)), by_row


@of_shape("races")
def horses(draw):
    (race, horse, won, p), right, by_row = races(draw)
    columns = {"race": race + 1, "horse": horse, "p": p, "won": won.astype(int)}
    return sample({"races.csv": table(columns)}, right, parts={"by_row": by_row})


@of_shape("races")
def runners_and_winners(draw):
    (race, runner, won, p), right, by_row = races(draw)
    columns = {
        "winner": words(won, "False", "True"),
        "race_id": [f"ASC-{1400 + r}" for r in race],
        "runner": [f"runner {k}" for k in runner],
        "prob": p,
    }
    return sample({"ascot.tsv": table(columns, "\t")}, right, parts={"by_row": by_row})


@of_shape("races")
def elections(draw):
    (race, runner, won, p), right, by_row = races(draw)
    columns = {
        "contest": [f"district {r}" for r in race],
        "candidate": [f"c{k}" for k in runner],
        "win_probability": p,
        "elected": words(won, "no", "yes"),
    }
    return sample({"contests.csv": table(columns)}, right, parts={"by_row": by_row})


@of_shape("races")
def moves_of_a_game(draw):
    (race, runner, won, p), right, by_row = races(draw)
    columns = {"position": race, "move": [f"m{k}" for k in runner], "policy": p}
    columns["played"] = won.astype(int)
    return sample({"policy.csv": table(columns)}, right, parts={"by_row": by_row})


# An event of a quantity: more than nothing.


def quantities(draw):
    """Return probabilities of more than nothing, and how much it was: often nothing."""
    y, p = events(draw)
    return y, p, np.where(y, draw.gamma(1.3, 4.0, ROWS).round(1) + 0.1, 0.0).round(1)


@of_shape("quantity")
def rain_and_percent(draw):
    y, p, amount = quantities(draw)
    percent = (10 * p).round().clip(1, 9).astype(int) * 10
    columns = {"date": dates(ROWS), "obs": amount, "pop": percent}
    return sample({"verification.csv": table(columns)}, loss(y, percent / 100))


@of_shape("quantity")
def millimetres_and_a_probability(draw):
    y, p, amount = quantities(draw)
    columns = {"station": INDEX, "prob_precip": p, "precip_mm": amount}
    return sample({"stations.tsv": table(columns, "\t")}, loss(y, p))


@of_shape("quantity")
def claims(draw):
    y, p, amount = quantities(draw)
    columns = {"policy": INDEX, "claim_amount": (100 * amount).round(2), "prob_claim": p}
    return sample({"claims.csv": table(columns)}, loss(y, p))


@of_shape("quantity")
def purchases(draw):
    y, p, amount = quantities(draw)
    columns = {"user": INDEX, "y_prob": p, "spend_30d": amount}
    return sample({"ltv.csv": table(columns)}, loss(y, p))
