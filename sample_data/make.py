"""Make the sample predictions: out-of-fold probabilities on data sets that scikit-learn ships.

Run it from the repository with scikit-learn installed: python sample_data/make.py
"""

import json
import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_linnerud,
    load_wine,
)
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
FOLDS = StratifiedKFold(5, shuffle=True, random_state=0)
LOGISTIC = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
# Leaves of ten rows, smoothed by one row of each class below: a forest's own votes reach 0 and 1.
FOREST = RandomForestClassifier(300, min_samples_leaf=10, random_state=0)
MALIGNANT = 0
# Share of malignant cases in the population that the weights stand for; in the study it is 37 %.
SCREENED = 0.10
DIGITS = "%.15g"
REPEATS = 3
ALPHABET = 128  # ASCII
# Of the models of characters whose distributions are saved as llama.cpp saves them.
CONTEXT, CHUNKS = 64, 12
LEVELS = 16  # of a quantised logit
LEAST_WORDS = 8  # of a paragraph that is a text
NATS = 16.0  # below the likeliest, all are the least
LIKELIEST = 5  # tokens in a log, as of a request with top_logprobs=5
PLACES = 6  # of a log-probability in a log


def out_of_fold(model, features, classes, folds=FOLDS):
    return cross_val_predict(model, features, classes, cv=folds, method="predict_proba")


def breast_cancer():
    """Return binary predictions with a segment and a weight column, and a soft-label file."""
    data = load_breast_cancer()
    malignant = (data.target == MALIGNANT).astype(int)
    logistic = out_of_fold(LOGISTIC, data.data, malignant)[:, 1]
    forest = out_of_fold(FOREST, data.data, malignant)[:, 1]
    radius = data.data[:, 0]
    share = malignant.mean()
    weight = np.where(malignant == 1, SCREENED / share, (1 - SCREENED) / (1 - share))
    hard = pd.DataFrame(
        {
            "id": np.arange(1, len(malignant) + 1),
            "segment": np.where(radius < 12, "small", np.where(radius < 15, "medium", "large")),
            "sample_weight": weight,
            "y_true": malignant,
            "y_prob": logistic,
            "forest_prob": forest,
        }
    )
    # A student (the logistic model) judged against what its teacher (the forest) believed.
    soft = pd.DataFrame({"teacher": forest, "y_prob": logistic})
    return hard, soft


def versions(hard):
    """Return the predictions of an old model and of a new one, in files of their own."""
    columns = ["id", "y_true", "y_prob"]
    old = hard.drop(columns="y_prob").rename(columns={"forest_prob": "y_prob"})[columns]
    return old, hard[columns]


def repeated():
    """Return several predictions of each patient: rows that are not independent."""
    data = load_breast_cancer()
    malignant = (data.target == MALIGNANT).astype(int)
    parts = []
    for repeat in range(REPEATS):
        folds = StratifiedKFold(5, shuffle=True, random_state=repeat)
        columns = {"patient": np.arange(1, len(malignant) + 1), "repeat": repeat + 1}
        columns |= {"y_true": malignant}
        for name, model in (("y_prob", LOGISTIC), ("forest_prob", FOREST)):
            columns[name] = out_of_fold(model, data.data, malignant, folds)[:, 1]
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts)


def tokens():
    """Return the words of a text with their log-probabilities, by a bigram model of characters.

    It learned from two descriptions of data sets, with one added to each count, and is judged on a
    third. A word comes with the white space before it, so that the words make up the whole text.
    """
    learned = load_wine().DESCR + load_breast_cancer().DESCR
    pairs, firsts = Counter(pairwise(learned)), Counter(learned)
    rows, before = [], "\n"
    for word in re.findall(r"\s*\S+", load_iris().DESCR.strip()):
        logprob = 0.0
        for character in word:
            count = pairs[before, character] + 1
            logprob += math.log(count / (firsts[before] + ALPHABET))
            before = character
        rows.append((word.strip(), logprob, len(word.encode())))
    return pd.DataFrame(rows, columns=["token", "logprob", "n_bytes"])


def runs_of_texts():
    """Return two runs on the words of the same texts: of the model of `tokens`, and quantised.

    Each text is a paragraph of a description. Its first character follows a line break.
    """
    logits = np.log(bigrams())
    tables = [normalized(table) for table in (logits, quantised(logits))]
    rows = []
    for load in (load_iris, load_digits, load_diabetes, load_linnerud):
        name = load.__name__.removeprefix("load_")
        paragraphs = re.split(r"\n\s*\n", load().DESCR.encode("ascii", "ignore").decode().strip())
        words = [re.findall(r"\s*\S+", paragraph) for paragraph in paragraphs]
        for number, paragraph in enumerate(text for text in words if len(text) >= LEAST_WORDS):
            before = "\n"
            for place, word in enumerate(paragraph, start=1):
                pairs = list(pairwise(before + word))
                costs = [sum(table[ord(a), ord(b)] for a, b in pairs) for table in tables]
                rows.append((f"{name}-{number}", place, word.strip(), *costs, len(word)))
                before = word[-1]
    both = pd.DataFrame(rows, columns=["doc", "pos", "token", "base", "quantised", "n_bytes"])
    runs = [both.rename(columns={run: "logprob"}) for run in ("base", "quantised")]
    return [run[["doc", "pos", "token", "logprob", "n_bytes"]] for run in runs]


def quantised(logits):
    """Return logits rounded to a few levels between the least and the largest of their row."""
    least, largest = (end(logits, axis=1, keepdims=True) for end in (np.min, np.max))
    step = np.maximum(largest - least, 1e-9) / (LEVELS - 1)
    return least + np.rint((logits - least) / step) * step


def next_characters():
    """Return a text, and a model's distributions of each next character, whole and quantised.

    The model is that of `tokens`; its table of logits is what is quantised.
    """
    text = load_iris().DESCR.encode("ascii", "ignore")[: CHUNKS * CONTEXT]
    tokens = np.frombuffer(text, np.uint8).reshape(CHUNKS, CONTEXT)
    before = tokens[:, CONTEXT // 2 : -1].reshape(-1)
    logits = np.log(bigrams())
    return tokens, [normalized(table)[before] for table in (logits, quantised(logits))]


def bigrams():
    """Return how often each character follows each, plus one, in the texts that are learned."""
    learned = load_wine().DESCR + load_breast_cancer().DESCR
    counts = np.ones((ALPHABET, ALPHABET))
    for before, after in pairwise(learned.encode("ascii", "ignore")):
        counts[before, after] += 1
    return counts


def normalized(logits):
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def kld(tokens, log_probs):
    """Return a file of log-probabilities, as llama.cpp's --kl-divergence-base writes it."""
    least = np.maximum(log_probs.min(axis=1), log_probs.max(axis=1) - NATS).astype("<f4")
    scale = ((log_probs.max(axis=1) - least) / 65535).astype("<f4")
    codes = np.rint(np.maximum(log_probs - least[:, None], 0) / scale[:, None])
    header = np.array([tokens.shape[1], log_probs.shape[1], tokens.shape[0]], "<i4")
    rows = np.concatenate([
        scale[:, None].view("<u2"), least[:, None].view("<u2"),
        np.minimum(codes, 65535).astype("<u2"),
    ], axis=1)  # fmt: skip
    return b"_logits_" + header.tobytes() + tokens.astype("<i4").tobytes() + rows.tobytes()


def log(tokens, log_probs):
    """Return the same rows in the layout of OpenAI's chat completions, a line for each chunk."""
    observed = tokens[:, CONTEXT // 2 + 1 :]
    records = []
    for chunk, rows in zip(observed, log_probs.reshape(*observed.shape, -1), strict=True):
        tops = np.argsort(-rows, axis=1, kind="stable")[:, :LIKELIEST]
        content = [
            {**entry(token, row), "top_logprobs": [entry(i, row) for i in top]}
            for token, row, top in zip(chunk, rows, tops, strict=True)
        ]
        choice = {"index": 0, "logprobs": {"content": content}, "finish_reason": "length"}
        records.append({"object": "chat.completion", "model": "characters", "choices": [choice]})
    return "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records)


def entry(token, row):
    return {
        "token": chr(token),
        "logprob": round(float(row[token]), PLACES),
        "bytes": [int(token)],
    }


def wine():
    """Return multiclass predictions: one probability column a class, named after it."""
    data = load_wine()
    names = ["barolo", "grignolino", "barbera"]
    logistic = out_of_fold(LOGISTIC, data.data, data.target)
    forest = out_of_fold(FOREST, data.data, data.target)
    frame = pd.DataFrame({"cultivar": [names[k] for k in data.target]})
    for model, probs in (("p", logistic), ("forest", forest)):
        for k, name in enumerate(names):
            frame[f"{model}_{name}"] = probs[:, k]
    return frame


def main():
    hard, soft = breast_cancer()
    old, new = versions(hard)
    files = {"breast_cancer": hard, "soft_labels": soft, "wine": wine(), "old": old, "new": new}
    files |= {"tokens": tokens()}
    for name, frame in files.items():
        write(frame, name, DIGITS)
    write(repeated(), "repeated", "%.9g")
    for name, run in zip(("base", "quantised"), runs_of_texts(), strict=True):
        write(run, f"texts_{name}", "%.9g")
    characters, both = next_characters()
    for name, log_probs in zip(("base", "quantised"), both, strict=True):
        (HERE / f"{name}.kld").write_bytes(kld(characters, log_probs))
        (HERE / f"{name}.jsonl").write_text(log(characters, log_probs), newline="")


def write(frame, name, digits):
    frame.to_csv(HERE / f"{name}.csv", index=False, lineterminator="\n", float_format=digits)


if __name__ == "__main__":
    main()
