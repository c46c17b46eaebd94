"""Several classes: columns, codes, lists in a cell, pairs of names and probabilities."""

import gzip
import json

import numpy as np

from first_contact.making import (
    ROWS,
    cell,
    distributions,
    events,
    expit,
    logits_of,
    loss,
    loss_of_classes,
    of_shape,
    sample,
    softmax,
    table,
    words,
)

INDEX = range(ROWS)


def columns_of(q, *names):
    return {name: q[:, k] for k, name in enumerate(names)}


@of_shape("classes")
def columns_with_a_prefix(draw):
    y, q = distributions(draw, 3)
    names = ("setosa", "versicolor", "virginica")
    columns = {"species": words(y, *names), **columns_of(q, *(f"p_{name}" for name in names))}
    return sample({"iris.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("classes")
def columns_named_as_the_classes(draw):
    y, q = distributions(draw, 3)
    names = ("Adelie", "Chinstrap", "Gentoo")
    columns = {"": INDEX, **columns_of(q, *names), "truth": words(y, *names)}
    return sample({"penguins.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("classes")
def columns_with_a_suffix(draw):
    y, q = distributions(draw, 3)
    columns = {
        "match": INDEX,
        **columns_of(q, "H_prob", "D_prob", "A_prob"),
        "FTR": words(y, *"HDA"),
    }
    return sample({"E0.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("classes")
def numbered_columns(draw):
    y, q = distributions(draw, 4)
    columns = {"id": INDEX, "fold": draw.integers(0, 5, ROWS), "target": y}
    columns |= columns_of(q, "pred_0", "pred_1", "pred_2", "pred_3")
    return sample({"oof_multiclass.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("classes")
def columns_that_are_numbers(draw):
    y, q = distributions(draw, 3)
    columns = {**columns_of(q, "0", "1", "2"), "y_true": y}
    return sample({"proba.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("classes")
def nine_products(draw):
    y, q = distributions(draw, 9)
    names = [f"Class_{k + 1}" for k in range(9)]
    columns = {"id": INDEX, **columns_of(q, *names), "target": words(y, *names)}
    return sample(
        {"otto.csv.gz": gzip.compress(table(columns).encode(), mtime=0)}, loss_of_classes(y, q)
    )


@of_shape("classes")
def tidy_columns_beside_the_decision(draw):
    y, q = distributions(draw, 4)
    names = ("VF", "F", "M", "L")
    columns = {"obs": words(y, *names), "pred": words(q.argmax(axis=1), *names)}
    columns |= columns_of(q, *(f".pred_{name}" for name in names))
    wrong = loss_of_classes(q.argmax(axis=1), q)
    return sample({"hpc_cv.csv": table(columns)}, loss_of_classes(y, q), decisions=wrong)


@of_shape("classes")
def a_largest_probability_beside(draw):
    y, q = distributions(draw, 3)
    names = ("cat", "dog", "fox")
    columns = {"label": words(y, *names), **columns_of(q, "p_cat", "p_dog", "p_fox")}
    columns["p_max"] = q.max(axis=1)
    return sample({"pets.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("classes")
def percentages_of_classes(draw):
    y, q = distributions(draw, 3)
    percent = (100 * q).round(1)
    columns = {"winner": words(y, "left", "centre", "right")}
    columns |= columns_of(percent, "prob_left", "prob_centre", "prob_right")
    return sample({"seats.csv": table(columns)}, loss_of_classes(y, percent / 100))


@of_shape("classes")
def logits_of_classes(draw):
    y, q = distributions(draw, 3)
    z = np.log(q).round(4) + draw.normal(0, 2, (ROWS, 1)).round(2)
    z = z.round(4)
    columns = {**columns_of(z, "logit_anger", "logit_joy", "logit_fear")}
    columns["label"] = words(y, "anger", "joy", "fear")
    return sample({"emotions.tsv": table(columns, "\t")}, loss_of_classes(y, softmax(z)))


# Codes against named columns, in their order.


@of_shape("class codes")
def grades(draw):
    y, q = distributions(draw, 3)
    columns = {"grade": y, **columns_of(q, "prob_low", "prob_mid", "prob_high")}
    # Encoders of labels count in alphabetical order: high, low, mid.
    alphabetical = {"alphabetical": loss_of_classes(y, q[:, [2, 0, 1]])}
    return sample({"grades.csv": table(columns)}, loss_of_classes(y, q), parts=alphabetical)


@of_shape("class codes")
def codes_from_one(draw):
    y, q = distributions(draw, 3)
    columns = {**columns_of(q, "proba_bronze", "proba_gold", "proba_silver"), "label": y + 1}
    return sample({"medals.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("class codes")
def codes_as_floats(draw):
    y, q = distributions(draw, 4)
    names = ("p_anger", "p_fear", "p_joy", "p_sadness")
    columns = {"id": INDEX, "y": y.astype(float), **columns_of(q, *names)}
    return sample({"emotion.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("class codes")
def codes_and_columns_with_a_suffix(draw):
    y, q = distributions(draw, 3)
    columns = {**columns_of(q, "acidic_prob", "basic_prob", "neutral_prob"), "y_true": y}
    return sample({"soil.csv": table(columns, ";")}, loss_of_classes(y, q))


# Lists in a cell.


@of_shape("list in a cell")
def a_list_of_two_logits(draw):
    y, p = events(draw)
    first = draw.normal(0, 1, ROWS).round(4)
    second = (first + logits_of(p)).round(4)
    cells = [f"[{cell(a)}, {cell(b)}]" for a, b in zip(first, second, strict=True)]
    columns = {"label": y.astype(int), "logits": cells}
    return sample({"eval.csv": table(columns)}, loss(y, expit(second - first)))


@of_shape("list in a cell")
def a_list_of_probabilities(draw):
    y, q = distributions(draw, 3)
    columns = {"idx": INDEX, "target": y, "probs": [json.dumps(row) for row in q.tolist()]}
    return sample({"eval.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("list in a cell")
def an_array_as_numpy_prints_it(draw):
    y, q = distributions(draw, 3)
    cells = [f"[{' '.join(f'{one:.3f}' for one in row)}]" for row in q]
    columns = {"probabilities": cells, "y": y}
    return sample({"test results.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("list in a cell")
def a_tuple_of_two_probabilities(draw):
    y, p = events(draw)
    cells = [f"({cell(round(1 - one, 6))}, {cell(one)})" for one in p]
    columns = {"y_prob": cells, "y_true": y.astype(int)}
    return sample({"rf.tsv": table(columns, "\t")}, loss(y, p))


@of_shape("list in a cell")
def a_list_of_four_logits(draw):
    y, q = distributions(draw, 4)
    z = np.log(q).round(4)
    columns = {"text_id": INDEX, "logits": [json.dumps(row) for row in z.tolist()], "gold": y}
    return sample({"preds.tsv": table(columns, "\t")}, loss_of_classes(y, softmax(z)))


# Pairs of a name and its probability in a cell.

TAGS = ("det", "noun", "verb")


@of_shape("pairs in a cell")
def names_and_probabilities(draw):
    y, q = distributions(draw, 3)
    cells = [" ".join(f"{tag}:{cell(p)}" for tag, p in zip(TAGS, row, strict=True)) for row in q]
    columns = {"token": INDEX, "tag": words(y, *TAGS), "probs": cells}
    return sample({"tagger.tsv": table(columns, "\t")}, loss_of_classes(y, q))


@of_shape("pairs in a cell")
def the_most_likely_first(draw):
    y, q = distributions(draw, 3)
    cells = [
        " ".join(f"{TAGS[k]}:{cell(row[k])}" for k in np.argsort(-row, kind="stable")) for row in q
    ]
    columns = {"predictions": cells, "gold": words(y, *TAGS)}
    return sample({"tagger.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("pairs in a cell")
def a_dictionary_as_python_prints_it(draw):
    y, q = distributions(draw, 3)
    cells = [str(dict(zip(TAGS, row, strict=True))) for row in q.tolist()]
    columns = {"label": words(y, *TAGS), "probs": cells}
    return sample({"tagger.csv": table(columns)}, loss_of_classes(y, q))


@of_shape("pairs in a cell")
def a_dictionary_as_json(draw):
    y, q = distributions(draw, 3)
    cells = [json.dumps(dict(zip(TAGS, row, strict=True))) for row in q.tolist()]
    columns = {"id": INDEX, "probs": cells, "true_label": words(y, *TAGS)}
    return sample({"tagger.tsv": table(columns, "\t")}, loss_of_classes(y, q))
