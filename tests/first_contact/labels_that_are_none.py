"""Traps: decisions, attributes and rivals that are not the truth.

A docstring says why a number that would be tempting is wrong.
"""

import numpy as np

from first_contact.making import (
    ROWS,
    bits,
    dates,
    distributions,
    events,
    loss,
    loss_of_classes,
    of_shape,
    rival,
    sample,
    table,
    words,
)

INDEX = range(ROWS)


@of_shape("trap: decision as the label")
def a_decision_beside_its_probability(draw):
    """`label` is prob >= 0.5 in every row."""
    _, p = events(draw)
    columns = {"id": INDEX, "prob": p, "label": (p >= 0.5).astype(int)}
    return sample({"predictions.csv": table(columns)}, decision=loss(p >= 0.5, p))


@of_shape("trap: decision as the label")
def a_predicted_label(draw):
    """The challenge's output: the truth is in other files."""
    _, p = events(draw, low=1.0, high=5.0)
    decided = p >= 0.21
    columns = {"PredictedProbability": p, "PredictedLabel": decided.astype(int)}
    return sample({"p000002.psv": table(columns, "|")}, decision=loss(decided, p))


@of_shape("trap: decision as the label")
def a_decision_at_another_threshold_named_target(draw):
    """`target` is prob >= 0.3 in every row."""
    _, p = events(draw)
    columns = {"row_id": INDEX, "target": (p >= 0.3).astype(float), "prob": p}
    return sample({"flagged.csv": table(columns)}, decision=loss(p >= 0.3, p))


@of_shape("trap: decision as the label")
def a_decision_in_words(draw):
    """`outcome` says what was decided, not what happened."""
    _, p = events(draw)
    columns = {"applicant": INDEX, "p": p, "outcome": words(p >= 0.6, "no", "yes")}
    return sample({"loans.tsv": table(columns, "\t")}, decision=loss(p >= 0.6, p))


@of_shape("trap: decision as the label")
def a_decision_that_is_the_other_way_round(draw):
    """`y` is 1 where prob is below a threshold."""
    _, p = events(draw)
    columns = {"y": (p < 0.4).astype(int), "prob": p}
    wrong = {"decision": loss(p < 0.4, p), "its_opposite": loss(p >= 0.4, p)}
    return sample({"rejected.csv": table(columns)}, **wrong)


@of_shape("trap: decision as the label")
def a_decision_as_true_and_false(draw):
    """`is_fraud` is set by the model; the logits tell it exactly, too."""
    _, p = events(draw)
    z = np.log(p / (1 - p)).round(5)
    columns = {"logit": z, "is_fraud": words(z > 0, "False", "True")}
    return sample({"alerts.csv": table(columns)}, decision=loss(z > 0, 1 / (1 + np.exp(-z))))


@of_shape("trap: decision as the label")
def the_most_likely_class(draw):
    """`label` is the largest probability in every row."""
    _, q = distributions(draw, 3)
    y = q.argmax(axis=1)
    columns = {"label": words(y, *"abc")} | {f"p_{name}": q[:, k] for k, name in enumerate("abc")}
    return sample({"classified.csv": table(columns)}, decision=loss_of_classes(y, q))


@of_shape("trap: decision as the label")
def a_winner_and_the_shares_of_votes(draw):
    """Who has most votes has won: shares of votes are no probabilities."""
    _, q = distributions(draw, 2)
    y = q.argmax(axis=1)
    columns = {"district": INDEX, "winner": words(y, "dem", "rep"), "dem": q[:, 0], "rep": q[:, 1]}
    return sample({"results.csv": table(columns)}, decision=loss_of_classes(y, q))


@of_shape("trap: decision as the label")
def a_decision_beside_the_truth(draw):
    """`true` has the truth: `class` is the largest probability."""
    y, q = distributions(draw, 3)
    names = ("ant", "bee", "fly")
    columns = {"class": words(q.argmax(axis=1), *names), "true": words(y, *names)}
    columns |= {f"prob_{name}": q[:, k] for k, name in enumerate(names)}
    wrong = loss_of_classes(q.argmax(axis=1), q)
    return sample({"insects.csv": table(columns)}, loss_of_classes(y, q), decision=wrong)


@of_shape("trap: decision as the label")
def a_decision_with_the_better_name(draw):
    """`target` is prob >= 0.5 in every row, so the truth is `died`."""
    y, p = events(draw)
    columns = {"target": (p >= 0.5).astype(int), "died": y.astype(int), "prob": p}
    return sample({"ward.csv": table(columns)}, loss(y, p), decision=loss(p >= 0.5, p))


@of_shape("trap: decisions alone")
def decisions_of_zero_and_one(draw):
    """Decisions have no log loss."""
    y, p = events(draw)
    columns = {"y_true": y.astype(int), "y_pred": (p >= 0.5).astype(int)}
    return sample({"preds.csv": table(columns)}, infinite=np.inf)


@of_shape("trap: decisions alone")
def decisions_as_classes(draw):
    y, q = distributions(draw, 3)
    names = ("cat", "dog", "fox")
    columns = {"actual": words(y, *names), "predicted": words(q.argmax(axis=1), *names)}
    return sample({"confusion.csv": table(columns)})


@of_shape("trap: decisions alone")
def decisions_as_true_and_false(draw):
    y, p = events(draw)
    columns = {"label": words(y, "False", "True"), "prediction": words(p > 0.5, "False", "True")}
    return sample({"preds.tsv": table(columns, "\t")})


@of_shape("trap: decisions alone")
def decisions_of_two_models(draw):
    y, p = events(draw)
    decided = {name: (rival(draw, p) >= 0.5).astype(int) for name in ("rf_pred", "svm_pred")}
    columns = {"id": INDEX, "y_test": y.astype(int), **decided}
    return sample({"voting.csv": table(columns)}, infinite=np.inf)


@of_shape("trap: no truth")
def a_submission(draw):
    """`target` has the predictions."""
    _, p = events(draw)
    return sample({"submission.csv": table({"id": INDEX, "target": p})})


@of_shape("trap: no truth")
def a_submission_of_classes(draw):
    _, q = distributions(draw, 4)
    columns = {"id": INDEX} | {f"Class_{k + 1}": q[:, k] for k in range(4)}
    return sample({"sampleSubmission.csv": table(columns)})


@of_shape("trap: no truth")
def folds_of_two(draw):
    """`fold` is 0 or 1, and no label."""
    _, p = events(draw)
    fold = bits(draw)
    columns = {"id": INDEX, "fold": fold, "oof_prob": p}
    return sample({"oof.csv": table(columns)}, fold=loss(fold, p))


@of_shape("trap: no truth")
def a_sex_beside_a_probability(draw):
    """`sex` is no outcome."""
    _, p = events(draw)
    sex = bits(draw)
    columns = {"age": draw.integers(20, 90, ROWS), "sex": sex, "risk_prob": p}
    return sample({"cohort.csv": table(columns)}, sex=loss(sex, p))


@of_shape("trap: no truth")
def a_submission_beside_a_weekend(draw):
    """The rows are still to happen, and `weekend` is no outcome."""
    _, p = events(draw)
    weekend = bits(draw, share=0.3)
    columns = {"date": dates(ROWS), "weekend": weekend, "prediction": p}
    return sample({"forecast.csv": table(columns)}, weekend=loss(weekend, p))


@of_shape("trap: no truth")
def output_of_libsvm(draw):
    """Its first column is the decision, under the word `labels`."""
    _, p = events(draw)
    columns = {"y": np.where(p >= 0.5, 1, -1), "1": p, "-1": (1 - p).round(6)}
    text = "labels 1 -1\n" + table(columns, " ", header=False)
    return sample({"heart.predict": text}, decision=loss(p >= 0.5, p))


@of_shape("trap: several labels")
def two_readers(draw):
    """Neither reader is the truth."""
    y, p = events(draw)
    other = np.where(draw.random(ROWS) < 0.15, ~y, y)
    columns = {"study": INDEX, "reader1": y.astype(int), "reader2": other.astype(int), "prob": p}
    wrong = {"first": loss(y, p), "second": loss(other, p)}
    return sample({"reads.csv": table(columns)}, **wrong)


@of_shape("trap: several labels")
def two_horizons(draw):
    """The probability is for one of two horizons: which one is not said."""
    y, p = events(draw)
    later = y | (draw.random(ROWS) < 0.2)
    columns = {"died_30d": y.astype(int), "died_90d": later.astype(int), "prob": p}
    wrong = {"first": loss(y, p), "second": loss(later, p)}
    return sample({"survival.csv": table(columns)}, **wrong)


@of_shape("trap: several labels")
def a_label_and_a_target(draw):
    """Both names are usual."""
    y, p = events(draw)
    noisy = np.where(draw.random(ROWS) < 0.1, ~y, y)
    columns = {"label": noisy.astype(int), "target": y.astype(int), "prob": p}
    wrong = {"label": loss(noisy, p), "target": loss(y, p)}
    return sample({"weak.csv": table(columns)}, **wrong)


@of_shape("trap: several labels")
def an_attribute_beside_the_label(draw):
    """`y` is the label: `male` is not."""
    y, p = events(draw)
    male = bits(draw)
    columns = {"male": male, "y": y.astype(int), "y_prob": p}
    return sample({"fair.csv": table(columns)}, loss(y, p), attribute=loss(male, p))
