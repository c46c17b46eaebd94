"""The probability of what happened, alone; and of what was predicted, if it is right."""

import json

import numpy as np

from first_contact.making import (
    ROWS,
    cell,
    distributions,
    events,
    loss,
    loss_of_happened,
    of_shape,
    sample,
    table,
    words,
)

INDEX = range(ROWS)


# The probability of what happened, alone.


def tokens(draw, rows=120):
    log_p = -draw.gamma(1.1, 1.8, rows).round(5) - 0.000_1
    return [f"tok{i % 31}" for i in range(rows)], log_p.round(6)


@of_shape("tokens")
def log_probabilities(draw):
    text, log_p = tokens(draw)
    return sample({"tokens.csv": table({"token": text, "logprob": log_p})}, float(-log_p.mean()))


@of_shape("tokens")
def log_probabilities_by_document(draw):
    text, log_p = tokens(draw)
    columns = {
        "doc_id": np.arange(120) // 40,
        "pos": np.arange(120) % 40,
        "token_logprob": log_p,
        "token": text,
    }
    return sample({"eval_tokens.tsv": table(columns, "\t")}, float(-log_p.mean()))


@of_shape("tokens")
def probabilities_of_tokens(draw):
    text, log_p = tokens(draw)
    p = np.exp(log_p).round(8).clip(1e-8)
    return sample({"tokens.csv": table({"token": text, "prob": p})}, loss_of_happened(p))


@of_shape("tokens")
def probabilities_of_words(draw):
    text, log_p = tokens(draw)
    p = np.exp(log_p).round(8).clip(1e-8)
    columns = {"sentence": np.arange(120) // 12, "word": text, "token_prob": p}
    return sample({"surprise.tsv": table(columns, "\t")}, loss_of_happened(p))


@of_shape("tokens")
def log_probabilities_as_json_lines(draw):
    text, log_p = tokens(draw)
    lines = [
        json.dumps({"token": f" {one}", "logprob": value}) + "\n"
        for one, value in zip(text, log_p.tolist(), strict=True)
    ]
    return sample({"completion.jsonl": "".join(lines)}, float(-log_p.mean()))


# The column is about the predicted class: the event is that it is right.


def top_one(draw, *names):
    """Return the columns of a classifier that says its first choice and how sure it is."""
    y, q = distributions(draw, len(names))
    decided = q.argmax(axis=1)
    top = q.max(axis=1)
    return words(y, *names), words(decided, *names), top, loss(decided == y, top)


@of_shape("top-1 confidence")
def true_predicted_confidence(draw):
    true, predicted, top, right = top_one(draw, "cat", "dog", "fox", "owl")
    columns = {"true": true, "predicted": predicted, "confidence": top}
    return sample({"top1.csv": table(columns)}, right)


@of_shape("top-1 confidence")
def images(draw):
    true, predicted, top, right = top_one(draw, "melanoma", "nevus", "keratosis")
    columns = {
        "image": [f"ISIC_{i:07}" for i in INDEX],
        "pred_label": predicted,
        "conf": top,
        "true_label": true,
    }
    return sample({"ham10000.tsv": table(columns, "\t")}, right)


@of_shape("top-1 confidence")
def digits(draw):
    true, predicted, top, right = top_one(draw, *"01234")
    columns = {"label": true, "prediction": predicted, "confidence": top}
    return sample({"mnist.csv": table(columns)}, right)


@of_shape("top-1 confidence")
def sentiment(draw):
    y, p = events(draw)
    decided = p >= 0.5
    top = np.where(decided, p, 1 - p).round(6)
    columns = {
        "actual": words(y, "neg", "pos"),
        "predicted": words(decided, "neg", "pos"),
        "probability": top,
    }
    right = loss(decided == y, top)
    return sample({"reviews.csv": table(columns)}, right, about_positive=loss(y, top))


@of_shape("top-1 confidence")
def answers_of_a_language_model(draw):
    true, predicted, top, right = top_one(draw, *"ABCD")
    lines = [
        json.dumps({"question": i, "gold": a, "predicted": b, "confidence": c}) + "\n"
        for i, a, b, c in zip(INDEX, true, predicted, top.tolist(), strict=True)
    ]
    return sample({"mmlu.jsonl": "".join(lines)}, right)


@of_shape("top-1 confidence")
def whether_it_was_right(draw):
    y, p = events(draw, low=2.0, high=1.0)
    columns = {"question": INDEX, "confidence": p, "correct": words(y, "False", "True")}
    text = "".join(f"{','.join(map(cell, row))}\n" for row in zip(*columns.values(), strict=True))
    return sample({"triviaqa.csv": ",".join(columns) + "\n" + text}, loss(y, p))


@of_shape("top-1 confidence")
def whether_it_was_right_beside_the_classes(draw):
    true, predicted, top, right = top_one(draw, "en", "fr", "nl")
    correct = words([a == b for a, b in zip(true, predicted, strict=True)], "False", "True")
    columns = {"lang": true, "predicted_lang": predicted, "confidence": top, "correct": correct}
    return sample({"langid.csv": table(columns)}, right)
