"""Traps: probabilities of another class than the label seems to say, or of several models.

A docstring says why a number that would be tempting is wrong.
"""

import numpy as np

from first_contact.making import (
    ROWS,
    dates,
    distributions,
    events,
    loss,
    loss_of_classes,
    of_shape,
    rival,
    rival_of_classes,
    sample,
    table,
    words,
)

INDEX = range(ROWS)


@of_shape("trap: the other class")
def the_probability_of_class_0(draw):
    """`prob_0` is that of y = 0."""
    y, p = events(draw)
    q = (1 - p).round(6)
    columns = {"y": y.astype(int), "prob_0": q}
    return sample({"proba.csv": table(columns)}, loss(~y, q), as_class_1=loss(y, q))


@of_shape("trap: the other class")
def the_probability_of_no(draw):
    """`prob_no` is that of the answer no, though yes is the usual positive class."""
    y, p = events(draw)
    columns = {"answer": words(y, "yes", "no"), "prob_no": p}
    return sample({"answers.csv": table(columns)}, loss(y, p), as_yes=loss(~y, p))


@of_shape("trap: the other class")
def the_probability_of_benign(draw):
    """The column names the class that it is about."""
    y, p = events(draw)
    columns = {"pathology": words(y, "malignant", "benign"), "prob_benign": p}
    return sample({"biopsies.csv": table(columns)}, loss(y, p), as_malignant=loss(~y, p))


@of_shape("trap: the other class")
def two_texts_and_no_word_of_which(draw):
    """The probability is of one of two species: nothing says which."""
    y, p = events(draw)
    columns = {"species": words(y, "cat", "dog"), "prob": p}
    wrong = {"as_dog": loss(y, p), "as_cat": loss(~y, p)}
    return sample({"pets.csv": table(columns)}, **wrong)


@of_shape("trap: the other class")
def home_and_away(draw):
    """Nothing says who `prob` is about."""
    y, p = events(draw)
    columns = {"date": dates(ROWS), "winner": words(y, "away", "home"), "prob": p}
    wrong = {"as_home": loss(y, p), "as_away": loss(~y, p)}
    return sample({"matches.csv": table(columns)}, **wrong)


@of_shape("trap: the other class")
def a_confidence_in_a_decision(draw):
    """`confidence` is about `predicted`, not about the class 1."""
    y, p = events(draw)
    decided = p >= 0.5
    top = np.where(decided, p, 1 - p).round(6)
    columns = {"y": y.astype(int), "predicted": decided.astype(int), "confidence": top}
    right = loss(decided == y, top)
    return sample({"top.csv": table(columns)}, right, as_class_1=loss(y, top))


@of_shape("trap: the other class")
def a_confidence_in_a_decision_named_prob(draw):
    """`y_prob` is never below 0.5, and about `y_pred`."""
    y, p = events(draw)
    decided = p >= 0.5
    top = np.where(decided, p, 1 - p).round(6)
    columns = {
        "y_true": words(y, "negative", "positive"),
        "y_pred": words(decided, "negative", "positive"),
        "y_prob": top,
    }
    right = loss(decided == y, top)
    return sample({"transformers.csv": table(columns)}, right, as_positive=loss(y, top))


@of_shape("trap: several models")
def letters_that_name_models(draw):
    """p_a, p_b and p_c are models of y, whose values are not their names."""
    y, p = events(draw)
    models = {"p_a": p, "p_b": rival(draw, p), "p_c": rival(draw, p)}
    right = {name: loss(y, q) for name, q in models.items()}
    return sample({"models.csv": table({"y": y.astype(int), **models})}, right)


@of_shape("trap: several models")
def models_that_have_the_names_of_classes(draw):
    """The columns add up to 1 in no row: they are models' for an unnamed class."""
    y, _ = distributions(draw, 3)
    columns = {"y": words(y, *"abc")}
    columns |= {f"p_{name}": events(draw)[1] for name in "abc"}
    return sample({"odd.csv": table(columns)})


@of_shape("trap: several models")
def classes_of_three_models_under_one_prefix(draw):
    """A pattern prob_* takes three models for one."""
    y, q = distributions(draw, 2)
    models = [q, rival_of_classes(draw, q), rival_of_classes(draw, q)]
    columns = {"label": words(y, "neg", "pos")}
    for number, found in enumerate(models):
        columns |= {f"prob_neg_m{number}": found[:, 0], f"prob_pos_m{number}": found[:, 1]}
    right = {f"m{number}": loss_of_classes(y, found) for number, found in enumerate(models)}
    stacked = loss_of_classes(y, sum(models) / 3)
    return sample({"ensemble.csv": table(columns)}, right, mixed=stacked)


@of_shape("trap: several models")
def two_models_that_add_up_to_1(draw):
    """Two models agree so far that one is the other's complement: y has no class of their names."""
    y, p = events(draw)
    q = (1 - p).round(6)
    columns = {"y": y.astype(int), "p_old": p, "p_new": q}
    right = {"old": loss(y, p), "new": loss(y, q)}
    return sample({"versions.csv": table(columns)}, right)
